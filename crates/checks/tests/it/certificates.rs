//! Certificates of policy hosts and mail hosts, good and bad, each with its own diagnosis.

use checks::testing::{
    HTTPS, SMTP, World, codes,
    dns::Signing,
    mail,
    pki::{self, Ca, Identity},
    section, web,
};
use model::{
    Status,
    check::{Check, Fault},
};

const POLICY: &str = "version: STSv1\nmode: testing\nmx: mx.cert.test\nmax_age: 604800\n";

async fn look(make: impl Fn(&World, &str) -> Identity) -> (checks::Outcome, World) {
    let mut world = World::new();
    mail::serve(world.at(1, SMTP), &make(&world, "mx.cert.test")).await;
    web::serve(world.at(2, HTTPS), &make(&world, "mta-sts.cert.test"), web::policy(POLICY)).await;
    world.zone(
        "cert.test",
        Signing::Unsigned,
        "@ MX 10 mx\nmx A $1\nmta-sts A $2\n_mta-sts TXT \"v=STSv1; id=1\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@b.test\"",
    );
    (world.check("cert.test").await, world)
}

async fn refused(make: impl Fn(&World, &str) -> Identity, word: &str, faults: &[Fault]) {
    let (outcome, _world) = look(make).await;
    assert_eq!(codes(&outcome, Check::Policy), [format!("policy-certificate-{word}")]);
    assert_eq!(section(&outcome, Check::Policy).status, Status::Error);
    assert_eq!(outcome.facts.policy, None);
    assert_eq!(codes(&outcome, Check::Starttls).len(), faults.len());
    assert!(codes(&outcome, Check::Starttls).contains(&&*format!("starttls-certificate-{word}")));
    let tls = outcome.facts.mx[0].addresses[0].tls.as_ref().unwrap();
    assert_eq!(tls.faults, faults);
}

#[tokio::test]
async fn a_good_certificate_is_good() {
    let (outcome, _world) = look(|world, name| world.ca.identity(&[name])).await;
    assert_eq!(codes(&outcome, Check::Policy), ["policy-found"]);
    assert_eq!(codes(&outcome, Check::Starttls), ["starttls-ok"]);
    let tls = &outcome.facts.policy.unwrap().tls;
    assert_eq!(tls.leaf().unwrap().names, ["mta-sts.cert.test"]);
    assert_eq!(tls.chain.len(), 2);
}

#[tokio::test]
async fn a_wildcard_is_for_one_label() {
    let (outcome, _world) = look(|world, _| world.ca.identity(&["*.cert.test"])).await;
    assert_eq!(codes(&outcome, Check::Policy), ["policy-found"]);
    refused(|world, _| world.ca.identity(&["*.test"]), "wrong-name", &[Fault::WrongName]).await;
}

#[tokio::test]
async fn the_common_name_is_no_name() {
    refused(|world, _| world.ca.identity(&[]), "wrong-name", &[Fault::WrongName]).await;
}

#[tokio::test]
async fn an_expired_certificate_has_expired() {
    refused(|world, name| world.ca.until(&[name], 2026, 5), "expired", &[Fault::Expired]).await;
}

#[tokio::test]
async fn a_foreign_name_is_wrong() {
    refused(|world, _| world.ca.identity(&["cert.test"]), "wrong-name", &[Fault::WrongName]).await;
}

#[tokio::test]
async fn a_private_ca_is_not_trusted() {
    refused(|_, name| Ca::new("Other CA").identity(&[name]), "untrusted", &[Fault::Untrusted]).await;
}

#[tokio::test]
async fn a_self_signed_certificate_is_named_so() {
    refused(|_, name| pki::self_signed(&[name]), "self-signed", &[Fault::SelfSigned]).await;
}

#[tokio::test]
async fn every_fault_is_named_not_only_the_first() {
    let all = [Fault::Expired, Fault::Untrusted, Fault::WrongName];
    refused(|_, _| Ca::new("Other CA").until(&["x.test"], 2026, 5), "expired", &all).await;
}

#[tokio::test]
async fn the_last_days_are_announced() {
    let (outcome, _world) = look(|world, name| world.ca.until(&[name], 2026, 6)).await;
    for check in [Check::Starttls, Check::Policy] {
        assert!(codes(&outcome, check).contains(&"advice-certificate-expires"), "{check:?}");
        assert_eq!(section(&outcome, check).status, Status::Error);
    }
}

#[tokio::test]
async fn dane_takes_the_ca_that_the_server_sends() {
    let mut world = World::new();
    let identity = Ca::new("Unknown CA");
    let shown = identity.identity(&["mx.cert.test"]);
    mail::serve(world.at(1, SMTP), &shown).await;
    let records = format!("@ MX 10 mx\nmx A $1\n_25._tcp.mx TLSA 2 0 1 {}", identity.sha256());
    world.zone("cert.test", Signing::Signed, &records);
    let outcome = world.check("cert.test").await;
    assert_eq!(codes(&outcome, Check::Dane), ["dane-ok"]);
    assert_eq!(codes(&outcome, Check::Starttls), ["starttls-certificate-untrusted"]);
}

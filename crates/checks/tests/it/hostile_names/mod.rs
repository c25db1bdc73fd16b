//! Zones and name servers that mean harm: they end in the budget and in the right words.

mod dead_name_servers;
mod tricks;

use std::time::{Duration, Instant};

use checks::{
    Outcome,
    testing::{
        World, codes,
        dns::{Signing, tricks::silence},
        records, section,
    },
};
use model::{Status, check::Check};

async fn in_time(world: &mut World, domain: &str) -> Outcome {
    let begun = Instant::now();
    let outcome = world.check(domain).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(outcome.queries <= 300, "{} queries", outcome.queries);
    outcome
}

#[tokio::test]
async fn a_thousand_mx_hosts() {
    let mut world = World::new();
    let records = records(0..1000, |n| format!("@ MX {n} m{n}\nm{n} A 192.168.0.1"));
    world.zone("big.test", Signing::Unsigned, &records);
    let outcome = in_time(&mut world, "big.test").await;
    assert!(codes(&outcome, Check::Mx).contains(&"mx-many"));
    assert_eq!(outcome.facts.mx.len(), 20);
}

#[tokio::test]
async fn a_text_of_sixty_thousand_bytes() {
    let mut world = World::new();
    let strings = format!("\"{}\" ", "x".repeat(250)).repeat(240);
    let records = format!("_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@b.test;\" {strings}\n@ MX 0 .");
    world.zone("big.test", Signing::Unsigned, &records);
    let outcome = in_time(&mut world, "big.test").await;
    assert!(outcome.facts.tls_rpt.unwrap().len() > 60_000);
}

#[tokio::test]
async fn very_many_tlsa_records() {
    let mut world = World::new();
    let tlsa = records(0..700, |n| format!("_25._tcp.mx TLSA 3 1 1 {n:064x}"));
    world.zone("big.test", Signing::Signed, &format!("@ MX 1 mx\nmx A 192.168.0.1\n{tlsa}"));
    let outcome = in_time(&mut world, "big.test").await;
    assert_eq!(codes(&outcome, Check::Dane), ["dane-not-compared"]);
    assert_eq!(outcome.facts.mx[0].tlsa.len(), 100);
}

#[tokio::test]
async fn a_zone_that_is_silent_throughout() {
    let mut world = World::new();
    world.settings.limits.dns_time = Duration::from_secs(3);
    world.zone("dead.test", Signing::Unsigned, "@ MX 0 .");
    world.zones.trick("dead.test", silence);
    let outcome = in_time(&mut world, "dead.test").await;
    for check in [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx] {
        assert_eq!(section(&outcome, check).status, Status::CannotTell, "{check:?}");
    }
}

#[tokio::test]
async fn a_budget_of_queries_that_is_spent_is_said_to_be() {
    let mut world = World::new();
    world.settings.limits.queries = 12;
    world.zone("small.test", Signing::Signed, "@ MX 1 mx\nmx A 192.168.0.1");
    let outcome = in_time(&mut world, "small.test").await;
    assert!(outcome.sections.iter().all(|section| section.status != Status::Error), "{outcome:#?}");
    assert!(outcome.sections.iter().any(|section| section.status == Status::CannotTell));
}

#[tokio::test]
async fn a_domain_that_does_not_exist() {
    let mut world = World::new();
    world.zone("there.test", Signing::Signed, "@ MX 0 .\nx A 192.0.2.1");
    let outcome = in_time(&mut world, "not.there.test").await;
    assert_eq!(codes(&outcome, Check::Mx), ["mx-no-domain"]);
    assert_eq!(section(&outcome, Check::TlsRpt).status, Status::NotApplicable);
}

//! What must never be dialled on behalf of a user: special addresses, whichever record leads there, and odd names.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use checks::testing::{
    SMTP, World,
    dns::{RecordType, Signing},
    mail, section,
};
use model::{Status, check::Check};
use tokio::net::TcpListener;

/// Addresses of every special range of IANA's registries, IPv4 and IPv6, and IPv4 wrapped in IPv6.
const SPECIAL: [&str; 62] = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.53",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.1.1",
    "::ffff:0.0.0.0",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
];

/// Listeners on every address of this machine, at ports of their own; gives how many connections arrived.
async fn sentinels(world: &mut World) -> Arc<AtomicU32> {
    let seen = Arc::new(AtomicU32::new(0));
    for port in [&mut world.settings.https_port, &mut world.settings.smtp_port] {
        // This one address stands for all, of IPv4 as well.
        let listener = TcpListener::bind("[::]:0").await.unwrap();
        *port = listener.local_addr().unwrap().port();
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                seen.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    seen
}

#[tokio::test]
async fn the_sentinels_see_a_connection_that_is_allowed() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.limits.smtp_time = std::time::Duration::from_millis(100);
    world.settings.allow = vec!["127.0.0.1/32".parse().unwrap(), "::1/128".parse().unwrap()];
    world.zone("seen.test", Signing::Unsigned, "@ MX 1 mx\nmx A 127.0.0.1\nmx AAAA ::1");
    world.check("seen.test").await;
    assert_eq!(seen.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn special_addresses_are_refused_and_no_connection_is_made() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.allow = vec![];
    for (n, address) in SPECIAL.iter().enumerate() {
        let kind = if address.contains(':') { "AAAA" } else { "A" };
        world.zone(
            &format!("d{n}.test"),
            Signing::Unsigned,
            &format!("@ MX 1 mx\nmx {kind} {address}\nmta-sts {kind} {address}\n_mta-sts TXT \"v=STSv1; id=1\""),
        );
    }
    let runner = world.runner().await;
    for (n, address) in SPECIAL.iter().enumerate() {
        let outcome = world.check_with(&runner, &format!("d{n}.test")).await;
        for check in [Check::Policy, Check::Starttls] {
            let section = section(&outcome, check);
            assert_eq!(section.status, Status::CannotTell, "{address}: {section:#?}");
            let remedy = section.findings[0].remedy.as_ref().unwrap();
            assert!(remedy.contains("checks.allow") && remedy.contains("checks.name_servers"), "{remedy}");
        }
    }
    assert_eq!(seen.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_host_is_resolved_once_so_that_no_second_answer_counts() {
    let mut world = World::new();
    let visits = mail::says(world.at(1, SMTP), "", "").await;
    let records = "@ MX 1 mx\nmx A $1\nmta-sts A $1\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("once.test", Signing::Unsigned, records);
    world.check("once.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), 1);
    for host in ["mx.once.test", "mta-sts.once.test"] {
        for kind in [RecordType::A, RecordType::AAAA] {
            assert_eq!(world.zones.asked(host, kind), 1, "{host} {kind}");
        }
    }
}

#[tokio::test]
async fn an_allowed_network_is_dialled() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.inner.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    world.zone("inner.test", Signing::Unsigned, "@ MX 1 mx\nmx A $1");
    world.settings.allow = vec![world.ip(1).into()];
    world.check("inner.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn strangers_have_no_mail_host_dialled() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.inner.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    world.zone("inner.test", Signing::Unsigned, "@ MX 1 mx\nmx A $1");
    world.context.dial_mail = false;
    let outcome = world.check("inner.test").await;
    assert_eq!(section(&outcome, Check::Starttls).status, Status::CannotTell);
    assert_eq!(visits.load(Ordering::Relaxed), 0);
    assert!(outcome.notices.is_empty());
}

#[tokio::test]
async fn one_inner_address_among_public_ones_refuses_the_host() {
    let mut world = World::new();
    let identity = world.ca.identity(&["mx.mixed.test"]);
    let visits = mail::serve(world.at(1, SMTP), &identity).await;
    world.zone("mixed.test", Signing::Unsigned, "@ MX 1 mx\nmx A $1\nmx A 192.168.7.7\nmx AAAA fd00::1");
    let outcome = world.check("mixed.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), 0);
    let section = section(&outcome, Check::Starttls);
    assert!(section.findings[0].evidence.as_ref().unwrap().contains("192.168.7.7"), "{section:#?}");
}

#[tokio::test]
async fn an_alias_to_the_inside_is_refused_like_any_other() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.allow = vec![];
    world.zone(
        "outer.test",
        Signing::Unsigned,
        "@ MX 1 mx\nmx CNAME in.inner.test.\nmta-sts CNAME in.inner.test.\n_mta-sts TXT \"v=STSv1; id=1\"",
    );
    world.zone("inner.test", Signing::Unsigned, "in A 127.0.0.1");
    let outcome = world.check("outer.test").await;
    assert_eq!(section(&outcome, Check::Policy).status, Status::CannotTell);
    assert_eq!(section(&outcome, Check::Starttls).status, Status::CannotTell);
    assert_eq!(seen.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn names_that_look_like_addresses_are_not_dialled() {
    let mut world = World::new();
    let visits = mail::babbles(world.at(1, SMTP), b"", std::time::Duration::from_secs(9)).await;
    let odd = "@ MX 1 2130706433.\n@ MX 1 0x7f.1.\n@ MX 1 127.1.\n@ MX 1 017700000001.\n@ MX 1 localhost.";
    world.zone("odd.test", Signing::Unsigned, odd);
    for top in ["2130706433", "1", "017700000001", "localhost"] {
        world.zone(top, Signing::Unsigned, "@ A $1\n0x7f A $1\n127 A $1");
    }
    let outcome = world.check("odd.test").await;
    assert_eq!(visits.load(Ordering::Relaxed), 0);
    assert!(
        outcome
            .sections
            .iter()
            .filter(|section| section.check == Check::Starttls)
            .all(|section| { section.status == Status::CannotTell || section.status == Status::NotApplicable })
    );
}

//! Special addresses are refused, whichever record leads there, and nothing is sent to them.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::atomic::Ordering,
};

use checks::testing::{SMTP, World, codes, dns::Signing, free_port, mail, section, web};
use model::{Status, check::Check};

use super::sentinels;

/// Addresses of every special range of IANA's registries, IPv4 and IPv6, and IPv4 wrapped in IPv6.
pub(super) const SPECIAL: [&str; 62] = [
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

#[tokio::test]
async fn the_sentinels_see_a_connection_that_is_allowed() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.limits.smtp_time = std::time::Duration::from_millis(100);
    world.settings.allow = vec!["127.0.0.1/32".parse().unwrap(), "::1/128".parse().unwrap()];
    // Our address is not in its record: its own name servers are asked whether it is there by now.
    world.context.destinations = vec!["mailto:a@in.example".to_owned()];
    let records = "@ MX 1 mx\nns A 127.0.0.1\nmx A 127.0.0.1\nmx AAAA ::1\nmta-sts A 127.0.0.1";
    world.zone("seen.test", Signing::Unsigned, records);
    world.check("seen.test").await;
    assert_eq!(seen.load(Ordering::Relaxed), 4, "name server, policy host, mail host at two addresses");
}

#[tokio::test]
async fn special_addresses_are_refused_and_no_connection_is_made() {
    let mut world = World::new();
    let seen = sentinels(&mut world).await;
    world.settings.allow = vec![];
    world.context.destinations = vec!["mailto:a@in.example".to_owned()];
    for (n, address) in SPECIAL.iter().enumerate() {
        let kind = if address.contains(':') { "AAAA" } else { "A" };
        world.zone(
            &format!("d{n}.test"),
            Signing::Unsigned,
            &format!("@ MX 1 mx\nns {kind} {address}\nmx {kind} {address}\nmta-sts {kind} {address}\n_mta-sts TXT \"v=STSv1; id=1\""),
        );
    }
    let runner = world.runner().await;
    for (n, address) in SPECIAL.iter().enumerate() {
        let outcome = world.check_with(&runner, &format!("d{n}.test")).await;
        for (check, code) in [(Check::Policy, "policy-not-dialled"), (Check::Starttls, "starttls-not-dialled")] {
            assert_eq!(codes(&outcome, check), [code], "{address}");
            let section = section(&outcome, check);
            assert_eq!(section.status, Status::CannotTell);
            let remedy = section.findings[0].remedy.as_ref().unwrap();
            assert!(remedy.contains("checks.allow") && remedy.contains("checks.name_servers"), "{remedy}");
        }
    }
    assert_eq!(seen.load(Ordering::Relaxed), 0);
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
async fn hosts_with_ipv6_alone_are_reached_where_that_is_allowed() {
    let mut world = World::new();
    let here = IpAddr::from(Ipv6Addr::LOCALHOST);
    world.settings.allow = vec![here.into()];
    world.settings.https_port = free_port(here).await;
    world.settings.smtp_port = free_port(here).await;
    let policy_host = world.ca.identity(&["mta-sts.six.test"]);
    let policy = web::policy("version: STSv1\nmode: enforce\nmx: mx.six.test\nmax_age: 604800\n");
    let fetched = web::serve(SocketAddr::new(here, world.settings.https_port), &policy_host, policy).await;
    let mx = world.ca.identity(&["mx.six.test"]);
    let greeted = mail::serve(SocketAddr::new(here, world.settings.smtp_port), &mx).await;
    let records = "@ MX 1 mx\nmx AAAA ::1\nmta-sts AAAA ::1\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("six.test", Signing::Unsigned, records);
    let outcome = world.check("six.test").await;
    assert_eq!(outcome.facts.policy.as_ref().unwrap().mx, ["mx.six.test"]);
    assert_eq!(codes(&outcome, Check::Starttls), ["starttls-ok"]);
    assert_eq!(outcome.facts.mx[0].addresses[0].address, here);
    assert_eq!((fetched.load(Ordering::Relaxed), greeted.load(Ordering::Relaxed)), (1, 1));
}

#[tokio::test]
async fn both_families_are_asked_for_the_policy_each_by_itself() {
    let mut world = World::new();
    let six = IpAddr::from(Ipv6Addr::LOCALHOST);
    world.settings.allow.push(six.into());
    world.settings.https_port = free_port(six).await;
    let identity = world.ca.identity(&["mta-sts.both.test"]);
    let policy = |max_age: u32| web::policy(&format!("version: STSv1\nmode: none\nmax_age: {max_age}\n"));
    let port = world.settings.https_port;
    web::serve(SocketAddr::new(six, port), &identity, policy(604_800)).await;
    web::serve(world.at(2, port), &identity, policy(86_400)).await;
    let records = "@ MX 0 .\nmta-sts A $2\nmta-sts AAAA ::1\n_mta-sts TXT \"v=STSv1; id=1\"";
    world.zone("both.test", Signing::Unsigned, records);
    let outcome = world.check("both.test").await;
    assert!(codes(&outcome, Check::Policy).contains(&"policy-differs"), "{:?}", codes(&outcome, Check::Policy));
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

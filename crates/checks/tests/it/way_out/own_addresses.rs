//! This machine's own public addresses: a policy is not fetched from them, a mail host may have one.
//!
//! A machine with public addresses is made of a network namespace, where that is possible without being root.

use std::{
    net::{IpAddr, SocketAddr},
    process::Command,
    sync::atomic::Ordering,
};

use checks::testing::{World, codes, dns::Signing, finding, mail, web};
use model::check::Check;

/// Two addresses of one interface: to the second, one speaks from the first.
const OWN: [&str; 3] = ["8.8.8.8", "8.8.8.9", "2a00::9"];
const HTTPS: u16 = 443;
const SMTP: u16 = 25;

#[tokio::test]
async fn an_address_that_leads_here_by_configuration_is_refused() {
    let mut world = World::new();
    world.settings.own_addresses = vec!["8.8.0.0/16".parse().unwrap()];
    world.zone("own.test", Signing::Unsigned, "@ MX 0 .\nmta-sts A 8.8.8.8\n_mta-sts TXT \"v=STSv1; id=1\"");
    let outcome = world.check("own.test").await;
    let refused = finding(&outcome, "policy-not-dialled");
    assert!(refused.title.contains("8.8.8.8, an address of this machine itself"), "{}", refused.title);
    assert!(refused.remedy.as_ref().unwrap().contains("checks.allow"));
}

#[test]
fn addresses_of_its_interfaces_are_refused_but_for_mail_hosts() {
    let addresses = OWN.map(|address| {
        let length = if address.contains(':') { "128 nodad" } else { "24" };
        format!("ip address add {address}/{length} dev lo")
    });
    let script = format!("ip link set lo up && {} && exec \"$0\" \"$@\"", addresses.join(" && "));
    let inside = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--net", "--map-root-user", "sh", "-c", script]);
        command
    };
    if !inside("ip link set lo up").status().is_ok_and(|status| status.success()) {
        println!("not tested: this machine lets nobody make a network namespace");
        return;
    }
    let output = inside(&script)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "way_out::own_addresses::on_a_machine_with_public_addresses", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
#[ignore = "for the test above, which runs it on a machine of its own"]
async fn on_a_machine_with_public_addresses() {
    if std::net::UdpSocket::bind((OWN[0], 0)).is_err() {
        return;
    }
    let mut world = World::new();
    (world.settings.https_port, world.settings.smtp_port) = (HTTPS, SMTP);
    let at = |address: &str, port| SocketAddr::new(address.parse::<IpAddr>().unwrap(), port);
    let mut visits = Vec::new();
    for (n, address) in OWN.iter().enumerate() {
        let (domain, kind) = (format!("own{n}.test"), if address.contains(':') { "AAAA" } else { "A" });
        let policy_host = world.ca.identity(&[&format!("mta-sts.{domain}")]);
        let mx = world.ca.identity(&[&format!("mx.{domain}")]);
        let policy = web::policy("version: STSv1\nmode: none\nmax_age: 604800\n");
        let fetched = web::serve(at(address, HTTPS), &policy_host, policy).await;
        visits.push((fetched, mail::serve(at(address, SMTP), &mx).await));
        let records =
            format!("@ MX 1 mx\nmx {kind} {address}\nmta-sts {kind} {address}\n_mta-sts TXT \"v=STSv1; id=1\"");
        world.zone(&domain, Signing::Unsigned, &records);
    }
    let runner = world.runner().await;
    for (n, (fetched, greeted)) in visits.iter().enumerate() {
        let outcome = world.check_with(&runner, &format!("own{n}.test")).await;
        let refused = finding(&outcome, "policy-not-dialled");
        assert!(refused.title.contains("an address of this machine itself"), "{}", refused.title);
        assert_eq!(codes(&outcome, Check::Starttls), ["starttls-ok"]);
        assert_eq!((fetched.load(Ordering::Relaxed), greeted.load(Ordering::Relaxed)), (0, 1), "{}", OWN[n]);
    }
    // Who runs both on one machine says so.
    world.settings.allow.push(format!("{}/32", OWN[1]).parse().unwrap());
    let runner = checks::Runner::new(world.settings.clone()).unwrap();
    let outcome = world.check_with(&runner, "own1.test").await;
    assert!(outcome.facts.policy.is_some());
    assert_eq!(visits[1].0.load(Ordering::Relaxed), 1);
}

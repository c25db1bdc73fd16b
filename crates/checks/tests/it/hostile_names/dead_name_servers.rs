//! Our own name servers are dead: every check says so within seconds, and a thousand of them do, too.

use std::{
    net::UdpSocket,
    time::{Duration, Instant},
};

use checks::{
    Outcome, Runner,
    testing::{World, finding},
};
use futures::{StreamExt as _, stream};
use model::{DomainName, Status};

/// A runner whose name servers take questions and never answer.
fn silent(world: &mut World, count: u8) -> (Vec<UdpSocket>, Runner) {
    let sockets: Vec<_> = (0..count).map(|n| UdpSocket::bind(world.at(50 + n, 5353)).unwrap()).collect();
    world.settings.name_servers = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
    (sockets, Runner::new(world.settings.clone()).unwrap())
}

fn is_blind(outcome: &Outcome) {
    assert!(outcome.blind);
    assert_eq!(outcome.status, Status::CannotTell);
    assert!(outcome.sections.iter().all(|section| section.status == Status::CannotTell), "{outcome:#?}");
    let notices: Vec<_> = outcome.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(notices, ["name-servers-silent"]);
}

#[tokio::test]
async fn one_check_ends_in_ten_seconds_with_cannot_tell() {
    for servers in [1, 3] {
        let mut world = World::new();
        let (_sockets, runner) = silent(&mut world, servers);
        assert!(runner.notices().is_empty(), "nothing is known yet");
        let begun = Instant::now();
        let outcome = world.check_with(&runner, "example.test").await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{servers}: {:?}", begun.elapsed());
        is_blind(&outcome);
        assert_eq!(runner.notices(), outcome.notices, "it is the installation's");
        assert!(finding(&outcome, "tls-rpt-no-answer").title.contains("none of our name servers answers"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_checks_cost_no_more_than_one() {
    let mut world = World::new();
    let (_sockets, runner) = silent(&mut world, 2);
    let names: Vec<_> = (0..1000).map(|n| DomainName::parse(&format!("d{n}.test")).unwrap()).collect();
    let begun = Instant::now();
    let checks = names.iter().map(|name| runner.check(name, &world.context, &|_| {}));
    let outcomes: Vec<_> = stream::iter(checks).buffer_unordered(32).collect().await;
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    outcomes.iter().for_each(is_blind);
}

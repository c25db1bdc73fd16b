//! Same content is counted once.

use model::{DeliveryOutcome, ReportState, Trust};
use rstest::rstest;
use storage::{NewDelivery, testing::Engine};

use crate::support::{COUNTED, NOW, World, policy, report, totals};

#[rstest]
#[tokio::test]
async fn the_same_content_is_a_duplicate_and_adds_an_arrival(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await;
    let again = world.post(&report("a", 10, 1)).await;
    assert_eq!((first.outcome, again.outcome), (COUNTED, DeliveryOutcome::Duplicate));
    assert_eq!(first.reports, again.reports);
    assert_ne!(first.delivery, again.delivery, "each arrival is in the log");
    assert_eq!(world.state(first.reports[0]).await, (ReportState::Counted, 2));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    assert_eq!(world.count("bodies", "readable").await, 1, "duplicates share one body");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_thousand_at_once_are_one_row(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    // A second process, for which the first one's memory is no help.
    let other = world.database.open().await;
    let tasks: Vec<_> = (0..1_000)
        .map(|number| {
            let storage = if number % 2 == 0 { &world.storage } else { &other }.clone();
            let delivery = world.delivery(&report("a", 10, 1));
            tokio::spawn(async move { storage.record(delivery).await.unwrap().outcome })
        })
        .collect();
    let mut counted = 0;
    for task in tasks {
        match task.await.unwrap() {
            COUNTED => counted += 1,
            outcome => assert_eq!(outcome, DeliveryOutcome::Duplicate),
        }
    }
    assert_eq!(counted, 1);
    assert_eq!(world.count("reports", "arrivals = 1000").await, 1);
    assert!(world.count("deliveries", "1 = 1").await <= 100, "past a hundred arrivals they are only counted");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_part_is_a_duplicate_only_for_its_own_domain(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let other = world.add("example.net").await;
    let report =
        tlsrpt::Report { policies: vec![policy(tlsrpt::PolicyType::NoPolicyFound, None, 5, 0)], ..report("a", 0, 0) };
    let here = world.post(&report).await;
    let there = world.record(NewDelivery { domain: Some(other), ..world.delivery(&report) }).await;
    assert_eq!((here.outcome, there.outcome), (COUNTED, COUNTED));
    assert_eq!(world.totals("example.com").await, world.totals("example.net").await);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn better_trust_raises_the_row(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let file = world.import(&report("a", 10, 1)).await;
    let signed = world.mail(&report("a", 10, 1), "example.org").await;
    assert_eq!(signed.outcome, DeliveryOutcome::Duplicate);
    let page = world.storage.report(world.workspace, file.reports[0], NOW.day()).await.unwrap().unwrap().page;
    assert_eq!((page.trust, page.arrivals), (Trust::Signed, 2));
    assert_eq!(world.count("daily_reporter", "trust = 2").await, 1, "its sessions moved with it");
    assert_eq!(world.count("daily_reporter", "trust = 0").await, 0);
    assert_eq!(world.count("bodies", "readable").await, 2, "the signed bytes are the evidence");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn better_trust_counts_what_trust_kept_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let forged = world.post(&report("a", 999, 0)).await;
    let loose = world.import(&report("a", 10, 1)).await;
    assert_eq!(world.state(loose.reports[0]).await.0, ReportState::Conflict);
    world.mail(&report("a", 10, 1), "example.org").await;
    assert_eq!(world.state(loose.reports[0]).await.0, ReportState::Counted);
    assert_eq!(world.state(forged.reports[0]).await.0, ReportState::Conflict);
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_read_is_kept_and_shares_its_body(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let first = world.record(world.unreadable(b"hello")).await;
    let again = world.record(world.unreadable(b"hello")).await;
    assert_eq!((first.outcome, &*first.reason), (DeliveryOutcome::Unreadable, "This is no TLS report."));
    assert_ne!(first.delivery, again.delivery);
    assert_eq!(world.count("bodies", "NOT readable").await, 1);
    world.audit().await;
}

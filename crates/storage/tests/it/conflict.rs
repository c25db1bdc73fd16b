//! Same identity, other content: one is counted, both are kept.

use model::{DeliveryOutcome, ReportState};
use rstest::rstest;
use storage::testing::Engine;

use crate::support::{World, report, totals};

#[rstest]
#[tokio::test]
async fn of_equal_trust_the_first_is_counted_and_both_are_kept(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await;
    let second = world.post(&report("a", 20, 2)).await;
    assert_eq!(second.outcome, DeliveryOutcome::Conflict);
    assert_eq!(world.state(first.reports[0]).await.0, ReportState::Counted);
    assert_eq!(world.state(second.reports[0]).await.0, ReportState::Conflict);
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn the_better_trusted_takes_the_place_of_a_squatter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let forged = world.post(&report("a", 999, 0)).await;
    let genuine = world.mail(&report("a", 10, 1), "mail.example.org").await;
    assert_eq!(genuine.outcome, DeliveryOutcome::Counted);
    assert_eq!(world.state(forged.reports[0]).await.0, ReportState::Conflict);
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_signature_displaces_only_who_claims_to_be_its_signer(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let genuine = world.post(&report("a", 10, 1)).await;
    let other = world.mail(&report("a", 999, 0), "evil.example").await;
    // Another signer is another reporter: the two never meet.
    assert_eq!(world.state(genuine.reports[0]).await.0, ReportState::Counted);
    assert_eq!(world.state(other.reports[0]).await.0, ReportState::Counted);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn the_unique_index_decides_races(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let other = world.database.open().await;
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let storage = if number % 2 == 0 { &world.storage } else { &other }.clone();
            let delivery = world.delivery(&report("a", number, 0));
            tokio::spawn(async move { storage.record(delivery).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(world.count("reports", "state = 0").await, 1);
    assert_eq!(world.count("reports", "state = 2").await, 59);
    world.audit().await;
}

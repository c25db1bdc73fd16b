//! What is old goes, what is counted stays.

use model::DeliveryOutcome;
use rstest::rstest;
use storage::{NewDelivery, testing::Engine};

use crate::support::{NOW, World, report, totals};

#[rstest]
#[tokio::test]
async fn bodies_and_failures_go_by_age_and_slim_rows_stay(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for number in 0..600 {
        world.post(&report(&number.to_string(), 10, 1)).await;
    }
    let young = NewDelivery { received: NOW.plus_seconds(86_400), ..world.delivery(&report("young", 10, 1)) };
    world.record(young).await;
    let today = NOW.day().plus(1);
    assert_eq!(world.storage.expire_bodies(world.workspace, 0, today).await.unwrap(), 600);
    assert_eq!(world.storage.expire_failures(world.workspace, 0, today).await.unwrap(), 600);
    assert_eq!(world.count("bodies", "1 = 1").await, 1);
    assert_eq!(world.count("failures", "1 = 1").await, 1);
    assert_eq!(world.count("daily_address", "failed = 601").await, 1, "a failure of that day is kept");
    assert_eq!(world.count("reports", "1 = 1").await, 601);
    assert_eq!(world.totals("example.com").await, totals(601 * 11, 601));
    world.storage.expire_failures(world.workspace, 0, today.plus(1)).await.unwrap();
    assert_eq!(world.count("daily_address", "1 = 1").await, 0, "no failure of that day is kept");
    assert_eq!(world.count("daily_failure", "failed = 601").await, 1);
    // An old mailbox imported again counts nothing twice.
    assert_eq!(world.import(&report("7", 10, 1)).await.outcome, DeliveryOutcome::Duplicate);
    assert_eq!(world.totals("example.com").await, totals(601 * 11, 601));
}

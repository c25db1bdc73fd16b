//! Many at once are committed together, and each is answered after its commit.

use rstest::rstest;
use storage::{NewDelivery, testing::Engine};

use crate::support::{COUNTED, World, report, totals};

#[rstest]
#[tokio::test]
async fn many_at_once_are_all_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let tasks: Vec<_> = (0..300)
        .map(|number| {
            let storage = world.storage.clone();
            let delivery = world.delivery(&report(&number.to_string(), 10, 1));
            tokio::spawn(async move { storage.record(delivery).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().outcome, COUNTED);
    }
    assert_eq!(world.totals("example.com").await, totals(3_300, 300));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_is_waiting_is_stored_before_the_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let storage = world.storage.clone();
            let delivery = world.delivery(&report(&number.to_string(), 10, 1));
            tokio::spawn(async move { storage.record(delivery).await.is_ok() })
        })
        .collect();
    tokio::task::yield_now().await;
    world.storage.close().await;
    let mut acknowledged = 0;
    for task in tasks {
        acknowledged += i64::from(task.await.unwrap());
    }
    assert_eq!(world.count("reports", "state = 0").await, acknowledged, "acknowledged is stored, refused is not");
    assert!(world.storage.record(world.delivery(&report("late", 1, 0))).await.is_err());
}

#[rstest]
#[tokio::test]
async fn a_bad_one_harms_only_itself(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let gone = NewDelivery { domain: Some(model::DomainId(99)), ..world.delivery(&report("bad", 1, 0)) };
    let mut tasks: Vec<_> = (0..63)
        .map(|number| {
            let storage = world.storage.clone();
            let delivery = world.delivery(&report(&number.to_string(), 1, 0));
            tokio::spawn(async move { storage.record(delivery).await.is_ok() })
        })
        .collect();
    let storage = world.storage.clone();
    tasks.insert(30, tokio::spawn(async move { storage.record(gone).await.is_ok() }));
    for (place, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), place != 30);
    }
    world.audit().await;
}

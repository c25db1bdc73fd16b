//! Many at once are committed together, and each is answered after its commit.

use model::DeliveryOutcome;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
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

#[rstest]
#[tokio::test]
async fn what_the_database_never_takes_is_kept_as_unreadable(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    // No value of a report is known to do this, so the database is told to refuse one.
    let refuse = match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON reports WHEN NEW.report_id = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        }
        Engine::Postgres => "ALTER TABLE reports ADD CHECK (report_id <> 'poison')",
    };
    world.tables.execute_unprepared(refuse).await.unwrap();
    let record = |id: String| {
        let (storage, delivery) = (world.storage.clone(), world.delivery(&report(&id, 10, 1)));
        tokio::spawn(async move { storage.record(delivery).await.unwrap() })
    };
    let mut tasks: Vec<_> = (0..20).map(|number| record(number.to_string())).collect();
    let poison = record("poison".into()).await.unwrap();
    assert_eq!((poison.outcome, poison.reports), (DeliveryOutcome::Unreadable, vec![]));
    for task in tasks.drain(..) {
        assert_eq!(task.await.unwrap().outcome, COUNTED);
    }
    assert_eq!(world.count("bodies", "NOT readable").await, 1, "its bytes are kept");
    assert_eq!(world.totals("example.com").await, totals(220, 20));
    world.audit().await;
}

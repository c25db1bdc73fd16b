//! Domains and their addresses.

use rstest::rstest;
use storage::testing::Engine;

use crate::support::{COUNTED, NOW, World, name, report, totals};

#[rstest]
#[tokio::test]
async fn adding_twice_finds_the_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let again = world.storage.add_domain(world.workspace, &name("EXAMPLE.com"), "another", NOW).await.unwrap();
    assert_eq!((again.id, &*again.address), (world.domain, "address of example.com"));
    assert!(world.storage.address_owner("another").await.unwrap().is_none());
    let owner = world.storage.address_owner("address of example.com").await.unwrap().unwrap();
    assert_eq!((owner.domain, owner.workspace), (world.domain, world.workspace));
    assert_eq!(owner.name, name("example.com"));
}

#[rstest]
#[tokio::test]
async fn a_domain_added_by_another_process_works_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    assert!(world.storage.address_owner("new").await.unwrap().is_none());
    let other = world.database.open().await;
    other.add_domain(world.workspace, &name("example.net"), "new", NOW).await.unwrap();
    assert!(world.storage.address_owner("new").await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn a_retired_address_is_valid_until_its_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    use sea_orm::ConnectionTrait as _;

    let world = World::new(engine).await;
    // Years 2001 and 2286: before and after any day on which this test runs.
    for (retired, valid) in [(1_000_000_000_000_i64, false), (10_000_000_000_000, true)] {
        world.tables.execute_unprepared(&format!("UPDATE addresses SET retired = {retired}")).await.unwrap();
        assert_eq!(world.storage.address_owner("address of example.com").await.unwrap().is_some(), valid);
    }
}

#[rstest]
#[tokio::test]
async fn deleting_a_domain_deletes_all_that_is_its(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for number in 0..700 {
        world.post(&report(&number.to_string(), 10, 1)).await;
    }
    world.record(world.unreadable(b"hello")).await;
    assert!(world.storage.delete_domain(world.workspace, &name("example.com")).await.unwrap());
    assert!(!world.storage.delete_domain(world.workspace, &name("example.com")).await.unwrap());
    for table in [
        "domains",
        "addresses",
        "deliveries",
        "bodies",
        "delivery_reports",
        "reports",
        "policies",
        "failures",
        "labels",
        "daily_domain",
        "daily_reporter",
        "daily_policy",
        "daily_failure",
        "daily_address",
        "domain_summary",
    ] {
        assert_eq!(world.count(table, "1 = 1").await, 0, "{table}");
    }
    assert_eq!(world.storage.removals().await.unwrap(), []);
    let id = world.add("example.com").await;
    assert_ne!(id, world.domain, "an id is never used again");
    let again = storage::NewDelivery { domain: Some(id), ..world.delivery(&report("1", 10, 1)) };
    assert_eq!(world.record(again).await.outcome, COUNTED);
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_is_being_removed_is_gone_for_all_and_takes_nothing_new(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.post(&report("1", 10, 1)).await;
    let domain = name("example.com");
    assert_eq!(world.storage.begin_removal(world.workspace, &domain).await.unwrap(), Some(world.domain));
    assert!(world.storage.address_owner("address of example.com").await.unwrap().is_none());
    assert!(world.storage.domain(world.workspace, &domain).await.unwrap().is_none());
    assert!(world.storage.glance(world.workspace, "").await.unwrap().versions.is_empty());
    let again = world.storage.add_domain(world.workspace, &domain, "another", NOW).await;
    assert!(matches!(again, Err(storage::Error::BeingRemoved)), "{again:?}");
    // The process that began it may be gone: another finds what is left.
    assert_eq!(world.storage.removals().await.unwrap(), [world.domain]);
    world.storage.finish_removal(world.domain).await.unwrap();
    assert_eq!(world.storage.removals().await.unwrap(), []);
    world.add("example.com").await;
}

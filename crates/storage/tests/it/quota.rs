//! What a domain's address may take in on a day, and what that costs the others: nothing.

use std::time::Duration;

use model::{Day, DayQuota, DeliveryOutcome, DomainName};
use rstest::rstest;
use storage::{Error, NewDelivery, Recorded, Storage, testing::Engine};
use tlsrpt::Report;

use crate::support::{COUNTED, NOW, World, policy, report};

/// Noon to midnight.
const REST_OF_DAY: Duration = Duration::from_hours(12);

fn limited(world: &World, report: &Report, quota: DayQuota) -> NewDelivery {
    NewDelivery { quota: Some(quota), ..world.delivery(report) }
}

const fn deliveries(deliveries: u64) -> DayQuota {
    DayQuota { deliveries, bytes: 1 << 30 }
}

async fn not_taken(world: &World, day: Day) -> Vec<(DomainName, u64)> {
    world.storage.not_taken(world.workspace, day, day).await.unwrap().domains
}

fn turned_away(recorded: &Result<Recorded, Error>) -> bool {
    matches!(recorded, Err(Error::OverQuota(REST_OF_DAY)))
}

#[rstest]
#[tokio::test]
async fn a_flooded_address_turns_deliveries_away_and_the_others_do_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let other = world.add("other.example").await;
    for number in 0..5 {
        let recorded = world.storage.record(limited(&world, &report(&number.to_string(), 1, 0), deliveries(3))).await;
        assert_eq!(turned_away(&recorded), number >= 3, "{number}: {recorded:?}");
    }
    assert_eq!(world.count("reports", "1 = 1").await, 3, "nothing is stored of what was turned away");
    assert_eq!(world.count("deliveries", "1 = 1").await, 3);
    let elsewhere = NewDelivery { domain: Some(other), ..limited(&world, &report("6", 1, 0), deliveries(3)) };
    world.record(elsewhere).await;
    let away = not_taken(&world, NOW.day()).await;
    assert_eq!(away.iter().map(|(name, count)| (name.as_str(), *count)).collect::<Vec<_>>(), [("example.com", 2)]);
    assert_eq!(not_taken(&world, NOW.day().plus(1)).await, []);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_new_day_has_a_quota_of_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let at = |seconds, id: &str| NewDelivery {
        received: NOW.plus_seconds(seconds),
        ..limited(&world, &report(id, 1, 0), deliveries(1))
    };
    assert!(world.storage.record(at(0, "1")).await.is_ok());
    let Err(Error::OverQuota(rest)) = world.storage.record(at(12 * 3600 - 1, "2")).await else {
        panic!("it was taken in")
    };
    assert_eq!(rest, Duration::from_secs(1));
    assert!(world.storage.record(at(12 * 3600, "2")).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn what_repeats_a_report_takes_nothing_and_is_never_turned_away(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let quota = deliveries(2);
    let first = world.record(limited(&world, &report("1", 1, 0), quota)).await;
    for _ in 0..3 {
        let again = world.record(limited(&world, &report("1", 1, 0), quota)).await;
        assert_eq!(again.outcome, DeliveryOutcome::Duplicate);
    }
    assert_eq!(world.count("deliveries", "1 = 1").await, 3, "two repetitions are listed, the third is only counted");
    assert_eq!(world.state(first.reports[0]).await.1, 4);
    assert_eq!(world.record(limited(&world, &report("2", 1, 0), quota)).await.outcome, COUNTED);
    assert!(turned_away(&world.storage.record(limited(&world, &report("3", 1, 0), quota)).await));
    let again = world.record(limited(&world, &report("2", 1, 0), quota)).await;
    assert_eq!(again.outcome, DeliveryOutcome::Duplicate, "an honest sender hears so also when the quota is used up");
}

#[rstest]
#[tokio::test]
async fn bodies_count_by_what_is_stored_of_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let quota = DayQuota { deliveries: 100, bytes: 2_500 };
    let noise = |letter: u8| NewDelivery { quota: Some(quota), ..world.unreadable(&vec![letter; 1_000]) };
    for letter in [b'a', b'b', b'b', b'a'] {
        assert_eq!(world.record(noise(letter)).await.outcome, DeliveryOutcome::Unreadable);
    }
    assert!(turned_away(&world.storage.record(noise(b'c')).await), "a third body does not fit");
    assert_eq!(world.record(noise(b'a')).await.outcome, DeliveryOutcome::Unreadable, "what shares a body does");
    assert_eq!(world.count("bodies", "1 = 1").await, 2);
    assert_eq!(world.count("daily_intake", "deliveries = 5 AND bytes = 2000 AND turned_away = 1").await, 1);
}

#[rstest]
#[tokio::test]
async fn all_processes_share_one_quota(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let replicas: [Storage; 3] = [world.storage.clone(), world.database.open().await, world.database.open().await];
    let tasks: Vec<_> = (0..240)
        .map(|number| {
            let storage = replicas[number % 3].clone();
            let delivery = limited(&world, &report(&number.to_string(), 1, 0), deliveries(100));
            tokio::spawn(async move { storage.record(delivery).await })
        })
        .collect();
    let mut away = 0;
    for task in tasks {
        let recorded = task.await.unwrap();
        away += usize::from(turned_away(&recorded));
        assert!(recorded.is_ok() || turned_away(&recorded), "{recorded:?}");
    }
    assert_eq!(away, 140);
    assert_eq!(world.count("reports", "state = 0").await, 100, "exactly, however many write at once");
    assert_eq!(world.count("daily_intake", "deliveries = 100 AND turned_away = 140").await, 1);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn an_import_takes_nothing_of_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.record(limited(&world, &report("1", 1, 0), deliveries(1))).await;
    let mut large = report("2", 1, 0);
    large.policies.push(policy(tlsrpt::PolicyType::NoPolicyFound, Some("example.com"), 1, 0));
    assert_eq!(world.import(&large).await.outcome, COUNTED);
    assert_eq!(world.count("daily_intake", "deliveries = 1").await, 1);
}

#[rstest]
#[tokio::test]
async fn figures_of_old_days_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.post(&report("1", 1, 0)).await;
    world.storage.expire_intake(NOW.day()).await.unwrap();
    assert_eq!(world.count("daily_intake", "1 = 1").await, 1);
    world.storage.expire_intake(NOW.day().plus(1)).await.unwrap();
    assert_eq!(world.count("daily_intake", "1 = 1").await, 0);
}

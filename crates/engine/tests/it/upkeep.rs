//! What goes with age, and what does not go because a clock says so.

use engine::{ClockMoved, Receipt, Retention};
use model::Timestamp;

use crate::{
    on_both_engines,
    world::{NOW, World, failure, report, sts},
};

const KEEP: Retention = Retention { bodies: 90, failures: 400, audit: 730 };

fn days_later(days: i64) -> Timestamp {
    NOW.plus_seconds(days * 86_400)
}

async fn a_report(world: &World) -> Receipt {
    let to = world.watch("example.com").await;
    let failures = [failure("certificate-expired", "mx.example.com", 2)];
    world.post(&to, &report("Org", 19, &[sts("example.com", "enforce", 5, &failures)])).await
}

async fn has_its_body(world: &World, receipt: &Receipt) -> bool {
    world.engine.delivery(world.workspace, receipt.delivery).await.unwrap().unwrap().body.is_some()
}

on_both_engines! {
    async fn what_is_old_goes_when_its_time_has_come(world: &World) {
        let receipt = a_report(world).await;
        for day in (0..=90).step_by(2) {
            let expired = world.engine.expire(KEEP, days_later(day)).await.unwrap().unwrap();
            assert_eq!((expired.bodies, expired.reports), (0, 0), "day {day}");
        }
        assert_eq!(world.engine.expire(KEEP, days_later(91)).await.unwrap().unwrap().bodies, 1);
        assert!(!has_its_body(world, &receipt).await);
    }

    async fn a_clock_that_jumped_ahead_deletes_nothing_until_it_is_confirmed(world: &World) {
        let receipt = a_report(world).await;
        world.engine.expire(KEEP, NOW).await.unwrap().unwrap();
        let in_ten_years = days_later(3_650);
        for _ in 0..3 {
            assert_eq!(world.engine.expire(KEEP, in_ten_years).await.unwrap(), Err(ClockMoved { last: NOW }));
        }
        assert!(has_its_body(world, &receipt).await);
        world.engine.expire(KEEP, days_later(1)).await.unwrap().expect("set right, it needs no confirmation");
        world.engine.confirm_date(in_ten_years).await.unwrap();
        let expired = world.engine.expire(KEEP, in_ten_years).await.unwrap().unwrap();
        assert_eq!((expired.bodies, expired.reports), (1, 1));
    }

    async fn two_days_without_a_turn_are_nothing_to_ask_about(world: &World) {
        world.engine.expire(KEEP, NOW).await.unwrap().unwrap();
        world.engine.expire(KEEP, days_later(2)).await.unwrap().unwrap();
        let later = days_later(4).plus_seconds(1);
        assert_eq!(world.engine.expire(KEEP, later).await.unwrap(), Err(ClockMoved { last: days_later(2) }));
    }

    async fn a_clock_that_went_back_deletes_nothing_and_needs_no_word(world: &World) {
        let receipt = a_report(world).await;
        world.engine.expire(KEEP, NOW).await.unwrap().unwrap();
        assert_eq!(world.engine.expire(KEEP, days_later(-400)).await.unwrap().unwrap().bodies, 0);
        assert!(has_its_body(world, &receipt).await);
    }
}

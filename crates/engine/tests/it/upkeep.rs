//! What goes with age, and what does not go because a clock says so.

use engine::{ClockMoved, Destination, Receipt};
use model::{
    Channel, Timestamp,
    retention::{Keep, Loss},
};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, report, sts},
};

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
            let expired = world.engine.expire(days_later(day)).await.unwrap().unwrap();
            assert_eq!((expired.bodies, expired.reports), (0, 0), "day {day}");
        }
        assert_eq!(world.engine.expire(days_later(91)).await.unwrap().unwrap().bodies, 1);
        assert!(!has_its_body(world, &receipt).await);
    }

    async fn a_clock_that_jumped_ahead_deletes_nothing_until_it_is_confirmed(world: &World) {
        let receipt = a_report(world).await;
        world.engine.expire(NOW).await.unwrap().unwrap();
        let in_ten_years = days_later(3_650);
        for _ in 0..3 {
            assert_eq!(world.engine.expire(in_ten_years).await.unwrap(), Err(ClockMoved { last: NOW }));
        }
        assert!(has_its_body(world, &receipt).await);
        world.engine.expire(days_later(1)).await.unwrap().expect("set right, it needs no confirmation");
        world.engine.confirm_date(in_ten_years).await.unwrap();
        let expired = world.engine.expire(in_ten_years).await.unwrap().unwrap();
        assert_eq!((expired.bodies, expired.reports), (1, 1));
    }

    async fn two_days_without_a_turn_are_nothing_to_ask_about(world: &World) {
        world.engine.expire(NOW).await.unwrap().unwrap();
        world.engine.expire(days_later(2)).await.unwrap().unwrap();
        let later = days_later(4).plus_seconds(1);
        assert_eq!(world.engine.expire(later).await.unwrap(), Err(ClockMoved { last: days_later(2) }));
    }

    async fn a_clock_that_went_back_deletes_nothing_and_needs_no_word(world: &World) {
        let receipt = a_report(world).await;
        world.engine.expire(NOW).await.unwrap().unwrap();
        assert_eq!(world.engine.expire(days_later(-400)).await.unwrap().unwrap().bodies, 0);
        assert!(has_its_body(world, &receipt).await);
    }

    async fn each_workspace_has_ages_of_its_own_and_is_told_before_what_goes(world: &World) {
        let receipt = a_report(world).await;
        let keep = Keep { bodies: 30, failures: 60 };
        let engine = &world.engine;
        let (before, usual) = engine.retention(world.workspace).await.unwrap();
        assert_eq!((before, usual), (Keep { bodies: 90, failures: 400 }, before));
        assert_eq!(engine.loss(world.workspace, keep, days_later(30)).await.unwrap(), Loss::default());
        let size = engine.delivery(world.workspace, receipt.delivery).await.unwrap().unwrap().row.size;
        let loss = engine.loss(world.workspace, keep, days_later(61)).await.unwrap();
        assert_eq!(loss, Loss { bodies: 1, bytes: size, reports: 1 });

        engine.set_retention(world.workspace, keep).await.unwrap();
        assert_eq!(engine.retention(world.workspace).await.unwrap(), (keep, usual));
        let other = engine.create_workspace("other", None, NOW).await.unwrap().unwrap();
        assert_eq!(engine.retention(other).await.unwrap().0, usual, "others decide for themselves");
        assert_eq!(engine.loss(other, keep, days_later(61)).await.unwrap(), Loss::default(), "and have other things");

        engine.confirm_date(days_later(61)).await.unwrap();
        let expired = engine.expire(days_later(61)).await.unwrap().unwrap();
        assert_eq!((expired.bodies, expired.reports), (1, 1), "as was told");
        assert!(!has_its_body(world, &receipt).await);
    }

    async fn what_came_to_a_workspace_as_a_whole_goes_with_the_rest_of_it(world: &World) {
        let other = world.engine.create_workspace("other", None, NOW).await.unwrap().unwrap();
        world.watch("example.com").await;
        let body = |n: u64| report("Org", 19, &[sts("example.com", "enforce", n, &[failure("certificate-expired", "mx.example.com", 2)])]);
        for workspace in [world.workspace, other] {
            let to = Destination::Workspace(workspace);
            world.arrive(to, Channel::Import, "a.json", body(5).to_string().into_bytes()).await;
        }
        let keep = Keep { bodies: 7, failures: 7 };
        let loss = world.engine.loss(other, keep, days_later(8)).await.unwrap();
        assert_eq!((loss.bodies, loss.reports), (1, 1), "one of the two");
        world.engine.set_retention(other, keep).await.unwrap();
        world.engine.confirm_date(days_later(8)).await.unwrap();
        let expired = world.engine.expire(days_later(8)).await.unwrap().unwrap();
        assert_eq!((expired.bodies, expired.reports), (1, 1));
        assert_eq!(world.engine.loss(other, keep, days_later(8)).await.unwrap(), Loss::default());
        assert_eq!(world.engine.loss(world.workspace, keep, days_later(8)).await.unwrap().bodies, 1, "the other stays");
    }
}

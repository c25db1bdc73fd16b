//! The list of a domain's reports.

use model::{
    Day, DayRange, ReportState, Totals, Trust,
    view::{ReportList, ReportQuery},
};

use crate::{
    on_both_engines,
    world::{World, failure, name_of, report, sts},
};

const ALL: ReportQuery = ReportQuery { range: None, failing: false, trust: None, page: 1 };

async fn list(world: &World, query: ReportQuery) -> ReportList {
    world.engine.reports(world.workspace, &name_of("example.com"), &query).await.unwrap().unwrap()
}

on_both_engines! {
    async fn the_latest_period_comes_first(world: &World) {
        let receiver = world.watch("example.com").await;
        let expired = [failure("certificate-expired", "mx.example.com", 5)];
        world.post(&receiver, &report("Alpha", 18, &[sts("example.com", "enforce", 95, &expired)])).await;
        world.post(&receiver, &report("Beta", 19, &[sts("example.com", "enforce", 7, &[])])).await;
        world.post(&receiver, &report("Gamma", 17, &[sts("example.com", "enforce", 7, &[])])).await;

        let all = list(world, ALL).await;
        assert_eq!((all.matching, all.page), (3, 1));
        assert_eq!(all.rows.iter().map(|row| row.reporter.as_str()).collect::<Vec<_>>(), ["Beta", "Alpha", "Gamma"]);
        assert_eq!(all.rows[1].totals, Totals { sessions: 100, failed: 5 });
        assert_eq!((all.rows[1].trust, all.rows[1].state), (Trust::Unsigned, ReportState::Counted));

        let failing = list(world, ReportQuery { failing: true, ..ALL }).await;
        assert_eq!((failing.matching, failing.rows[0].reporter.as_str()), (1, "Alpha"));
        let day = Day::from_ymd(2026, 11, 17).unwrap();
        let one_day = list(world, ReportQuery { range: Some(DayRange { first: day, last: day }), ..ALL }).await;
        assert_eq!((one_day.matching, one_day.rows[0].reporter.as_str()), (1, "Gamma"));
    }

    async fn a_period_that_cannot_be_believed_is_shown_and_counted_nowhere(world: &World) {
        let receiver = world.watch("example.com").await;
        let mut wrong = report("Alpha", 18, &[sts("example.com", "enforce", 95, &[])]);
        wrong["date-range"]["start-datetime"] = "1970-01-01T00:00:00Z".into();
        wrong["date-range"]["end-datetime"] = "1970-01-01T23:59:59Z".into();
        world.post(&receiver, &wrong).await;
        let all = list(world, ALL).await;
        assert_eq!((all.matching, all.rows[0].state), (1, ReportState::OutOfRange));
        assert!(all.rows[0].notes > 0);
    }

    async fn pages_have_fifty_rows(world: &World) {
        let receiver = world.watch("example.com").await;
        for n in 0..53 {
            let policies = [sts("example.com", "enforce", n, &[])];
            world.post(&receiver, &report(&format!("Sender{n}"), 18, &policies)).await;
        }
        let first = list(world, ALL).await;
        let second = list(world, ReportQuery { page: 2, ..ALL }).await;
        assert_eq!((first.matching, first.rows.len(), second.rows.len()), (53, 50, 3));
        assert!(second.rows.iter().all(|row| !first.rows.contains(row)));
    }

    async fn an_unknown_domain_has_no_list(world: &World) {
        world.watch("example.com").await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.reports(other, &name_of("example.com"), &ALL).await.unwrap(), None);
        assert_eq!(world.engine.reports(world.workspace, &name_of("example.net"), &ALL).await.unwrap(), None);
    }
}

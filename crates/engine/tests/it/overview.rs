//! Which domains need attention.

use model::{
    Day, Status, Totals,
    view::{OverviewQuery, OverviewSort},
};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, report, sts},
};

fn query() -> OverviewQuery {
    OverviewQuery { search: String::new(), status: None, sort: OverviewSort::Status, days: 30, page: 1 }
}

on_both_engines! {
    async fn an_empty_workspace_is_no_error(world: &World) {
        let overview = world.engine.overview(world.workspace, &query(), NOW).await.unwrap();
        assert_eq!((overview.domains, overview.matching, overview.page, overview.last_delivery), (0, 0, 1, None));
        assert!(overview.rows.is_empty());
    }

    async fn each_domain_stands_as_its_reports_say(world: &World) {
        let broken = world.watch("broken.example").await;
        let shaky = world.watch("shaky.example").await;
        let fine = world.watch("fine.example").await;
        world.watch("new.example").await;
        let expired = [failure("certificate-expired", "mx2.broken.example", 40)];
        let untrusted = [failure("certificate-not-trusted", "mx.shaky.example", 2)];
        world.post(&broken, &report("Sender", 19, &[sts("broken.example", "enforce", 60, &expired)])).await;
        world.post(&shaky, &report("Sender", 19, &[sts("shaky.example", "testing", 98, &untrusted)])).await;
        world.post(&fine, &report("Sender", 19, &[sts("fine.example", "enforce", 10, &[])])).await;
        world.post(&fine, &report("Other", 18, &[sts("fine.example", "enforce", 20, &[])])).await;

        let overview = world.engine.overview(world.workspace, &query(), NOW).await.unwrap();
        let told: Vec<_> = overview.rows.iter().map(|row| (row.name.as_str(), row.status, row.reason.as_str())).collect();
        assert_eq!(told, [
            ("broken.example", Status::Error, "certificate-expired on mx2.broken.example"),
            ("shaky.example", Status::Warning, "certificate-not-trusted on mx.shaky.example"),
            ("new.example", Status::Waiting, "first report due by 23 Nov"),
            ("fine.example", Status::Ok, ""),
        ]);
        assert_eq!((overview.domains, overview.errors, overview.warnings, overview.matching), (4, 1, 1, 4));
        assert_eq!(overview.totals, Totals { sessions: 230, failed: 42 });
        assert_eq!(overview.last_delivery, Some(NOW));
        assert_eq!(overview.complete_to, Day::from_ymd(2026, 11, 19).unwrap());

        let row = &overview.rows[3];
        assert_eq!((row.totals, row.reporters, row.last_report), (Totals { sessions: 30, failed: 0 }, 2, Some(NOW)));
        assert_eq!(row.mode, Some(mtasts::Mode::Enforce));
        assert_eq!(row.points.len(), 30);
        assert_eq!(row.points[29].day, NOW.day());
        let reported: Vec<_> = row.points.iter().filter(|point| point.totals.sessions > 0).collect();
        assert_eq!(reported.iter().map(|point| point.totals.sessions).collect::<Vec<_>>(), [20, 10]);
        assert_eq!(overview.rows[0].points.iter().map(|point| point.first_cause).sum::<u64>(), 40);
    }

    async fn filters_meet_and_counts_stay(world: &World) {
        for name in ["one.example", "two.example", "three.example"] {
            world.watch(name).await;
        }
        let none = OverviewQuery { status: Some(Status::Error), ..query() };
        let overview = world.engine.overview(world.workspace, &none, NOW).await.unwrap();
        assert_eq!((overview.domains, overview.matching, overview.rows.len()), (3, 0, 0));
        let some = OverviewQuery { search: "T".into(), status: Some(Status::Waiting), sort: OverviewSort::Name, ..query() };
        let overview = world.engine.overview(world.workspace, &some, NOW).await.unwrap();
        let names: Vec<_> = overview.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["three.example", "two.example"]);
    }

    async fn what_overview_finds_is_listed_by_name_some_at_a_time(world: &World) {
        for (name, ago) in [("c.example", 1), ("a.example", 2), ("b.example", 9), ("d.net", 1)] {
            let receiver = world.watch(name).await;
            for reporter in ["Sender", "Other"] {
                let policies = [sts(name, "enforce", 10, &[])];
                world.post(&receiver, &report(reporter, 20 - ago, &policies)).await;
            }
        }
        let listed = async |query: OverviewQuery| {
            let (mut told, mut after) = (vec![], None);
            loop {
                let some = world.engine.overview_after(world.workspace, &query, after.as_ref(), 2, NOW).await.unwrap();
                assert!(some.len() <= 2);
                let Some((last, _)) = some.last() else { break told };
                after = Some(last.standing.name.clone());
                told.extend(some.iter().map(|(item, reporters)| {
                    (item.standing.name.to_string(), item.standing.totals.sessions, *reporters)
                }));
            }
        };
        let rows = |rows: &[(&str, u64, u32)]| rows.iter().map(|(name, n, seen)| ((*name).to_owned(), *n, *seen)).collect::<Vec<_>>();
        let all = rows(&[("a.example", 20, 2), ("b.example", 20, 2), ("c.example", 20, 2), ("d.net", 20, 2)]);
        assert_eq!(listed(OverviewQuery { sort: OverviewSort::Sessions, page: 7, ..query() }).await, all);
        let week = OverviewQuery { search: " EXAMPLE ".into(), days: 7, ..query() };
        assert_eq!(listed(week).await, rows(&[("a.example", 20, 2), ("b.example", 0, 0), ("c.example", 20, 2)]));
        assert!(listed(OverviewQuery { status: Some(Status::Error), ..query() }).await.is_empty());
    }

    async fn a_page_has_so_many_rows_and_the_last_is_the_furthest(world: &World) {
        for n in 0..60 {
            world.watch(&format!("d{n:02}.example")).await;
        }
        let page = async |page| {
            let overview = world.engine.overview(world.workspace, &OverviewQuery { page, ..query() }, NOW).await.unwrap();
            (overview.page, overview.rows.len(), overview.rows[0].name.to_string())
        };
        assert_eq!(page(1).await, (1, 25, "d00.example".to_owned()));
        assert_eq!(page(2).await, (2, 25, "d25.example".to_owned()));
        assert_eq!(page(3).await, (3, 10, "d50.example".to_owned()));
        assert_eq!(page(9).await, (3, 10, "d50.example".to_owned()));
    }

    async fn visits_agree_with_figures_computed_anew_whatever_happens(world: &World) {
        let fresh = async || {
            let other = engine::Engine::open(world.settings.clone()).await.unwrap();
            let overview = other.overview(world.workspace, &query(), NOW).await.unwrap();
            other.close().await;
            overview
        };
        let visit = async || world.engine.overview(world.workspace, &query(), NOW).await.unwrap();
        let one = world.watch("one.example").await;
        assert_eq!(visit().await, fresh().await);
        let two = world.watch("two.example").await;
        world.post(&one, &report("Sender", 19, &[sts("one.example", "testing", 10, &[])])).await;
        assert_eq!(visit().await, fresh().await);
        // Another process writes.
        let elsewhere = engine::Engine::open(world.settings.clone()).await.unwrap();
        let failed = [failure("certificate-expired", "mx.two.example", 4)];
        let body = report("Sender", 19, &[sts("two.example", "enforce", 10, &failed)]).to_string().into_bytes();
        let to = engine::Destination::Address(two.clone());
        let arrival = engine::Arrival { to, channel: model::Channel::Https, remote: None, body, received: NOW, in_mailbox: None };
        elsewhere.receive(arrival).await.unwrap();
        elsewhere.close().await;
        let overview = visit().await;
        assert_eq!(overview.errors, 1);
        assert_eq!(overview, fresh().await);
        // A conflict is counted nowhere.
        world.post(&two, &report("Sender", 19, &[sts("two.example", "enforce", 99, &[])])).await;
        assert_eq!(visit().await, fresh().await);
    }

    async fn a_report_shows_at_once(world: &World) {
        let receiver = world.watch("example.com").await;
        for day in 1..=5_u64 {
            let policies = [sts("example.com", "enforce", 10, &[])];
            world.post(&receiver, &report("Sender", u32::try_from(day).unwrap(), &policies)).await;
            let overview = world.engine.overview(world.workspace, &query(), NOW).await.unwrap();
            assert_eq!(overview.totals.sessions, 10 * day);
        }
    }
}

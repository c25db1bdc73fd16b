//! The list of a domain's reports.

use model::{
    Day, ReportState, Totals, Trust,
    report_list::{Failed, Looked, ReportList, ReportQuery, ReportSort},
};
use tlsrpt::PolicyType;

use crate::{
    on_both_engines,
    world::{World, failure, name_of, report, sts},
};

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

        let all = list(world, ReportQuery::default()).await;
        assert_eq!((all.matching, all.page), (3, 1));
        assert_eq!(all.rows.iter().map(|row| row.reporter.as_str()).collect::<Vec<_>>(), ["Beta", "Alpha", "Gamma"]);
        assert_eq!(all.rows[1].totals, Totals { sessions: 100, failed: 5 });
        assert_eq!((all.rows[1].trust, all.rows[1].state), (Trust::Unsigned, ReportState::Counted));

        let failing = list(world, ReportQuery { failed: Some(Failed::Some), ..ReportQuery::default() }).await;
        assert_eq!((failing.matching, failing.rows[0].reporter.as_str()), (1, "Alpha"));
        let day = Day::from_ymd(2026, 11, 17).unwrap();
        let one_day = list(world, ReportQuery { from: Some(day), to: Some(day), ..ReportQuery::default() }).await;
        assert_eq!((one_day.matching, one_day.rows[0].reporter.as_str()), (1, "Gamma"));
    }

    async fn a_period_that_cannot_be_believed_is_shown_and_counted_nowhere(world: &World) {
        let receiver = world.watch("example.com").await;
        let mut wrong = report("Alpha", 18, &[sts("example.com", "enforce", 95, &[])]);
        wrong["date-range"]["start-datetime"] = "1970-01-01T00:00:00Z".into();
        wrong["date-range"]["end-datetime"] = "1970-01-01T23:59:59Z".into();
        world.post(&receiver, &wrong).await;
        let all = list(world, ReportQuery::default()).await;
        assert_eq!((all.matching, all.rows[0].state), (1, ReportState::OutOfRange));
        assert!(all.rows[0].notes > 0);
    }

    async fn all_domains_are_listed_by_day_and_then_by_name(world: &World) {
        let (second, first) = (world.watch("b.example").await, world.watch("a.example").await);
        let none = [failure("certificate-expired", "mx.a.example", 4)];
        world.post(&second, &report("Alpha", 18, &[sts("b.example", "testing", 9, &[])])).await;
        world.post(&first, &report("Alpha", 18, &[sts("a.example", "enforce", 0, &none)])).await;
        world.post(&first, &report("Beta", 17, &[sts("a.example", "enforce", 7, &[])])).await;
        let all = async |query: ReportQuery| world.engine.all_reports(world.workspace, &query).await.unwrap();
        let told = |list: &ReportList| {
            let row = |row: &model::view::ReportRow| format!("{} {}", row.domain.as_ref().unwrap(), row.reporter);
            list.rows.iter().map(row).collect::<Vec<_>>()
        };

        let list = all(ReportQuery::default()).await;
        assert_eq!((list.matching, list.looked), (3, Looked::AtAll));
        assert_eq!(told(&list), ["a.example Alpha", "b.example Alpha", "a.example Beta"]);
        assert_eq!(list.rows[1].policies, [(PolicyType::Sts, Some(mtasts::Mode::Testing))]);

        let asked = |query: ReportQuery| async { let list = all(query).await; (list.matching, told(&list)) };
        let failed = |failed| ReportQuery { failed: Some(failed), ..ReportQuery::default() };
        assert_eq!(asked(failed(Failed::Some)).await, (1, vec!["a.example Alpha".to_owned()]));
        assert_eq!(asked(failed(Failed::All)).await.0, 1);
        assert_eq!(asked(failed(Failed::None)).await.1, ["b.example Alpha", "a.example Beta"]);
        let of = |reporter: &str| ReportQuery { reporter: reporter.to_owned(), ..ReportQuery::default() };
        assert_eq!(asked(of("BET")).await.1, ["a.example Beta"]);
        assert_eq!(asked(of("%")).await.0, 0, "what people type is no pattern");
        let on = |domain: &str| ReportQuery { domain: domain.to_owned(), ..ReportQuery::default() };
        assert_eq!(asked(on("b.ex")).await.1, ["b.example Alpha"]);
        let under = |policy_type| ReportQuery { policy_type: Some(policy_type), ..ReportQuery::default() };
        assert_eq!((asked(under(PolicyType::Sts)).await.0, asked(under(PolicyType::Tlsa)).await.0), (3, 0));
        let by = |sort| ReportQuery { sort, ..ReportQuery::default() };
        assert_eq!(asked(by(ReportSort::Sessions)).await.1[0], "b.example Alpha");
        assert_eq!(asked(by(ReportSort::Rate)).await.1[0], "a.example Alpha");
        assert_eq!(asked(by(ReportSort::Failed)).await.1[0], "a.example Alpha");
        assert_eq!(asked(by(ReportSort::Received)).await.1[0], "a.example Beta");
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.all_reports(other, &ReportQuery::default()).await.unwrap().matching, 0);
    }

    async fn pages_have_so_many_rows_each(world: &World) {
        let receiver = world.watch("example.com").await;
        for n in 0..28 {
            let policies = [sts("example.com", "enforce", n, &[])];
            world.post(&receiver, &report(&format!("Sender{n}"), 18, &policies)).await;
        }
        let first = list(world, ReportQuery::default()).await;
        let second = list(world, ReportQuery { page: 2, ..ReportQuery::default() }).await;
        assert_eq!((first.matching, first.rows.len(), second.rows.len()), (28, 25, 3));
        assert!(second.rows.iter().all(|row| !first.rows.contains(row)));
    }

    async fn an_unknown_domain_has_no_list(world: &World) {
        world.watch("example.com").await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.reports(other, &name_of("example.com"), &ReportQuery::default()).await.unwrap(), None);
        assert_eq!(world.engine.reports(world.workspace, &name_of("example.net"), &ReportQuery::default()).await.unwrap(), None);
    }
}

//! The page of one domain.

use model::{
    Day, DayRange, Impact, Totals, Trust,
    failing::FailureFilter,
    readiness::Verdict,
    rhythm::Rhythm,
    view::{DomainPage, DomainQuery, RollCall},
};
use mtasts::Mode;
use serde_json::json;
use tlsrpt::{PolicyType, ResultType};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, name_of, report, report_of_days, sts},
};

const DOMAIN: &str = "example.com";

async fn page(world: &World, days: u16) -> DomainPage {
    page_of(world, DayRange::ending(NOW.day(), days), FailureFilter::default()).await
}

async fn page_of(world: &World, range: DayRange, filter: FailureFilter) -> DomainPage {
    let query = DomainQuery::filtered(range, filter);
    world.engine.domain_page(world.workspace, &name_of(DOMAIN), &query, NOW).await.unwrap().unwrap()
}

fn november(day: u32) -> Day {
    Day::from_ymd(2026, 11, day).unwrap()
}

on_both_engines! {
    async fn what_another_workspace_has_does_not_exist(world: &World) {
        world.watch(DOMAIN).await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        let query = DomainQuery::all_of(DayRange::ending(NOW.day(), 30));
        for (workspace, name) in [(other, DOMAIN), (world.workspace, "example.net")] {
            let name = name_of(name);
            assert_eq!(world.engine.domain_page(workspace, &name, &query, NOW).await.unwrap(), None);
            assert_eq!(world.engine.unreported(workspace, &name, NOW).await.unwrap(), None);
            let by_address = world.engine.failures_by_address(workspace, &name, query.range, &query.filter).await.unwrap();
            assert_eq!(by_address, None);
        }
    }

    async fn a_domain_without_reports_has_empty_days(world: &World) {
        world.watch(DOMAIN).await;
        let page = page(world, 7).await;
        assert_eq!((page.points.len(), page.totals, page.before, page.reports), (7, Totals::default(), Totals::default(), 0));
        assert!(page.causes.is_empty() && page.reporters.is_empty() && page.policies.is_empty());
        assert!(page.failing.impacts.is_empty() && page.failing.by_type.is_empty() && page.failing.mx_days.is_empty());
        assert_eq!(page.readiness.verdict, Verdict::NoPolicy);
        let unreported = world.engine.unreported(world.workspace, &name_of(DOMAIN), NOW).await.unwrap().unwrap();
        assert_eq!((unreported.setup.records.len(), unreported.test), (1, None));
    }

    async fn causes_come_with_place_impact_days_and_reporters(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let expired = |failed| failure("certificate-expired", "MX2.example.com.", failed);
        let unknown = failure("mystery\u{202e}", "mx1.example.com", 1);
        world.post(&receiver, &report("Alpha", 16, &[sts(DOMAIN, "testing", 90, &[expired(10)])])).await;
        world.post(&receiver, &report("Alpha", 18, &[sts(DOMAIN, "enforce", 95, &[expired(5), unknown])])).await;
        world.post(&receiver, &report("Beta", 18, &[sts(DOMAIN, "enforce", 40, &[expired(2)])])).await;

        let page = page(world, 30).await;
        assert_eq!(page.totals, Totals { sessions: 243, failed: 18 });
        assert_eq!(page.causes.len(), 2);
        let first = &page.causes[0];
        assert_eq!((&first.result_type, first.mx.as_deref()), (&ResultType::CertificateExpired, Some("mx2.example.com")));
        assert_eq!((first.failed, first.reporters, first.impact), (17, 2, Impact::NotDelivered));
        assert_eq!((first.first, first.last), (november(16), november(18)));
        assert!(matches!(&page.causes[1].result_type, ResultType::Other(text) if text.starts_with("mystery")));
        assert_eq!(page.failing.impacts, [(Impact::NotDelivered, 8), (Impact::DeliveredUnprotected, 10)]);

        let with_failures: Vec<_> = page.points.iter().filter(|point| point.totals.failed > 0).collect();
        assert_eq!(with_failures.iter().map(|point| point.first_cause).collect::<Vec<_>>(), [10, 7]);
        assert_eq!((page.mode, page.reports), (Some(Mode::Enforce), 3));
    }

    async fn the_range_before_is_as_long_and_ends_the_day_before(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        for (day, sessions) in [(7, 1), (8, 10), (14, 100), (15, 1000), (21, 10_000)] {
            world.post(&receiver, &report("Alpha", day, &[sts(DOMAIN, "enforce", sessions, &[])])).await;
        }
        let page = page(world, 7).await;
        assert_eq!((page.range.first, page.range.last), (november(15), november(21)));
        assert_eq!((page.totals.sessions, page.before.sessions), (11_000, 110));
    }

    async fn a_report_of_several_days_marks_each_and_counts_on_the_first(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let expired = [failure("certificate-expired", "mx.example.com", 1)];
        world.post(&receiver, &report_of_days("Weekly", 15, 17, &[sts(DOMAIN, "enforce", 30, &[])])).await;
        world.post(&receiver, &report("Daily", 16, &[sts(DOMAIN, "enforce", 99, &expired)])).await;

        let page = page(world, 7).await;
        let marks = |row: usize| page.reporters[row].days.iter().map(|day| match day {
            RollCall::Silent => '.',
            RollCall::Well => 'o',
            RollCall::Failures => 'x',
        }).collect::<String>();
        assert_eq!((page.reporters[0].name.as_str(), marks(0)), ("Daily", ".x.....".to_owned()));
        assert_eq!((page.reporters[1].name.as_str(), marks(1)), ("Weekly", "ooo....".to_owned()));
        assert_eq!(page.reporters[1].totals.sessions, 30);
        assert_eq!(page.reporters[1].trust, Trust::Unsigned);
        assert_eq!(page.points[0].totals.sessions, 30);
        assert_eq!(page.points[1].totals.sessions, 100);
        assert_eq!(page.points[2].totals.sessions, 0);
    }

    async fn policies_stand_each_by_itself(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let tlsa = json!({
            "policy": { "policy-type": "tlsa", "policy-domain": DOMAIN, "policy-string": [] },
            "summary": { "total-successful-session-count": 100, "total-failure-session-count": 0 },
        });
        world.post(&receiver, &report("Both", 18, &[sts(DOMAIN, "enforce", 100, &[]), tlsa])).await;
        let page = page(world, 30).await;
        assert_eq!(page.totals.sessions, 100, "the same sessions are told twice");
        let told: Vec<_> = page.policies.iter().map(|row| (&row.policy_type, row.mode, row.totals.sessions)).collect();
        assert_eq!(told, [(&PolicyType::Tlsa, None, 100), (&PolicyType::Sts, Some(Mode::Enforce), 100)]);
    }

    async fn many_names_are_put_together(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let failures: Vec<_> = (0..120).map(|n| failure("validation-failure", &format!("mx{n}.example.com"), 1)).collect();
        world.post(&receiver, &report("Alpha", 18, &[sts(DOMAIN, "enforce", 1000, &failures)])).await;
        let page = page(world, 30).await;
        assert_eq!(page.causes.len(), 50);
        assert_eq!((page.causes[49].failed, page.causes[49].mx.as_deref()), (71, None));
    }

    async fn any_days_of_the_past_are_shown_and_compared(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        for (day, sessions) in [(3, 5), (6, 10), (8, 100), (12, 1000)] {
            world.post(&receiver, &report("Alpha", day, &[sts(DOMAIN, "enforce", sessions, &[])])).await;
        }
        let range = DayRange { first: november(6), last: november(9) };
        let page = page_of(world, range, FailureFilter::default()).await;
        assert_eq!((page.totals.sessions, page.before.sessions, page.points.len()), (110, 5, 4));
        assert_eq!(page.reporters.len(), 1);
        let quiet = DayRange { first: november(9), last: november(11) };
        let page = page_of(world, quiet, FailureFilter::default()).await;
        assert_eq!((page.totals.sessions, page.before.sessions, page.reporters.len()), (0, 110, 0), "not one of these days");
    }

    async fn filters_act_on_failing_rows(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let expired = |mx, failed| failure("certificate-expired", mx, failed);
        let tlsa = json!({
            "policy": { "policy-type": "tlsa", "policy-domain": DOMAIN, "policy-string": [] },
            "summary": { "total-successful-session-count": 10, "total-failure-session-count": 4 },
            "failure-details": [failure("tlsa-invalid", "mx1.example.com", 4)],
        });
        let odd = failure("odd-one", "mx2.example.com", 1);
        world.post(&receiver, &report("Alpha", 16, &[sts(DOMAIN, "testing", 90, &[expired("mx1.example.com", 10)])])).await;
        world.post(&receiver, &report("Alpha", 18, &[sts(DOMAIN, "enforce", 95, &[expired("mx2.example.com", 5), odd])])).await;
        world.post(&receiver, &report("Beta", 18, &[sts(DOMAIN, "enforce", 40, &[expired("mx1.example.com", 2)]), tlsa])).await;

        let range = DayRange::ending(NOW.day(), 30);
        let failed = async |asked: &[(&str, &str)]| {
            let filter = FailureFilter::read(|key| {
                asked.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned()).unwrap_or_default()
            });
            let page = page_of(world, range, filter.clone()).await;
            assert_eq!(page.totals.sessions, 243, "{asked:?}: sessions are those of all");
            let of_days: u64 = page.points.iter().map(|point| point.totals.failed).sum();
            let of_causes: u64 = page.causes.iter().map(|cause| cause.failed).sum();
            let (by_address, cut) =
                world.engine.failures_by_address(world.workspace, &name_of(DOMAIN), range, &filter).await.unwrap().unwrap();
            assert!(!cut && !page.failing.cut);
            let of_addresses: u64 = by_address.receiving.iter().map(|sum| sum.failed).sum();
            assert_eq!(of_addresses, of_causes, "{asked:?}: both ways to the same rows");
            (of_days, of_causes)
        };
        assert_eq!(failed(&[("mx", "mx1.example.com")]).await, (16, 16));
        assert_eq!(failed(&[("mx", "mx2.example.com")]).await, (6, 6));
        assert_eq!(failed(&[("type", "odd-one")]).await, (1, 1));
        assert_eq!(failed(&[("reporter", "Alpha"), ("type", "certificate-expired")]).await, (15, 15));
        assert_eq!(failed(&[("policy", "tlsa")]).await, (4, 4));
        assert_eq!(failed(&[("policy", "sts"), ("mode", "testing")]).await, (10, 10));
        assert_eq!(failed(&[("mode", "enforce"), ("mx", "mx1.example.com")]).await, (2, 2));
        assert_eq!(failed(&[("trust", "unsigned"), ("reporter", "Beta")]).await, (6, 6));
        assert_eq!(failed(&[("trust", "signed")]).await, (0, 0));
        assert_eq!(failed(&[("policy", "never-heard-of")]).await, (0, 0));
        assert_eq!(failed(&[("mx", "-")]).await, (0, 0));
    }

    async fn heat_and_breakdowns_tell_the_same_rows(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        let expired = |failed| failure("certificate-expired", "mx1.example.com", failed);
        world.post(&receiver, &report("Alpha", 20, &[sts(DOMAIN, "enforce", 90, &[expired(3)])])).await;
        world.post(&receiver, &report("Beta", 21, &[sts(DOMAIN, "enforce", 90, &[expired(4)])])).await;
        let page = page(world, 7).await;
        let failing = page.failing;
        assert_eq!(failing.mx_days.len(), 1);
        assert_eq!(failing.mx_days[0].days, [0, 0, 0, 0, 0, 3, 4]);
        let told: Vec<_> = failing.reporter_days.iter().map(|row| (row.name.as_deref().unwrap(), row.days[5], row.days[6])).collect();
        assert_eq!(told, [("Beta", 0, 4), ("Alpha", 3, 0)]);
        assert_eq!(failing.by_reporter, [("Beta".to_owned(), 4), ("Alpha".to_owned(), 3)]);
        assert_eq!(failing.by_mx, [(Some("mx1.example.com".to_owned()), 7)]);
        assert_eq!(failing.by_type, [(ResultType::CertificateExpired, 7)]);
    }

    async fn who_reported_every_day_and_stopped_is_silent(world: &World) {
        let receiver = world.watch(DOMAIN).await;
        for day in 1..=12 {
            world.post(&receiver, &report("Gone", day, &[sts(DOMAIN, "testing", 10, &[])])).await;
        }
        for day in 8..=19 {
            world.post(&receiver, &report("Here", day, &[sts(DOMAIN, "testing", 20, &[])])).await;
        }
        let page = page(world, 7).await;
        let presence = |name: &str| page.reporters.iter().find(|row| row.name == name).unwrap().presence.unwrap();
        assert_eq!((presence("Gone").rhythm, presence("Gone").silent_since), (Rhythm::Daily, Some(november(13))));
        assert_eq!((presence("Here").last_seen, presence("Here").silent_since), (november(19), None));
        assert_eq!(page.reporters.len(), 2, "who is silent is called, too");
        // 6 to 19 November: reports on each of these days, and nobody has looked from outside.
        assert_eq!(page.readiness.verdict, Verdict::NotYet);
        assert_eq!(page.readiness.missing.len(), 1, "{:?}", page.readiness);
    }
}

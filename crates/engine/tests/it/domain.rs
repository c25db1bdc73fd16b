//! The page of one domain.

use model::{
    Day, Impact, Totals, Trust,
    view::{DomainPage, RollCall},
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
    world.engine.domain_page(world.workspace, &name_of(DOMAIN), days, NOW).await.unwrap().unwrap()
}

fn november(day: u32) -> Day {
    Day::from_ymd(2026, 11, day).unwrap()
}

on_both_engines! {
    async fn what_another_workspace_has_does_not_exist(world: &World) {
        world.watch(DOMAIN).await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.domain_page(other, &name_of(DOMAIN), 30, NOW).await.unwrap(), None);
        assert_eq!(world.engine.domain_page(world.workspace, &name_of("example.net"), 30, NOW).await.unwrap(), None);
    }

    async fn a_domain_without_reports_has_empty_days(world: &World) {
        world.watch(DOMAIN).await;
        let page = page(world, 7).await;
        assert_eq!((page.points.len(), page.totals, page.before, page.reports), (7, Totals::default(), Totals::default(), 0));
        assert!(page.causes.is_empty() && page.reporters.is_empty() && page.policies.is_empty() && page.impacts.is_empty());
        assert_eq!(page.setup.records.len(), 1);
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
        assert_eq!(page.impacts, [(Impact::NotDelivered, 8), (Impact::DeliveredUnprotected, 10)]);

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

    async fn a_range_is_a_year_at_most(world: &World) {
        world.watch(DOMAIN).await;
        assert_eq!(page(world, u16::MAX).await.points.len(), 366);
        assert_eq!(page(world, 0).await.points.len(), 1);
    }
}

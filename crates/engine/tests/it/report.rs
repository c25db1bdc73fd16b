//! The page of one report.

use engine::Destination;
use model::{Channel, DeliveryOutcome, Impact, ReportId, ReportState, Totals, Trust, view::ReportPage};
use tlsrpt::ResultType;

use crate::{
    on_both_engines,
    world::{NOW, World, failure, report, sts},
};

async fn page(world: &World, id: ReportId) -> ReportPage {
    world.engine.report(world.workspace, id, NOW).await.unwrap().unwrap()
}

on_both_engines! {
    async fn a_report_is_shown_as_it_was_sent(world: &World) {
        let receiver = world.watch("example.com").await;
        let failures = [failure("certificate-expired", "mx1.example.com", 3), failure("odd", "mx2.example.com", 2)];
        let sent = report("Alpha", 18, &[sts("example.com", "enforce", 95, &failures)]);
        let receipt = world.post(&receiver, &sent).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Counted);

        let page = page(world, receipt.reports[0]).await;
        assert_eq!(page.domain.unwrap().as_str(), "example.com");
        assert_eq!(page.organization_name.as_deref(), Some("Alpha"));
        assert_eq!((page.contact_info.as_deref(), page.report_id.as_deref()), (Some("tls@alpha.example"), Some("18-Alpha")));
        assert_eq!(page.start.unwrap().to_string(), "2026-11-18T00:00:00Z");
        assert_eq!((page.received, page.channel, page.remote.as_deref()), (NOW, Channel::Https, Some("192.0.2.7")));
        assert_eq!((page.arrivals, page.trust, page.state), (1, Trust::Unsigned, ReportState::Counted));
        assert_eq!(page.totals, Totals { sessions: 100, failed: 5 });
        assert_eq!(page.delivery, receipt.delivery);
        assert_eq!(page.raw.as_deref(), Some(sent.to_string().as_str()));

        let policy = &page.policies[0];
        assert_eq!(policy.policy.policy_string[1], "mode: enforce");
        assert_eq!(policy.policy.mx_host, ["mx.example.com"]);
        let types: Vec<_> = policy.policy.failures.iter().map(|failure| failure.result_type.clone()).collect();
        assert_eq!(types, [ResultType::CertificateExpired, ResultType::Other("odd".into())]);
        assert_eq!(policy.impacts, [Impact::NotDelivered, Impact::NotDelivered]);
        assert!(page.conflicts.is_empty() && page.siblings.is_empty());
    }

    async fn the_same_bytes_again_are_one_report_that_arrived_twice(world: &World) {
        let receiver = world.watch("example.com").await;
        let sent = report("Alpha", 18, &[sts("example.com", "enforce", 95, &[])]);
        let first = world.post(&receiver, &sent).await;
        let second = world.post(&receiver, &sent).await;
        assert_eq!(second.outcome, DeliveryOutcome::Duplicate);
        assert_eq!(first.reports, second.reports);
        assert_eq!(page(world, first.reports[0]).await.arrivals, 2);
    }

    async fn a_conflict_shows_the_other_report_on_both(world: &World) {
        let receiver = world.watch("example.com").await;
        let first = world.post(&receiver, &report("Alpha", 18, &[sts("example.com", "enforce", 95, &[])])).await;
        let second = world.post(&receiver, &report("Alpha", 18, &[sts("example.com", "enforce", 1, &[])])).await;
        assert_eq!(second.outcome, DeliveryOutcome::Conflict);
        let (one, other) = (page(world, first.reports[0]).await, page(world, second.reports[0]).await);
        assert_eq!((one.state, other.state), (ReportState::Counted, ReportState::Conflict));
        assert_eq!(one.conflicts.iter().map(|row| row.id).collect::<Vec<_>>(), second.reports);
        assert_eq!(other.conflicts.iter().map(|row| row.id).collect::<Vec<_>>(), first.reports);
    }

    async fn the_reports_of_the_same_reporter_before_and_after_are_told(world: &World) {
        let receiver = world.watch("example.com").await;
        let mut ids = vec![];
        for (reporter, day) in [("Alpha", 17), ("Beta", 18), ("Alpha", 19), ("Alpha", 20)] {
            let sent = report(reporter, day, &[sts("example.com", "enforce", 5, &[])]);
            ids.push(world.post(&receiver, &sent).await.reports[0]);
        }
        let middle = page(world, ids[2]).await;
        let told = [middle.previous, middle.next].map(|found| found.map(|(id, day)| (id, day.to_string())));
        assert_eq!(told, [Some((ids[0], "2026-11-17".to_owned())), Some((ids[3], "2026-11-20".to_owned()))]);
        let alone = page(world, ids[1]).await;
        assert_eq!((alone.previous, alone.next), (None, None));
    }

    async fn parts_for_other_domains_are_siblings(world: &World) {
        world.watch("example.com").await;
        world.watch("example.net").await;
        let policies = [sts("example.com", "enforce", 5, &[]), sts("example.net", "testing", 6, &[])];
        let bytes = report("Alpha", 18, &policies).to_string().into_bytes();
        let receipt = world.arrive(Destination::Workspace(world.workspace), Channel::Import, "mail.json", bytes).await;
        assert_eq!(receipt.reports.len(), 2);
        let page = page(world, receipt.reports[0]).await;
        assert_eq!((page.siblings.len(), page.siblings[0].0), (1, receipt.reports[1]));
        assert_ne!(Some(&page.siblings[0].1), page.domain.as_ref());
        assert_eq!((page.trust, page.channel), (Trust::Unverified, Channel::Import));
        assert!(page.raw.is_some());
    }

    async fn a_quarantined_report_belongs_to_no_domain(world: &World) {
        let receiver = world.watch("example.com").await;
        let receipt = world.post(&receiver, &report("Alpha", 18, &[sts("other.example", "enforce", 5, &[])])).await;
        assert_eq!(receipt.outcome, DeliveryOutcome::Quarantined);
        let page = page(world, receipt.reports[0]).await;
        assert_eq!((page.domain, page.state), (None, ReportState::Quarantined));
        assert_eq!(page.policies.len(), 1);
    }

    async fn what_another_workspace_has_does_not_exist(world: &World) {
        let receiver = world.watch("example.com").await;
        let receipt = world.post(&receiver, &report("Alpha", 18, &[sts("example.com", "enforce", 95, &[])])).await;
        let other = model::WorkspaceId(world.workspace.0 + 1);
        assert_eq!(world.engine.report(other, receipt.reports[0], NOW).await.unwrap(), None);
        assert_eq!(world.engine.report(world.workspace, ReportId(i64::MAX), NOW).await.unwrap(), None);
    }

    async fn words_of_senders_come_back_as_they_were(world: &World) {
        let receiver = world.watch("example.com").await;
        let mut sent = report("Alpha", 18, &[sts("example.com", "enforce", 95, &[failure("x'; --", "<script>", 1)])]);
        sent["organization-name"] = "Robert'); DROP TABLE reports;-- \"%_\\".into();
        let receipt = world.post(&receiver, &sent).await;
        let page = page(world, receipt.reports[0]).await;
        assert_eq!(page.organization_name.as_deref(), Some("Robert'); DROP TABLE reports;-- \"%_\\"));
        assert_eq!(page.policies[0].policy.failures[0].receiving_mx_hostname.as_deref(), Some("<script>"));
    }
}

//! Values that an engine refuses, or that would break a sum, never reach it.

use model::{DeliveryOutcome, counting::MAX_COUNT};
use rstest::rstest;
use storage::{NewDelivery, testing::Engine};
use tlsrpt::{Failure, Policy, PolicyType, Report, ResultType};

use crate::support::{COUNTED, World, report, totals};

/// A report with this text in every field that a sender writes.
fn everywhere(text: &str) -> Report {
    let text = || text.to_owned();
    let failure = Failure {
        result_type: ResultType::Other(text()),
        sending_mta_ip: Some(text()),
        receiving_mx_hostname: Some(text()),
        receiving_mx_helo: Some(text()),
        receiving_ip: Some(text()),
        failed: 1,
        additional_information: Some(text()),
        failure_reason_code: Some(text()),
    };
    let policy = Policy {
        policy_type: PolicyType::Other(text()),
        policy_string: vec![text()],
        policy_domain: Some(text()),
        mx_host: vec![text()],
        mode: None,
        successful: 1,
        failed: 1,
        failures: vec![failure],
    };
    let own = Policy { policy_domain: None, ..policy.clone() };
    let notes = vec![tlsrpt::Note { code: "test".into(), text: text() }];
    Report {
        organization_name: Some(text()),
        contact_info: Some(text()),
        report_id: Some(text()),
        policies: vec![own, policy],
        notes,
        ..report("", 0, 0)
    }
}

#[rstest]
#[tokio::test]
async fn hostile_text_is_stored_in_every_field(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let long = "x".repeat(1 << 20);
    for text in ["\0", "a\0b", "\u{202e}txt", "\u{1b}[31m", "'\";\\ --", "\u{fffd}", "𝄞", "", &long] {
        let delivery = NewDelivery { remote: Some(text.into()), ..world.delivery(&everywhere(text)) };
        let recorded = world.record(delivery).await;
        assert_ne!(recorded.outcome, DeliveryOutcome::Unreadable, "{text:.20}");
        assert!(world.storage.report(world.workspace, recorded.reports[0], crate::support::NOW.day()).await.is_ok());
    }
    assert_eq!(world.count("reports", "length(organization_name) > 1024").await, 0);
    assert_eq!(world.count("failures", "length(receiving_ip) > 1024").await, 0);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn huge_counts_neither_overflow_nor_break_sums(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for (id, count) in [("a", u64::MAX), ("b", i64::MAX.cast_unsigned()), ("c", i64::MAX.cast_unsigned() + 1)] {
        let mut report = report(id, count, count);
        report.policies.push(report.policies[0].clone());
        assert_eq!(world.post(&report).await.outcome, COUNTED);
    }
    assert_eq!(world.totals("example.com").await, totals(3 * MAX_COUNT, 3 * MAX_COUNT));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn the_ends_of_time_are_no_trouble(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    use chrono::{DateTime, Utc};

    let world = World::new(engine).await;
    for (id, start, end) in [
        ("a", DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC),
        ("b", DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC),
    ] {
        let report = Report { start: Some(start), end: Some(end), ..report(id, 1, 0) };
        assert_eq!(world.post(&report).await.outcome, DeliveryOutcome::Quarantined);
    }
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn fifty_thousand_failures_fit(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let mut report = report("a", 0, 50_000);
    let failure = report.policies[0].failures[0].clone();
    report.policies[0].failures = vec![Failure { failed: 1, ..failure }; 50_000];
    assert_eq!(world.post(&report).await.outcome, COUNTED);
    assert_eq!(world.count("failures", "1 = 1").await, 50_000);
    assert_eq!(world.count("daily_failure", "failed = 50000").await, 1);
}

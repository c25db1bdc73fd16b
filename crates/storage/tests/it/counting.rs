//! What a counted report adds.

use model::{DeliveryOutcome, ReportState};
use rstest::rstest;
use storage::testing::Engine;
use tlsrpt::{PolicyType, Report, ResultType};

use crate::support::{World, failure, instant, policy, report, totals};

#[rstest]
#[tokio::test]
async fn the_same_sessions_told_twice_are_counted_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let policies = [PolicyType::Sts, PolicyType::Tlsa].map(|kind| policy(kind, Some("example.com"), 2, 0)).into();
    world.post(&Report { policies, ..report("a", 0, 0) }).await;
    assert_eq!(world.totals("example.com").await, totals(2, 0));
    assert_eq!(world.count("daily_policy", "sessions = 2").await, 2, "each type by itself");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_period_out_of_range_is_kept_and_not_counted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let backwards = Report { end: Some(instant("2026-11-19T00:00:00Z")), ..report("a", 10, 0) };
    let ancient = Report { start: Some(instant("1999-01-01T00:00:00Z")), ..report("b", 10, 0) };
    let never = Report { start: None, end: None, ..report("c", 10, 0) };
    for report in [backwards, ancient, never] {
        let recorded = world.post(&report).await;
        assert_eq!(recorded.outcome, DeliveryOutcome::Quarantined);
        assert_eq!(world.state(recorded.reports[0]).await.0, ReportState::OutOfRange);
        assert_eq!(world.post(&report).await.outcome, DeliveryOutcome::Duplicate);
    }
    assert_eq!(world.totals("example.com").await, totals(0, 0));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_report_of_several_days_counts_on_its_first_and_marks_all(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let start = Some(instant("2026-11-14T00:00:00Z"));
    world.post(&Report { start, ..report("a", 10, 1) }).await;
    assert_eq!(world.count("daily_domain", "sessions = 11").await, 1);
    assert_eq!(world.count("daily_reporter", "covering = 1 AND failing = 1").await, 7);
    assert_eq!(world.count("daily_reporter", "reports = 1").await, 1);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn invented_names_become_other_after_two_hundred(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let mut flood = report("a", 10, 300);
    flood.policies[0].failures =
        (0..300).map(|number| failure(ResultType::CertificateExpired, &format!("mx{number}.example"), 1)).collect();
    world.post(&flood).await;
    assert_eq!(world.count("labels", "kind = 1 AND text <> '(other)'").await, 200);
    assert_eq!(world.count("daily_failure", "failed = 100").await, 1, "the rest is one key");
    for number in 0..250 {
        let organization_name = Some(format!("Invented Sender {number}"));
        let contact_info = Some(format!("tls@sender{number}.example"));
        world.post(&Report { organization_name, contact_info, ..report("b", 1, 0) }).await;
    }
    // One of the two hundred is Example Org.
    assert_eq!(world.count("reporters", "name <> '(other)'").await, 200);
    assert_eq!(world.count("reporters", "name = '(other)'").await, 1);
    // On the next day there is room again.
    let mut tomorrow = world.delivery(&report("c", 10, 1));
    tomorrow.received = tomorrow.received.plus_seconds(86_400);
    world.record(tomorrow).await;
    assert_eq!(world.count("labels", "kind = 1 AND text = 'mx.example.com'").await, 1);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_report_adds_a_thousand_rows_with_addresses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let mut flood = report("a", 10, 1_200);
    let one = failure(ResultType::CertificateExpired, "mx.example.com", 1);
    let from = |address: String| tlsrpt::Failure { sending_mta_ip: Some(address), ..one.clone() };
    let addresses = (0..1_200).map(|n| format!("2001:DB8::{n:x}")).chain(["2001:db8::7".to_owned()]);
    flood.policies[0].failures = addresses.map(from).collect();
    let recorded = world.post(&flood).await;
    assert_eq!(world.count("daily_address", "sending <> ''").await, 1_000);
    assert_eq!(world.count("daily_address", "sending = '2001:db8::7' AND failed = 2 AND reports = 1").await, 1);
    assert_eq!(world.count("daily_address", "sending = '' AND receiving = '' AND failed = 200").await, 1);
    assert_eq!(world.count("daily_failure", "failed = 1201").await, 1);
    world.audit().await;
    world.storage.discard(world.workspace, recorded.reports[0]).await.unwrap();
    assert_eq!(world.count("daily_address", "1 = 1").await, 0);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn the_summary_names_the_mode_of_the_latest_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let mut old = report("a", 1, 0);
    old.start = Some(instant("2026-11-10T00:00:00Z"));
    old.end = None;
    old.policies[0].mode = Some(mtasts::Mode::Testing);
    let latest = world.post(&report("b", 1, 0)).await;
    world.post(&old).await;
    assert_eq!(world.count("domain_summary", "mode = 1").await, 1);
    world.storage.discard(world.workspace, latest.reports[0]).await.unwrap();
    assert_eq!(world.count("domain_summary", "mode = 2").await, 1);
    world.audit().await;
}

//! Whole lists, some rows at a time: nothing twice, nothing left out, nothing of others.

use model::{DayRange, DeliveryOutcome, Trust, WorkspaceId, failing::FailureFilter, report_list::Failed};
use mtasts::Mode;
use rstest::rstest;
use storage::{DeliveryFilter, ReportFilter, testing::Engine};
use tlsrpt::{PolicyType, Report};

use crate::support::{NOW, World, failure, instant, name, policy, report};

/// A report of some November day with as many failure details as are asked for.
fn of_day(id: &str, day: u32, details: u64) -> Report {
    let mut sts = policy(PolicyType::Sts, Some("example.com"), 10, details);
    let hosts = (0..details).map(|n| failure(tlsrpt::ResultType::CertificateExpired, &format!("mx{n}.example.com"), 1));
    sts.failures = hosts.collect();
    Report {
        start: Some(instant(&format!("2026-11-{day:02}T00:00:00Z"))),
        end: Some(instant(&format!("2026-11-{day:02}T23:59:59Z"))),
        policies: vec![sts],
        ..report(id, 0, 0)
    }
}

/// Seven reports of three days, every other of which has three failures.
async fn filled(engine: Engine) -> World {
    let world = World::new(engine).await;
    for n in 0..7_u32 {
        world.post(&of_day(&n.to_string(), 10 + n % 3, u64::from(n % 2) * 3)).await;
    }
    world
}

#[rstest]
#[tokio::test]
async fn reports_come_each_once_and_latest_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    let (workspace, domain) = (world.workspace, name("example.com"));
    for (failing, expected) in [(false, 7), (true, 3)] {
        let failed = failing.then_some(Failed::Some);
        let filter = ReportFilter { failed, ..ReportFilter::default() };
        let (mut places, mut after) = (vec![], None);
        loop {
            let rows = world.storage.reports_after(workspace, &domain, &filter, after, 2).await.unwrap().unwrap();
            assert!(rows.len() <= 2);
            let Some((last, _)) = rows.last() else { break };
            after = Some(*last);
            places.extend(rows.iter().map(|(place, row)| (place.day, row.id)));
        }
        let mut sorted = places.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!((places.len(), &places), (expected, &sorted));
    }
}

#[rstest]
#[tokio::test]
async fn failures_come_each_once_across_reports(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    let (workspace, domain) = (world.workspace, name("example.com"));
    let all = FailureFilter::default();
    for most in [1, 2, 4, 100] {
        let (mut found, mut after) = (vec![], None);
        loop {
            let rows =
                world.storage.failures_after(workspace, &domain, None, &all, after, most).await.unwrap().unwrap();
            let Some((last, _)) = rows.last() else { break };
            after = Some(*last);
            found.extend(rows.into_iter().map(|(_, row)| (row.report, row.at.receiving_mx_hostname.unwrap())));
        }
        assert_eq!(found.len(), 9, "{most} at a time");
        found.sort();
        found.dedup();
        assert_eq!(found.len(), 9, "{most} at a time");
    }
    let day = instant("2026-11-11T00:00:00Z");
    let range = DayRange { first: model::Timestamp::from(day).day(), last: model::Timestamp::from(day).day() };
    let rows = world.storage.failures_after(workspace, &domain, Some(range), &all, None, 100).await.unwrap().unwrap();
    assert_eq!(rows.len(), 3, "of that day alone");
    assert!(rows.iter().all(|(place, row)| place.day == range.first && row.mode.is_some() && row.failed == 1));
}

#[rstest]
#[tokio::test]
async fn failures_are_told_by_what_is_asked_of_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    let all = FailureFilter::default();
    let (mode, reporter) = {
        let rows = world.storage.failures_after(world.workspace, &name("example.com"), None, &all, None, 1).await;
        let (_, row) = rows.unwrap().unwrap().remove(0);
        (row.mode, row.reporter)
    };
    let host = |name: &str| Some(Some(name.to_owned()));
    let other = tlsrpt::ResultType::Other("odd".into());
    for (filter, expected) in [
        (FailureFilter { result_type: Some(tlsrpt::ResultType::CertificateExpired), ..all.clone() }, 9),
        (FailureFilter { result_type: Some(tlsrpt::ResultType::StarttlsNotSupported), ..all.clone() }, 0),
        (FailureFilter { result_type: Some(other), ..all.clone() }, 0),
        (FailureFilter { mx: host("mx1.example.com"), ..all.clone() }, 3),
        (FailureFilter { mx: host("mx1.example.net"), ..all.clone() }, 0),
        (FailureFilter { mx: Some(None), ..all.clone() }, 0),
        (FailureFilter { reporter: Some(reporter), mx: host("mx2.example.com"), ..all.clone() }, 3),
        (FailureFilter { reporter: Some("nobody".into()), ..all.clone() }, 0),
        (FailureFilter { policy_type: Some(PolicyType::Sts), mode: Some(mode), ..all.clone() }, 9),
        (FailureFilter { policy_type: Some(PolicyType::Tlsa), ..all.clone() }, 0),
        (FailureFilter { mode: Some(Some(Mode::None)), ..all.clone() }, 0),
        (FailureFilter { trust: Some(Trust::Signed), ..all.clone() }, 0),
    ] {
        let rows = world.storage.failures_after(world.workspace, &name("example.com"), None, &filter, None, 100).await;
        assert_eq!(rows.unwrap().unwrap().len(), expected, "{filter:?}");
    }
}

#[rstest]
#[tokio::test]
async fn deliveries_and_domains_come_each_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    world.record(world.unreadable(b"noise")).await;
    for other in ["b.example", "a.example", "xn--bcher-kva.example"] {
        world.add(other).await;
    }
    let all = DeliveryFilter::default();
    let (mut ids, mut before) = (vec![], None);
    loop {
        let rows = world.storage.deliveries_before(world.workspace, &all, before, 3).await.unwrap();
        let Some(last) = rows.last() else { break };
        before = Some(last.id);
        ids.extend(rows.iter().map(|row| row.id));
    }
    assert_eq!(ids.len(), 8);
    assert!(ids.is_sorted_by(|a, b| a > b));
    for (outcome, domain, expected) in [
        (Some(DeliveryOutcome::Unreadable), None, 1),
        (Some(DeliveryOutcome::Counted), Some("example.com"), 7),
        (None, Some("a.example"), 0),
        (None, Some("unknown.example"), 0),
    ] {
        let filter = DeliveryFilter { outcome, domain: domain.map(name), ..DeliveryFilter::default() };
        let rows = world.storage.deliveries_before(world.workspace, &filter, None, 100).await.unwrap();
        assert_eq!(rows.len(), expected, "{filter:?}");
    }

    let range = DayRange::ending(NOW.day(), 30);
    let (mut names, mut after) = (vec![], None);
    loop {
        let items = world.storage.domains_after(world.workspace, after.as_ref(), 2, range, NOW).await.unwrap();
        let Some(last) = items.last() else { break };
        after = Some(last.standing.name.clone());
        names.extend(items.iter().map(|item| item.standing.name.to_string()));
    }
    assert_eq!(names, ["a.example", "b.example", "example.com", "xn--bcher-kva.example"]);
    let item = world.storage.domain_item(world.workspace, &name("example.com"), range, NOW).await.unwrap().unwrap();
    assert_eq!((item.reports, item.totals.failed, item.address.as_str()), (7, 9, "address of example.com"));
}

#[rstest]
#[tokio::test]
async fn nothing_of_another_workspace_is_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    let (storage, domain, stranger) = (&world.storage, name("example.com"), WorkspaceId(world.workspace.0 + 1));
    let delivery = storage.deliveries_before(world.workspace, &DeliveryFilter::default(), None, 1).await.unwrap()[0].id;
    let filter = ReportFilter::default();
    let report = storage.reports_after(world.workspace, &domain, &filter, None, 1).await.unwrap().unwrap()[0].0.id;
    assert!(storage.body(world.workspace, delivery).await.unwrap().is_some());
    assert!(storage.delivery_of(world.workspace, report).await.unwrap().is_some());

    let range = DayRange::ending(NOW.day(), 30);
    assert_eq!(storage.deliveries_before(stranger, &DeliveryFilter::default(), None, 9).await.unwrap(), []);
    assert_eq!(storage.delivery_row(stranger, delivery).await.unwrap(), None);
    assert_eq!(storage.body(stranger, delivery).await.unwrap(), None);
    assert_eq!(storage.delivery_of(stranger, report).await.unwrap(), None);
    assert_eq!(storage.reports_after(stranger, &domain, &filter, None, 9).await.unwrap(), None);
    assert_eq!(
        storage.failures_after(stranger, &domain, None, &FailureFilter::default(), None, 9).await.unwrap(),
        None
    );
    assert_eq!(storage.domains_after(stranger, None, 9, range, NOW).await.unwrap(), []);
    assert_eq!(storage.domain_item(stranger, &domain, range, NOW).await.unwrap(), None);
    assert_eq!(storage.trend(stranger, &domain, range).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn every_day_is_told(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    let range = DayRange::ending(NOW.day(), 14);
    let days = world.storage.trend(world.workspace, &name("example.com"), range).await.unwrap().unwrap();
    assert_eq!(days.len(), 14);
    assert_eq!(days.iter().map(|point| point.totals.failed).sum::<u64>(), 9);
}

//! What is decided after a report came.

use model::{DeliveryOutcome, ReportId, ReportState, WorkspaceId};
use rstest::rstest;
use storage::{Content, Decision, testing::Engine};
use tlsrpt::{PolicyType, Report, ResultType};

use crate::support::{NOW, World, failure, new_report, policy, report, totals};

#[rstest]
#[tokio::test]
async fn the_owner_may_choose(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await.reports[0];
    let second = world.post(&report("a", 20, 2)).await.reports[0];
    let choose = |id| world.storage.choose(world.workspace, id);
    assert_eq!(choose(second).await.unwrap(), Some(Decision::Done));
    assert_eq!(world.state(first).await.0, ReportState::Conflict);
    assert_eq!(world.state(second).await.0, ReportState::Counted);
    assert_eq!(world.totals("example.com").await, totals(22, 2));
    assert_eq!(choose(second).await.unwrap(), Some(Decision::NotOpen(ReportState::Counted)));
    assert_eq!(choose(ReportId(999_999)).await.unwrap(), None);
    assert_eq!(world.storage.choose(WorkspaceId(99), first).await.unwrap(), None, "only in its own workspace");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_discarded_report_leaves_every_total_and_its_rival_is_counted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await.reports[0];
    let second = world.post(&report("a", 20, 2)).await.reports[0];
    let discard = |id| world.storage.discard(world.workspace, id);
    assert_eq!(discard(first).await.unwrap(), Some(Decision::Done));
    assert_eq!(world.totals("example.com").await, totals(22, 2));
    assert_eq!(world.state(second).await.0, ReportState::Counted);
    assert_eq!(discard(second).await.unwrap(), Some(Decision::Done));
    assert_eq!(discard(second).await.unwrap(), Some(Decision::NotOpen(ReportState::Discarded)));
    assert_eq!(world.count("daily_domain", "1 = 1").await, 0, "nothing of them is left");
    // As though it had not come: it may come again.
    assert_eq!(world.post(&report("a", 20, 2)).await.outcome, DeliveryOutcome::Counted);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn adding_a_domain_releases_what_was_quarantined(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let named = |names: &[&str]| Report {
        policies: names.iter().map(|name| policy(PolicyType::Sts, Some(name), 10, 1)).collect(),
        ..report("a", 0, 0)
    };
    let report = named(&["example.net", "mail.example.net", "notexample.net"]);
    let recorded = world.import(&report).await;
    assert_eq!(recorded.outcome, DeliveryOutcome::Quarantined);
    world.import(&report).await;
    world.add("example.net").await;
    assert_eq!(world.totals("example.net").await, totals(22, 2), "both names are one row of one domain");
    assert_eq!(world.state(recorded.reports[0]).await, (ReportState::Counted, 2), "its link still works");
    assert_eq!(world.count("reports", "state = 3").await, 1, "what only ends alike stays");
    assert_eq!(world.count("deliveries", "outcome = 2").await, 1, "the log says: in part");
    assert_eq!(world.count("failures", "domain_id = 0").await, 1);
    assert_eq!(world.import(&report).await.outcome, DeliveryOutcome::Duplicate);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_report_released_twice_is_counted_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let report = Report { policies: vec![policy(PolicyType::Sts, Some("example.net"), 10, 1)], ..report("a", 0, 0) };
    world.import(&report).await;
    let (one, other) = (world.add("example.net"), world.add("example.net"));
    let (one, other) = tokio::join!(one, other);
    assert_eq!(one, other);
    assert_eq!(world.totals("example.net").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_could_not_be_read_is_read_again(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let unreadable = world.record(world.unreadable(b"{}")).await;
    let content = Content::Reports(vec![new_report(&report("a", 10, 1))]);
    let again = world.storage.read_again(world.workspace, unreadable.delivery, content).await.unwrap().unwrap();
    assert_eq!((again.delivery, again.outcome), (unreadable.delivery, DeliveryOutcome::Counted));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    assert_eq!(world.count("deliveries", "outcome = 1").await, 1);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn reading_again_replaces_what_was_read(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await;
    world.post(&report("a", 10, 1)).await;
    // A newer parser sees a failure that the older one missed.
    let mut better = report("a", 10, 1);
    better.policies[0].failures.push(failure(ResultType::TlsaInvalid, "mx.example.com", 1));
    let mut new = new_report(&better);
    new.document_hash = new_report(&report("a", 10, 1)).document_hash;
    let content = Content::Reports(vec![new]);
    let again = world.storage.read_again(world.workspace, first.delivery, content).await.unwrap().unwrap();
    assert_eq!(again.reports, first.reports);
    assert_eq!(world.state(first.reports[0]).await, (ReportState::Counted, 2));
    assert_eq!(world.count("daily_failure", "1 = 1").await, 2);
    assert_eq!(
        world.storage.read_again(WorkspaceId(99), first.delivery, Content::Unreadable(String::new())).await.unwrap(),
        None
    );
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_report_without_its_details_stays_where_it_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let first = world.post(&report("a", 10, 1)).await.reports[0];
    world.storage.expire_failures(world.workspace, 0, NOW.day().plus(1)).await.unwrap();
    assert_eq!(world.storage.discard(world.workspace, first).await.unwrap(), Some(Decision::TooOld));
    let signed = world.mail(&report("a", 20, 2), "example.org").await;
    assert_eq!(signed.outcome, DeliveryOutcome::Conflict, "it could not be taken out exactly");
    assert_eq!(world.storage.choose(world.workspace, signed.reports[0]).await.unwrap(), Some(Decision::TooOld));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
}

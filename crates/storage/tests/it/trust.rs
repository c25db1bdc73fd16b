//! What keeps reports out of the totals although their domain is watched: nothing proves who sent them, or not yet.

use std::time::Duration;

use model::{
    Act, Actor, Channel, DeliveryId, DeliveryOutcome, ReportState, Treatment, Treatments, Trust,
    audit::AuditQuery,
    dkim::{Judgement, Signature, Verdict},
    report_list::ReportQuery,
    view::{DeliveryPage, LogQuery},
};
use rstest::rstest;
use storage::{AuditOf, Content, Decision, Dkim, Judged, NewDelivery, Recorded, testing::Engine};
use tlsrpt::Report;

use crate::support::{COUNTED, NOW, World, name, new_report, report, totals};

const LEASE: Duration = Duration::from_mins(10);

/// What is said of the one signature of a mail of `example.org`.
fn said(judgement: Judgement) -> Verdict {
    let signature = Signature { domain: "example.org".into(), selector: "s".into(), judgement };
    Verdict { signatures: vec![signature] }
}

/// A mail without a valid signature.
fn unsigned(world: &World, report: &Report, channel: Channel) -> NewDelivery {
    let dkim = Dkim { verdict: Some(Verdict::default()), ..Dkim::default() };
    let body = format!("{channel:?}{}", serde_json::to_string(report).unwrap()).into_bytes();
    NewDelivery { channel, trust: Trust::Unverified, dkim, body, ..world.delivery(report) }
}

/// A mail that waits for its key until a minute from now.
fn waiting(world: &World, report: &Report) -> NewDelivery {
    let next_try = Some(NOW.plus_seconds(60));
    let dkim = Dkim { verdict: Some(said(Judgement::KeyNotTold)), next_try, ..Dkim::default() };
    NewDelivery { dkim, ..unsigned(world, report, Channel::Smtp) }
}

/// The verdict on a mail that has waited.
fn judged(judgement: Judgement) -> Judged {
    let verdict = said(judgement);
    let signer = verdict.signer();
    let trust = if signer.is_some() { Trust::Signed } else { Trust::Unverified };
    Judged { verdict, trust, signer, next_try: None }
}

/// Lets everything that is due a minute later be judged so; gives how many that were.
async fn judge(world: &World, report: &Report, judged: &Judged) -> usize {
    let due = world.storage.claim_waiting(NOW.plus_seconds(60), 10, LEASE).await.unwrap();
    let content = Content::Reports(vec![new_report(report)]);
    for waiting in &due {
        assert!(world.storage.judge_waiting(waiting, judged, &content).await.unwrap());
    }
    due.len()
}

async fn delivery(world: &World, recorded: &Recorded) -> DeliveryPage {
    page(world, recorded.delivery).await
}

async fn page(world: &World, id: DeliveryId) -> DeliveryPage {
    world.storage.delivery(world.workspace, id).await.unwrap().expect("the delivery")
}

#[rstest]
#[tokio::test]
async fn each_channel_has_its_default(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for (number, (channel, outcome)) in [
        (Channel::Smtp, DeliveryOutcome::Quarantined),
        (Channel::Imap, DeliveryOutcome::Quarantined),
        (Channel::Pipe, DeliveryOutcome::Quarantined),
        (Channel::Https, COUNTED),
        (Channel::Upload, COUNTED),
        (Channel::Import, COUNTED),
    ]
    .into_iter()
    .enumerate()
    {
        let recorded = world.record(unsigned(&world, &report(&number.to_string(), 1, 0), channel)).await;
        assert_eq!(recorded.outcome, outcome, "{channel:?}: {}", recorded.reason);
        assert_eq!(recorded.reason.contains("No valid DKIM signature"), outcome != COUNTED, "{}", recorded.reason);
    }
    assert_eq!(world.totals("example.com").await, totals(3, 0));
    assert_eq!(world.mail(&report("signed", 1, 0), "example.org").await.outcome, COUNTED);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_workspace_decides_otherwise_from_then_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.storage.treatments(world.workspace).await.unwrap(), Treatments::default());
    let before = world.record(unsigned(&world, &report("before", 1, 0), Channel::Smtp)).await;
    let treatments = Treatments { smtp: Treatment::Count, https: Treatment::Quarantine, ..Treatments::default() };
    let owner = world.storage.acting(Actor::command_line(NOW));
    owner.set_treatments(world.workspace, treatments).await.unwrap();
    owner.set_treatments(world.workspace, treatments).await.unwrap();
    assert_eq!(world.storage.treatments(world.workspace).await.unwrap(), treatments);
    let other = world.other_workspace().await;
    assert_eq!(world.storage.treatments(other).await.unwrap(), Treatments::default(), "each for itself");

    assert_eq!(world.record(unsigned(&world, &report("mail", 1, 0), Channel::Smtp)).await.outcome, COUNTED);
    assert_eq!(world.record(unsigned(&world, &report("box", 1, 0), Channel::Imap)).await.outcome, before.outcome);
    assert_eq!(world.post(&report("post", 1, 0)).await.outcome, DeliveryOutcome::Quarantined);
    assert_eq!(world.state(before.reports[0]).await.0, ReportState::Quarantined, "what is there stays as it is");
    let query = AuditQuery { act: Some(Act::TreatmentsChanged), page: 1, ..AuditQuery::default() };
    let log = world.storage.audit_log(AuditOf::Workspace(world.workspace), &query).await.unwrap();
    let told: Vec<_> = log.rows.iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(told, ["SMTP: count, HTTPS: quarantine"]);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_is_let_in_counts_and_stays_in(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let held = world.record(unsigned(&world, &report("a", 10, 1), Channel::Smtp)).await;
    assert_eq!(world.totals("example.com").await, totals(0, 0));
    assert_eq!(
        world.storage.choose(world.workspace, held.reports[0]).await.unwrap(),
        Some(Decision::Done),
        "its owner lets it in"
    );
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    assert_eq!(delivery(&world, &held).await.row.outcome, COUNTED);
    let content = Content::Reports(vec![new_report(&report("a", 10, 1))]);
    let again = world.storage.read_again(world.workspace, held.delivery, content).await.unwrap().unwrap();
    assert_eq!(again.outcome, COUNTED, "a newer parser does not put it aside again");
    assert_eq!(world.state(held.reports[0]).await, (ReportState::Counted, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_is_put_aside_can_be_discarded(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let held = world.record(unsigned(&world, &report("a", 10, 1), Channel::Smtp)).await;
    assert_eq!(world.storage.discard(world.workspace, held.reports[0]).await.unwrap(), Some(Decision::Done));
    assert_eq!(world.state(held.reports[0]).await.0, ReportState::Discarded);
    assert_eq!(world.totals("example.com").await, totals(0, 0));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn the_same_report_by_a_better_way_lets_it_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("signed", "posted", "imported")] way: &str,
) {
    let world = World::new(engine).await;
    let held = world.record(unsigned(&world, &report("a", 10, 1), Channel::Smtp)).await;
    let again = match way {
        "signed" => world.mail(&report("a", 10, 1), "example.org").await,
        "posted" => world.post(&report("a", 10, 1)).await,
        _ => world.import(&report("a", 10, 1)).await,
    };
    assert_eq!((again.outcome, &again.reports), (DeliveryOutcome::Duplicate, &held.reports));
    assert_eq!(world.state(held.reports[0]).await, (ReportState::Counted, 2));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_signature_makes_its_domain_the_reporter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    // An organisation whose name has nothing to do with its contact.
    let told = Report { organization_name: Some("Acme".into()), ..report("a", 10, 1) };
    let posted = world.post(&told).await;
    let reporter =
        async || world.storage.report(world.workspace, posted.reports[0], NOW.day()).await.unwrap().unwrap().page;
    assert_eq!(reporter().await.reporter, "Acme");
    world.mail(&told, "mail.example.org").await;
    let raised = reporter().await;
    assert_eq!((raised.reporter.as_str(), raised.trust), ("example.org", Trust::Signed));
    assert_eq!(raised.signer, Some(name("mail.example.org")));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    let other = Report { policies: report("a", 99, 0).policies, ..told };
    assert_eq!(world.mail(&other, "example.org").await.outcome, DeliveryOutcome::Conflict, "its identity, too");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn another_domains_signature_displaces_nobody(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let google = |successful| Report {
        organization_name: Some("Google Inc.".into()),
        contact_info: Some("smtp-tls-reporting@google.com".into()),
        ..report("a", successful, 0)
    };
    let posted = world.post(&google(10)).await;
    world.mail(&google(99), "evil.example").await;
    assert_eq!(world.state(posted.reports[0]).await.0, ReportState::Counted);
    assert_eq!(world.totals("example.com").await.sessions, 10 + 99, "it is another reporter's");
    world.mail(&google(50), "google.com").await;
    assert_eq!(world.state(posted.reports[0]).await.0, ReportState::Conflict);
    assert_eq!(world.totals("example.com").await.sessions, 50 + 99);
    world.audit().await;
}

#[rstest]
#[case::signed(Judgement::Valid, COUNTED, ReportState::Counted)]
#[case::not_signed(Judgement::BodyChanged, DeliveryOutcome::Quarantined, ReportState::Quarantined)]
#[tokio::test]
async fn what_waits_for_a_key_is_settled_by_the_verdict(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] judgement: Judgement,
    #[case] outcome: DeliveryOutcome,
    #[case] state: ReportState,
) {
    let world = World::new(engine).await;
    let told = report("a", 10, 1);
    let recorded = world.record(waiting(&world, &told)).await;
    assert_eq!(recorded.outcome, DeliveryOutcome::Waiting);
    assert_eq!(world.state(recorded.reports[0]).await, (ReportState::Waiting, 1));
    assert_eq!(world.totals("example.com").await, totals(0, 0));
    assert!(world.storage.claim_waiting(NOW, 10, LEASE).await.unwrap().is_empty(), "not due yet");

    assert_eq!(judge(&world, &told, &judged(judgement)).await, 1);
    assert_eq!(world.state(recorded.reports[0]).await, (state, 1), "under the id it had, and it came once");
    let page = delivery(&world, &recorded).await;
    assert_eq!((page.row.outcome, page.verdict), (outcome, Some(said(judgement))));
    assert_eq!(judge(&world, &told, &judged(judgement)).await, 0, "it waits no more");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn one_at_a_time_has_what_waits_and_may_leave_it_waiting(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let told = report("a", 10, 1);
    let recorded = world.record(waiting(&world, &told)).await;
    let due = async |seconds| world.storage.claim_waiting(NOW.plus_seconds(seconds), 10, LEASE).await.unwrap();
    let first = due(60).await;
    assert_eq!((first[0].delivery, first[0].came, first[0].tries), (recorded.delivery, NOW, 1));
    assert!(due(61).await.is_empty(), "somebody has it");
    let second = due(60 + 600).await;
    assert_eq!(second[0].tries, 2, "whoever had it died");
    let content = Content::Reports(vec![new_report(&told)]);
    let finish = async |waiting, judged: &Judged| world.storage.judge_waiting(waiting, judged, &content).await.unwrap();
    assert!(!finish(&first[0], &judged(Judgement::Valid)).await, "it was not dead, but late");
    let later = Judged { next_try: Some(NOW.plus_seconds(2_000)), ..judged(Judgement::KeyNotTold) };
    assert!(finish(&second[0], &later).await);
    assert_eq!(world.state(recorded.reports[0]).await.0, ReportState::Waiting);
    assert!(due(1_999).await.is_empty());
    assert_eq!(due(2_000).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_repetition_that_waits_raises_what_was_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let told = report("a", 10, 1);
    let posted = world.post(&told).await;
    let mailed = world.record(waiting(&world, &told)).await;
    assert_eq!((mailed.outcome, &mailed.reports), (DeliveryOutcome::Waiting, &posted.reports));
    assert_eq!(world.count("bodies", "readable").await, 2, "its bytes are needed for the verdict");
    assert_eq!(judge(&world, &told, &judged(Judgement::Valid)).await, 1);
    let page = world.storage.report(world.workspace, posted.reports[0], NOW.day()).await.unwrap().unwrap().page;
    assert_eq!((page.trust, page.state, page.arrivals), (Trust::Signed, ReportState::Counted, 2));
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_its_owner_decided_outlives_the_verdict(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (kept, dropped) = (report("kept", 10, 1), report("dropped", 5, 0));
    let [first, second] = [&kept, &dropped].map(|told| waiting(&world, told));
    let (first, second) = (world.record(first).await, world.record(second).await);
    world.storage.choose(world.workspace, first.reports[0]).await.unwrap();
    world.storage.discard(world.workspace, second.reports[0]).await.unwrap();
    for waiting in world.storage.claim_waiting(NOW.plus_seconds(60), 10, LEASE).await.unwrap() {
        let told = if waiting.delivery == first.delivery { &kept } else { &dropped };
        let content = Content::Reports(vec![new_report(told)]);
        assert!(world.storage.judge_waiting(&waiting, &judged(Judgement::BodyChanged), &content).await.unwrap());
    }
    assert_eq!(world.state(first.reports[0]).await.0, ReportState::Counted);
    assert_eq!(world.state(second.reports[0]).await.0, ReportState::Discarded);
    assert_eq!(world.totals("example.com").await, totals(11, 1));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_waits_keeps_its_bytes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let told = report("a", 10, 1);
    let recorded = world.record(waiting(&world, &told)).await;
    world.post(&report("b", 1, 0)).await;
    assert_eq!(world.storage.expire_bodies(world.workspace, 0, NOW.day().plus(1)).await.unwrap(), 1);
    assert!(world.storage.body(world.workspace, recorded.delivery).await.unwrap().is_some());
    judge(&world, &told, &judged(Judgement::Valid)).await;
    assert_eq!(world.storage.expire_bodies(world.workspace, 0, NOW.day().plus(1)).await.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn lists_can_be_asked_for_one_trust(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.post(&report("posted", 1, 0)).await;
    world.mail(&report("signed", 1, 0), "example.org").await;
    world.import(&report("imported", 1, 0)).await;
    for (trust, signer) in
        [(Trust::Signed, Some(name("example.org"))), (Trust::Unsigned, None), (Trust::Unverified, None)]
    {
        let query = ReportQuery { trust: Some(trust), ..ReportQuery::default() };
        let reports = world.storage.reports(world.workspace, Some(world.domain), &query).await.unwrap();
        let rows: Vec<_> = reports.rows.iter().map(|row| (row.trust, row.signer.clone())).collect();
        assert_eq!(rows, [(trust, signer.clone())]);
        let query = LogQuery { trust: Some(trust), page: 1, ..LogQuery::default() };
        let log = world.storage.ingest_log(world.workspace, &query).await.unwrap();
        let rows: Vec<_> = log.rows.iter().map(|row| (row.trust, row.signer.clone())).collect();
        assert_eq!((log.matching, rows), (1, vec![(trust, signer)]));
    }
}

//! What incidents are made of: days as bits, and what live checks saw as spans of time.

use std::time::Duration;

use model::{
    Day, DayRange, Finding, Impact, Status, Timestamp, Trust,
    check::{Change, Check, Facts, PolicyFacts, Section, Session, Version},
    incident::{CHUNK, DaySet, ToldAnything, ToldFailing},
    record_list::Publication,
};
use rstest::rstest;
use storage::{CheckRecord, Scope, testing::Engine};
use tlsrpt::{Report, ResultType};

use crate::support::{NOW, World, instant, name, report};

const HOUR: i64 = 3_600;

/// A report of some days of November 2026.
fn of_days(id: &str, reporter: &str, first: u32, last: u32, failed: u64) -> Report {
    Report {
        organization_name: Some(reporter.to_owned()),
        contact_info: Some(format!("tls@{}.example", reporter.to_lowercase())),
        start: Some(instant(&format!("2026-11-{first:02}T00:00:00Z"))),
        end: Some(instant(&format!("2026-11-{last:02}T23:59:59Z"))),
        ..report(id, 10, failed)
    }
}

/// Bits as days of November 2026.
fn days(chunk: i32, bits: u64) -> Vec<i32> {
    let mut days = DaySet::default();
    days.insert_chunk(chunk, bits);
    days.iter().map(|day| day.0 - Day::from_ymd(2026, 11, 1).unwrap().0 + 1).collect()
}

fn together<T>(rows: &[T], of: impl Fn(&T) -> (i32, u64)) -> Vec<i32> {
    let mut all: Vec<_> = rows.iter().map(of).flat_map(|(chunk, bits)| days(chunk, bits)).collect();
    all.sort_unstable();
    all
}

/// Looks at the only domain, and finds this.
async fn look(world: &World, code: &str, at: Timestamp) {
    look_and_see(world, code, Facts::default(), at).await;
}

async fn look_and_see(world: &World, code: &str, facts: Facts, at: Timestamp) {
    let claim = world.storage.claim_checks(at, 1, Duration::from_mins(5)).await.unwrap().remove(0);
    let finding = Finding {
        code: code.to_owned(),
        status: Status::Ok,
        title: String::new(),
        consequence: String::new(),
        evidence: None,
        remedy: None,
        publish: None,
        source: String::new(),
    };
    let section = Section::new(Check::Starttls, Some("mx.example.com".to_owned()), vec![finding], vec![]);
    let record = CheckRecord {
        at,
        status: Status::Ok,
        sections: vec![section],
        notices: vec![],
        changes: claim.facts.as_ref().map(|before| Change::between(before, &facts, "")).unwrap_or_default(),
        facts,
        publication: Publication::Other,
        proves: false,
        next: at.plus_seconds(HOUR),
    };
    assert!(world.storage.finish_check(&claim, &record).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_network_is_told_where_all_came_from_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let from = |id: &str, reporter: &str, addresses: &[&str]| {
        let mut report = of_days(id, reporter, 20, 20, 1);
        let failure = report.policies[0].failures[0].clone();
        let failures = addresses.iter().map(|address| {
            let sending_mta_ip = (!address.is_empty()).then(|| (*address).to_owned());
            tlsrpt::Failure { sending_mta_ip, ..failure.clone() }
        });
        report.policies[0].failures = failures.collect();
        report.policies[0].failed = addresses.len() as u64;
        report
    };
    for (id, reporter, addresses) in [
        ("1", "One", &["192.0.2.9", "192.0.2.200"][..]),
        ("2", "One", &["192.0.2.1"]),
        ("3", "Several", &["192.0.2.9", "198.51.100.9"]),
        ("4", "Elsewhere", &["192.0.2.9"]),
        ("5", "Elsewhere", &["2001:db8:1::9"]),
        ("6", "Silent", &["", "192.0.2.9"]),
    ] {
        world.post(&from(id, reporter, addresses)).await;
    }
    let range = DayRange::ending(NOW.day(), 60);
    let facts = world.storage.incident_facts(world.workspace, Scope::All, range).await.unwrap().remove(0);
    let names: std::collections::HashMap<_, _> =
        facts.anything.iter().map(|told| (told.reporter, told.name.as_str())).collect();
    let mut told: Vec<_> = facts
        .failing
        .iter()
        .map(|told| (names[&told.reporter], told.network.map(|network| network.to_string()), told.failed))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            ("Elsewhere", None, 2),
            ("One", Some("192.0.2.0/24".to_owned()), 3),
            ("Several", None, 2),
            ("Silent", None, 2)
        ]
    );
    assert_eq!(together(&facts.failing, |told| (told.chunk, told.days)), [20; 4], "a day counts once");
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn days_come_as_bits_by_cause_and_reporter(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("clean.example").await;
    world.post(&of_days("1", "Alpha", 3, 3, 4)).await;
    world.post(&of_days("2", "Alpha", 20, 20, 6)).await;
    // Before the first failure nothing matters.
    world.post(&of_days("0", "Beta", 1, 1, 0)).await;
    // Covers three days, and counts on the first.
    world.post(&of_days("3", "Beta", 17, 19, 0)).await;
    world.mail(&of_days("4", "Alpha", 18, 18, 1), "alpha.example").await;
    let range = DayRange::ending(NOW.day(), 60);
    let facts = world.storage.incident_facts(world.workspace, Scope::All, range).await.unwrap();
    let [facts] = &facts[..] else { panic!("a domain without failures has no incidents: {facts:?}") };
    assert_eq!((facts.domain, &facts.name), (world.domain, &name("example.com")));

    assert!(facts.failing.iter().all(|told| told.result_type == ResultType::CertificateExpired));
    assert!(facts.failing.iter().all(|told| told.mx.as_deref() == Some("mx.example.com")));
    assert!(facts.failing.iter().all(|told| told.impact == Impact::NotDelivered && told.failed > 0));
    assert_eq!(together(&facts.failing, |told: &ToldFailing| (told.chunk, told.days)), [3, 18, 20]);
    assert_eq!(facts.failing.iter().map(|told| told.failed).sum::<u64>(), 11);

    let of = |name: &str, trust| -> Vec<ToldAnything> {
        facts.anything.iter().filter(|told| told.name == name && told.trust == trust).cloned().collect()
    };
    let beta = of("Beta", Trust::Unsigned);
    assert_eq!(together(&beta, |told| (told.chunk, told.days)), [17, 18, 19]);
    assert_eq!(together(&beta, |told| (told.chunk, told.failing)), [0; 0]);
    assert_eq!(together(&of("Alpha", Trust::Unsigned), |told| (told.chunk, told.failing)), [3, 20]);
    assert_eq!(together(&of("Alpha", Trust::Signed), |told| (told.chunk, told.failing)), [18]);
    assert!(facts.failing.iter().all(|told| told.days < 1 << CHUNK));

    // What is older, and what is another workspace's, does not count.
    let late = DayRange::ending(NOW.day(), 5);
    let facts = world.storage.incident_facts(world.workspace, Scope::Only(&[world.domain]), late).await.unwrap();
    assert_eq!(together(&facts[0].failing, |told| (told.chunk, told.days)), [18, 20]);
    let other = world.other_workspace().await;
    assert_eq!(world.storage.incident_facts(other, Scope::All, range).await.unwrap(), []);
    assert_eq!(world.storage.incident_facts(other, Scope::Only(&[world.domain]), range).await.unwrap(), []);

    let mut failed = world.storage.failed_on(world.domain, range).await.unwrap();
    failed.sort_by_key(|(.., day, _)| *day);
    let told: Vec<_> =
        failed.iter().map(|(.., day, failed)| (days(day.0 / CHUNK, 1 << (day.0 % CHUNK))[0], *failed)).collect();
    assert_eq!(told, [(3, 4), (18, 1), (20, 6)]);
}

#[rstest]
#[tokio::test]
async fn a_look_that_sees_the_same_only_moves_the_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.post(&of_days("1", "Alpha", 20, 20, 4)).await;
    let version = async || world.storage.glance(world.workspace, "").await.unwrap().versions[&world.domain];
    let before = version().await;
    let at = |hours: i64| NOW.plus_seconds(hours * HOUR);
    look(&world, "starttls-certificate-expired", at(0)).await;
    let first = version().await;
    assert_ne!(before, first);
    look(&world, "starttls-certificate-expired", at(1)).await;
    assert_eq!(version().await, first, "nothing is new");
    look(&world, "starttls-ok", at(2)).await;
    assert_ne!(version().await, first);
    // Checks were off for a day.
    look(&world, "starttls-ok", at(30)).await;

    let range = DayRange::ending(NOW.day(), 60);
    let facts = world.storage.incident_facts(world.workspace, Scope::All, range).await.unwrap();
    let spans: Vec<_> =
        facts[0].sighted.iter().map(|seen| (seen.from, seen.until, seen.sightings[0].codes[0].as_str())).collect();
    assert_eq!(
        spans,
        [
            (at(0), at(1), "starttls-certificate-expired"),
            (at(2), at(2), "starttls-ok"),
            (at(30), at(30), "starttls-ok"),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn what_was_published_on_the_days_of_a_report_is_known_from_looks(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let id = world.post(&of_days("1", "Alpha", 20, 20, 1)).await.reports[0];
    let published =
        async || world.storage.report(world.workspace, id, NOW.day()).await.unwrap().unwrap().page.published;
    assert_eq!(published().await, []);
    let seeing = |body: &str| Facts {
        policy: Some(PolicyFacts {
            body_sha256: body.to_owned(),
            body: body.to_owned(),
            mode: None,
            mx: vec![],
            max_age: None,
            tls: Session { version: Version::Tls13, chain: vec![], faults: vec![] },
        }),
        ..Facts::default()
    };
    // A domain is due from when it is added; the report is about the day before.
    let at = |hours: i64| NOW.plus_seconds(hours * HOUR);
    look_and_see(&world, "policy-found", seeing("mode: testing"), at(0)).await;
    assert_eq!(published().await, [], "what was seen later was not published then");

    let later = world.post(&of_days("2", "Alpha", 20, 21, 1)).await.reports[0];
    look_and_see(&world, "policy-found", seeing("mode: testing"), at(1)).await;
    look_and_see(&world, "policy-found", seeing("mode: enforce"), at(2)).await;
    look_and_see(&world, "policy-none", Facts::default(), at(3)).await;
    let page = world.storage.report(world.workspace, later, NOW.day()).await.unwrap().unwrap().page;
    let told: Vec<_> = page.published.iter().map(|one| (one.from, one.body.as_deref())).collect();
    assert_eq!(told, [(at(0), Some("mode: testing")), (at(2), Some("mode: enforce")), (at(3), None)]);
}

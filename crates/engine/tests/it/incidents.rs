//! Incidents: by cause over domains, of one domain, and as a list for programs.

use std::{collections::HashSet, time::Duration};

use engine::IncidentFilter;
use model::{
    DayRange, DomainId, DomainName, Finding, Status, Timestamp,
    check::{Check, Facts, Section},
    incident::{self, Fault, Light, State},
    lint,
    record_list::Publication,
    view::{DomainQuery, IncidentQuery, OverviewQuery, OverviewSort},
};
use serde_json::Value;
use storage::{CheckRecord, Storage};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, name_of, report, sts},
};

/// One reporter's report of a day of November 2026 about a domain in enforce; `failed` sessions failed for an expired certificate.
fn told(reporter: &str, domain: &str, day: u32, failed: u64) -> Value {
    let failures = [failure("certificate-expired", "mx.shared.example", failed)];
    report(reporter, day, &[sts(domain, "enforce", 50, if failed > 0 { &failures } else { &[] })])
}

async fn id_of(world: &World, domain: &str) -> DomainId {
    let query = DomainQuery::all_of(DayRange::ending(NOW.day(), 30));
    world.engine.domain_page(world.workspace, &name_of(domain), &query, NOW).await.unwrap().unwrap().id
}

/// What a check of a domain finds at its MX host.
async fn look(world: &World, domain: &str, code: &str, at: Timestamp) {
    let settings = storage::Settings { url: world.settings.database_url.clone(), may_upgrade: false };
    let storage = Storage::open(&settings).await.unwrap();
    let claims = storage.claim_checks(at, 100, Duration::ZERO).await.unwrap();
    let claim = claims.into_iter().find(|claim| claim.name == name_of(domain)).expect("it is due");
    let finding = Finding {
        code: code.to_owned(),
        status: Status::Error,
        title: String::new(),
        consequence: String::new(),
        evidence: None,
        remedy: None,
        publish: None,
        source: String::new(),
    };
    let record = CheckRecord {
        at,
        status: Status::Error,
        sections: vec![Section::new(Check::Starttls, Some("mx.shared.example".into()), vec![finding], vec![])],
        notices: vec![],
        facts: Facts::default(),
        changes: vec![],
        publication: Publication::Other,
        proves: false,
        next: at,
    };
    assert!(storage.finish_check(&claim, &record).await.unwrap());
    storage.close().await;
}

fn query(search: &str, state: Option<State>) -> IncidentQuery {
    IncidentQuery { search: search.to_owned(), state, page: 1 }
}

on_both_engines! {
    async fn one_certificate_on_a_shared_host_is_one_line(world: &World) {
        for domain in ["a.example", "b.example", "c.example"] {
            let receiver = world.watch(domain).await;
            world.post(&receiver, &told("Sender", domain, 19, 10)).await;
            world.post(&receiver, &told("Sender", domain, 20, 4)).await;
        }
        let over = world.watch("over.example").await;
        world.post(&over, &told("Sender", "over.example", 10, 3)).await;
        for day in 11..20 {
            world.post(&over, &told("Sender", "over.example", day, 0)).await;
        }
        let list = world.engine.incident_list(world.workspace, &query("", None), NOW).await.unwrap();
        assert_eq!(list.counts, [(State::Open, 1), (State::FixSeen, 0), (State::Resolved, 1)]);
        let [open, resolved] = &list.groups[..] else { panic!("two causes") };
        assert_eq!((open.heading().as_str(), open.touched, open.failed), ("Certificate expired on mx.shared.example", 3, 42));
        assert_eq!((resolved.state, resolved.domains[0].domain.as_str()), (State::Resolved, "over.example"));

        for (search, state, matching) in [
            ("", Some(State::Open), 1),
            ("", Some(State::FixSeen), 0),
            ("B.EXAMPLE", None, 1),
            ("shared", None, 2),
            ("shared", Some(State::Resolved), 1),
            ("nothing", None, 0),
        ] {
            let list = world.engine.incident_list(world.workspace, &query(search, state), NOW).await.unwrap();
            assert_eq!(list.matching, matching, "{search} {state:?}");
        }

        // What is broken does not depend on which rows Overview shows.
        let asked = OverviewQuery { search: "over".into(), status: None, sort: OverviewSort::Name, days: 7, page: 1 };
        let overview = world.engine.overview(world.workspace, &asked, NOW).await.unwrap();
        assert_eq!((overview.broken.causes, overview.broken.first[0].touched), (1, 3));

        // A new failure shows at once, and reopens what was over.
        world.post(&over, &told("Sender", "over.example", 20, 8)).await;
        let list = world.engine.incident_list(world.workspace, &query("", None), NOW).await.unwrap();
        let [open] = &list.groups[..] else { panic!("one cause") };
        assert_eq!((open.touched, open.reopened), (4, true));
        let id = id_of(world, "over.example").await;
        let [incident] = &world.engine.domain_incidents(world.workspace, id, NOW).await.unwrap()[..] else {
            panic!("one incident")
        };
        assert!(incident.reopened() && incident.episodes.len() == 2);
    }

    async fn a_live_check_sees_the_fix_before_reports_do(world: &World) {
        let receiver = world.watch("example.com").await;
        world.post(&receiver, &told("Sender", "example.com", 19, 10)).await;
        let state = async || {
            let list = world.engine.incident_list(world.workspace, &query("", None), NOW.plus_seconds(7_200)).await.unwrap();
            let group = list.groups.into_iter().next().expect("one cause");
            (group.state, group.fault, group.live.light, group.live.words)
        };
        assert_eq!(state().await, (State::Open, Fault::Unknown, Light::Unknown, "Not known: no live check has looked here yet.".to_owned()));
        look(world, "example.com", "starttls-certificate-expired", NOW).await;
        let (open, _, light, words) = state().await;
        assert_eq!((open, light), (State::Open, Light::Red));
        assert_eq!(words, "Still so: the certificate has expired (seen 21 Nov, 12:00 UTC).");
        look(world, "example.com", "starttls-ok", NOW.plus_seconds(3_600)).await;
        let (fixed, _, light, words) = state().await;
        assert_eq!((fixed, light), (State::FixSeen, Light::Green));
        assert_eq!(words, "Renewed on 21 Nov, no failures since.");
    }

    async fn the_list_goes_on_after_a_place_and_belongs_to_its_workspace(world: &World) {
        for domain in ["b.example", "a.example"] {
            let receiver = world.watch(domain).await;
            let failures = [failure("tlsa-invalid", "mx.example.com", 1), failure("certificate-expired", "mx.example.com", 2)];
            world.post(&receiver, &report("Sender", 20, &[sts(domain, "enforce", 5, &failures)])).await;
        }
        let mut told = vec![];
        let mut after = None;
        loop {
            let some = world.engine.incidents_after(world.workspace, &IncidentFilter::default(), after.as_ref(), 3, NOW).await.unwrap();
            let Some(last) = some.last() else { break };
            after = Some(last.place());
            told.extend(some.iter().map(|item| (item.domain.to_string(), item.incident.result_type.as_str().to_owned())));
        }
        let expected = [
            ("a.example", "certificate-expired"),
            ("a.example", "tlsa-invalid"),
            ("b.example", "certificate-expired"),
            ("b.example", "tlsa-invalid"),
        ];
        assert_eq!(told, expected.map(|(domain, what)| (domain.to_owned(), what.to_owned())));
        let name = name_of("b.example");
        let of = async |workspace, domain: Option<&DomainName>, state, search: &str| {
            let filter = IncidentFilter { domain: domain.cloned(), state, search: search.to_owned() };
            world.engine.incidents_after(workspace, &filter, None, 9, NOW).await.unwrap().len()
        };
        assert_eq!(of(world.workspace, Some(&name), None, "").await, 2);
        assert_eq!(of(world.workspace, None, Some(State::Resolved), "").await, 0);
        assert_eq!(of(world.workspace, None, None, " TLSA-inv").await, 2, "as the page finds causes");
        assert_eq!(of(world.workspace, None, None, "b.exam").await, 4, "causes with such a domain, as the page shows them");
        assert_eq!(of(world.workspace, None, None, "nothing").await, 0);
        let other = model::WorkspaceId(world.workspace.0 + 1_000);
        assert_eq!(of(other, None, None, "").await, 0);
        let id = id_of(world, "b.example").await;
        assert_eq!(world.engine.domain_incidents(world.workspace, id, NOW).await.unwrap().len(), 2);
        assert_eq!(world.engine.domain_incidents(other, id, NOW).await.unwrap(), []);
        assert_eq!(world.engine.incident_history(other, &name, 30, NOW).await.unwrap(), None);
    }

    async fn the_history_tells_each_episode_with_its_sessions(world: &World) {
        let receiver = world.watch("example.com").await;
        for day in 1..=20 {
            let failed = match day { 2 => 3, 3 => 4, 18 => 9, _ => 0 };
            world.post(&receiver, &told("Sender", "example.com", day, failed)).await;
        }
        let name = name_of("example.com");
        let history = async |days| world.engine.incident_history(world.workspace, &name, days, NOW).await.unwrap().unwrap().1;
        let rows = history(30).await;
        let told: Vec<_> = rows.iter().map(|row| (row.chapter.episode.state(), row.failed)).collect();
        assert_eq!(told, [(State::Open, 9), (State::Resolved, 7)]);
        assert_eq!(history(7).await.len(), 1, "what was over before the period is not in it");
    }
}

#[test]
fn every_code_that_incidents_speak_of_is_found_by_a_check() {
    let known: HashSet<_> = engine::CHECK_CODES
        .iter()
        .map(|code| code.text)
        .chain(lint::Code::ALL.iter().map(|code| code.as_str()))
        .collect();
    let unknown: Vec<_> = incident::codes().filter(|code| !known.contains(code)).collect();
    assert_eq!(unknown, [""; 0]);
}

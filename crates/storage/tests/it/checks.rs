//! Checks that are due, who does them, and what is kept of them.

use std::{collections::BTreeSet, time::Duration};

use model::{
    DomainId, Status, Timestamp,
    check::{Change, Check, Facts, MxFacts, Section},
    record_list::Publication,
    view::CheckPage,
};
use rstest::rstest;
use storage::{CheckRecord, ClaimedCheck, testing::Engine};

use crate::support::{NOW, World, name, report};

const LEASE: Duration = Duration::from_mins(5);
const HOUR: i64 = 3_600;

async fn claim(world: &World, at: Timestamp) -> Vec<ClaimedCheck> {
    world.storage.claim_checks(at, 10, LEASE).await.unwrap()
}

fn seen(record: &str) -> Facts {
    let mx = MxFacts { preference: 10, host: "mx9.example.com".to_owned(), addresses: vec![], tlsa: vec![] };
    Facts { tls_rpt: Some(record.to_owned()), mx: vec![mx], ..Facts::default() }
}

/// What a check brings that saw this record.
fn record(claim: &ClaimedCheck, facts: Facts, at: Timestamp) -> CheckRecord {
    let changes = claim.facts.as_ref().map(|before| Change::between(before, &facts, "mta-sts.example.com"));
    CheckRecord {
        at,
        status: Status::Warning,
        sections: vec![Section::new(Check::TlsRpt, None, vec![], vec!["v=\0".to_owned()])],
        notices: vec![],
        facts,
        changes: changes.unwrap_or_default(),
        publication: Publication::Other,
        proves: false,
        next: at.plus_seconds(HOUR),
    }
}

/// What the last check of `example.com` found.
async fn seen_now(world: &World) -> CheckPage {
    world.storage.checked_domain(world.workspace, &name("example.com")).await.unwrap().unwrap().page
}

#[rstest]
#[tokio::test]
async fn a_domain_is_due_when_it_is_added_and_an_hour_after_it_was_checked(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    assert_eq!(world.storage.next_check().await.unwrap(), Some(NOW));
    assert_eq!(claim(&world, NOW.plus_seconds(-1)).await, []);
    let [claimed] = &claim(&world, NOW).await[..] else { panic!("one domain is due") };
    assert_eq!((claimed.domain, claimed.name.as_str()), (world.domain, "example.com"));
    assert_eq!((claimed.address.as_str(), &claimed.facts), ("address of example.com", &None));
    assert!(seen_now(&world).await.running);
    assert!(world.storage.finish_check(claimed, &record(claimed, seen("a"), NOW)).await.unwrap());

    let page = seen_now(&world).await;
    assert_eq!((page.running, page.checked, page.changed), (false, Some(NOW), Some(NOW)));
    assert_eq!((page.status, page.facts.tls_rpt.as_deref()), (Some(Status::Warning), Some("a")));
    assert_eq!(page.sections[0].evidence, ["v=\0"]);
    assert_eq!(claim(&world, NOW.plus_seconds(HOUR - 1)).await, []);
    assert_eq!(claim(&world, NOW.plus_seconds(HOUR)).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn each_due_check_goes_to_one_of_many_processes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for n in 0..40 {
        world.add(&format!("d{n}.example")).await;
    }
    let others: Vec<_> = futures::future::join_all((0..4).map(|_| world.database.open())).await;
    let takers = others.iter().map(async |storage| {
        let mut taken: Vec<DomainId> = vec![];
        loop {
            let claims = storage.claim_checks(NOW, 3, LEASE).await.unwrap();
            if claims.is_empty() {
                return taken;
            }
            taken.extend(claims.iter().map(|claim| claim.domain));
        }
    });
    let taken: Vec<_> = futures::future::join_all(takers).await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 41);
    assert_eq!(taken.iter().map(|domain| domain.0).collect::<BTreeSet<_>>().len(), 41);
}

#[rstest]
#[tokio::test]
async fn who_lets_a_lease_run_out_is_overtaken_and_no_longer_heard(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let slow = world.storage.claim_checks(NOW, 1, Duration::ZERO).await.unwrap().remove(0);
    let quick = loop {
        if let Some(claimed) = claim(&world, NOW).await.pop() {
            break claimed;
        }
    };
    assert!(!world.storage.finish_check(&slow, &record(&slow, seen("slow"), NOW)).await.unwrap());
    assert!(!world.storage.give_back_check(&slow).await.unwrap());
    assert!(world.storage.finish_check(&quick, &record(&quick, seen("quick"), NOW)).await.unwrap());
    assert_eq!(seen_now(&world).await.facts.tls_rpt.as_deref(), Some("quick"));
}

#[rstest]
#[tokio::test]
async fn a_claim_that_is_given_back_is_due_as_before(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let claimed = claim(&world, NOW).await.remove(0);
    assert!(world.storage.give_back_check(&claimed).await.unwrap());
    assert_eq!(claim(&world, NOW).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn the_history_has_an_entry_only_when_something_changed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    for (hour, seen_record) in (0..).zip(["a", "a", "b", "b"]) {
        let at = NOW.plus_seconds(hour * HOUR);
        let claimed = claim(&world, at).await.remove(0);
        assert!(world.storage.finish_check(&claimed, &record(&claimed, seen(seen_record), at)).await.unwrap());
    }
    let page = seen_now(&world).await;
    assert_eq!(page.checked, Some(NOW.plus_seconds(3 * HOUR)));
    assert_eq!(page.changed, Some(NOW.plus_seconds(2 * HOUR)));
    let [second, first] = &page.history[..] else { panic!("two entries: {:?}", page.history) };
    assert_eq!((first.at, first.changes.len()), (NOW, 0));
    assert_eq!(second.changes, [Change::TlsRpt { before: Some("a".to_owned()), after: Some("b".to_owned()) }]);
    assert_eq!(world.count("domain_mx", "mx_host = 'mx9.example.com'").await, 1, "attribution knows the host");
}

#[rstest]
#[tokio::test]
async fn reported_failures_bring_the_next_check_forward(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    // Checked half an hour before the reports of NOW arrive.
    let at = NOW.plus_seconds(-HOUR / 2);
    world.storage.ask_check(world.workspace, &name("example.com"), at).await.unwrap();
    let claimed = claim(&world, at).await.remove(0);
    world.storage.finish_check(&claimed, &record(&claimed, seen("a"), at)).await.unwrap();
    let due = async || seen_now(&world).await.due.unwrap();

    world.post(&report("clean", 10, 0)).await;
    assert_eq!(due().await, at.plus_seconds(HOUR), "success is no reason");
    world.post(&report("failed", 10, 2)).await;
    let soon = due().await;
    assert!(NOW < soon && soon < NOW.plus_seconds(600), "{soon:?}");
    world.storage.ask_check(world.workspace, &name("example.com"), NOW.plus_seconds(900)).await.unwrap();
    assert_eq!(due().await, soon, "nothing makes it later");
}

#[rstest]
#[tokio::test]
async fn a_deleted_domain_is_checked_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let claimed = claim(&world, NOW).await.remove(0);
    world.storage.delete_domain(world.workspace, &claimed.name).await.unwrap();
    assert!(!world.storage.finish_check(&claimed, &record(&claimed, seen("a"), NOW)).await.unwrap());
    assert_eq!(world.storage.next_check().await.unwrap(), None);
    assert_eq!(world.count("snapshots", "1 = 1").await, 0);
}

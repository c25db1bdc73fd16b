//! Whose report it is, from the database's side; the rules by themselves are tested beside them.

use model::{DeliveryOutcome, DomainId, Timestamp};
use rstest::rstest;
use storage::testing::Engine;
use tlsrpt::PolicyType;

use crate::support::{COUNTED, NOW, World, name, policy, report, totals};

fn about(names: &[&str]) -> tlsrpt::Report {
    let policies = names.iter().map(|name| policy(PolicyType::Sts, Some(name), 10, 0)).collect();
    tlsrpt::Report { policies, ..report("a", 0, 0) }
}

#[rstest]
#[tokio::test]
async fn one_report_may_speak_of_several_domains(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("example.net").await;
    let recorded = world.import(&about(&["example.com", "mail.example.net", "example.edu"])).await;
    assert_eq!(recorded.outcome, DeliveryOutcome::InPart);
    assert!(recorded.reason.contains("example.edu"), "{}", recorded.reason);
    assert_eq!(recorded.reports.len(), 3, "one row for each domain, one in quarantine");
    assert_eq!(world.totals("example.com").await, totals(10, 0));
    assert_eq!(world.totals("example.net").await, totals(10, 0));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_known_mx_host_belongs_to_the_address_for_ninety_days(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.storage.note_mx_hosts(world.domain, &[name("mx.example.net")], NOW).await.unwrap();
    let entry = |report_id: &str| tlsrpt::Report {
        policies: vec![policy(PolicyType::Tlsa, Some("mx.example.net"), 7, 0)],
        ..report(report_id, 0, 0)
    };
    assert_eq!(world.post(&entry("a")).await.outcome, COUNTED);
    assert_eq!(world.count("policies", "mx_entry").await, 1);
    world.storage.note_mx_hosts(world.domain, &[name("mx2.example.net")], NOW).await.unwrap();
    let later = Timestamp(NOW.0 + 91 * 86_400_000);
    world.storage.note_mx_hosts(world.domain, &[name("mx2.example.net")], later).await.unwrap();
    let late = storage::NewDelivery { received: later, ..world.delivery(&entry("b")) };
    assert_eq!(world.record(late).await.outcome, DeliveryOutcome::Quarantined);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn another_workspaces_domain_is_never_reached(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    use sea_orm::ConnectionTrait as _;

    let world = World::new(engine).await;
    world.tables.execute_unprepared("INSERT INTO workspaces (name, created) VALUES ('other', 0)").await.unwrap();
    let other = world.storage.workspace(Some("other")).await.unwrap().unwrap();
    world.storage.add_domain(other, &name("example.net"), "address there", NOW).await.unwrap();
    let recorded = world.post(&about(&["example.net"])).await;
    assert_eq!(recorded.outcome, DeliveryOutcome::Quarantined);
    let there = world.storage.domain_listings(Some(other)).await.unwrap();
    assert_eq!(there[0].reports, 0);
    assert!(world.storage.report(other, recorded.reports[0], NOW.day()).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn a_delivery_to_a_deleted_domain_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let gone = storage::NewDelivery { domain: Some(DomainId(99)), ..world.delivery(&report("a", 1, 0)) };
    assert!(matches!(world.storage.record(gone).await, Err(storage::Error::DomainGone)));
    assert_eq!(world.count("deliveries", "1 = 1").await, 0);
}

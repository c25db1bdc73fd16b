//! Records that wait to be published.

use std::time::Duration;

use model::{
    Status, Timestamp,
    check::{Check, Facts, MxFacts},
    record_list::Publication,
};
use rstest::rstest;
use storage::{CheckRecord, RecordScope, testing::Engine};

use crate::support::{NOW, World, name};

/// Stores a check of what is due that found the records to be so.
async fn see(world: &World, publication: Publication, at: Timestamp) {
    let facts = Facts {
        tls_rpt: Some("v=TLSRPTv1; rua=mailto:a@example.net".into()),
        destinations: vec!["mailto:a@example.net".into()],
        ..Facts::default()
    };
    see_facts(world, publication, at, facts).await;
}

/// Stores a check of what is due that saw this.
async fn see_facts(world: &World, publication: Publication, at: Timestamp, facts: Facts) {
    for claim in world.storage.claim_checks(at, 10, Duration::from_mins(1)).await.unwrap() {
        let record = CheckRecord {
            at,
            status: Status::Ok,
            sections: vec![],
            notices: vec![],
            facts: facts.clone(),
            changes: vec![],
            publication,
            proves: false,
            next: at.plus_seconds(3_600),
        };
        assert!(world.storage.finish_check(&claim, &record).await.unwrap());
    }
}

#[rstest]
#[tokio::test]
async fn a_domain_waits_until_its_record_was_seen(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (storage, workspace) = (&world.storage, world.workspace);
    let waiting = || storage.count_publications(workspace, RecordScope::Waiting);
    assert_eq!(waiting().await.unwrap(), 1);
    see(&world, Publication::Other, NOW).await;
    assert_eq!(waiting().await.unwrap(), 1);
    let row = storage.publications(workspace, RecordScope::Waiting, 0, 1).await.unwrap().remove(0);
    let checked = storage.checked_domain(workspace, &name("example.com")).await.unwrap().unwrap();
    assert_eq!(checked.known, row.known, "both tell the same");
    assert_eq!(row.known.destinations, ["mailto:a@example.net"]);
    assert_eq!(row.known.record.as_deref(), Some("v=TLSRPTv1; rua=mailto:a@example.net"));

    // Whoever published it need not wait for the hour to end.
    let soon = NOW.plus_seconds(60);
    assert_eq!(storage.hasten_waiting(workspace, soon).await.unwrap(), 1);
    see(&world, Publication::Published, soon).await;
    assert_eq!(waiting().await.unwrap(), 0);
    assert_eq!(storage.hasten_waiting(workspace, soon).await.unwrap(), 0);

    // With a new address what stands there is another record.
    assert!(storage.rotate_address(workspace, &name("example.com"), "new", soon, soon).await.unwrap());
    assert_eq!(waiting().await.unwrap(), 1);
    assert_eq!(storage.next_check().await.unwrap(), Some(soon));
}

#[rstest]
#[tokio::test]
async fn lists_are_by_name_and_page_by_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for domain in ["c.example", "a.example", "b.example"] {
        world.add(domain).await;
    }
    let page = |skip| world.storage.publications(world.workspace, RecordScope::All, skip, 2);
    let names =
        |rows: Vec<storage::PublicationRow>| rows.into_iter().map(|row| row.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(page(0).await.unwrap()), ["a.example", "b.example"]);
    assert_eq!(names(page(2).await.unwrap()), ["c.example", "example.com"]);
    assert_eq!(names(page(4).await.unwrap()), Vec::<String>::new());
    let other = world.other_workspace().await;
    assert_eq!(world.storage.count_publications(other, RecordScope::All).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn what_is_around_a_record_is_told(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let only = || world.storage.publications(world.workspace, RecordScope::All, 0, 1);
    let before = only().await.unwrap().remove(0).around;
    assert_eq!((before.checked, before.without_mta_sts), (None, false), "nobody has looked");
    let facts = Facts {
        zone: Some(name("zone.example")),
        stale_until: Some(NOW.plus_seconds(300)),
        mx: vec![MxFacts { preference: 1, host: "mx.example.com".into(), addresses: vec![], tlsa: vec![] }],
        ..Facts::default()
    };
    see_facts(&world, Publication::Published, NOW, facts.clone()).await;
    let around = only().await.unwrap().remove(0).around;
    assert_eq!((around.checked, around.without_mta_sts), (Some(NOW), true));
    assert_eq!((around.zone, around.stale_until), (Some(name("zone.example")), Some(NOW.plus_seconds(300))));
    assert_eq!(around.mx_hosts, ["mx.example.com"]);

    let later = NOW.plus_seconds(3_600);
    see_facts(&world, Publication::Published, later, Facts { unseen: vec![Check::MtaSts], ..facts }).await;
    assert!(!only().await.unwrap()[0].around.without_mta_sts, "it could not be seen");
}

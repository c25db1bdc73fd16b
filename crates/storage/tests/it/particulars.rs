//! What is noted about a domain, and what goes with it.

use std::collections::HashSet;

use model::names::Particulars;
use rstest::rstest;
use storage::{DomainNotes, Glance, Holdings, RecordScope, testing::Engine};

use crate::support::{NOW, World, name, report};

fn notes() -> DomainNotes {
    DomainNotes {
        particulars: Particulars {
            tags: vec!["web".into(), "100%".into()],
            customer: "Acme \"Ltd\"'; DROP TABLE domains; --".into(),
            notes: "two\nlines".into(),
        },
        recipients: vec!["mailto:a@example.net".into()],
        no_mail: true,
    }
}

#[rstest]
#[tokio::test]
async fn notes_come_back_as_they_were(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let domain = name("example.com");
    let (storage, workspace) = (&world.storage, world.workspace);
    assert_eq!(storage.domain_notes(workspace, &domain).await.unwrap(), Some(DomainNotes::default()));
    assert!(storage.note_domain(workspace, &domain, &notes()).await.unwrap());
    assert_eq!(storage.domain_notes(workspace, &domain).await.unwrap(), Some(notes()));
    let other = world.other_workspace().await;
    assert!(!storage.note_domain(other, &domain, &DomainNotes::default()).await.unwrap());
    assert_eq!(storage.domain_notes(other, &domain).await.unwrap(), None);
    assert_eq!(storage.domain_notes(workspace, &domain).await.unwrap(), Some(notes()));
    assert_eq!(
        storage.count_publications(workspace, RecordScope::Waiting).await.unwrap(),
        0,
        "no record is waited for of what takes no mail"
    );
}

#[rstest]
#[tokio::test]
async fn tags_and_customers_are_found(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("example.net").await;
    world.storage.note_domain(world.workspace, &name("example.com"), &notes()).await.unwrap();
    let found = async |text: &str| world.storage.glance(world.workspace, text).await.unwrap().noted;
    let this = HashSet::from([world.domain]);
    assert_eq!(found("WEB").await, this);
    assert_eq!(found("acme").await, this);
    assert_eq!(found("0%").await, this);
    for nothing in ["%", "_eb", "\\", "two"] {
        let expected = if nothing == "%" { this.clone() } else { HashSet::new() };
        assert_eq!(found(nothing).await, expected, "{nothing}");
    }
    let other = world.other_workspace().await;
    assert_eq!(world.storage.glance(other, "web").await.unwrap(), Glance::default());
}

#[rstest]
#[tokio::test]
async fn what_would_be_lost_is_counted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.post(&report("1", 7, 1)).await;
    world.post(&report("2", 5, 0)).await;
    world.record(world.unreadable(b"hello")).await;
    let held = world.storage.holdings(world.workspace, &name("example.com")).await.unwrap();
    assert_eq!(held, Some(Holdings { reports: 2, deliveries: 3, sessions: 13, since: Some(NOW) }));
    assert_eq!(world.storage.holdings(world.other_workspace().await, &name("example.com")).await.unwrap(), None);
}

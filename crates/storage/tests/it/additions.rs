//! Adding many domains at once.

use model::{
    DomainName, UserId,
    addition::{Entry, Outcome},
    names::{self, Limits},
};
use rstest::rstest;
use storage::{RecordScope, testing::Engine};

use crate::support::{NOW, World, name, policy, report};

fn entries(text: &str) -> Vec<Entry> {
    names::read(text, &Limits::default()).into_iter().map(Entry::from).collect()
}

async fn begin(world: &World, text: &str) -> i64 {
    world.storage.begin_addition(world.workspace, UserId(1), "pasted text", &entries(text), NOW).await.unwrap()
}

fn addresses(from: usize, count: usize) -> Vec<String> {
    (from..from + count).map(|i| format!("address {i}")).collect()
}

/// Adds all that waits; gives the names in the order in which they were added.
async fn finish(world: &World, at_once: usize) -> Vec<DomainName> {
    let mut all = vec![];
    let mut from = 0;
    while let Some(some) = world.storage.add_some(None, &addresses(from, at_once), NOW).await.unwrap() {
        from += at_once;
        all.extend(some.domains.into_iter().map(|(_, name)| name));
    }
    all
}

#[rstest]
#[tokio::test]
async fn everything_in_the_text_has_an_outcome(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let id = begin(&world, "b.example\nlocalhost\na.example\nB.example\nEXAMPLE.COM\n# x\n").await;
    let addition = world.storage.addition(world.workspace, id).await.unwrap().unwrap();
    assert_eq!((addition.count(Outcome::Waiting), addition.count(Outcome::Refused)), (3, 1));
    assert_eq!(finish(&world, 2).await.len(), 3);

    let addition = world.storage.addition(world.workspace, id).await.unwrap().unwrap();
    assert_eq!((addition.source.as_str(), addition.created), ("pasted text", NOW));
    let counts = Outcome::ALL.map(|outcome| addition.count(outcome));
    assert_eq!(counts, [0, 1, 2, 1, 1, 1], "{:?}", Outcome::ALL);
    let of = |outcome| world.storage.addition_entries(world.workspace, id, outcome);
    let refused = of(Outcome::Refused).await.unwrap();
    assert_eq!((refused[0].line, refused[0].typed.as_str()), (2, "localhost"));
    assert!(refused[0].detail.contains("one label"));
    assert_eq!(of(Outcome::Added).await.unwrap().iter().map(|entry| entry.line).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(of(Outcome::AlreadyThere).await.unwrap()[0].name, Some(name("example.com")));
    let records = world.storage.publications(world.workspace, RecordScope::Addition(id), 0, 10).await.unwrap();
    assert_eq!(
        records.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["a.example", "b.example", "example.com"]
    );
    for row in &records {
        assert!(world.storage.address_owner(&row.address).await.unwrap().is_some(), "{row:?}");
    }
}

#[rstest]
#[tokio::test]
async fn another_workspace_sees_nothing_of_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let id = begin(&world, "a.example\nlocalhost").await;
    finish(&world, 10).await;
    let other = world.other_workspace().await;
    assert_eq!(world.storage.addition(other, id).await.unwrap(), None);
    for outcome in Outcome::ALL {
        assert_eq!(world.storage.addition_entries(other, id, outcome).await.unwrap(), []);
    }
    assert_eq!(world.storage.publications(other, RecordScope::Addition(id), 0, 10).await.unwrap(), []);
    assert_eq!(world.storage.count_publications(other, RecordScope::Addition(id)).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn two_processes_share_the_work(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let text = (0..400).map(|i| format!("d{i}.example\n")).collect::<Vec<_>>().concat();
    let id = begin(&world, &text).await;
    let other = world.database.open().await;
    let work = |storage: storage::Storage, from: usize| async move {
        let mut from = from;
        while storage.add_some(None, &addresses(from, 30), NOW).await.unwrap().is_some() {
            from += 30;
        }
    };
    tokio::join!(work(world.storage.clone(), 0), work(other, 100_000));
    let addition = world.storage.addition(world.workspace, id).await.unwrap().unwrap();
    assert_eq!((addition.is_running(), addition.count(Outcome::Added)), (false, 400));
    assert_eq!(world.count("domains", "1 = 1").await, 401);
    assert_eq!(world.count("addresses", "1 = 1").await, 401);
    assert_eq!(world.count("checks", "1 = 1").await, 401);
}

#[rstest]
#[tokio::test]
async fn a_table_notes_tags_and_customer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    begin(&world, "domain,customer,tags,notes\na.example,Acme,web eu,seen\nexample.com,Other,x,\n").await;
    finish(&world, 10).await;
    let notes = world.storage.domain_notes(world.workspace, &name("a.example")).await.unwrap().unwrap().particulars;
    assert_eq!((notes.customer.as_str(), notes.notes.as_str()), ("Acme", "seen"));
    assert_eq!(notes.tags, ["web", "eu"]);
    let kept = world.storage.domain_notes(world.workspace, &name("example.com")).await.unwrap().unwrap();
    assert_eq!(kept.particulars.customer, "", "what was there before is not overwritten");
}

#[rstest]
#[tokio::test]
async fn names_that_reports_wait_for_are_offered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for (id, domain) in [("1", "b.example"), ("2", "a.example"), ("3", "b.example"), ("4", "no name")] {
        let mut unknown = report(id, 5, 0);
        unknown.policies = vec![policy(tlsrpt::PolicyType::Sts, Some(domain), 5, 0)];
        world.import(&unknown).await;
    }
    let waited = world.storage.names_waited_for(world.workspace).await.unwrap();
    assert_eq!(waited, [(name("b.example"), 2), (name("a.example"), 1)]);
    assert_eq!(world.storage.names_waited_for(world.other_workspace().await).await.unwrap(), []);
    begin(&world, "b.example").await;
    finish(&world, 10).await;
    world.storage.release_what_waits(world.workspace, &name("b.example")).await.unwrap();
    assert_eq!(world.totals("b.example").await.sessions, 10);
    assert_eq!(world.storage.names_waited_for(world.workspace).await.unwrap(), [(name("a.example"), 1)]);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn what_is_over_is_forgotten_and_what_waits_is_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let over = begin(&world, "a.example").await;
    finish(&world, 10).await;
    let waits = begin(&world, "b.example").await;
    world.storage.expire_additions(NOW).await.unwrap();
    assert!(world.storage.addition(world.workspace, over).await.unwrap().is_some(), "not older than that");
    world.storage.expire_additions(NOW.plus_seconds(1)).await.unwrap();
    assert!(world.storage.addition(world.workspace, over).await.unwrap().is_none());
    assert!(world.storage.addition(world.workspace, waits).await.unwrap().is_some());
    assert!(world.storage.domain(world.workspace, &name("a.example")).await.unwrap().is_some());
}

//! Share links, each rule on both engines.

use model::{ShareLinkId, Timestamp, UserId};
use rstest::rstest;
use storage::{NewShareLink, NotShared, testing::Engine};

use crate::support::{NOW, World, name};

const EXPIRES: Timestamp = NOW.plus_seconds(3_600);

fn link(hash: &[u8]) -> NewShareLink<'_> {
    let (created_by, expires) = (UserId(77), EXPIRES);
    NewShareLink { name: "the auditor", hash, hint: "wxl_abcd", created: NOW, created_by, expires }
}

async fn share(world: &World, domain: &str, hash: &[u8]) -> ShareLinkId {
    world.storage.add_share_link(world.workspace, &name(domain), link(hash), 10).await.unwrap().unwrap()
}

async fn lives(world: &World, hash: &[u8]) -> bool {
    world.storage.share_link(hash).await.unwrap().is_some()
}

#[rstest]
#[tokio::test]
async fn a_link_is_found_by_its_hash_and_tells_its_use(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = share(&world, "example.com", b"hash").await;
    let found = storage.share_link(b"hash").await.unwrap().unwrap();
    assert_eq!((found.id, found.workspace, &found.domain), (id, world.workspace, &name("example.com")));
    assert_eq!((found.expires, found.last_opened), (EXPIRES, None));
    assert!(!lives(&world, b"other").await);

    storage.touch_share_link(id, NOW).await.unwrap();
    storage.touch_share_link(id, NOW.plus_seconds(-60)).await.unwrap();
    let row = storage.share_links(world.workspace, &name("example.com")).await.unwrap().unwrap().pop().unwrap();
    assert_eq!(row.last_opened, Some(NOW), "an earlier time never replaces a later one");
    assert_eq!((row.name.as_str(), row.hint.as_str(), row.created_by), ("the auditor", "wxl_abcd", None));
}

#[rstest]
#[tokio::test]
async fn a_domain_lists_and_revokes_only_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("example.org").await;
    let (storage, here, away) = (&world.storage, world.workspace, world.other_workspace().await);
    let id = share(&world, "example.com", b"hash").await;
    let rows = async |workspace, domain| storage.share_links(workspace, &name(domain)).await.unwrap();
    assert_eq!(rows(here, "example.org").await.unwrap(), []);
    assert_eq!(rows(away, "example.com").await, None);
    let revoke = async |workspace, domain, id| storage.revoke_share_link(workspace, &name(domain), id).await.unwrap();
    assert!(!revoke(away, "example.com", id).await);
    assert!(!revoke(here, "example.org", id).await);
    assert!(!revoke(here, "example.com", ShareLinkId(id.0 + 1)).await);
    assert!(lives(&world, b"hash").await);
    assert!(revoke(here, "example.com", id).await);
    assert!(!lives(&world, b"hash").await);
    assert!(!revoke(here, "example.com", id).await);
}

#[rstest]
#[tokio::test]
async fn there_are_only_so_many_to_a_domain(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("example.org").await;
    let add = async |domain, hash| {
        world.storage.add_share_link(world.workspace, &name(domain), link(hash), 2).await.unwrap().map(drop)
    };
    assert_eq!(add("example.com", b"1").await, Ok(()));
    assert_eq!(add("example.com", b"2").await, Ok(()));
    assert_eq!(add("example.com", b"3").await, Err(NotShared::TooMany));
    assert_eq!(add("example.org", b"4").await, Ok(()));
    assert_eq!(add("example.net", b"5").await, Err(NotShared::NoDomain));
}

#[rstest]
#[tokio::test]
async fn links_end_with_the_address_and_with_the_domain(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.add("example.org").await;
    let storage = &world.storage;
    share(&world, "example.org", b"stays").await;
    share(&world, "example.com", b"first").await;
    assert!(storage.rotate_address(world.workspace, &name("example.com"), "new", NOW, NOW).await.unwrap());
    assert!(!lives(&world, b"first").await);
    share(&world, "example.com", b"second").await;
    let removed = storage.begin_removal(world.workspace, &name("example.com")).await.unwrap().unwrap();
    assert!(!lives(&world, b"second").await, "at once, before the rest is deleted");
    storage.finish_removal(removed).await.unwrap();
    assert!(lives(&world, b"stays").await);
    assert_eq!(world.count("share_links", "1 = 1").await, 1);
}

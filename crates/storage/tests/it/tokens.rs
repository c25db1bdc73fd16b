//! API tokens, each rule on both engines.

use model::{Timestamp, TokenId, TokenScope, UserId, WorkspaceId};
use rstest::rstest;
use storage::{NewToken, testing::Engine};

use crate::support::{NOW, World};

const EXPIRES: Timestamp = NOW.plus_seconds(3_600);

const fn token<'a>(name: &'a str, hash: &'a [u8]) -> NewToken<'a> {
    NewToken {
        name,
        hash,
        hint: "wxs_abcd",
        scope: TokenScope::Read,
        created: NOW,
        created_by: Some(UserId(77)),
        expires: EXPIRES,
    }
}

#[rstest]
#[tokio::test]
async fn a_token_is_found_by_its_hash_and_tells_its_use(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_token(world.workspace, token("backup", b"hash"), 10).await.unwrap().unwrap();
    let found = storage.token(b"hash").await.unwrap().unwrap();
    assert_eq!((found.id, found.workspace, found.scope), (id, world.workspace, TokenScope::Read));
    assert_eq!((found.expires, found.last_used), (EXPIRES, None));
    assert_eq!(storage.token(b"other").await.unwrap(), None);

    storage.touch_token(id, NOW).await.unwrap();
    storage.touch_token(id, NOW.plus_seconds(-60)).await.unwrap();
    let row = storage.tokens(world.workspace).await.unwrap().pop().unwrap();
    assert_eq!(row.last_used, Some(NOW), "an earlier use never replaces a later one");
    assert_eq!((row.name.as_str(), row.hint.as_str(), row.created_by), ("backup", "wxs_abcd", None));
}

#[rstest]
#[tokio::test]
async fn a_workspace_sees_and_revokes_only_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_token(world.workspace, token("backup", b"hash"), 10).await.unwrap().unwrap();
    let other = WorkspaceId(world.workspace.0 + 1);
    assert!(storage.tokens(other).await.unwrap().is_empty());
    assert!(!storage.revoke_token(other, id).await.unwrap());
    assert!(!storage.revoke_token(world.workspace, TokenId(id.0 + 1)).await.unwrap());
    assert!(storage.token(b"hash").await.unwrap().is_some());
    assert!(storage.revoke_token(world.workspace, id).await.unwrap());
    assert!(storage.token(b"hash").await.unwrap().is_none());
    assert!(!storage.revoke_token(world.workspace, id).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn there_are_only_so_many(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for hash in [b"1", b"2"] {
        assert!(world.storage.add_token(world.workspace, token("t", hash), 2).await.unwrap().is_some());
    }
    assert_eq!(world.storage.add_token(world.workspace, token("t", b"3"), 2).await.unwrap(), None);
    assert_eq!(world.storage.tokens(world.workspace).await.unwrap().len(), 2);
}

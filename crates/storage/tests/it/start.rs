//! What a workspace has when it gets started.

use model::{Channel, start::Way};
use rstest::rstest;
use storage::{Beginning, testing::Engine};

use crate::support::{NOW, World, name, report};

#[rstest]
#[tokio::test]
async fn each_step_is_seen(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let other = world.other_workspace().await;
    assert_eq!(world.storage.beginning(other).await.unwrap(), Beginning::default());

    world.storage.choose_way(world.workspace, Way::Https).await.unwrap();
    world.post(&report("1", 5, 0)).await;
    let seen = world.storage.beginning(world.workspace).await.unwrap();
    let expected = Beginning {
        way: Some(Way::Https),
        done: None,
        domains: 1,
        waiting: 1,
        waiting_named: vec![name("example.com")],
        to_test: Some((name("example.com"), "address of example.com".to_owned())),
        arrived: vec![Channel::Https],
        reports: 1,
        tested: false,
    };
    assert_eq!(seen, expected);

    let started = async |workspace| world.storage.glance(workspace, "").await.unwrap().started;
    assert!(!started(world.workspace).await);
    world.storage.note_started(world.workspace, NOW).await.unwrap();
    world.storage.note_started(world.workspace, NOW.plus_seconds(9)).await.unwrap();
    assert!(started(world.workspace).await);
    assert_eq!(world.storage.beginning(world.workspace).await.unwrap().done, Some(NOW), "the first time counts");
    assert!(!started(other).await);
}

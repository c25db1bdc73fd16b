//! Report addresses and how one takes the place of another.

use model::{Timestamp, record_list::Publication};
use rstest::rstest;
use storage::{RecordScope, testing::Engine};

use crate::support::{NOW, World, name};

const OWN: &str = "address of example.com";
/// After any day on which this test runs: the database's own clock decides.
const LATER: Timestamp = Timestamp(10_000_000_000_000);

#[rstest]
#[tokio::test]
async fn a_rotated_address_is_valid_while_its_grace_runs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (storage, workspace, domain) = (&world.storage, world.workspace, name("example.com"));
    assert!(storage.rotate_address(workspace, &domain, "new", LATER, NOW.plus_seconds(1)).await.unwrap());
    for address in [OWN, "new"] {
        assert!(storage.address_owner(address).await.unwrap().is_some(), "{address}");
    }
    assert_eq!(storage.domain(workspace, &domain).await.unwrap().unwrap().address, "new");
    let addresses = storage.report_addresses(world.domain).await.unwrap();
    let told: Vec<_> = addresses.iter().map(|address| (address.address.as_str(), address.retired)).collect();
    assert_eq!(told, [("new", None), (OWN, Some(LATER))]);

    assert!(!storage.retire_address(workspace, &domain, "new", NOW).await.unwrap(), "its own is not retired");
    assert!(storage.retire_address(workspace, &domain, OWN, NOW.plus_seconds(2)).await.unwrap());
    assert!(storage.address_owner(OWN).await.unwrap().is_none());
    assert!(!storage.retire_address(workspace, &domain, OWN, NOW.plus_seconds(3)).await.unwrap(), "it is over already");
}

#[rstest]
#[tokio::test]
async fn without_grace_the_old_address_is_dead_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let past = Timestamp(1_000_000_000_000);
    assert!(world.storage.rotate_address(world.workspace, &name("example.com"), "new", past, NOW).await.unwrap());
    assert!(world.storage.address_owner(OWN).await.unwrap().is_none());
    assert!(world.storage.address_owner("new").await.unwrap().is_some());
    let row = world.storage.publications(world.workspace, RecordScope::All, 0, 10).await.unwrap().remove(0);
    assert_eq!((row.address.as_str(), row.known.publication), ("new", Publication::NotSeen));
    assert_eq!(row.known.addresses.len(), 2, "both are known as ours");
}

#[rstest]
#[tokio::test]
async fn addresses_of_another_workspace_are_not_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let other = world.other_workspace().await;
    let domain = name("example.com");
    assert!(!world.storage.rotate_address(other, &domain, "new", NOW, NOW).await.unwrap());
    assert!(world.storage.rotate_address(world.workspace, &domain, "new", LATER, NOW).await.unwrap());
    assert!(!world.storage.retire_address(other, &domain, OWN, NOW).await.unwrap());
    assert!(world.storage.address_owner(OWN).await.unwrap().is_some());
}

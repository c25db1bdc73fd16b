//! Proof of control: what is kept until it is there, and what two workspaces may do with one domain.

use std::time::Duration;

use model::{DomainId, Proof, Status, Timestamp, WorkspaceId, check::Facts, record_list::Publication};
use rstest::rstest;
use storage::{CheckRecord, NewDelivery, testing::Engine};

use crate::support::{COUNTED, NOW, World, name, report, totals};

/// A domain of a workspace that is not trusted.
struct Stranger {
    workspace: WorkspaceId,
    domain: DomainId,
    name: String,
}

impl Stranger {
    async fn new(world: &World, domain: &str) -> Self {
        let workspace = world.other_workspace().await;
        let added = world.storage.add_domain(workspace, &name(domain), "a stranger’s address", NOW).await.unwrap();
        assert_eq!(added.proof, Proof::Waiting);
        Self { workspace, domain: added.id, name: domain.to_owned() }
    }

    /// A report about its domain, sent to its address.
    fn delivery(&self, world: &World, id: &str) -> NewDelivery {
        let mut told = report(id, 10, 0);
        told.policies[0].policy_domain = Some(self.name.clone());
        NewDelivery { workspace: self.workspace, domain: Some(self.domain), ..world.delivery(&told) }
    }

    async fn sessions(&self, world: &World) -> u64 {
        let all = world.storage.domain_listings(Some(self.workspace)).await.unwrap();
        all[0].totals.sessions
    }
}

/// Stores a check of every domain that is due, of which those of this workspace prove it.
async fn check(world: &World, proven: WorkspaceId, at: Timestamp) {
    for claim in world.storage.claim_checks(at, 10, Duration::from_mins(1)).await.unwrap() {
        let proves = claim.workspace == proven;
        let record = CheckRecord {
            at,
            status: Status::Ok,
            sections: vec![],
            notices: vec![],
            facts: Facts::default(),
            changes: vec![],
            publication: if proves { Publication::Published } else { Publication::Absent },
            proves,
            next: at.plus_seconds(3_600),
        };
        assert!(world.storage.finish_check(&claim, &record).await.unwrap());
    }
}

#[rstest]
#[tokio::test]
async fn reports_are_kept_and_not_counted_until_the_proof(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let stranger = Stranger::new(&world, "example.net").await;
    let recorded = world.record(stranger.delivery(&world, "1")).await;
    assert_eq!(recorded.outcome, model::DeliveryOutcome::Quarantined);
    assert!(recorded.reason.contains("proof of control"), "{}", recorded.reason);
    assert_eq!(stranger.sessions(&world).await, 0);
    world.storage.release_what_waits(stranger.workspace, &name("example.net")).await.unwrap();
    assert_eq!(stranger.sessions(&world).await, 0, "nothing is released before");

    check(&world, stranger.workspace, NOW).await;
    let domain = world.storage.domain(stranger.workspace, &name("example.net")).await.unwrap().unwrap();
    assert_eq!(domain.proof, Proof::Proven(NOW));
    world.storage.release_what_waits(stranger.workspace, &name("example.net")).await.unwrap();
    assert_eq!(stranger.sessions(&world).await, 10);
    assert_eq!(world.record(stranger.delivery(&world, "2")).await.outcome, COUNTED);
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn a_stranger_who_adds_a_domain_sees_nothing_of_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.post(&report("1", 7, 0)).await;
    let stranger = Stranger::new(&world, "example.com").await;
    world.record(stranger.delivery(&world, "2")).await;
    assert_eq!(stranger.sessions(&world).await, 0);
    assert_eq!(world.totals("example.com").await, totals(7, 0), "the owner’s figures are the owner’s");
    let claims = world.storage.claim_checks(NOW, 10, Duration::from_mins(1)).await.unwrap();
    let proof = |workspace| claims.iter().find(|claim| claim.workspace == workspace).map(|claim| claim.proof);
    assert_eq!(proof(world.workspace), Some(Proof::Trusted));
    assert_eq!(proof(stranger.workspace), Some(Proof::Waiting));
    world.audit().await;
}

#[rstest]
#[tokio::test]
async fn two_workspaces_may_prove_one_domain(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let stranger = Stranger::new(&world, "example.com").await;
    let domain = name("example.com");
    let elsewhere = |workspace| world.storage.is_proven_elsewhere(workspace, &domain);
    assert!(!elsewhere(stranger.workspace).await.unwrap(), "trusted is not proven");
    check(&world, world.workspace, NOW).await;
    assert!(elsewhere(stranger.workspace).await.unwrap());
    assert!(!elsewhere(world.workspace).await.unwrap(), "its own proof is not elsewhere");
    check(&world, stranger.workspace, NOW.plus_seconds(3_600)).await;
    assert!(elsewhere(world.workspace).await.unwrap());
    let proof = |workspace| {
        let world = &world;
        async move { world.storage.domain(workspace, &name("example.com")).await.unwrap().unwrap().proof }
    };
    assert_eq!(proof(world.workspace).await, Proof::Proven(NOW), "the first time counts");
    assert_eq!(proof(stranger.workspace).await, Proof::Proven(NOW.plus_seconds(3_600)));
    // A proof goes with its domain.
    assert!(world.storage.delete_domain(world.workspace, &domain).await.unwrap());
    assert!(!elsewhere(stranger.workspace).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn trust_counts_what_waited(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let stranger = Stranger::new(&world, "example.com").await;
    world.record(stranger.delivery(&world, "1")).await;
    assert!(!world.storage.is_trusted(stranger.workspace).await.unwrap());
    world.storage.trust_workspace(stranger.workspace, true).await.unwrap();
    assert!(world.storage.is_trusted(stranger.workspace).await.unwrap());
    assert_eq!(stranger.sessions(&world).await, 10);
    world.storage.trust_workspace(stranger.workspace, false).await.unwrap();
    let later = world.storage.add_domain(stranger.workspace, &name("example.org"), "third", NOW).await.unwrap();
    assert_eq!(later.proof, Proof::Waiting, "what is added now needs a proof again");
    world.storage.trust_domain(stranger.workspace, &name("example.org")).await.unwrap();
    let trusted = world.storage.domain(stranger.workspace, &name("example.org")).await.unwrap().unwrap();
    assert_eq!(trusted.proof, Proof::Trusted);
    world.audit().await;
}

//! Members, invitations, sessions in several workspaces, and what the audit log has of all that.

use model::{Act, Actor, Role, TokenScope, UserId, WorkspaceId, audit::AuditQuery, people::WorkspaceName};
use rstest::rstest;
use storage::{
    Acceptance, AuditOf, MemberChange, NewInvitation, NewSession, NewShareLink, NewToken, NewUser, Storage,
    testing::Engine,
};

use crate::support::{NOW, World, name, report};

const LATER: i64 = 7 * 86_400;

fn new_user(email: &str) -> NewUser<'_> {
    NewUser { email, password_hash: "no hash", created: NOW }
}

async fn user(world: &World, email: &str, role: Role) -> UserId {
    world.storage.create_user(new_user(email), world.workspace, role, false).await.unwrap().unwrap()
}

async fn session(storage: &Storage, user: UserId, token: &[u8]) {
    let session = NewSession { token_hash: token, user, email: "", created: NOW, ip: "192.0.2.1", agent: "test" };
    storage.start_session(session).await.unwrap();
}

async fn workspace(world: &World, name: &str, owner: UserId) -> WorkspaceId {
    let name = WorkspaceName::parse(name).unwrap();
    world.storage.create_workspace(&name, Some(owner), NOW).await.unwrap().unwrap()
}

fn invitation<'a>(world: &World, token_hash: &'a [u8], email: Option<&'a str>) -> NewInvitation<'a> {
    let (workspace, expires) = (world.workspace, NOW.plus_seconds(LATER));
    NewInvitation { token_hash, workspace, email, role: Role::Editor, created: NOW, expires }
}

#[rstest]
#[tokio::test]
async fn the_last_owner_who_can_sign_in_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (storage, here) = (&world.storage, world.workspace);
    let (ada, bob) =
        (user(&world, "ada@example.com", Role::Owner).await, user(&world, "bob@example.com", Role::Viewer).await);
    assert_eq!(storage.change_role(here, ada, Role::Editor).await.unwrap(), Some(MemberChange::LastOwner));
    assert_eq!(storage.remove_member(here, ada).await.unwrap(), Some(MemberChange::LastOwner));
    assert_eq!(storage.change_role(here, bob, Role::Owner).await.unwrap(), Some(MemberChange::Done));
    assert!(storage.disable_user("bob@example.com", NOW).await.unwrap());
    assert_eq!(storage.remove_member(here, ada).await.unwrap(), Some(MemberChange::LastOwner), "bob cannot sign in");
    assert!(storage.enable_user("bob@example.com").await.unwrap());
    assert_eq!(storage.remove_member(here, ada).await.unwrap(), Some(MemberChange::Done));
    assert_eq!(storage.remove_member(here, ada).await.unwrap(), None);
    assert_eq!(
        storage.change_role(WorkspaceId(99), bob, Role::Viewer).await.unwrap(),
        None,
        "only in its own workspace"
    );
}

#[rstest]
#[tokio::test]
async fn two_owners_who_remove_each_other_leave_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (ada, bob) =
        (user(&world, "ada@example.com", Role::Owner).await, user(&world, "bob@example.com", Role::Owner).await);
    let here = world.workspace;
    let (one, two) =
        tokio::join!(world.storage.remove_member(here, ada), world.storage.change_role(here, bob, Role::Viewer));
    let mut outcomes = [one.unwrap(), two.unwrap()];
    outcomes.sort_by_key(|outcome| *outcome == Some(MemberChange::LastOwner));
    assert_eq!(outcomes, [Some(MemberChange::Done), Some(MemberChange::LastOwner)]);
}

#[rstest]
#[tokio::test]
async fn a_session_sees_the_workspace_it_was_turned_to(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let ada = user(&world, "ada@example.com", Role::Viewer).await;
    let other = workspace(&world, "Other", ada).await;
    let eve = user(&world, "eve@example.com", Role::Owner).await;
    let foreign = workspace(&world, "Foreign", eve).await;
    session(&world.storage, ada, b"token").await;
    let seen = async || world.storage.session(b"token").await.unwrap().map(|session| session.current.workspace);
    assert_eq!(seen().await, Some(world.workspace), "the first one");
    assert!(world.storage.enter_workspace(b"token", other).await.unwrap());
    assert_eq!(seen().await, Some(other));
    let session = world.storage.session(b"token").await.unwrap().unwrap();
    assert_eq!((session.current.role, &*session.current.name), (Role::Owner, "Other"));
    assert_eq!(session.memberships.len(), 2);
    assert!(!world.storage.enter_workspace(b"token", foreign).await.unwrap(), "not a member");
    assert!(!world.storage.enter_workspace(b"token", WorkspaceId(99)).await.unwrap(), "no such workspace");
    assert!(!world.storage.enter_workspace(b"unknown", other).await.unwrap());
    assert_eq!(seen().await, Some(other));
}

#[rstest]
#[tokio::test]
async fn a_change_ends_the_sessions_it_concerns(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    let bob = user(&world, "bob@example.com", Role::Viewer).await;
    let other = workspace(&world, "Other", bob).await;
    let lives = async |token: &[u8]| storage.session(token).await.unwrap().is_some();
    for (token, turn) in [(b"here", false), (b"away", true)] {
        session(storage, bob, token).await;
        if turn {
            assert!(storage.enter_workspace(token, other).await.unwrap());
        }
    }
    session(storage, ada, b"ada").await;
    storage.change_role(world.workspace, bob, Role::Viewer).await.unwrap();
    assert!(lives(b"here").await, "nothing was changed");
    storage.change_role(world.workspace, bob, Role::Editor).await.unwrap();
    assert!(!lives(b"here").await);
    assert!(lives(b"away").await, "it sees another workspace");
    assert!(lives(b"ada").await);
    session(storage, bob, b"here").await;
    storage.remove_member(world.workspace, bob).await.unwrap();
    assert!(!lives(b"here").await);
    storage.disable_user("bob@example.com", NOW).await.unwrap();
    assert!(!lives(b"away").await);
    session(storage, bob, b"late").await;
    assert!(!lives(b"late").await, "a session that began meanwhile lets nobody in either");
}

#[rstest]
#[tokio::test]
async fn share_links_end_with_what_let_their_maker_make_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let (storage, here) = (&world.storage, world.workspace);
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    let bob = user(&world, "bob@example.com", Role::Owner).await;
    let domain = name("example.com");
    let make = async |created_by, hash: &'static [u8]| {
        let expires = NOW.plus_seconds(60);
        let link = NewShareLink { name: "a", hash, hint: "wxl_abcd", created: NOW, created_by, expires };
        storage.add_share_link(here, &domain, link, 10).await.unwrap().unwrap();
    };
    let lives = async |hash: &[u8]| storage.share_link(hash).await.unwrap().is_some();
    make(ada, b"ada").await;
    make(bob, b"bob").await;
    storage.change_role(here, bob, Role::Editor).await.unwrap();
    assert!(lives(b"bob").await, "editors share as well");
    storage.change_role(here, bob, Role::Viewer).await.unwrap();
    assert!(!lives(b"bob").await);
    storage.change_role(here, bob, Role::Editor).await.unwrap();
    assert!(!lives(b"bob").await, "what has ended does not come back");
    make(bob, b"removed").await;
    storage.remove_member(here, bob).await.unwrap();
    assert!(!lives(b"removed").await);
    make(bob, b"disabled").await;
    storage.disable_user("bob@example.com", NOW).await.unwrap();
    assert!(!lives(b"disabled").await);
    assert!(lives(b"ada").await);
}

#[rstest]
#[tokio::test]
async fn tokens_end_with_what_let_their_maker_make_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (storage, here) = (&world.storage, world.workspace);
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    let bob = user(&world, "bob@example.com", Role::Owner).await;
    let away = workspace(&world, "Other", bob).await;
    let make = async |workspace, user, hash: &'static [u8]| {
        let token = NewToken {
            name: "t",
            hash,
            hint: "wxs_abcd",
            scope: TokenScope::Write,
            created: NOW,
            created_by: Some(user),
            expires: NOW.plus_seconds(60),
        };
        storage.add_token(workspace, token, 10).await.unwrap().unwrap();
    };
    let lives = async |hash: &[u8]| storage.token(hash).await.unwrap().is_some();
    make(here, ada, b"ada").await;
    make(here, bob, b"here").await;
    make(away, bob, b"away").await;
    storage.change_role(here, bob, Role::Editor).await.unwrap();
    assert_eq!((lives(b"here").await, lives(b"away").await), (false, true));
    storage.change_role(here, bob, Role::Owner).await.unwrap();
    make(here, bob, b"here").await;
    storage.remove_member(here, bob).await.unwrap();
    assert_eq!((lives(b"here").await, lives(b"away").await), (false, true));
    storage.disable_user("bob@example.com", NOW).await.unwrap();
    assert_eq!((lives(b"away").await, lives(b"ada").await), (false, true));
}

#[rstest]
#[tokio::test]
async fn an_invitation_works_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    storage.add_invitation(invitation(&world, b"token", None)).await.unwrap();
    let tries = (0..4).map(|n| async move {
        let email = format!("{n}@example.com");
        storage.accept_as_new(b"token", new_user(&email)).await.unwrap()
    });
    let outcomes = futures::future::join_all(tries).await;
    let joined =
        outcomes.iter().filter(|outcome| matches!(outcome, Acceptance::Joined(_, to) if *to == world.workspace));
    assert_eq!(joined.count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Acceptance::Invalid).count(), 3);
    assert_eq!(storage.users().await.unwrap().len(), 1, "who was refused was not created");
    assert_eq!(storage.members(world.workspace).await.unwrap()[0].role, Role::Editor);
}

#[rstest]
#[tokio::test]
async fn an_invitation_ends_by_age_and_by_revocation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    storage.add_invitation(invitation(&world, b"token", None)).await.unwrap();
    let open = async |seconds| storage.invitation(b"token", NOW.plus_seconds(seconds)).await.unwrap();
    let found = open(LATER - 1).await.unwrap();
    assert_eq!((found.workspace_name.as_str(), found.role), ("default", Role::Editor));
    assert_eq!(open(LATER).await, None);
    let late = NewUser { created: NOW.plus_seconds(LATER), ..new_user("late@example.com") };
    assert_eq!(storage.accept_as_new(b"token", late).await.unwrap(), Acceptance::Invalid);
    assert!(!storage.revoke_invitation(WorkspaceId(99), found.id).await.unwrap(), "only in its own workspace");
    assert!(storage.revoke_invitation(world.workspace, found.id).await.unwrap());
    assert!(!storage.revoke_invitation(world.workspace, found.id).await.unwrap());
    assert_eq!(storage.accept_as_new(b"token", new_user("ada@example.com")).await.unwrap(), Acceptance::Invalid);
}

#[rstest]
#[tokio::test]
async fn an_invitation_that_is_refused_is_not_used_up(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    let bob =
        storage.create_user(new_user("bob@example.com"), workspace(&world, "Other", ada).await, Role::Owner, false);
    let bob = bob.await.unwrap().unwrap();
    storage.add_invitation(invitation(&world, b"open", None)).await.unwrap();
    storage.add_invitation(invitation(&world, b"bobs", Some("bob@example.com"))).await.unwrap();
    let accept = |token: &'static [u8], user, email: &'static str| storage.accept_invitation(token, user, email, NOW);
    let already = Acceptance::MemberAlready(world.workspace);
    assert_eq!(accept(b"open", ada, "ada@example.com").await.unwrap(), already);
    assert_eq!(accept(b"bobs", ada, "ada@example.com").await.unwrap(), Acceptance::ForAnother);
    assert_eq!(storage.accept_as_new(b"bobs", new_user("eve@example.com")).await.unwrap(), Acceptance::ForAnother);
    assert_eq!(storage.accept_as_new(b"open", new_user("bob@example.com")).await.unwrap(), Acceptance::EmailTaken);
    assert_eq!(storage.invitations(world.workspace, NOW).await.unwrap().len(), 2);
    let joined = Acceptance::Joined(bob, world.workspace);
    assert_eq!(accept(b"bobs", bob, "bob@example.com").await.unwrap(), joined);
    assert_eq!(storage.invitations(world.workspace, NOW).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn the_first_user_runs_the_installation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    user(&world, "ada@example.com", Role::Owner).await;
    user(&world, "bob@example.com", Role::Owner).await;
    let users = world.storage.users().await.unwrap();
    let told: Vec<_> = users.iter().map(|user| (&*user.email, user.administrator, user.memberships.len())).collect();
    assert_eq!(told, [("ada@example.com", true, 1), ("bob@example.com", false, 1)]);
    let again = world.storage.create_user(new_user("ada@example.com"), world.workspace, Role::Owner, false).await;
    assert_eq!(again.unwrap(), None, "the address is taken");
}

#[rstest]
#[tokio::test]
async fn names_of_workspaces_are_taken_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    workspace(&world, "Other", ada).await;
    let name = WorkspaceName::parse("Other").unwrap();
    assert_eq!(world.storage.create_workspace(&name, None, NOW).await.unwrap(), None);
    let all = world.storage.workspaces().await.unwrap();
    let told: Vec<_> = all.iter().map(|space| (&*space.name, space.members, space.domains)).collect();
    assert_eq!(told, [("default", 1, 1), ("Other", 1, 0)]);
}

#[rstest]
#[tokio::test]
async fn each_act_is_in_the_log_of_its_workspace(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (ada, here) = (user(&world, "ada@example.com", Role::Owner).await, world.workspace);
    let storage = world.storage.acting(Actor::person(ada, "ada@example.com", "192.0.2.7", NOW));
    storage.add_domain(here, &name("example.net"), "address", NOW).await.unwrap();
    storage.add_domain(here, &name("example.net"), "another", NOW).await.unwrap();
    let posted = world.post(&report("r1", 1, 0)).await;
    storage.discard(here, posted.reports[0]).await.unwrap();
    storage.create_user(new_user("bob@example.com"), here, Role::Viewer, false).await.unwrap();
    let bob = storage.users().await.unwrap()[1].user;
    storage.change_role(here, bob, Role::Editor).await.unwrap();
    storage.note_failed_sign_in("nobody@example.com", None).await.unwrap();
    let other = workspace(&world, "Other", ada).await;
    storage.add_domain(other, &name("secret.example"), "third", NOW).await.unwrap();

    let all = AuditQuery { page: 1, ..AuditQuery::default() };
    let log = storage.audit_log(AuditOf::Workspace(here), &all).await.unwrap();
    let told: Vec<_> = log.rows.iter().map(|entry| (entry.act, &*entry.subject, &*entry.detail)).collect();
    let discarded = posted.reports[0].to_string();
    assert_eq!(
        told,
        [
            (Act::RoleChanged, "bob@example.com", "viewer to editor"),
            (Act::UserCreated, "bob@example.com", "viewer"),
            (Act::ReportDiscarded, &*discarded, ""),
            (Act::DomainAdded, "example.net", ""),
        ]
    );
    assert!(log.rows.iter().all(|entry| (&*entry.who, &*entry.from) == ("ada@example.com", "192.0.2.7")));
    let installation = storage.audit_log(AuditOf::Installation, &all).await.unwrap();
    assert_eq!(installation.rows.iter().map(|entry| entry.act).collect::<Vec<_>>(), [Act::SignInFailed]);

    let matching =
        async |query: AuditQuery| storage.audit_log(AuditOf::Workspace(here), &query).await.unwrap().matching;
    assert_eq!(matching(AuditQuery { act: Some(Act::DomainAdded), ..all.clone() }).await, 1);
    assert_eq!(matching(AuditQuery { person: Some("Bob@example.com".into()), ..all.clone() }).await, 2);
    assert_eq!(matching(AuditQuery { from: Some(NOW.day()), to: Some(NOW.day()), ..all.clone() }).await, 4);
    assert_eq!(matching(AuditQuery { from: Some(NOW.day().plus(1)), ..all.clone() }).await, 0);
    assert_eq!(matching(AuditQuery { to: Some(NOW.day().plus(-1)), ..all.clone() }).await, 0);

    let first = storage.audit_export(AuditOf::Workspace(here), &all, None).await.unwrap();
    assert_eq!(first, log.rows);
    let rest = storage.audit_export(AuditOf::Workspace(here), &all, Some(first[1].id)).await.unwrap();
    assert_eq!(rest, log.rows[2..]);
    assert_eq!(storage.expire_audit(NOW.day()).await.unwrap(), 0);
    assert_eq!(storage.expire_audit(NOW.day().plus(1)).await.unwrap(), 6);
}

#[rstest]
#[tokio::test]
async fn what_is_not_done_is_not_in_the_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let ada = user(&world, "ada@example.com", Role::Owner).await;
    let storage = world.storage.acting(Actor::person(ada, "ada@example.com", "192.0.2.7", NOW));
    storage.change_role(world.workspace, ada, Role::Viewer).await.unwrap();
    storage.remove_member(world.workspace, ada).await.unwrap();
    storage.accept_invitation(b"unknown", ada, "ada@example.com", NOW).await.unwrap();
    storage.revoke_invitation(world.workspace, 7).await.unwrap();
    storage.enter_workspace(b"unknown", world.workspace).await.unwrap();
    storage.end_session(b"unknown").await.unwrap();
    assert_eq!(world.count("audit", "1 = 1").await, 0);
    // By itself the program adds and says nothing.
    world.add("example.net").await;
    assert_eq!(world.count("audit", "1 = 1").await, 0);
}

//! The first user, sessions, and what strangers cannot find out.

use engine::{
    Arrived, AuditOf, Engine, InviteRefusal, JoinRefusal, PasswordProblem, Peer, SetupRefusal, SignInRefusal, SignedIn,
};
use model::{Act, Actor, Role, Timestamp, audit::AuditQuery};

use crate::{
    mailbox::Mailbox,
    on_both_engines,
    world::{NOW, World},
};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
const HOUR: i64 = 3600;

pub(crate) fn peer(ip: &str) -> Peer {
    Peer { ip: ip.into(), agent: "test".into() }
}

/// The engine's first user, and their first session.
pub(crate) async fn first_user(world: &World) -> String {
    let code = world.engine.setup_code(NOW).await.unwrap().unwrap();
    world.engine.create_first_user(&code, EMAIL, PASSWORD, &peer("192.0.2.1"), NOW).await.unwrap().unwrap().0
}

async fn sign_in(world: &World, ip: &str, now: Timestamp) -> Result<String, SignInRefusal> {
    world.engine.sign_in(EMAIL, PASSWORD, &peer(ip), now).await.unwrap().map(|signed_in| match signed_in {
        SignedIn::Session(token) => token.0,
        SignedIn::CodeAsked(_) => panic!("nobody has switched codes on"),
    })
}

/// Joins somebody who is not signed in; gives their session where they are new.
async fn join(world: &World, code: &str, email: &str, password: &str) -> Result<Option<String>, JoinRefusal> {
    let arrived = world.engine.join_as(code, email, password, &peer("192.0.2.9"), NOW).await.unwrap();
    arrived.map(|arrived| match arrived {
        Arrived::New(token) => Some(token.0),
        Arrived::Known => None,
    })
}

on_both_engines! {
    async fn the_first_user_owns_the_first_workspace(world: &World) {
        let token = first_user(world).await;
        let visitor = world.engine.visitor(&token, NOW).await.unwrap().unwrap();
        assert_eq!((visitor.email.as_str(), visitor.workspace_name.as_str()), (EMAIL, "default"));
        assert_eq!(visitor.workspace, world.workspace);
        assert!(visitor.administrator && visitor.role == Role::Owner);
        assert_eq!(world.engine.setup_code(NOW).await.unwrap(), None, "there is nothing left to set up");
    }

    async fn nobody_signs_in_before_set_up(world: &World) {
        assert_eq!(sign_in(world, "192.0.2.1", NOW).await, Err(SignInRefusal::WrongCredentials));
        assert_eq!(world.engine.visitor("", NOW).await.unwrap(), None);
    }

    async fn set_up_says_what_is_wrong(world: &World) {
        let code = world.engine.setup_code(NOW).await.unwrap().unwrap();
        let set_up = async |code: &str, email: &str, password: &str| {
            world.engine.create_first_user(code, email, password, &peer("192.0.2.1"), NOW).await.unwrap().err()
        };
        assert_eq!(set_up("guessed", EMAIL, PASSWORD).await, Some(SetupRefusal::WrongCode));
        assert_eq!(set_up(&code, "ada", PASSWORD).await, Some(SetupRefusal::Email));
        for (password, problem) in [
            ("too short", PasswordProblem::TooShort),
            (&"too long ".repeat(40), PasswordProblem::TooLong),
            ("password1234", PasswordProblem::Common),
            ("ada@example.com!", PasswordProblem::Own),
        ] {
            assert_eq!(set_up(&code, EMAIL, password).await, Some(SetupRefusal::Password(problem)), "{password}");
        }
        assert_eq!(set_up(&format!(" {code}\n"), EMAIL, PASSWORD).await, None, "white space from copying does no harm");
        assert_eq!(set_up(&code, EMAIL, PASSWORD).await, Some(SetupRefusal::AlreadyDone));
    }

    async fn codes_of_the_latest_starts_are_valid(world: &World) {
        let mut codes = Vec::new();
        for start in 0..10 {
            codes.push(world.engine.setup_code(NOW.plus_seconds(start)).await.unwrap().unwrap());
        }
        let set_up = async |code: &str| {
            world.engine.create_first_user(code, EMAIL, PASSWORD, &peer("192.0.2.1"), NOW).await.unwrap().err()
        };
        assert_eq!(set_up(&codes[1]).await, Some(SetupRefusal::WrongCode));
        assert_eq!(set_up(&codes[2]).await, None);
    }

    async fn of_many_who_set_up_at_once_one_succeeds(world: &World) {
        let mut replicas = Vec::new();
        for _ in 0..4 {
            let replica = Engine::open(world.settings.clone()).await.unwrap();
            let code = replica.setup_code(NOW).await.unwrap().unwrap();
            replicas.push((replica, code));
        }
        let tries = replicas.iter().zip(0..).map(|((replica, code), n)| async move {
            let email = format!("{n}@example.com");
            replica.create_first_user(code, &email, PASSWORD, &peer("192.0.2.1"), NOW).await.unwrap().err()
        });
        let mut refusals = futures::future::join_all(tries).await;
        refusals.sort_by_key(Option::is_some);
        assert_eq!(refusals[0], None);
        assert!(refusals[1..].iter().all(|refusal| *refusal == Some(SetupRefusal::AlreadyDone)), "{refusals:?}");
    }

    async fn a_wrong_password_and_an_unknown_user_get_the_same_answer(world: &World) {
        first_user(world).await;
        for (email, password) in [(EMAIL, "wrong password"), ("eve@example.com", PASSWORD), ("no address", PASSWORD)] {
            let refused = world.engine.sign_in(email, password, &peer("192.0.2.1"), NOW).await.unwrap().err();
            assert_eq!(refused, Some(SignInRefusal::WrongCredentials), "{email}");
        }
        assert!(world.engine.sign_in(" ADA@Example.com ", PASSWORD, &peer("192.0.2.1"), NOW).await.unwrap().is_ok());
    }

    async fn each_session_is_its_own(world: &World) {
        let first = first_user(world).await;
        let second = sign_in(world, "192.0.2.1", NOW).await.unwrap();
        assert_ne!(first, second);
        world.engine.sign_out(&first).await.unwrap();
        world.engine.sign_out(&first).await.unwrap();
        assert_eq!(world.engine.visitor(&first, NOW).await.unwrap(), None, "on the next request");
        assert!(world.engine.visitor(&second, NOW).await.unwrap().is_some());
    }

    async fn a_session_ends_when_it_was_idle_for_twelve_hours(world: &World) {
        let token = first_user(world).await;
        let at = async |seconds| world.engine.visitor(&token, NOW.plus_seconds(seconds)).await.unwrap().is_some();
        assert!(at(12 * HOUR - 1).await);
        assert!(at(23 * HOUR).await, "it was used meanwhile");
        assert!(!at(36 * HOUR).await);
    }

    async fn a_session_ends_after_fourteen_days_however_much_it_is_used(world: &World) {
        let token = first_user(world).await;
        for hour in (0..14 * 24).step_by(10) {
            assert!(world.engine.visitor(&token, NOW.plus_seconds(hour * HOUR)).await.unwrap().is_some(), "{hour}");
        }
        assert_eq!(world.engine.visitor(&token, NOW.plus_seconds(14 * 24 * HOUR)).await.unwrap(), None);
    }

    async fn a_session_ends_when_the_clock_goes_back_before_its_last_use(world: &World) {
        let token = first_user(world).await;
        let at = async |seconds| world.engine.visitor(&token, NOW.plus_seconds(seconds)).await.unwrap().is_some();
        assert!(at(3 * HOUR).await);
        assert!(at(3 * HOUR - 240).await, "replicas' clocks differ a little");
        assert!(!at(HOUR).await, "two hours back");
    }

    async fn an_attack_on_an_account_does_not_keep_its_owner_out(world: &World) {
        first_user(world).await;
        let mut refused = 0;
        for n in 0..40 {
            let attacker = peer(&format!("198.51.100.{n}"));
            let answer = world.engine.sign_in(EMAIL, "a wrong password", &attacker, NOW).await.unwrap();
            refused += usize::from(matches!(answer, Err(SignInRefusal::TooMany)));
        }
        assert!(refused >= 25, "{refused}");
        assert_eq!(sign_in(world, "198.51.100.77", NOW).await, Err(SignInRefusal::TooMany), "a stranger waits");
        assert!(sign_in(world, "192.0.2.1", NOW).await.is_ok(), "the owner comes from where a session of theirs lives");
    }

    async fn one_address_cannot_try_for_ever(world: &World) {
        let mut refused = 0;
        for n in 0..30 {
            let email = format!("{n}@example.com");
            let answer = world.engine.sign_in(&email, PASSWORD, &peer("2001:db8::1"), NOW).await.unwrap();
            refused += usize::from(matches!(answer, Err(SignInRefusal::TooMany)));
        }
        assert!(refused >= 5, "{refused}");
    }

    async fn an_invitation_makes_a_member_with_its_role(world: &World) {
        let owner = first_user(world).await;
        let code = world.engine.invite(world.workspace, None, Role::Editor, NOW).await.unwrap().unwrap();
        assert_eq!(world.engine.invitation_link(&code), format!("https://tlsrpt.example.org/join?code={code}"));
        let told = world.engine.invitation(&format!(" {code}\n"), NOW).await.unwrap().unwrap();
        assert_eq!((told.workspace, told.role, told.email), (world.workspace, Role::Editor, None));
        let token = join(world, &code, " Bob@Example.com", "staple battery horse").await.unwrap().unwrap();
        let bob = world.engine.visitor(&token, NOW).await.unwrap().unwrap();
        assert_eq!((bob.email.as_str(), bob.role, bob.administrator), ("bob@example.com", Role::Editor, false));
        assert_eq!(join(world, &code, "eve@example.com", PASSWORD).await, Err(JoinRefusal::Invalid));
        assert!(world.engine.visitor(&owner, NOW).await.unwrap().is_some());
    }

    async fn an_invitation_says_what_is_wrong(world: &World) {
        first_user(world).await;
        let invite = async |whom| world.engine.invite(world.workspace, whom, Role::Viewer, NOW).await.unwrap();
        assert_eq!(invite(Some("bob")).await, Err(InviteRefusal::Email));
        assert_eq!(invite(Some("ADA@example.com")).await, Err(InviteRefusal::MemberAlready));
        let code = invite(Some("Bob@Example.com")).await.unwrap();
        assert_eq!(join(world, "guessed", "bob@example.com", PASSWORD).await, Err(JoinRefusal::Invalid));
        assert_eq!(join(world, &code, "bob", PASSWORD).await, Err(JoinRefusal::Email));
        assert_eq!(join(world, &code, "eve@example.com", PASSWORD).await, Err(JoinRefusal::ForAnother));
        assert_eq!(join(world, &code, "bob@example.com", "too short").await, Err(JoinRefusal::Password(PasswordProblem::TooShort)));
        let common = join(world, &code, "bob@example.com", "Qwertyuiop123").await;
        assert_eq!(common, Err(JoinRefusal::Password(PasswordProblem::Common)));
        assert!(join(world, &code, "bob@example.com", PASSWORD).await.is_ok(), "it was not used up");
        for _ in 0..200 {
            world.engine.invite(world.workspace, None, Role::Viewer, NOW).await.unwrap().unwrap();
        }
        assert_eq!(invite(None).await, Err(InviteRefusal::TooManyOpen));
    }

    async fn who_has_an_account_joins_with_it(world: &World) {
        let token = first_user(world).await;
        let ada = world.engine.visitor(&token, NOW).await.unwrap().unwrap();
        let other = world.engine.create_workspace("Other", None, NOW).await.unwrap().unwrap();
        let invite = async || world.engine.invite(other, None, Role::Viewer, NOW).await.unwrap().unwrap();
        let code = invite().await;
        assert_eq!(join(world, &code, EMAIL, "another password").await, Err(JoinRefusal::EmailTaken));
        assert_eq!(world.engine.join(&code, &ada, &token, NOW).await.unwrap(), Ok(()));
        let seen = world.engine.visitor(&token, NOW).await.unwrap().unwrap();
        assert_eq!((seen.workspace, seen.role, seen.memberships.len()), (other, Role::Viewer, 2));
        assert!(world.engine.enter_workspace(&token, world.workspace).await.unwrap());
        assert_eq!(world.engine.visitor(&token, NOW).await.unwrap().unwrap().role, Role::Owner);
        let code = invite().await;
        assert_eq!(world.engine.join(&code, &ada, &token, NOW).await.unwrap(), Err(JoinRefusal::MemberAlready));
    }

    async fn who_was_removed_everywhere_comes_back_by_invitation(world: &World) {
        first_user(world).await;
        let made = world.engine.create_user("bob@example.com", PASSWORD, world.workspace, Role::Viewer, false, NOW);
        let bob = made.await.unwrap().unwrap();
        world.engine.remove_member(world.workspace, bob).await.unwrap().unwrap();
        let sign_in = async || {
            let signed_in = world.engine.sign_in("bob@example.com", PASSWORD, &peer("192.0.2.9"), NOW).await.unwrap();
            signed_in.map(|_| ())
        };
        assert_eq!(sign_in().await, Err(SignInRefusal::NoWorkspace));
        let code = world.engine.invite(world.workspace, None, Role::Viewer, NOW).await.unwrap().unwrap();
        assert_eq!(join(world, &code, "bob@example.com", PASSWORD).await, Ok(None), "signed in by nobody but themselves");
        assert!(sign_in().await.is_ok());
    }

    async fn an_invitation_for_somebody_is_mailed_to_them(world: &World) {
        first_user(world).await;
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        engine.invite(world.workspace, None, Role::Viewer, NOW).await.unwrap().unwrap();
        let code = engine.invite(world.workspace, Some("Bob@example.com"), Role::Viewer, NOW).await.unwrap().unwrap();
        let mail = mailbox.next().await;
        assert_eq!(mail.to, "bob@example.com", "whoever has the other link was named to nobody");
        assert!(mail.text.contains(&format!("https://tlsrpt.example.org/join?code={code}")), "{mail:?}");
    }

    async fn who_is_disabled_is_told_as_little_as_a_stranger(world: &World) {
        let token = first_user(world).await;
        assert!(world.engine.disable_user(" ADA@example.com", NOW).await.unwrap());
        assert_eq!(world.engine.visitor(&token, NOW).await.unwrap(), None);
        assert_eq!(sign_in(world, "192.0.2.1", NOW).await, Err(SignInRefusal::WrongCredentials));
        assert!(!world.engine.disable_user("nobody@example.com", NOW).await.unwrap());
        assert!(world.engine.enable_user(EMAIL).await.unwrap());
        assert!(sign_in(world, "192.0.2.1", NOW).await.is_ok());
    }

    async fn coming_and_going_is_in_the_log(world: &World) {
        let token = first_user(world).await;
        let strange = world.engine.acting(Actor::stranger("198.51.100.7", NOW));
        let from = peer("198.51.100.7");
        assert!(strange.sign_in(EMAIL, "a wrong password", &from, NOW).await.unwrap().is_err());
        assert!(strange.sign_in("nobody@example.com", PASSWORD, &from, NOW).await.unwrap().is_err());
        assert!(strange.sign_in("no address", PASSWORD, &from, NOW).await.unwrap().is_err());
        assert!(strange.sign_in(EMAIL, PASSWORD, &from, NOW).await.unwrap().is_ok());
        let ada = world.engine.visitor(&token, NOW).await.unwrap().unwrap();
        let by_ada = world.engine.acting(Actor::person(ada.user, &ada.email, "192.0.2.1", NOW));
        by_ada.sign_out(&token).await.unwrap();
        let log = async |of| world.engine.audit_log(of, &AuditQuery { page: 1, ..AuditQuery::default() }).await.unwrap();
        let here = log(AuditOf::Workspace(world.workspace)).await.rows;
        let told: Vec<_> = here.iter().map(|entry| (entry.act, &*entry.who, &*entry.from)).collect();
        assert_eq!(
            told,
            [
                (Act::SignedOut, EMAIL, "192.0.2.1"),
                (Act::SignedIn, EMAIL, "198.51.100.7"),
                (Act::SignInFailed, "", "198.51.100.7"),
            ]
        );
        assert_eq!(here[2].subject, EMAIL);
        let nowhere = log(AuditOf::Installation).await.rows;
        let told: Vec<_> = nowhere.iter().map(|entry| (entry.act, &*entry.subject)).collect();
        assert_eq!(told, [(Act::SignInFailed, "nobody@example.com")]);
    }
}

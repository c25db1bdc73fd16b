//! One's own account: password, e-mail address, sessions.

use engine::{AccountRefusal, AuditOf, EmailChange, Engine, PasswordProblem, Peer, SignInRefusal, SignedIn};
use model::{Act, Actor, Timestamp, UserId, audit::AuditQuery};

use crate::{
    mailbox::Mailbox,
    on_both_engines,
    people::{EMAIL, PASSWORD, first_user, peer},
    world::{NOW, World},
};

const NEW: &str = "a new and better password";
const HOME: &str = "192.0.2.1";

async fn user(world: &World, token: &str) -> UserId {
    world.engine.visitor(token, NOW).await.unwrap().expect("the session lives").user
}

/// A session begun with this password.
async fn session(engine: &Engine, email: &str, password: &str, now: Timestamp) -> Result<String, SignInRefusal> {
    Ok(match engine.sign_in(email, password, &peer(HOME), now).await.unwrap()? {
        SignedIn::Session(token) => token.0,
        SignedIn::CodeAsked(_) => panic!("nobody has switched codes on"),
    })
}

on_both_engines! {
    async fn a_new_password_ends_all_sessions_and_begins_one(world: &World) {
        let first = first_user(world).await;
        let other = session(&world.engine, EMAIL, PASSWORD, NOW).await.unwrap();
        let user = user(world, &first).await;
        let token = world.engine.change_password(user, PASSWORD, NEW, &peer(HOME), NOW).await.unwrap().unwrap().0;
        for old in [&first, &other] {
            assert_eq!(world.engine.visitor(old, NOW).await.unwrap(), None);
        }
        assert!(world.engine.visitor(&token, NOW).await.unwrap().is_some());
        let old = session(&world.engine, EMAIL, PASSWORD, NOW).await;
        assert_eq!(old.err(), Some(SignInRefusal::WrongCredentials));
        assert!(session(&world.engine, EMAIL, NEW, NOW).await.is_ok());
    }

    async fn a_password_is_changed_only_by_who_knows_it_and_for_a_good_one(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let change = async |present: &str, new: &str| {
            world.engine.change_password(user, present, new, &peer(HOME), NOW).await.unwrap().err()
        };
        assert_eq!(change("a wrong password", NEW).await, Some(AccountRefusal::WrongPassword));
        for (new, problem) in [
            ("too short", PasswordProblem::TooShort),
            (&"too long ".repeat(40), PasswordProblem::TooLong),
            ("Qwertyuiop123!", PasswordProblem::Common),
            ("ada@example.com", PasswordProblem::Own),
        ] {
            assert_eq!(change(PASSWORD, new).await, Some(AccountRefusal::NewPassword(problem)), "{new}");
        }
        assert!(world.engine.visitor(&token, NOW).await.unwrap().is_some(), "nothing has changed");
    }

    async fn an_unwatched_browser_does_not_let_one_guess_the_password(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let mut refused = 0;
        for n in 0..30 {
            let elsewhere = peer(&format!("198.51.100.{n}"));
            let answer = world.engine.change_password(user, "a wrong password", NEW, &elsewhere, NOW).await.unwrap();
            refused += usize::from(matches!(answer, Err(AccountRefusal::TooMany)));
        }
        assert!(refused >= 15, "{refused}");
        assert!(session(&world.engine, EMAIL, PASSWORD, NOW).await.is_ok(), "the owner is not locked out");
    }

    async fn sessions_are_listed_and_ended(world: &World) {
        let first = first_user(world).await;
        let user = user(world, &first).await;
        let phone = Peer { ip: "2001:db8::7".into(), agent: "phone <b>".into() };
        let SignedIn::Session(second) =
            world.engine.sign_in(EMAIL, PASSWORD, &phone, NOW.plus_seconds(60)).await.unwrap().unwrap()
        else {
            panic!("nobody has switched codes on")
        };
        let listed = async |token: &str, at: i64| {
            world.engine.account(user, token, NOW.plus_seconds(at)).await.unwrap().unwrap().sessions
        };
        let sessions = listed(&first, 60).await;
        assert_eq!(sessions.len(), 2);
        assert_eq!((sessions[0].ip.as_str(), sessions[0].agent.as_str()), ("2001:db8::7", "phone <b>"), "the latest first");
        assert_eq!((sessions[0].is_this, sessions[1].is_this), (false, true));
        assert!(world.engine.end_session(user, &sessions[0].id).await.unwrap());
        assert!(!world.engine.end_session(user, &sessions[0].id).await.unwrap(), "it is ended already");
        assert!(!world.engine.end_session(user, "no id").await.unwrap());
        assert_eq!(world.engine.visitor(&second.0, NOW.plus_seconds(60)).await.unwrap(), None);
        assert_eq!(listed(&first, 60).await.len(), 1);
        assert_eq!(listed(&first, 13 * 3600).await.len(), 0, "what is over is not listed");
    }

    async fn nobody_ends_sessions_of_others(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let id = world.engine.account(user, &token, NOW).await.unwrap().unwrap().sessions[0].id.clone();
        assert!(!world.engine.end_session(UserId(user.0 + 1), &id).await.unwrap());
        assert_eq!(world.engine.end_sessions(UserId(user.0 + 1), None).await.unwrap(), 0);
        assert!(world.engine.visitor(&token, NOW).await.unwrap().is_some());
    }

    async fn all_other_sessions_end_at_once_or_all_of_them(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        for n in 0..3 {
            session(&world.engine, EMAIL, PASSWORD, NOW.plus_seconds(n)).await.unwrap();
        }
        assert_eq!(world.engine.end_sessions(user, Some(&token)).await.unwrap(), 3);
        assert!(world.engine.visitor(&token, NOW).await.unwrap().is_some());
        assert_eq!(world.engine.end_sessions(user, None).await.unwrap(), 1, "as when a role changes");
        assert_eq!(world.engine.visitor(&token, NOW).await.unwrap(), None, "on the next request");
    }

    async fn what_one_changes_is_in_the_log(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let (ada, here) = (world.engine.acting(Actor::person(user, EMAIL, HOME, NOW)), peer(HOME));
        let shell = world.engine.acting(Actor::command_line(NOW));
        ada.change_password(user, "a wrong password", NEW, &here, NOW).await.unwrap().unwrap_err();
        ada.change_password(user, PASSWORD, NEW, &here, NOW).await.unwrap().unwrap();
        let link = shell.reset_link(EMAIL, NOW).await.unwrap().unwrap();
        let stranger = world.engine.acting(Actor::stranger(HOME, NOW));
        let link = link.rsplit_once('=').unwrap().1;
        stranger.reset_password(link, PASSWORD, &here, NOW).await.unwrap().unwrap();
        ada.change_email(user, PASSWORD, "new@example.com", &here, NOW).await.unwrap().unwrap();
        let query = AuditQuery { page: 1, ..AuditQuery::default() };
        let log = world.engine.audit_log(AuditOf::Workspace(world.workspace), &query).await.unwrap().rows;
        let told: Vec<_> = log.iter().map(|entry| (entry.act, &*entry.who, &*entry.subject, &*entry.detail)).collect();
        assert_eq!(
            told,
            [
                (Act::EmailChanged, EMAIL, EMAIL, "new@example.com"),
                (Act::PasswordReset, EMAIL, EMAIL, ""),
                (Act::ResetLinkMade, "command line", EMAIL, ""),
                (Act::PasswordChanged, EMAIL, EMAIL, ""),
            ]
        );
    }

    async fn who_is_shut_out_gets_no_link(world: &World) {
        first_user(world).await;
        world.engine.disable_user(EMAIL, NOW).await.unwrap();
        assert_eq!(world.engine.reset_link(EMAIL, NOW).await.unwrap(), None);
    }

    async fn without_a_mail_server_an_address_changes_at_once(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let change = async |password: &str, email: &str| {
            world.engine.change_email(user, password, email, &peer(HOME), NOW).await.unwrap()
        };
        assert_eq!(change("a wrong password", "new@example.com").await, Err(AccountRefusal::WrongPassword));
        assert_eq!(change(PASSWORD, "new").await, Err(AccountRefusal::Email));
        assert_eq!(change(PASSWORD, " New@Example.com").await, Ok(EmailChange::Done));
        assert_eq!(world.engine.visitor(&token, NOW).await.unwrap().unwrap().email, "new@example.com");
        assert!(session(&world.engine, "new@example.com", PASSWORD, NOW).await.is_ok());
        assert!(session(&world.engine, EMAIL, PASSWORD, NOW).await.is_err());
    }

    async fn with_a_mail_server_a_link_proves_the_address(world: &World) {
        let token = first_user(world).await;
        let user = user(world, &token).await;
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        let answer = engine.change_email(user, PASSWORD, "new@example.com", &peer(HOME), NOW).await.unwrap();
        assert_eq!(answer, Ok(EmailChange::LinkSent));
        assert_eq!(engine.visitor(&token, NOW).await.unwrap().unwrap().email, EMAIL, "not yet");
        let mail = mailbox.next().await;
        assert_eq!(mail.to, "new@example.com");
        let link = mail.link("confirm-email");
        assert_eq!(engine.email_to_confirm(&link, NOW).await.unwrap().as_deref(), Some("new@example.com"));
        assert!(!engine.confirm_email(&link, NOW.plus_seconds(24 * 3600)).await.unwrap(), "a day is over");
        assert!(!engine.confirm_email("guessed", NOW).await.unwrap());
        assert_eq!(engine.password_to_reset(&link, NOW).await.unwrap(), None, "it is good for nothing else");
        assert!(engine.confirm_email(&link, NOW).await.unwrap());
        assert!(!engine.confirm_email(&link, NOW).await.unwrap(), "once");
        assert_eq!(engine.visitor(&token, NOW).await.unwrap().unwrap().email, "new@example.com");
        let notice = mailbox.next().await;
        assert!(notice.to == EMAIL && notice.text.contains("new@example.com"), "{notice:?}");
    }
}

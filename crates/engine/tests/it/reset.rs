//! A forgotten password: the link, and what it does not tell.

use engine::{PasswordProblem, ResetAnswer, ResetRefusal, SignedIn};

use crate::{
    mailbox::Mailbox,
    on_both_engines,
    people::{EMAIL, PASSWORD, first_user, peer},
    world::{NOW, World},
};

const NEW: &str = "a new and better password";
const HOME: &str = "192.0.2.1";

/// The secret of a link.
fn secret(link: &str) -> String {
    link.strip_prefix("https://tlsrpt.example.org/reset-password?link=").expect("it is the configured host").to_owned()
}

on_both_engines! {
    async fn a_mailed_link_sets_a_password_once(world: &World) {
        let token = first_user(world).await;
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        assert_eq!(engine.request_reset(" Ada@example.com", &peer(HOME), NOW), ResetAnswer::Accepted);
        let mail = mailbox.next().await;
        assert_eq!(mail.to, EMAIL);
        let link = mail.link("reset-password");
        assert_eq!(engine.password_to_reset(&link, NOW).await.unwrap().as_deref(), Some(EMAIL));
        let reset = async |new: &str, later: i64| {
            engine.reset_password(&link, new, &peer(HOME), NOW.plus_seconds(later)).await.unwrap()
        };
        assert_eq!(reset(NEW, 3600).await, Err(ResetRefusal::LinkOver), "an hour is over");
        assert_eq!(reset("short", 1).await, Err(ResetRefusal::NewPassword(PasswordProblem::TooShort)));
        assert_eq!(reset("password1234", 1).await, Err(ResetRefusal::NewPassword(PasswordProblem::Common)));
        assert_eq!(reset(NEW, 1).await, Ok(()), "a bad choice does not use the link up");
        assert_eq!(reset(NEW, 1).await, Err(ResetRefusal::LinkOver), "once");
        assert_eq!(engine.visitor(&token, NOW).await.unwrap(), None, "all sessions have ended");
        assert!(engine.sign_in(EMAIL, PASSWORD, &peer(HOME), NOW).await.unwrap().is_err());
        assert!(matches!(engine.sign_in(EMAIL, NEW, &peer(HOME), NOW).await.unwrap(), Ok(SignedIn::Session(_))));
        assert!(mailbox.next().await.text.contains("password of ada@example.com was changed"));
    }

    async fn of_several_who_hold_a_link_one_sets_the_password(world: &World) {
        first_user(world).await;
        let link = secret(&world.engine.reset_link(EMAIL, NOW).await.unwrap().unwrap());
        let tries = (0..4).map(|n| {
            let link = &link;
            async move {
                let new = format!("password number {n} of four");
                world.engine.reset_password(link, &new, &peer(HOME), NOW).await.unwrap().is_ok()
            }
        });
        let done = futures::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    }

    async fn using_one_link_ends_the_others(world: &World) {
        first_user(world).await;
        let mut links = Vec::new();
        for _ in 0..2 {
            links.push(secret(&world.engine.reset_link(EMAIL, NOW).await.unwrap().unwrap()));
        }
        assert!(world.engine.reset_password(&links[1], NEW, &peer(HOME), NOW).await.unwrap().is_ok());
        let late = world.engine.reset_password(&links[0], PASSWORD, &peer(HOME), NOW).await.unwrap();
        assert_eq!(late, Err(ResetRefusal::LinkOver));
    }

    async fn the_answer_does_not_tell_who_exists(world: &World) {
        first_user(world).await;
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        for email in ["eve@example.com", "mallory@example.com", EMAIL] {
            assert_eq!(engine.request_reset(email, &peer(HOME), NOW), ResetAnswer::Accepted);
        }
        assert_eq!(mailbox.next().await.to, EMAIL, "and strangers get no mail");
    }

    async fn nobody_fills_a_mailbox(world: &World) {
        first_user(world).await;
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        for n in 0..10 {
            let elsewhere = peer(&format!("198.51.100.{n}"));
            assert_eq!(engine.request_reset(EMAIL, &elsewhere, NOW), ResetAnswer::Accepted, "the same for all");
        }
        let mut links = std::collections::HashSet::new();
        for _ in 0..3 {
            links.insert(mailbox.next().await.link("reset-password"));
        }
        assert_eq!(links.len(), 3);
        assert!(engine.test_mail("last@example.com", NOW).await.outcome.is_ok());
        assert_eq!(mailbox.next().await.to, "last@example.com", "no fourth one came before");
    }

    async fn one_network_does_not_ask_for_ever(world: &World) {
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        let answers = (0..30).map(|n| engine.request_reset(&format!("{n}@example.com"), &peer(HOME), NOW));
        assert!(answers.filter(|answer| *answer == ResetAnswer::TooMany).count() >= 5);
    }

    async fn without_a_mail_server_the_command_line_makes_the_link(world: &World) {
        first_user(world).await;
        assert_eq!(world.engine.request_reset(EMAIL, &peer(HOME), NOW), ResetAnswer::NoMail);
        assert_eq!(world.engine.reset_link("eve@example.com", NOW).await.unwrap(), None);
        let link = secret(&world.engine.reset_link(EMAIL, NOW).await.unwrap().unwrap());
        assert!(world.engine.reset_password(&link, NEW, &peer(HOME), NOW).await.unwrap().is_ok());
    }

    async fn a_test_mail_tells_what_became_of_it(world: &World) {
        assert_eq!(world.engine.mail_server(), None);
        assert!(world.engine.test_mail(EMAIL, NOW).await.outcome.unwrap_err().contains("no mail server is configured"));
        let mailbox = Mailbox::open().await;
        let engine = world.mailing(&mailbox).await;
        assert_eq!(engine.mail_server().unwrap().from, "Waxseal <waxseal@example.org>");
        assert_eq!(engine.mail_test(), None);
        assert_eq!(engine.test_mail(EMAIL, NOW).await.outcome, Ok(()));
        assert_eq!(engine.mail_test().unwrap().to, EMAIL);
        assert!(mailbox.next().await.text.contains("Mails of Waxseal arrive."));
    }
}

//! Codes of an authenticator app, and recovery codes.

use data_encoding::BASE32_NOPAD;
use engine::{AccountRefusal, CodeRefusal, Engine, KeySource, SecretKey, SignedIn};
use model::{Timestamp, UserId};
use totp_rs::{Algorithm, TOTP};

use crate::{
    on_both_engines,
    people::{EMAIL, PASSWORD, first_user, peer},
    world::{NOW, World},
};

const HOME: &str = "192.0.2.1";

/// An authenticator app.
struct App(TOTP);

impl App {
    fn told(secret: &str) -> Self {
        let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        Self(TOTP::new(Algorithm::SHA1, 6, 0, 30, secret).unwrap())
    }

    fn code(&self, at: Timestamp) -> String {
        self.0.generate(u64::try_from(at.0).unwrap() / 1000)
    }
}

/// The first user with the second step on: who, their app, their recovery codes. The code of `NOW` is used up.
async fn careful_user(world: &World) -> (UserId, App, Vec<String>) {
    let token = first_user(world).await;
    let user = world.engine.visitor(&token, NOW).await.unwrap().unwrap().user;
    world.engine.begin_second_step(user, PASSWORD, &peer(HOME), NOW).await.unwrap().unwrap();
    let set_up = world.engine.second_step_set_up(user).await.unwrap().unwrap();
    assert_eq!(set_up.uri, format!("otpauth://totp/Waxseal:ada%40example.com?secret={}&issuer=Waxseal", set_up.secret));
    let app = App::told(&set_up.secret);
    let codes = world.engine.confirm_second_step(user, &app.code(NOW), &peer(HOME), NOW).await.unwrap().unwrap();
    (user, app, codes)
}

/// The first step, by password.
async fn first_step(engine: &Engine, now: Timestamp) -> String {
    match engine.sign_in(EMAIL, PASSWORD, &peer(HOME), now).await.unwrap().unwrap() {
        SignedIn::CodeAsked(step) => step.0,
        SignedIn::Session(_) => panic!("a code must be asked for"),
    }
}

/// The same database with an engine that has this key.
async fn with_key(world: &World, byte: u8) -> Engine {
    let secrets = KeySource::Given(SecretKey::from_bytes([byte; 32]));
    Engine::open(engine::Settings { secrets, ..world.settings.clone() }).await.unwrap()
}

on_both_engines! {
    async fn signing_in_asks_for_a_code(world: &World) {
        let (_, app, _) = careful_user(world).await;
        let now = NOW.plus_seconds(60);
        let step = first_step(&world.engine, now).await;
        assert!(world.engine.awaits_code(&step, now).await.unwrap());
        assert_eq!(world.engine.visitor(&step, now).await.unwrap(), None, "the first step is no session");
        let token = world.engine.sign_in_with_code(&step, &app.code(now), &peer(HOME), now).await.unwrap().unwrap();
        assert!(world.engine.visitor(&token.0, now).await.unwrap().is_some());
        let again = world.engine.sign_in_with_code(&step, &app.code(now), &peer(HOME), now).await.unwrap().err();
        assert_eq!(again, Some(CodeRefusal::Over), "the first step is used up");
    }

    async fn a_code_counts_once(world: &World) {
        let (_, app, _) = careful_user(world).await;
        let now = NOW.plus_seconds(60);
        let code = async |code: &str| {
            let step = first_step(&world.engine, now).await;
            world.engine.sign_in_with_code(&step, code, &peer(HOME), now).await.unwrap().err()
        };
        assert_eq!(code(&app.code(NOW)).await, Some(CodeRefusal::WrongCode), "it was used to confirm");
        let late = app.code(NOW.plus_seconds(30));
        assert_eq!(code(&app.code(now)).await, None);
        assert_eq!(code(&app.code(now)).await, Some(CodeRefusal::WrongCode), "a replay");
        assert_eq!(code(&late).await, Some(CodeRefusal::WrongCode), "nor one from before it");
    }

    async fn of_many_who_bring_one_code_at_once_one_signs_in(world: &World) {
        let (_, app, _) = careful_user(world).await;
        let now = NOW.plus_seconds(60);
        let mut steps = Vec::new();
        for _ in 0..4 {
            steps.push(first_step(&world.engine, now).await);
        }
        let code = app.code(now);
        let here = peer(HOME);
        let tries = steps.iter().map(|step| world.engine.sign_in_with_code(step, &code, &here, now));
        let done = futures::future::join_all(tries).await;
        assert_eq!(done.into_iter().filter(|done| done.as_ref().unwrap().is_ok()).count(), 1);
    }

    async fn a_recovery_code_counts_once_and_new_ones_end_the_old(world: &World) {
        let (user, _, codes) = careful_user(world).await;
        assert_eq!(codes.len(), 10);
        let left = async || world.engine.account(user, "", NOW).await.unwrap().unwrap().second_step;
        assert_eq!(left().await, Some(10));
        let code = async |code: &str| {
            let step = first_step(&world.engine, NOW).await;
            world.engine.sign_in_with_code(&step, code, &peer(HOME), NOW).await.unwrap().err()
        };
        assert_eq!(code(&codes[0].to_uppercase().replace('-', " ")).await, None, "as people type it");
        assert_eq!(code(&codes[0]).await, Some(CodeRefusal::WrongCode));
        assert_eq!(left().await, Some(9));
        let new = world.engine.new_recovery_codes(user, PASSWORD, &peer(HOME)).await.unwrap().unwrap();
        assert_eq!(code(&codes[1]).await, Some(CodeRefusal::WrongCode));
        assert_eq!(code(&new[9]).await, None);
    }

    async fn codes_cannot_be_guessed(world: &World) {
        careful_user(world).await;
        let mut answers = Vec::new();
        let step = first_step(&world.engine, NOW).await;
        for _ in 0..6 {
            answers.push(world.engine.sign_in_with_code(&step, "000000", &peer("198.51.100.1"), NOW).await.unwrap().err());
        }
        assert_eq!(answers[4..], [Some(CodeRefusal::WrongCode), Some(CodeRefusal::Over)], "five tries a first step");
        assert!(!world.engine.awaits_code(&step, NOW).await.unwrap());
        let mut refused = 0;
        for n in 0..15 {
            let step = first_step(&world.engine, NOW).await;
            let elsewhere = peer(&format!("203.0.113.{n}"));
            let answer = world.engine.sign_in_with_code(&step, "000000", &elsewhere, NOW).await.unwrap();
            refused += usize::from(matches!(answer, Err(CodeRefusal::TooMany)));
        }
        assert!(refused >= 8, "{refused}: and ten an account, with one more a minute");
    }

    async fn who_is_shut_out_meanwhile_stays_out(world: &World) {
        let (_, app, codes) = careful_user(world).await;
        let now = NOW.plus_seconds(60);
        let step = first_step(&world.engine, now).await;
        world.engine.disable_user(EMAIL, now).await.unwrap();
        for code in [&app.code(now), &codes[0]] {
            let answer = world.engine.sign_in_with_code(&step, code, &peer(HOME), now).await.unwrap();
            assert_eq!(answer.err(), Some(CodeRefusal::WrongCode));
        }
    }

    async fn a_first_step_is_forgotten_after_ten_minutes(world: &World) {
        let (_, app, _) = careful_user(world).await;
        let step = first_step(&world.engine, NOW).await;
        let late = NOW.plus_seconds(600);
        let answer = world.engine.sign_in_with_code(&step, &app.code(late), &peer(HOME), late).await.unwrap();
        assert_eq!(answer.err(), Some(CodeRefusal::Over));
    }

    async fn switching_it_on_and_off_asks_for_the_password(world: &World) {
        let token = first_user(world).await;
        let user = world.engine.visitor(&token, NOW).await.unwrap().unwrap().user;
        let (engine, here) = (&world.engine, peer(HOME));
        let wrong = engine.begin_second_step(user, "a wrong password", &here, NOW).await.unwrap();
        assert_eq!(wrong, Err(AccountRefusal::WrongPassword));
        assert!(engine.second_step_set_up(user).await.unwrap().is_none());
        engine.begin_second_step(user, PASSWORD, &here, NOW).await.unwrap().unwrap();
        assert!(matches!(engine.sign_in(EMAIL, PASSWORD, &here, NOW).await.unwrap(), Ok(SignedIn::Session(_))), "not yet");
        let set_up = engine.second_step_set_up(user).await.unwrap().unwrap();
        let unconfirmed = engine.confirm_second_step(user, "000000", &here, NOW).await.unwrap();
        assert_eq!(unconfirmed, Err(AccountRefusal::WrongCode));
        let app = App::told(&set_up.secret);
        engine.confirm_second_step(user, &app.code(NOW), &here, NOW).await.unwrap().unwrap();
        let again = engine.begin_second_step(user, PASSWORD, &here, NOW).await.unwrap();
        assert_eq!(again, Err(AccountRefusal::Outdated), "a secret that counts is not replaced");
        assert!(engine.second_step_set_up(user).await.unwrap().is_none(), "it is never shown again");
        let wrong = engine.end_second_step(user, "a wrong password", &here, NOW).await.unwrap();
        assert_eq!(wrong, Err(AccountRefusal::WrongPassword));
        engine.end_second_step(user, PASSWORD, &here, NOW).await.unwrap().unwrap();
        assert!(matches!(engine.sign_in(EMAIL, PASSWORD, &here, NOW).await.unwrap(), Ok(SignedIn::Session(_))));
        assert_eq!(engine.account(user, &token, NOW).await.unwrap().unwrap().second_step, None);
    }

    async fn a_reset_password_does_not_switch_it_off_but_the_command_line_can(world: &World) {
        careful_user(world).await;
        let link = world.engine.reset_link(EMAIL, NOW).await.unwrap().unwrap();
        let link = link.rsplit_once('=').unwrap().1;
        world.engine.reset_password(link, PASSWORD, &peer(HOME), NOW).await.unwrap().unwrap();
        first_step(&world.engine, NOW).await;
        assert!(world.engine.remove_second_step(EMAIL).await.unwrap());
        assert!(!world.engine.remove_second_step(EMAIL).await.unwrap());
        let answer = world.engine.sign_in(EMAIL, PASSWORD, &peer(HOME), NOW).await.unwrap();
        assert!(matches!(answer, Ok(SignedIn::Session(_))));
    }

    async fn the_shared_secret_is_sealed_and_needs_its_key(world: &World) {
        let (_, app, codes) = careful_user(world).await;
        let sealed = with_key(world, 7).await;
        let (again, lost) = (with_key(world, 7).await, with_key(world, 8).await);
        let now = NOW.plus_seconds(60);
        let tries = async |engine: &Engine, code: &str, at: Timestamp| {
            let step = first_step(engine, at).await;
            engine.sign_in_with_code(&step, code, &peer(HOME), at).await.unwrap().is_ok()
        };
        assert!(!tries(&world.engine, &app.code(now), now).await, "without a key it cannot be read any more");
        assert!(!tries(&lost, &app.code(now), now).await, "nor with another");
        assert!(tries(&again, &app.code(now), now).await);
        assert!(tries(&lost, &codes[0], now).await, "recovery codes need no key");
        drop(sealed);
    }
}

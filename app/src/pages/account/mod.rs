//! The account of who is signed in: its password, its e-mail address, the second step of signing in, and its sessions.
//!
//! Each part has a file with its forms and what becomes of them. A form leads back to its part of the page, with a code for what
//! was done or why it was not; the words stand here.

pub mod email;
pub mod password;
pub mod qr;
pub mod second_step;
pub mod sessions;

use engine::AccountRefusal;
use leptos::prelude::*;
use leptos_meta::Title;

pub use self::{
    email::ConfirmEmailPage,
    second_step::{RecoveryCodesPage, SecondStepPage},
    sessions::SessionsPart,
};
use self::{email::EmailPart, password::PasswordPart, second_step::SecondStepPart};
use super::query;
use crate::{
    components::{Outcome, link, password::problem_code, refusal_words, when_ready},
    context, http,
    problem::Problem,
};

/// A part of the page, to which its forms lead back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Password,
    Email,
    SecondStep,
    Sessions,
}

impl Part {
    /// Its id on the page.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "email",
            Self::SecondStep => "second-step",
            Self::Sessions => "sessions",
        }
    }

    /// Leads there, with what was done.
    fn done(self, code: &str) {
        http::see_other(&format!("{}#{}", link("/account", &[("part", self.id()), ("done", code)]), self.id()));
    }

    /// Leads there, with why something was not done.
    fn refused(self, code: &str) {
        http::see_other(&format!("{}#{}", link("/account", &[("part", self.id()), ("error", code)]), self.id()));
    }

    /// Leads there after the engine could not do its work.
    fn failed(self, error: &engine::Error) {
        tracing::error!(%error, "an account could not be changed");
        self.refused(if matches!(error, engine::Error::Busy) { "busy" } else { "unavailable" });
    }

    /// What became of this part's form, by the URL.
    fn outcome(self) -> impl IntoView {
        let query = query();
        let here = query.get("part").as_deref() == Some(self.id());
        let told = |name: &str| query.get(name).filter(|_| here);
        let error = told("error").and_then(|code| error_words(&code)).map(str::to_owned);
        let done = told("done").and_then(|code| done_words(&code)).map(str::to_owned);
        view! { <Outcome done error/> }
    }
}

/// The code that a URL carries for a refusal.
const fn refusal_code(refusal: AccountRefusal) -> &'static str {
    match refusal {
        AccountRefusal::WrongPassword => "wrong-password",
        AccountRefusal::NoPassword => "no-password",
        AccountRefusal::TooMany => "too-many",
        AccountRefusal::NewPassword(problem) => problem_code(problem),
        AccountRefusal::Email => "email",
        AccountRefusal::EmailTaken => "email-taken",
        AccountRefusal::WrongCode => "wrong-code",
        AccountRefusal::Outdated => "outdated",
    }
}

/// What a refusal's code means. Codes only: a link can carry one, but not a text of its own.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "wrong-password" => Some("The present password is another. Nothing was changed."),
        "no-password" => {
            Some("Your account has no password yet. Set one first, with “Forgot password?” on the sign-in page.")
        }
        "email-taken" => Some("Another account has this e-mail address."),
        "wrong-code" => {
            Some("This code is not right. Look whether the clock of your phone is, and take the code it shows now.")
        }
        "outdated" => Some("This was changed meanwhile, perhaps in another window. The page shows how it is now."),
        other => refusal_words(other),
    }
}

/// What such a code means.
fn done_words(code: &str) -> Option<&'static str> {
    match code {
        "password" => Some("Your new password is set. All other sessions were signed out."),
        "email" => Some("Your e-mail address is changed. Sign in with it from now on."),
        "email-link" => Some(
            "A mail is on its way to the new address. Open the link in it within a day; until then nothing changes.",
        ),
        "second-step-off" => Some("Signing in no longer asks for a code."),
        "session" => Some("The session was signed out."),
        "sessions" => Some("All other sessions were signed out."),
        _ => None,
    }
}

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let (visitor, engine, now, token) =
        (context::visitor(), context::engine(), context::now(), context::session_token());
    let outcomes =
        [Part::Password, Part::Email, Part::SecondStep, Part::Sessions].map(|part| part.outcome().into_any());
    when_ready(async move {
        let visitor = visitor?;
        let account = engine.account(visitor.user, &token, now).await?.ok_or(Problem::SignedOut)?;
        let [password, email, second_step, sessions] = outcomes;
        Ok(view! {
            <Title text="Your account"/>
            <div class="title">
                <h1>"Your account"</h1>
                <p class="lede">{account.email.clone()}", "{visitor.role.word()}" of the workspace "{visitor.workspace_name}</p>
            </div>
            <PasswordPart has_password=account.has_password>{password}</PasswordPart>
            <EmailPart has_password=account.has_password>{email}</EmailPart>
            <SecondStepPart has_password=account.has_password left=account.second_step>{second_step}</SecondStepPart>
            <SessionsPart sessions=account.sessions today=now.day()>{sessions}</SessionsPart>
        }
        .into_any())
    })
}

/// The field that asks for the present password.
#[component]
fn PresentPassword() -> impl IntoView {
    view! {
        <label>
            <span>"Your present password"</span>
            <input type="password" name="present" required maxlength="256" autocomplete="current-password"/>
        </label>
    }
    .into_any()
}

/// Where a form would ask for the password of somebody who has none.
#[component]
fn NoPassword() -> impl IntoView {
    view! {
        <p>
            "You sign in elsewhere and have no password here. To get one, sign out and choose "
            <a href="/forgot-password">"Forgot password?"</a> " on the sign-in page."
        </p>
    }
    .into_any()
}

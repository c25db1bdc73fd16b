//! A forgotten password: asking for a link, and setting a new password with it.

#![expect(
    clippy::unused_async,
    reason = "a server function is asynchronous, although asking for a mail waits for nothing"
)]

use engine::{ResetAnswer, ResetRefusal};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::query;
use crate::{
    components::{NewPassword, Outcome, link, password::problem_code, refusal_words, said, when_ready},
    context, http,
    problem::Problem,
};

/// Mails a link if this is anybody's address. The answer is the same if it is not.
#[server(prefix = "/do", endpoint = "request_reset")]
pub async fn request_reset(
    /// E-mail address.
    #[server(default)]
    email: String,
) -> Result<(), ServerFnError> {
    let answer = match context::engine().request_reset(&email, &context::peer(), context::now()) {
        ResetAnswer::Accepted => ("done", "sent"),
        ResetAnswer::Email => ("error", "email"),
        // The page says what to do instead.
        ResetAnswer::NoMail => ("", ""),
        ResetAnswer::TooMany => ("error", "too-many"),
    };
    http::see_other(&link("/forgot-password", &[answer]));
    Ok(())
}

/// Sets a new password with a link, and leads to the sign-in page.
#[server(prefix = "/do", endpoint = "reset_password")]
pub async fn reset_password(
    /// The secret of the link.
    #[server(default)]
    link: String,
    /// The new password.
    #[server(default)]
    password: String,
) -> Result<(), ServerFnError> {
    let error = match context::engine().reset_password(&link, &password, &context::peer(), context::now()).await {
        Ok(Ok(())) => {
            http::see_other("/sign-in?done=password");
            return Ok(());
        }
        Ok(Err(ResetRefusal::LinkOver)) => {
            http::see_other("/reset-password");
            return Ok(());
        }
        Ok(Err(ResetRefusal::NewPassword(problem))) => problem_code(problem),
        Ok(Err(ResetRefusal::TooMany)) => "too-many",
        Err(error) => {
            tracing::error!(%error, "a password could not be reset");
            "unavailable"
        }
    };
    http::see_other(&self::link("/reset-password", &[("error", error), ("link", &link)]));
    Ok(())
}

/// The form that asks whose password is forgotten; where no mails can be sent, who can help.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let query = query();
    let error = query.get("error").and_then(|code| refusal_words(&code)).map(str::to_owned);
    let sent = query.get("done").as_deref() == Some("sent");
    let done = sent.then(|| {
        "If an account has this e-mail address, a mail with a link is on its way. The link is good for an hour."
            .to_owned()
    });
    let body = if context::engine().mail_server().is_some() {
        view! {
            <p class="lede">"You get a mail with a link, with which you can set a new password."</p>
            <Outcome done error/>
            <form class="fields" method="post" action=RequestReset::url()>
                <label>
                    <span>"Your e-mail address"</span>
                    <input type="email" name="email" required autocomplete="username"/>
                </label>
                <button class="button">"Send the link"</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p>"This installation cannot send mails. Ask whoever runs it for a link with which you can set a new password:"</p>
            <div class="command"><code>"waxseal user reset EMAIL"</code></div>
            <p>"prints one that is good for an hour."</p>
        }
        .into_any()
    };
    view! {
        <Title text="Forgot your password?"/>
        <section class="narrow">
            <h1>"Forgot your password?"</h1>
            {body}
            <p><a href="/sign-in">"Back to the sign-in page"</a></p>
        </section>
    }
    .into_any()
}

/// Where the link leads.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let query = query();
    let secret = query.get("link").unwrap_or_default();
    let error = query.get("error").and_then(|code| refusal_words(&code)).map(str::to_owned);
    let (engine, now) = (context::engine(), context::now());
    when_ready(async move {
        let Some(email) = engine.password_to_reset(&secret, now).await.map_err(Problem::from)? else {
            return Err(Problem::LinkOver);
        };
        Ok(view! {
            <Title text="Set a new password"/>
            <section class="narrow">
                <h1>"Set a new password"</h1>
                <p class="lede">"For "<strong class="name">{said(&email)}</strong>". All sessions of this account end by it."</p>
                <Outcome done=None error/>
                <form class="fields" method="post" action=ResetPassword::url()>
                    <input type="hidden" name="link" value=secret/>
                    // Tells password managers whose password it is.
                    <input type="hidden" name="email" value=email autocomplete="username"/>
                    <NewPassword label="A new password" name="password"/>
                    <button class="button">"Set the password"</button>
                </form>
            </section>
        }
        .into_any())
    })
}

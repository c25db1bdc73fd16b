//! Sign in, and sign out.

use axum::http::header;
use engine::SignInRefusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::query;
use crate::{
    components::link,
    context::{self, SecureCookies},
    http,
};

/// Begins a session, or leads back to the form with the reason.
#[server(prefix = "/do", endpoint = "sign_in")]
pub async fn sign_in(
    /// E-mail address.
    #[server(default)]
    email: String,
    /// Password.
    #[server(default)]
    password: String,
    /// The page to go to, a path.
    #[server(default)]
    next: String,
) -> Result<(), ServerFnError> {
    let answer = context::engine().sign_in(&email, &password, &context::peer(), context::now()).await;
    let error = match answer {
        Ok(Ok(token)) => {
            let SecureCookies(secure) = expect_context();
            http::set_header(header::SET_COOKIE, http::session_cookie(&token, secure));
            http::see_other(http::safe_next(&next));
            return Ok(());
        }
        Ok(Err(SignInRefusal::WrongCredentials)) => "wrong-credentials",
        Ok(Err(SignInRefusal::NoWorkspace)) => "no-workspace",
        Ok(Err(SignInRefusal::TooMany)) => "too-many",
        Err(error) => {
            tracing::error!(%error, "nobody can sign in");
            "unavailable"
        }
    };
    http::see_other(&link("/sign-in", &[("error", error), ("next", http::safe_next(&next))]));
    Ok(())
}

/// Ends the session, here and in the database.
#[server(prefix = "/do", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), ServerFnError> {
    let SecureCookies(secure) = expect_context();
    if let Err(error) = context::engine().sign_out(&context::session_token()).await {
        // The cookie must not go while the session lives on: whoever copied it would stay signed in unseen.
        tracing::error!(%error, "a session could not be ended");
        http::see_other("/?error=unavailable");
        return Ok(());
    }
    http::set_header(header::SET_COOKIE, http::no_session_cookie(secure));
    http::see_other("/sign-in");
    Ok(())
}

/// What a refusal's code means. Codes only: a link can carry one, but not a text of its own.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "wrong-credentials" => Some("No account has this e-mail address and password."),
        "no-workspace" => Some(
            "This account belongs to no workspace any more. Ask an owner of one for an invitation, and follow its link.",
        ),
        "too-many" => Some("Too many tries just now. Wait a minute, then try again."),
        "unavailable" => Some("The database did not answer. Try again in a moment; the cause is in the server's log."),
        _ => None,
    }
}

/// The sign-in form.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = query();
    let next = query.get("next").unwrap_or_default();
    let next = http::safe_next(&next).to_owned();
    let error = query.get("error").and_then(|code| error_words(&code));
    if context::visitor().is_ok() {
        http::see_other(&next);
    }
    view! {
        <Title text="Sign in"/>
        <section class="narrow">
            <h1>"Sign in"</h1>
            {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form class="fields" method="post" action=SignIn::url()>
                <input type="hidden" name="next" value=next/>
                <label>
                    <span>"E-mail address"</span>
                    <input type="email" name="email" required autocomplete="username" autofocus/>
                </label>
                <label>
                    <span>"Password"</span>
                    <input type="password" name="password" required maxlength="256" autocomplete="current-password"/>
                </label>
                <button class="button">"Sign in"</button>
            </form>
        </section>
    }
    .into_any()
}

//! Where an invitation leads: one joins with the account that one has, or with a new one.

use axum::http::StatusCode;
use engine::{Arrived, JoinRefusal};
use leptos::prelude::*;
use leptos_meta::Title;
use model::people::Invitation;
use server_fn::ServerFn as _;

use super::{query, sign_in::SignOut};
use crate::{
    components::{NewPassword, link, password::problem_code, refusal_words, when_ready},
    context, http,
    problem::code_of,
};

/// Joins the visitor who is signed in.
#[server(prefix = "/do", endpoint = "join")]
pub async fn join(
    /// The code of the invitation.
    #[server(default)]
    code: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), &link("/join", &[("code", &code)])) else {
        return Ok(());
    };
    match context::engine().join(&code, &visitor, &context::session_token(), context::now()).await {
        Ok(Ok(())) => http::see_other("/"),
        Ok(Err(refusal)) => back(&code, refusal_code(refusal)),
        Err(error) => back(&code, code_of(error)),
    }
    Ok(())
}

/// Joins somebody who is not signed in: as a new user who is then, or as one who is there already and signs in next.
#[server(prefix = "/do", endpoint = "join_as")]
pub async fn join_as(
    /// The code of the invitation.
    #[server(default)]
    code: String,
    /// E-mail address.
    #[server(default)]
    email: String,
    /// Password.
    #[server(default)]
    password: String,
) -> Result<(), ServerFnError> {
    match context::engine().join_as(&code, &email, &password, &context::peer(), context::now()).await {
        Ok(Ok(Arrived::New(token))) => {
            context::begin_session(&token).await;
            http::see_other("/");
        }
        Ok(Ok(Arrived::Known)) => http::see_other("/sign-in"),
        Ok(Err(refusal)) => back(&code, refusal_code(refusal)),
        Err(error) => back(&code, code_of(error)),
    }
    Ok(())
}

fn back(code: &str, error: &str) {
    http::see_other(&link("/join", &[("code", code), ("error", error)]));
}

const fn refusal_code(refusal: JoinRefusal) -> &'static str {
    match refusal {
        JoinRefusal::Invalid => "invalid",
        JoinRefusal::ForAnother => "for-another",
        JoinRefusal::MemberAlready => "member-already",
        JoinRefusal::EmailTaken => "email-taken",
        JoinRefusal::Email => "email",
        JoinRefusal::Password(problem) => problem_code(problem),
        JoinRefusal::TooMany => "too-many",
    }
}

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "for-another" => Some("This invitation is for another e-mail address."),
        "member-already" => {
            Some("You belong to this workspace already: sign in, and switch to it at the top of the page.")
        }
        "email-taken" => Some(
            "Somebody has an account with this e-mail address and another password. If it is yours, sign in to join.",
        ),
        other => refusal_words(other),
    }
}

/// The page.
#[component]
pub fn JoinPage() -> impl IntoView {
    let query = query();
    let code = query.get("code").unwrap_or_default();
    let error = query.get("error").and_then(|code| error_words(&code));
    let (visitor, engine, now) = (context::visitor().ok(), context::engine(), context::now());
    when_ready(async move {
        let invitation = engine.invitation(&code, now).await?;
        if invitation.is_none() {
            http::set_status(StatusCode::NOT_FOUND);
        }
        let me = visitor.map(|visitor| visitor.email);
        Ok(view! { <JoinView invitation code me error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn JoinView(
    /// What the code offers; none when it is not valid.
    invitation: Option<Invitation>,
    /// The code.
    code: String,
    /// The e-mail address of whoever is signed in.
    me: Option<String>,
    /// What was wrong with the last form.
    error: Option<&'static str>,
) -> impl IntoView {
    let Some(Invitation { workspace_name, role, email, .. }) = invitation else {
        return view! {
            <Title text="Invitation"/>
            <section class="notice">
                <h1>"This invitation is not valid"</h1>
                <p>"It works once, for seven days, unless it was revoked. Ask whoever sent it for a new one."</p>
                <p><a class="button" href="/">"To the overview"</a></p>
            </section>
        }
        .into_any();
    };
    let alert = error.map(|text| view! { <p class="alert" role="alert">{text}</p> });
    let lede = format!("You are invited as {role}.");
    let way = match me {
        Some(me) if email.as_ref().is_none_or(|email| *email == me) => view! {
            <form class="fields" method="post" action=Join::url()>
                <input type="hidden" name="code" value=code/>
                <p>"You are signed in as "<strong>{me}</strong>"."</p>
                <button class="button">"Join"</button>
            </form>
        }
        .into_any(),
        Some(me) => view! {
            <form class="fields" method="post" action=SignOut::url()>
                <p>
                    "The invitation is for "<strong>{email}</strong>", and you are signed in as "<strong>{me}</strong>
                    ". Sign out, then follow the link again."
                </p>
                <button class="button">"Sign out"</button>
            </form>
        }
        .into_any(),
        None => view! { <Strangers code email/> }.into_any(),
    };
    view! {
        <Title text="Invitation"/>
        <section class="narrow">
            <h1>{format!("Join {workspace_name}")}</h1>
            <p class="lede">{lede}</p>
            {alert}
            {way}
        </section>
    }
    .into_any()
}

/// What who is not signed in can do.
#[component]
fn Strangers(code: String, email: Option<String>) -> impl IntoView {
    let back = link("/join", &[("code", &code)]);
    let sign_in = link("/sign-in", &[("next", &back)]);
    let fixed = email.is_some();
    view! {
        <p>"You have an account here? "<a href=sign_in>"Sign in to join"</a></p>
        <h2>"Create an account"</h2>
        <form class="fields" method="post" action=JoinAs::url()>
            <input type="hidden" name="code" value=code/>
            <label>
                <span>"Your e-mail address"</span>
                <input type="email" name="email" required autocomplete="username" value=email readonly=fixed/>
            </label>
            <NewPassword label="A password" name="password"/>
            <button class="button">"Create the account and join"</button>
        </form>
    }
    .into_any()
}

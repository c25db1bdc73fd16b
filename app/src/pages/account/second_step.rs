//! The second step of signing in: switching it on with an authenticator app, and off; and the recovery codes.

use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::{NoPassword, Part, PresentPassword, error_words, qr::Qr, query, refusal_code};
use crate::{
    components::{Code, Outcome, link, when_ready},
    context,
    http::{self, Brief},
    problem::Problem,
};

/// The page that shows recovery codes, once.
const CODES_PAGE: &str = "/account/recovery-codes";

/// Makes the secret for an authenticator app, and leads to the page that shows it.
#[server(prefix = "/do", endpoint = "begin_second_step")]
pub async fn begin_second_step(
    /// The present password.
    #[server(default)]
    present: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().begin_second_step(visitor.user, &present, &context::peer(), context::now()).await {
        Ok(Ok(())) => http::see_other("/account/second-step"),
        Ok(Err(refusal)) => Part::SecondStep.refused(refusal_code(refusal)),
        Err(error) => Part::SecondStep.failed(&error),
    }
    Ok(())
}

/// Switches the second step on with a first code, and leads to the recovery codes.
#[server(prefix = "/do", endpoint = "confirm_second_step")]
pub async fn confirm_second_step(
    /// The code that the app shows.
    #[server(default)]
    code: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().confirm_second_step(visitor.user, &code, &context::peer(), context::now()).await {
        Ok(Ok(codes)) => show(&codes),
        Ok(Err(refusal)) => http::see_other(&link("/account/second-step", &[("error", refusal_code(refusal))])),
        Err(error) => Part::SecondStep.failed(&error),
    }
    Ok(())
}

/// Puts new recovery codes in the place of the old, and leads to them.
#[server(prefix = "/do", endpoint = "new_recovery_codes")]
pub async fn new_recovery_codes(
    /// The present password.
    #[server(default)]
    present: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().new_recovery_codes(visitor.user, &present, &context::peer()).await {
        Ok(Ok(codes)) => show(&codes),
        Ok(Err(refusal)) => Part::SecondStep.refused(refusal_code(refusal)),
        Err(error) => Part::SecondStep.failed(&error),
    }
    Ok(())
}

/// Switches the second step off.
#[server(prefix = "/do", endpoint = "end_second_step")]
pub async fn end_second_step(
    /// The present password.
    #[server(default)]
    present: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    match context::engine().end_second_step(visitor.user, &present, &context::peer(), context::now()).await {
        Ok(Ok(())) => Part::SecondStep.done("second-step-off"),
        Ok(Err(refusal)) => Part::SecondStep.refused(refusal_code(refusal)),
        Err(error) => Part::SecondStep.failed(&error),
    }
    Ok(())
}

/// Hands recovery codes to the page that shows them: by a cookie, since only their hashes are stored.
fn show(codes: &[String]) {
    context::hand_on(Brief::RecoveryCodes, Some(&codes.join(".")));
    http::see_other(CODES_PAGE);
}

/// The part of the page.
#[component]
pub(super) fn SecondStepPart(
    /// Whether there is a present password to ask for.
    has_password: bool,
    /// Where signing in asks for a code: how many recovery codes are left.
    left: Option<u64>,
    /// What became of the form.
    children: Children,
) -> impl IntoView {
    let forms = match left {
        _ if !has_password => view! { <NoPassword/> }.into_any(),
        None => view! {
            <p>
                "A password can be seen or guessed. With a second step, signing in also asks for a code that an authenticator app \
                 on your phone shows."
            </p>
            <form class="fields" method="post" action=BeginSecondStep::url()>
                <PresentPassword/>
                <button class="button">"Set up an authenticator app"</button>
            </form>
        }
        .into_any(),
        Some(left) => view! {
            <p>"Signing in asks for a code of your authenticator app."</p>
            {(left <= 3).then(|| view! { <p class="caution" role="note">{format!("{left} of 10 recovery codes are left. Make new ones.")}</p> })}
            <details>
                <summary>{format!("Recovery codes: {left} of 10 are left")}</summary>
                <form class="fields" method="post" action=NewRecoveryCodes::url()>
                    <p class="hint">"New codes take the place of the old ones, which end at once."</p>
                    <PresentPassword/>
                    <button class="button">"Make new recovery codes"</button>
                </form>
            </details>
            <details>
                <summary>"Switch the second step off"</summary>
                <form class="fields" method="post" action=EndSecondStep::url()>
                    <PresentPassword/>
                    <button class="button">"Switch it off"</button>
                </form>
            </details>
        }
        .into_any(),
    };
    view! {
        <section class="panel" id=Part::SecondStep.id() aria-labelledby="second-step-heading">
            <h2 id="second-step-heading">"Second step of signing in"</h2>
            {children()}
            {forms}
        </section>
    }
    .into_any()
}

/// What to tell the authenticator app, and the code that proves that it knows.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let (visitor, engine) = (context::visitor(), context::engine());
    let error = query().get("error").and_then(|code| error_words(&code)).map(str::to_owned);
    when_ready(async move {
        let set_up = engine.second_step_set_up(visitor?.user).await.map_err(Problem::from)?;
        let Some(set_up) = set_up else {
            // Nothing is begun, or it is done: the account says which.
            http::see_other("/account#second-step");
            return Ok(().into_any());
        };
        let groups: Vec<String> =
            set_up.secret.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        Ok(view! {
            <Title text="Set up an authenticator app"/>
            <p class="crumbs"><a href="/account">"Your account"</a>" / Second step"</p>
            <h1>"Set up an authenticator app"</h1>
            <section class="panel" aria-labelledby="scan">
                <h2 id="scan">"1. Tell the app"</h2>
                <p>"Scan this with any authenticator app:"</p>
                <Qr text=set_up.uri label="QR code for the authenticator app"/>
                <p>"Or type this secret (by time, 6 digits, 30 seconds):"</p>
                <div class="command"><Code what="the secret" text=groups.join(" ")/></div>
            </section>
            <section class="panel" aria-labelledby="prove">
                <h2 id="prove">"2. Type the code that it shows"</h2>
                <Outcome done=None error/>
                <form class="fields" method="post" action=ConfirmSecondStep::url()>
                    <label>
                        <span>"Code"</span>
                        <input name="code" required inputmode="numeric" autocomplete="one-time-code" maxlength="10" spellcheck="false"/>
                    </label>
                    <button class="button">"Switch the second step on"</button>
                </form>
            </section>
        }
        .into_any())
    })
}

/// Recovery codes, shown once.
#[component]
pub fn RecoveryCodesPage() -> impl IntoView {
    let codes = context::brief(Brief::RecoveryCodes).unwrap_or_default();
    context::hand_on(Brief::RecoveryCodes, None);
    let plain = |code: &&str| {
        code.len() == 19 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let codes: Vec<String> = codes.split('.').filter(plain).map(str::to_owned).collect();
    let text = codes.join("\n");
    let shown = if codes.is_empty() {
        view! {
            <p class="panel">
                "Recovery codes are shown once, right after they were made. If you have lost them, make new ones in "
                <a href="/account#second-step">"your account"</a> "."
            </p>
        }
        .into_any()
    } else {
        view! {
            <section class="panel" aria-labelledby="codes">
                <h2 id="codes">"Keep these now: they are never shown again"</h2>
                <p>"Each signs you in once, in place of the app's code. Print them, or put them into your password manager."</p>
                <ul class="recovery-codes">{codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}</ul>
                <details>
                    <summary>"To copy"</summary>
                    <div class="command"><Code what="the recovery codes" text/></div>
                </details>
            </section>
            <p><a class="button" href="/account#second-step">"I have kept them"</a></p>
        }
        .into_any()
    };
    view! {
        <Title text="Recovery codes"/>
        <p class="crumbs"><a href="/account">"Your account"</a>" / Recovery codes"</p>
        <h1>"Recovery codes"</h1>
        {shown}
    }
    .into_any()
}

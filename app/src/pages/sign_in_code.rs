//! The second step of signing in: the code of an authenticator app.

use engine::CodeRefusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::query;
use crate::{
    components::{Outcome, link, refusal_words, when_ready},
    context,
    http::{self, Brief},
    problem::Problem,
};

/// Signs in who has done the first step and brings the right code.
#[server(prefix = "/do", endpoint = "sign_in_code")]
pub async fn sign_in_code(
    /// The code of the app, or a recovery code.
    #[server(default)]
    code: String,
    /// The page to go to, a path.
    #[server(default)]
    next: String,
) -> Result<(), ServerFnError> {
    let step = context::brief(Brief::Step).unwrap_or_default();
    let next = http::safe_next(&next);
    let error = match context::engine().sign_in_with_code(&step, &code, &context::peer(), context::now()).await {
        Ok(Ok(token)) => {
            context::hand_on(Brief::Step, None);
            context::begin_session(&token).await;
            http::see_other(next);
            return Ok(());
        }
        Ok(Err(CodeRefusal::Over)) => {
            context::hand_on(Brief::Step, None);
            http::see_other(&link("/sign-in", &[("error", "step-over"), ("next", next)]));
            return Ok(());
        }
        Ok(Err(CodeRefusal::WrongCode)) => "wrong-code",
        Ok(Err(CodeRefusal::TooMany)) => "too-many",
        Err(error) => {
            tracing::error!(%error, "nobody can sign in");
            "unavailable"
        }
    };
    http::see_other(&link("/sign-in/code", &[("error", error), ("next", next)]));
    Ok(())
}

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "wrong-code" => Some("This code is not right, or was used before. Wait for the next one that the app shows."),
        other => refusal_words(other),
    }
}

/// The form that asks for the code.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let query = query();
    let next = http::safe_next(&query.get("next").unwrap_or_default()).to_owned();
    let error = query.get("error").and_then(|code| error_words(&code)).map(str::to_owned);
    let (engine, now) = (context::engine(), context::now());
    let step = context::brief(Brief::Step).unwrap_or_default();
    when_ready(async move {
        if !engine.awaits_code(&step, now).await.map_err(Problem::from)? {
            http::see_other(&link("/sign-in", &[("next", &next)]));
            return Ok(().into_any());
        }
        Ok(view! {
            <Title text="Sign in"/>
            <section class="narrow">
                <h1>"One more step"</h1>
                <Outcome done=None error/>
                <form class="fields" method="post" action=SignInCode::url()>
                    <input type="hidden" name="next" value=next/>
                    <label>
                        <span>"Code"</span>
                        <input name="code" required autofocus autocomplete="one-time-code" maxlength="30" spellcheck="false" autocapitalize="off"/>
                        <small>"The code that your authenticator app shows now, or one of your recovery codes."</small>
                    </label>
                    <button class="button">"Sign in"</button>
                </form>
                <p class="hint">
                    "App and recovery codes lost? Whoever runs this installation can switch the second step off: "
                    <code>"waxseal user reset --second-step"</code>
                </p>
            </section>
        }
        .into_any())
    })
}

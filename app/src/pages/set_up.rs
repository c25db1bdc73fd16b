//! The first user of a new installation, let in by the code that the server printed.

use engine::SetupRefusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn as _;

use super::query;
use crate::{
    components::{NewPassword, link, password::problem_code, refusal_words},
    context, http,
};

/// Creates the first user and signs them in, or leads back to the form with the reason.
#[server(prefix = "/do", endpoint = "create_first_user")]
pub async fn create_first_user(
    /// The set-up code that the server printed.
    #[server(default)]
    code: String,
    /// E-mail address.
    #[server(default)]
    email: String,
    /// Password.
    #[server(default)]
    password: String,
) -> Result<(), ServerFnError> {
    let answer = context::engine().create_first_user(&code, &email, &password, &context::peer(), context::now()).await;
    let error = match answer {
        Ok(Ok(token)) => {
            context::begin_session(&token).await;
            http::see_other("/start");
            return Ok(());
        }
        Ok(Err(SetupRefusal::AlreadyDone)) => {
            http::see_other("/sign-in");
            return Ok(());
        }
        Ok(Err(SetupRefusal::WrongCode)) => "wrong-code",
        Ok(Err(SetupRefusal::Email)) => "email",
        Ok(Err(SetupRefusal::Password(problem))) => problem_code(problem),
        Ok(Err(SetupRefusal::TooMany)) => "too-many",
        Err(error) => {
            tracing::error!(%error, "the first user cannot be created");
            "unavailable"
        }
    };
    http::see_other(&link("/setup", &[("error", error), ("code", &code)]));
    Ok(())
}

/// What a refusal's code means.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "wrong-code" => {
            Some("This is not the code that the server printed last. Each start prints a new one; use the newest.")
        }
        other => refusal_words(other),
    }
}

/// The set-up form.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let query = query();
    let code = query.get("code").unwrap_or_default();
    let error = query.get("error").and_then(|code| error_words(&code));
    view! {
        <Title text="Set up"/>
        <section class="narrow">
            <h1>"Set up Waxseal"</h1>
            <p class="lede">"You are the first here. This account owns the installation."</p>
            {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form class="fields" method="post" action=CreateFirstUser::url()>
                <label>
                    <span>"Set-up code"</span>
                    <input name="code" required value=code autocomplete="off" spellcheck="false"/>
                    <small>"It stands in the last line that the server printed at its start."</small>
                </label>
                <label>
                    <span>"Your e-mail address"</span>
                    <input type="email" name="email" required autocomplete="username"/>
                </label>
                <NewPassword label="A password" name="password"/>
                <button class="button">"Create the account"</button>
            </form>
        </section>
    }
    .into_any()
}

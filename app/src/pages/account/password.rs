//! A new password for one's own account.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::{NoPassword, Part, PresentPassword, refusal_code};
use crate::{components::NewPassword, context};

/// Sets a new password. All other sessions end, and this one gets a new cookie.
#[server(prefix = "/do", endpoint = "change_password")]
pub async fn change_password(
    /// The present password.
    #[server(default)]
    present: String,
    /// The new one.
    #[server(default)]
    password: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::visitor(), "/account") else { return Ok(()) };
    let (engine, peer) = (context::engine(), context::peer());
    match engine.change_password(visitor.user, &present, &password, &peer, context::now()).await {
        Ok(Ok(token)) => {
            context::begin_session(&token).await;
            // The new session sees what the old one saw.
            if visitor.memberships.first().is_none_or(|first| first.workspace != visitor.workspace)
                && let Err(error) = engine.enter_workspace(&token.0, visitor.workspace).await
            {
                tracing::warn!(%error, "a session shows the first workspace of its holder");
            }
            Part::Password.done("password");
        }
        Ok(Err(refusal)) => Part::Password.refused(refusal_code(refusal)),
        Err(error) => Part::Password.failed(&error),
    }
    Ok(())
}

/// The part of the page.
#[component]
pub(super) fn PasswordPart(
    /// Whether there is a present password to ask for.
    has_password: bool,
    /// What became of the form.
    children: Children,
) -> impl IntoView {
    let form = if has_password {
        view! {
            <form class="fields" method="post" action=ChangePassword::url()>
                <PresentPassword/>
                <NewPassword label="A new password" name="password"/>
                <button class="button">"Change password"</button>
                <p class="hint">"Whoever is signed in as you anywhere else is signed out."</p>
            </form>
        }
        .into_any()
    } else {
        view! { <NoPassword/> }.into_any()
    };
    view! {
        <section class="panel" id=Part::Password.id() aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            {children()}
            {form}
        </section>
    }
    .into_any()
}

//! API tokens: make one and see it once, list those there are, revoke.

mod handover;
pub mod view;

use engine::{ApiToken, TokenRefusal, TokenRequest, Visitor};
use leptos::prelude::*;
use model::{Role, TokenId, TokenScope};

pub use self::view::TokensView;
use super::back_to;
use crate::{components::when_ready, context, pages::query};

const PAGE: &str = "/settings/tokens";

/// Makes a token, and leads back to the page, which shows it once.
#[server(prefix = "/do", endpoint = "create_token")]
pub async fn create_token(
    /// What to call it.
    #[server(default)]
    name: String,
    /// `read` or `write`.
    #[server(default)]
    scope: String,
    /// For how many days it is worth something.
    #[server(default)]
    days: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PAGE) else { return Ok(()) };
    let Ok(scope) = scope.parse::<TokenScope>() else {
        back_to(PAGE, "scope");
        return Ok(());
    };
    let request = TokenRequest { name: &name, scope, days: days.trim().parse().unwrap_or(0) };
    let made = context::engine().create_token(visitor.workspace, request, Some(visitor.user), context::now()).await;
    let error = match made {
        Ok(Ok(made)) => {
            handover::send(&made.token);
            ""
        }
        Ok(Err(TokenRefusal::Name)) => "name",
        Ok(Err(TokenRefusal::Days)) => "days",
        Ok(Err(TokenRefusal::TooMany)) => "too-many",
        Err(error) => {
            tracing::error!(%error, "no token can be made");
            "unavailable"
        }
    };
    back_to(PAGE, error);
    Ok(())
}

/// Revokes a token, and leads back to the page.
#[server(prefix = "/do", endpoint = "revoke_token")]
pub async fn revoke_token(
    /// Its id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Owner), PAGE) else { return Ok(()) };
    let Ok(id) = id.parse::<TokenId>() else {
        back_to(PAGE, "no-token");
        return Ok(());
    };
    back_to(
        PAGE,
        match context::engine().revoke_token(visitor.workspace, id).await {
            Ok(true) => "",
            Ok(false) => "no-token",
            Err(error) => {
                tracing::error!(%error, "a token cannot be revoked");
                "unavailable"
            }
        },
    );
    Ok(())
}

/// What the codes of this tab mean.
fn error_words(code: &str) -> Option<&'static str> {
    match code {
        "name" => Some("Nothing was made: a name has 1 to 80 characters, all of which can be seen."),
        "days" => Some("Nothing was made: a token lives for 1 to 366 days."),
        "too-many" => Some("Nothing was made: this workspace has 100 tokens. Revoke those that nobody uses."),
        "scope" => Some("Nothing was made: a token allows to read, or to read and write."),
        "no-token" => Some("There is no such token any more."),
        shared => super::error_words(shared),
    }
}

/// The page.
#[component]
pub fn TokensPage() -> impl IntoView {
    let error = query().get("error").and_then(|code| error_words(&code));
    let (owner, engine, now) = (context::member(Role::Owner), context::engine(), context::now());
    let handed = handover::take();
    when_ready(async move {
        let Visitor { workspace, role, .. } = owner?;
        let tokens = engine.tokens(workspace).await?;
        // A cookie may come from anywhere: only a token of this very workspace is shown as one.
        let fresh = match handed {
            Some(ApiToken(token)) => engine.token_of(workspace, &token).await?.map(|id| (id, token)),
            None => None,
        };
        Ok(view! { <TokensView tokens fresh role error now/> }.into_any())
    })
}

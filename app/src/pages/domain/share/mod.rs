//! Sharing a domain: links with which people without an account see its summary, for a time.

pub mod view;

use engine::{ShareLinkRefusal, ShareLinkRequest};
use leptos::prelude::*;
use model::{Role, ShareLinkId};

pub use self::view::ShareView;
use super::{edited, named};
use crate::{
    components::{link, when_ready},
    context,
    http::{self, Brief},
    pages::query,
    problem::{Problem, code_of},
};

/// Makes a share link, and leads back to the page, which shows it once.
#[server(prefix = "/do", endpoint = "create_share_link")]
pub async fn create_share_link(
    /// The domain.
    #[server(default)]
    domain: String,
    /// Whom it is for.
    #[server(default)]
    name: String,
    /// For how many days it shows something.
    #[server(default)]
    days: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, domain, page)) = edited(&domain, "share") else { return Ok(()) };
    let request = ShareLinkRequest { name: &name, days: days.trim().parse().unwrap_or(0) };
    let (engine, now) = (context::engine(), context::now());
    let error = match engine.create_share_link(visitor.workspace, &domain, request, visitor.user, now).await {
        Ok(Ok(made)) => {
            context::hand_on(Brief::ShareLink, Some(&made.secret.0));
            ""
        }
        // The page says so.
        Ok(Err(ShareLinkRefusal::NoDomain)) => "",
        Ok(Err(ShareLinkRefusal::Name)) => "name",
        Ok(Err(ShareLinkRefusal::Days)) => "days",
        Ok(Err(ShareLinkRefusal::TooMany)) => "too-many",
        Err(error) => code_of(error),
    };
    http::see_other(&link(&page, &[("error", error)]));
    Ok(())
}

/// Revokes a share link, and leads back to the page.
#[server(prefix = "/do", endpoint = "revoke_share_link")]
pub async fn revoke_share_link(
    /// The domain.
    #[server(default)]
    domain: String,
    /// The link's id.
    #[server(default)]
    id: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, domain, page)) = edited(&domain, "share") else { return Ok(()) };
    let error = match id.parse::<ShareLinkId>() {
        Err(_) => "no-link",
        Ok(id) => match context::engine().revoke_share_link(visitor.workspace, &domain, id).await {
            Ok(true) => "",
            Ok(false) => "no-link",
            Err(error) => code_of(error),
        },
    };
    http::see_other(&link(&page, &[("error", error)]));
    Ok(())
}

/// What the codes of this page mean.
fn error_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "" => return None,
        "name" => "Nothing was made: say in 1 to 80 characters, all of which can be seen, whom the link is for.",
        "days" => "Nothing was made: a share link lives for 1 to 366 days.",
        "too-many" => "Nothing was made: this domain has 20 share links. Revoke those that nobody needs.",
        "no-link" => "There is no such link any more.",
        "busy" => "Too much is going on just now, and nothing was changed. Try again in a few seconds.",
        _ => {
            "The database did not answer, so nothing was changed. Try again in a moment; the cause is in the server’s log."
        }
    })
}

/// The page.
#[component]
pub fn SharePage() -> impl IntoView {
    let name = named();
    let error = error_words(&query().get("error").unwrap_or_default());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    let handed = context::brief(Brief::ShareLink);
    if handed.is_some() {
        context::hand_on(Brief::ShareLink, None);
    }
    when_ready(async move {
        let (name, visitor) = (name?, visitor?);
        let links =
            engine.share_links(visitor.workspace, &name).await?.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        // A cookie may come from anywhere: only a link to this very domain is shown as one.
        let fresh = match handed {
            Some(secret) => {
                let id = engine.share_link_of(visitor.workspace, &name, &secret).await?;
                id.map(|id| (id, engine.share_url(&secret)))
            }
            None => None,
        };
        let may = visitor.role >= Role::Editor;
        Ok(view! { <ShareView name links fresh error may now/> }.into_any())
    })
}

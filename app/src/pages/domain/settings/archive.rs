//! The archive: a domain that is kept with all that was counted, and out of the way.

use engine::edits::{EditAct, EditScope};
use leptos::prelude::*;
use model::{Day, DomainName, Timestamp};
use server_fn::ServerFn as _;

use crate::{components::Instant, context, http, pages::domain::edited};

/// Puts a domain into the archive, or takes it out.
#[server(prefix = "/do", endpoint = "archive_domain")]
pub async fn archive_domain(
    /// The domain.
    #[server(default)]
    domain: String,
    /// `yes` to put it there.
    #[server(default)]
    archived: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "settings") else { return Ok(()) };
    let act = if archived == "yes" { EditAct::Archive } else { EditAct::Unarchive };
    let scope = EditScope::These(vec![name]);
    match context::engine().edit_domains(visitor.workspace, scope, act, "", context::now()).await {
        Ok(_) => http::see_other(&page),
        Err(error) => {
            tracing::error!(%error, "a domain cannot be archived");
            http::see_other(&format!("{page}?error=unavailable"));
        }
    }
    Ok(())
}

/// Whether it is in the archive, and the way in or out.
#[component]
pub fn Archive(
    /// Which domain.
    name: DomainName,
    /// Since when it is there.
    archived: Option<Timestamp>,
    /// Whether the visitor may change it.
    may: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let is_there = archived.is_some();
    let told = archived.map_or_else(
        || {
            view! {
                "For a domain that nobody cares for any more, and whose figures are to be kept: it leaves Overview and is not looked \
                 at. Its address stays valid, and what arrives goes on being counted."
            }
            .into_any()
        },
        |at| {
            view! {
                "In the archive since " <Instant at today/>
                ": not on Overview and not looked at. Its address is valid, and what arrives is counted."
            }
            .into_any()
        },
    );
    view! {
        <section class="panel" aria-labelledby="archive">
            <h2 id="archive">"Archive"</h2>
            <p>{told}</p>
            {may
                .then(|| {
                    view! {
                        <form method="post" action=ArchiveDomain::url()>
                            <input type="hidden" name="domain" value=name.to_string()/>
                            <input type="hidden" name="archived" value=if is_there { "no" } else { "yes" }/>
                            <button class="plain">
                                {if is_there { "Take it out of the archive" } else { "Put it into the archive" }}
                            </button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

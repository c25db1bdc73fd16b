//! What a look at the domain from outside found: each check with its evidence and what to publish, and the history.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use model::{
    Day, DomainName,
    view::{CheckPage, HistoryEntry},
};
use server_fn::ServerFn as _;

use super::edited;
use crate::{
    components::{Instant, Notice, OneCheck, said},
    context, http,
};

/// While a check runs, the page is loaded anew after so many seconds.
const REFRESH: u8 = 2;

/// Looks at a domain again, as soon as the checks that are under way leave room, and leads back to where that was asked for.
#[server(prefix = "/do", endpoint = "check_again")]
pub async fn check_again(
    /// The domain.
    #[server(default)]
    domain: String,
    /// The page to lead back to: `mta-sts`, else the domain's records.
    #[server(default)]
    back: String,
) -> Result<(), ServerFnError> {
    let (page, place) = if back == "mta-sts" { ("mta-sts", "") } else { ("records", "#checks") };
    let Some((visitor, name, page)) = edited(&domain, page) else { return Ok(()) };
    let error = match context::engine().check_again(visitor.workspace, &name, context::now()).await {
        Ok(_) => "",
        Err(error) => {
            tracing::error!(%error, "a domain cannot be looked at again");
            "?error=unavailable"
        }
    };
    http::see_other(&format!("{page}{error}{place}"));
    Ok(())
}

/// The last check and its findings.
#[component]
pub fn Checks(
    /// Whose.
    name: DomainName,
    /// What was found.
    checks: CheckPage,
    /// Today.
    today: Day,
    /// Whether the last wish to look again could not be noted.
    unavailable: bool,
) -> impl IntoView {
    if checks.running {
        // A header and no script: it works for everyone, and ends by itself. The path is named because browsers take a place
        // within the page, such as #checks, for nothing to load.
        let refresh = HeaderValue::from_str(&format!("{REFRESH}; url=/domains/{name}/records"));
        http::set_header(header::REFRESH, refresh.expect("a domain name is plain ASCII"));
    }
    let (running, still) = (checks.running, checks.off || checks.archived);
    let notices = checks.notices.into_iter().map(|finding| view! { <Notice finding/> }).collect_view();
    let sections = checks.sections.into_iter().map(|section| view! { <OneCheck section/> }).collect_view();
    view! {
        <section id="checks" aria-labelledby="checks-title">
            <div class="checks-head">
                <h2 id="checks-title">"Seen from outside"</h2>
                <form method="post" action=CheckAgain::url()>
                    <input type="hidden" name="domain" value=name.to_string()/>
                    <button class="plain" disabled=running || still>{if running { "Looking…" } else { "Check again" }}</button>
                </form>
                <p class="told">
                    {checks.archived.then_some("The domain is archived, so it is not looked at. ")}
                    {match (running, checks.checked) {
                        (_, None) if checks.archived => ().into_any(),
                        (_, None) if checks.off => view! { "Checks are switched off (checks.enabled)." }.into_any(),
                        (true, _) => view! { "The domain is being looked at; what is found appears here." }.into_any(),
                        (false, None) => view! { "The domain has not been looked at yet; that happens within minutes." }.into_any(),
                        (false, Some(at)) => view! { "Looked at " <Instant at today/> }.into_any(),
                    }}
                    {(!running)
                        .then_some(checks.changed)
                        .flatten()
                        .map(|at| view! { " · last changed " <Instant at today/> })}
                    {(!running && !still && checks.checked.is_some())
                        .then_some(checks.due)
                        .flatten()
                        .map(|at| view! { " · next look by " <Instant at today/> })}
                </p>
            </div>
            {unavailable
                .then(|| {
                    view! {
                        <p class="alert" role="alert">
                            "The database did not answer, so the wish to look again is not noted. Try again in a moment; the \
                             cause is in the server's log."
                        </p>
                    }
                })}
            {notices}
            {sections}
        </section>
    }
    .into_any()
}

/// What changed over time.
#[component]
pub fn History(
    /// Latest first.
    entries: Vec<HistoryEntry>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let entries = entries
        .into_iter()
        .map(|entry| {
            let changes = if entry.changes.is_empty() {
                view! { <li class="none">"Looked at for the first time."</li> }.into_any()
            } else {
                entry
                    .changes
                    .iter()
                    .map(|change| view! { <li>{said(&change.sentence())}</li> })
                    .collect_view()
                    .into_any()
            };
            view! { <div><dt><Instant at=entry.at today/></dt><dd><ul>{changes}</ul></dd></div> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="history">
            <h2 id="history">"History"</h2>
            <dl class="facts history">{entries}</dl>
        </section>
    }
    .into_any()
}

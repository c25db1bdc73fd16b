//! Removing a domain: what would be lost, and the name to be typed before it is.

use engine::domain_settings::Holdings;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Day, DomainName, Role, format};
use server_fn::ServerFn as _;

use crate::{
    components::{Instant, when_ready},
    context, http,
    pages::{
        domain::{edited, named},
        query,
    },
    problem::Problem,
};

/// Removes a domain whose name was typed to confirm it.
#[server(prefix = "/do", endpoint = "remove_domain")]
pub async fn remove_domain(
    /// The domain.
    #[server(default)]
    domain: String,
    /// Its name, typed.
    #[server(default)]
    confirm: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "remove") else { return Ok(()) };
    // Any spelling of the name will do.
    if DomainName::parse_lenient(&confirm).as_ref() != Some(&name) {
        http::see_other(&format!("{page}?error=confirm"));
        return Ok(());
    }
    match context::engine().remove_domain(visitor.workspace, &name).await {
        Ok(_) => http::see_other("/"),
        Err(error) => {
            tracing::error!(%error, "a domain cannot be removed");
            http::see_other(&format!("{page}?error=unavailable"));
        }
    }
    Ok(())
}

/// The page.
#[component]
pub fn RemoveDomainPage() -> impl IntoView {
    let name = named();
    let error = query().get("error").unwrap_or_default();
    let (visitor, engine, now) = (context::member(Role::Editor), context::engine(), context::now());
    when_ready(async move {
        let (name, visitor) = (name?, visitor?);
        let holdings =
            engine.holdings(visitor.workspace, &name).await?.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <RemoveView name holdings error today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn RemoveView(
    /// Which domain.
    name: DomainName,
    /// What would be lost.
    holdings: Holdings,
    /// Why it was not removed the last time, as a word of the URL.
    error: String,
    /// Today.
    today: Day,
) -> impl IntoView {
    let shown = name.to_unicode().into_owned();
    let settings = format!("/domains/{name}/settings");
    let Holdings { reports, deliveries, sessions, since } = holdings;
    view! {
        <Title text=format!("Remove {name}")/>
        <p class="crumbs">
            <a href="/">"Overview"</a>" / "<a href=format!("/domains/{name}")>{shown.clone()}</a>" / Remove"
        </p>
        <div class="title"><h1 class="name">"Remove "{shown.clone()}"?"</h1></div>
        {explain(&error).map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <section class="panel" aria-labelledby="lost">
            <h2 id="lost">"What is lost"</h2>
            <ul>
                <li>
                    {format::counted(reports, "report")} " with all sums: " {format::counted(sessions, "session")}
                    {since.map(|at| view! { " since " <Instant at today/> })}
                </li>
                <li>{deliveries_words(deliveries)}</li>
                <li>"its report addresses: what is sent there from now on is turned away, and a new one is another"</li>
                <li>"what checks have seen of it, with its history, and its tags and notes"</li>
            </ul>
            <p>
                "There is no way back. Reports that came to other addresses or by import and speak of it are kept aside. Take its \
                 destination out of the TLS-RPT record as well, so that senders do not go on in vain."
            </p>
            <form class="fields" method="post" action=RemoveDomain::url()>
                <input type="hidden" name="domain" value=name.to_string()/>
                <label>
                    <span>"Type the name of the domain to confirm"</span>
                    <input name="confirm" required autocomplete="off" spellcheck="false" autocapitalize="off"/>
                </label>
                <button class="button">"Remove it and everything above"</button>
            </form>
            <p><a href=settings>"Keep it"</a></p>
        </section>
    }
    .into_any()
}

/// What went wrong, for the words that a URL may carry.
fn explain(error: &str) -> Option<&'static str> {
    Some(match error {
        "" => return None,
        "confirm" => "The name that was typed is another one, so nothing was removed.",
        _ => {
            "The database did not answer, so nothing was removed. Try again in a moment; the cause is in the server’s log."
        }
    })
}

fn deliveries_words(deliveries: u64) -> String {
    let words = if deliveries == 1 { "delivery" } else { "deliveries" };
    format!("{} {words} in the ingest log, with the bytes as they came", format::thousands(deliveries))
}

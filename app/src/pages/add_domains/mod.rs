//! Add domains: many names in, in whatever form people have them; what became of each is told on a page of its own.

pub mod addition;
pub mod wrong;

pub use addition::AdditionPage;

use leptos::prelude::*;
use leptos_meta::Title;
use model::{DomainName, Role, format};
use server_fn::ServerFn as _;

use super::query;
use crate::{components::when_ready, context, http, problem::Problem};

/// Where the file of the second form goes: an upload is no server function.
const UPLOAD: &str = "/do/add_domains_file";

/// Reads names out of a text, begins to add them, and leads to the page that tells what became of each.
#[server(prefix = "/do", endpoint = "add_domains")]
pub async fn add_domains(
    /// Any text with domain names in it.
    #[server(default)]
    names: String,
) -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/domains/add") else { return Ok(()) };
    if names.trim().is_empty() {
        http::see_other("/domains/add?error=nothing");
        return Ok(());
    }
    let (engine, now) = (context::engine(), context::now());
    match engine.add_text(visitor.workspace, visitor.user, "pasted text", &names, now).await {
        Ok(id) => http::see_other(&format!("/additions/{id}")),
        Err(error) => {
            tracing::error!(%error, "domains cannot be added");
            http::see_other("/domains/add?error=unavailable");
        }
    }
    Ok(())
}

/// The page.
#[component]
pub fn AddDomainsPage() -> impl IntoView {
    let error = query().get("error").unwrap_or_default();
    let (visitor, engine) = (context::visitor(), context::engine());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let waited_for = engine.names_waited_for(workspace).await.map_err(Problem::from)?;
        let asks_proof = !engine.is_trusted(workspace).await.map_err(Problem::from)?;
        Ok(view! { <AddDomainsView waited_for asks_proof error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn AddDomainsView(
    /// Names that reports wait for, with how many.
    waited_for: Vec<(DomainName, u64)>,
    /// Whether domains need a proof of control before their reports are shown.
    asks_proof: bool,
    /// Why nothing was added the last time, as a word of the URL; empty when there is nothing to say.
    error: String,
) -> impl IntoView {
    view! {
        <Title text="Add domains"/>
        <p class="crumbs"><a href="/">"Overview"</a>" / Add domains"</p>
        <div class="title">
            <h1>"Add domains"</h1>
            <p class="lede">"Each domain gets a report address of its own, and the exact record to publish."</p>
        </div>
        {explain(&error).map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        {(!waited_for.is_empty()).then(|| view! { <WaitedFor names=waited_for/> })}
        <form class="panel fields" method="post" action=AddDomains::url()>
            <label class="wide">
                <span>"Domain names"</span>
                <textarea
                    name="names"
                    rows="8"
                    required
                    spellcheck="false"
                    autocapitalize="off"
                    placeholder="example.com\nexample.net\nbücher.example"
                ></textarea>
                <small>
                    "Up to 10,000 in one go: one on each line or apart by commas, or a text that has them in it: a mail, a zone \
                     file, URLs, e-mail addresses, CSV. What is no domain is named line by line."
                </small>
            </label>
            <button class="button">"Add"</button>
        </form>
        <form class="panel fields" method="post" action=UPLOAD enctype="multipart/form-data">
            <label>
                <span>"Or a file"</span>
                <input type="file" name="file" required accept=".csv,.txt,.tsv,.zone,.db,.eml,text/*"/>
                <small>
                    "Plain text in any of these forms. A CSV file whose first line has the columns domain, tags, customer and \
                     notes brings these as well."
                </small>
            </label>
            <button class="button">"Upload and add"</button>
        </form>
        {asks_proof
            .then(|| {
                view! {
                    <p class="hint">
                        "The published record is also the proof that a domain is yours. Until it was seen, reports for the domain \
                         are kept, but not shown or counted."
                    </p>
                }
            })}
    }
    .into_any()
}

/// What went wrong, for the words that a URL may carry.
fn explain(error: &str) -> Option<&'static str> {
    Some(match error {
        "" => return None,
        "nothing" => "There was nothing to read. Type or paste at least one name.",
        "no-file" => "No file came, or it was empty. Choose one and upload it again.",
        "too-large" => "The file is larger than 8 MiB. Split it, or paste its names.",
        "no-text" => {
            "The file is no plain text in UTF-8 or UTF-16. Save a sheet as “CSV UTF-8”, or paste its names into the box."
        }
        _ => {
            "The database did not answer, so nothing was added. Try again in a moment; the cause is in the server’s log."
        }
    })
}

/// Names that reports wait for.
#[component]
pub fn WaitedFor(
    /// Each with the number of reports.
    names: Vec<(DomainName, u64)>,
) -> impl IntoView {
    let heading = match names.len() {
        1 => "Reports wait for 1 domain you have not added".to_owned(),
        n => format!("Reports wait for {n} domains you have not added"),
    };
    let all = names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\n");
    let items = names
        .into_iter()
        .map(|(name, reports)| {
            view! { <li><b class="name">{name.to_unicode().into_owned()}</b>" · "{format::counted(reports, "report")}</li> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="waited-for">
            <h2 id="waited-for">{heading}</h2>
            <ul>{items}</ul>
            <form class="fields" method="post" action=AddDomains::url()>
                <input type="hidden" name="names" value=all/>
                <button class="button">"Add them"</button>
            </form>
            <p class="hint">
                "They came to your addresses or were imported. Whoever wrote them chose these names: add what is yours. Reports are \
                 counted as soon as their domain is added."
            </p>
        </section>
    }
    .into_any()
}

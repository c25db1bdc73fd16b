//! The records that all domains are to publish: in one table, to copy, to take away as a zone file, CSV or JSON.

use axum::http::{HeaderValue, header};
use engine::{RecordScope, records::RecordPage};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    DomainName, Role, Status, Timestamp, format,
    record_list::{self, MtaSts, ProofRecord, Publication, ToPublish},
};
use server_fn::ServerFn as _;

use super::{page_number, query};
use crate::{
    components::{Code, Pager, StatusWord, link, said, when_ready},
    context, http,
    islands::LiveTicks,
    problem::Problem,
};

/// So many seconds after one asked for a look, the page is loaded anew, once.
const REFRESH: u8 = 5;

/// Looks at all domains that wait for their record, as soon as the checks that are under way leave room.
#[server(prefix = "/do", endpoint = "check_waiting")]
pub async fn check_waiting() -> Result<(), ServerFnError> {
    let Some(visitor) = context::admitted(context::member(Role::Editor), "/records?show=waiting") else {
        return Ok(());
    };
    let asked = match context::engine().check_waiting(visitor.workspace, context::now()).await {
        Ok(hastened) => format!("asked={hastened}"),
        Err(error) => {
            tracing::error!(%error, "domains cannot be looked at again");
            "asked=unavailable".to_owned()
        }
    };
    http::see_other(&format!("/records?show=waiting&{asked}"));
    Ok(())
}

/// The page.
#[component]
pub fn RecordsPage() -> impl IntoView {
    let query = query();
    let waiting = query.get("show").as_deref() == Some("waiting");
    let asked = query.get("asked");
    let number = page_number(&query);
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let scope = if waiting { RecordScope::Waiting } else { RecordScope::All };
        let page = engine.records_page(workspace, scope, number, now).await.map_err(Problem::from)?;
        Ok(view! { <RecordListView page waiting asked now/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn RecordListView(
    /// What to show.
    page: RecordPage,
    /// Whether these are only the domains that wait.
    waiting: bool,
    /// How many domains were just asked to be looked at, as the URL says it.
    asked: Option<String>,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let (matching, number, looks) = (page.matching, page.page, page.looks);
    let show = if waiting { "waiting" } else { "" };
    let query = if waiting { "show=waiting".to_owned() } else { String::new() };
    let to = move |page: u32| link("/records", &[("show", show), ("page", &page.to_string())]);
    let sentence = match (waiting, matching) {
        (true, 0) => "No domain waits for its record.".to_owned(),
        (true, 1) => "1 domain still waits for its record.".to_owned(),
        (true, n) => format!("{} domains still wait for their record.", format::thousands(n)),
        (false, n) => format!("What each of {} is to publish.", format::counted(n, "domain")),
    };
    let told = asked.map(|asked| match asked.parse::<u64>() {
        Ok(number) => {
            // A header and no script: it works for everyone.
            let refresh = HeaderValue::from_str(&format!("{REFRESH}; url=/records?show=waiting"));
            http::set_header(header::REFRESH, refresh.expect("a path is plain ASCII"));
            let are = if number == 1 { "is" } else { "are" };
            let text = format!("{} {are} being looked at; this page shows what was seen in a few seconds.", format::counted(number, "domain"));
            view! { <p class="caution" role="status">{text}</p> }.into_any()
        }
        Err(_) => view! {
            <p class="alert" role="alert">
                "The database did not answer, so nothing is looked at. Try again in a moment; the cause is in the server’s log."
            </p>
        }
        .into_any(),
    });
    view! {
        <Title text="Records to publish"/>
        <p class="crumbs"><a href="/">"Overview"</a>" / Records to publish"</p>
        <div class="title">
            <h1>"Records to publish"</h1>
            <p class="lede">{sentence}</p>
            <nav class="tabs" aria-label="Which domains">
                <a href="/records" aria-current=(!waiting).then_some("page")>"All domains"</a>
                <a href="/records?show=waiting" aria-current=waiting.then_some("page")>"Waiting for their record"</a>
            </nav>
        </div>
        {told}
        {(matching > 0)
            .then(|| {
                view! {
                    <section aria-labelledby="list">
                        <div class="bar">
                            <h2 id="list">"TLS-RPT records"</h2>
                            <Downloads query/>
                        </div>
                        {(waiting && looks)
                            .then(|| {
                                view! {
                                    <form method="post" action=CheckWaiting::url()>
                                        <button class="plain">"Check all again"</button>
                                    </form>
                                }
                            })}
                        <RecordTable page now/>
                        <Pager matching page=number to/>
                    </section>
                }
            })}
        {(matching == 0 && !waiting)
            .then(|| view! { <p class="panel none">"No domain is watched yet. " <a href="/domains/add">"Add domains"</a></p> })}
    }
    .into_any()
}

/// Links to all records as files.
#[component]
pub fn Downloads(
    /// Which records, as the query says it.
    query: String,
) -> impl IntoView {
    let href = move |kind: &str| {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("/records/records.{kind}{query}")
    };
    view! {
        <p class="hint">
            "All of them as " <a href=href("zone") download>"zone file"</a> ", " <a href=href("csv") download>"CSV"</a> " or "
            <a href=href("json") download>"JSON"</a>
        </p>
    }
    .into_any()
}

/// What the proof of control asks, and who has one already.
#[component]
pub fn Proven(
    /// Whether domains need a proof.
    asks_proof: bool,
    /// Domains that another workspace has proven.
    elsewhere: Vec<DomainName>,
) -> impl IntoView {
    let names = elsewhere.iter().map(|name| name.to_unicode().into_owned()).collect::<Vec<_>>().join(", ");
    view! {
        {asks_proof
            .then(|| {
                view! {
                    <p class="hint">
                        "The record is also the proof that a domain is yours. Until it was seen, its reports are kept, but not shown \
                         or counted."
                    </p>
                }
            })}
        {(!elsewhere.is_empty())
            .then(|| {
                view! {
                    <p class="caution" role="note">
                        "Another workspace of this installation has proven: " <b class="name">{names}</b>
                        ". If such a domain is yours as well, add your destination to its record beside the other: then both \
                         workspaces receive the reports."
                    </p>
                }
            })}
    }
    .into_any()
}

/// Records to publish, with how each was last seen.
#[component]
pub fn RecordTable(
    /// Which.
    page: RecordPage,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let zone = record_list::zone_file(&page.rows);
    let some = page.rows.iter().any(|row| row.record.is_some());
    let why = page.why.map(|why| view! { <p class="caution" role="note">{why}</p> });
    let rows = page.rows.into_iter().map(|to_publish| row(to_publish, now)).collect_view();
    view! {
        {why}
        <LiveTicks>
        <table class="list publish">
            <thead>
                <tr>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"Name and value of the TXT record"</th>
                    <th scope="col">"Seen"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        </LiveTicks>
        {some
            .then(|| {
                view! {
                    <details class="steps">
                        <summary>"These as lines of a zone file"</summary>
                        <div class="command"><Code what="all records shown" text=zone/></div>
                    </details>
                    <p class="hint">
                        "One TLS-RPT record for each domain, no more: with two, senders send nothing. Destinations that stand in a record \
                         already are kept. A panel that adds the domain by itself wants the shorter name."
                    </p>
                }
            })}
    }
    .into_any()
}

fn row(row: ToPublish, now: Timestamp) -> impl IntoView {
    let relative = row.record.as_ref().map(|record| row.relative_name(record).to_owned());
    let proof = row.proof.as_ref().map(|proof| (proof.clone(), row.relative_name(&proof.record).to_owned()));
    let ToPublish { domain, record, published, state, stale_until, mta_sts, .. } = row;
    let (id, href) = (format!("record-{domain}"), format!("/domains/{domain}/records"));
    let record = match record {
        Some(record) => {
            let short = relative
                .filter(|relative| *relative != record.name)
                .map(|relative| view! { <small>"in a panel: "<code>{relative}</code></small> });
            let quoted = record_list::quoted(&record.value);
            view! {
                <div class="publish-record">
                    <Code what="the name" text=record.name/>
                    {short}
                    <Code what="the value" text=record.value/>
                    <details>
                        <summary>"With quotes"</summary>
                        <Code what="the value with quotes" text=quoted/>
                    </details>
                    {proof.map(|(proof, relative)| view! { <ProofText proof relative/> })}
                    {mta_sts.map(|begun| view! { <Beginning begun/> })}
                </div>
            }
            .into_any()
        }
        None => view! { <span class="none">"nothing yet"</span> }.into_any(),
    };
    view! {
        <tr id=id>
            <th scope="row"><a href=href>{domain.to_unicode().into_owned()}</a></th>
            <td>{record}</td>
            <td class="state">
                <StatusWord status=state.status()/>
                <small>{state.words()}</small>
                {published
                    .filter(|_| state == Publication::Other)
                    .map(|published| view! { <small class="name">{said(&published)}</small> })}
                {stale_until
                    .map(|until| {
                        let words = format!("resolvers may keep the old answer until {}", until.time_in_words(now));
                        view! { <small>{words}</small> }
                    })}
            </td>
        </tr>
    }
}

/// The proof that a domain is the workspace's own, where its TLS-RPT record is like that of all others.
#[component]
fn ProofText(
    /// The record.
    proof: ProofRecord,
    /// Its name as a panel wants it.
    relative: String,
) -> impl IntoView {
    let status = if proof.seen { Status::Ok } else { Status::Waiting };
    let short = (relative != proof.record.name).then(|| view! { <small>"in a panel: "<code>{relative}</code></small> });
    view! {
        <p>"A second TXT record proves that the domain is yours: "<StatusWord status/>" "<small>{proof.words()}</small></p>
        <Code what="the name of the proof" text=proof.record.name/>
        {short}
        <Code what="the value of the proof" text=proof.record.value/>
    }
    .into_any()
}

/// How a domain without MTA-STS could begin with it.
#[component]
fn Beginning(
    /// What to publish.
    begun: MtaSts,
) -> impl IntoView {
    let MtaSts { record, url, policy } = begun;
    view! {
        <details>
            <summary>"No MTA-STS yet: begin with it in testing"</summary>
            <p>
                "First serve this policy at " <span class="name">{url}</span>
                ", with a certificate that fits the name. In testing, senders report what would fail and deliver as before."
            </p>
            <Code what="the policy" text=policy/>
            <p>"Then announce it by a second TXT record:"</p>
            <Code what="the name of the MTA-STS record" text=record.name/>
            <Code what="the value of the MTA-STS record" text=record.value/>
        </details>
    }
    .into_any()
}

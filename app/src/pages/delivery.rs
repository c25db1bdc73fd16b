//! One delivery: what came, from where, what became of it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Day, DeliveryId, DeliveryOutcome, Role,
    dkim::Verdict,
    format,
    view::{DeliveryPage as Page, DeliveryPart},
};
use server_fn::ServerFn as _;

use super::{ingest_log::Outcome, parameter, quarantine::DecideOne, query, read_again::ReadAgain};
use crate::{
    components::{Instant, Outcome as Told, said, said_lines, when_ready},
    context,
    problem::Problem,
};

/// The page.
#[component]
pub fn DeliveryPage() -> impl IntoView {
    let id = parameter("id").parse::<DeliveryId>();
    let told = query();
    let editor = context::member(Role::Editor).is_ok();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let id = id.map_err(|_| Problem::NoDelivery)?;
        let page = engine.delivery(visitor?.workspace, id).await?.ok_or(Problem::NoDelivery)?;
        let (done, error) = told_of_reading(&told);
        Ok(view! { <DeliveryView page editor done error today=now.day()/> }.into_any())
    })
}

/// What reading it again led to, in words.
fn told_of_reading(query: &ParamsMap) -> (Option<String>, Option<String>) {
    let done = query.get("again").and_then(|code| match code.as_str() {
        "same" => Some("It was read again, and the same came out."),
        "changed" => Some("It was read again, and something else came out."),
        _ => None,
    });
    let not = query.get("again").filter(|code| code == "not");
    let not =
        not.map(|_| "It stays as it is: its bytes or details are no longer kept, or something of it was discarded.");
    let error = query.get("error").and_then(|code| match code.as_str() {
        "busy" => Some("Too much is being read just now. Try again in a few seconds."),
        "unavailable" => Some("The database did not answer, and nothing was changed. Try again in a moment."),
        _ => None,
    });
    (done.map(str::to_owned), not.or(error).map(str::to_owned))
}

/// What an outcome means.
const fn outcome_words(outcome: DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Waiting => "It is kept until something arrives that is needed to judge it.",
        DeliveryOutcome::Counted => "Everything in it is counted.",
        DeliveryOutcome::InPart => "Some of it is counted, some is not.",
        DeliveryOutcome::Duplicate => {
            "All of it had come before, so it is counted once. The sender was told that all is well."
        }
        DeliveryOutcome::Conflict => "A report with the same identity and other content is counted. Both are kept.",
        DeliveryOutcome::Quarantined => "It is kept and shown, and in no total.",
        DeliveryOutcome::Unreadable => "It is no report that can be read. The bytes are kept.",
        DeliveryOutcome::Refused => "It was turned away. A sender that follows the RFC tries again for a day.",
        DeliveryOutcome::Test => "A test report: it came all the way, and counts nowhere.",
        DeliveryOutcome::Discarded => "An owner took it out of every total. It is kept and shown.",
    }
}

/// What DKIM said of it.
#[component]
fn Signatures(
    /// Signature by signature.
    verdict: Verdict,
) -> impl IntoView {
    let sentences = verdict.sentences().into_iter().map(|sentence| view! { <li>{said(&sentence)}</li> }).collect_view();
    view! {
        <section aria-labelledby="signatures">
            <h2 id="signatures">"DKIM"</h2>
            <ul>{sentences}</ul>
        </section>
    }
    .into_any()
}

/// The page, drawn.
#[component]
pub fn DeliveryView(
    /// What to show.
    page: Page,
    /// Whether the visitor may decide about it.
    editor: bool,
    /// What was done, in words.
    done: Option<String>,
    /// Why something was not done, in words.
    error: Option<String>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let Page { row, parts, verdict, body } = page;
    let raw = format!("/log/{}/raw", row.id);
    let may_be_read =
        !matches!(row.outcome, DeliveryOutcome::Duplicate | DeliveryOutcome::Discarded | DeliveryOutcome::Test);
    let again = (editor && body.is_some() && may_be_read).then(|| {
        view! {
            <form class="filters" method="post" action=ReadAgain::url()>
                <input type="hidden" name="id" value=row.id.to_string()/>
                <button class="plain">"Read it again"</button>
            </form>
            <p class="hint">
                "After an upgrade a newer version may make more of it. " <a href=super::read_again::PATH>"Read many again"</a>
            </p>
        }
    });
    view! {
        <Title text="Delivery"/>
        <p class="crumbs"><a href="/log">"Ingest log"</a>" / delivery "{row.id.to_string()}</p>
        <div class="title">
            <h1>"Delivery of "<Instant at=row.received today/></h1>
            <p class="lede"><Outcome outcome=row.outcome/>" "{outcome_words(row.outcome)}</p>
        </div>
        <Told done error/>
        {(!row.reason.is_empty()).then(|| view! { <p class="caution" role="note">{said(&row.reason)}</p> })}
        {(editor && row.outcome == DeliveryOutcome::Quarantined).then(|| view! { <DecideOne id=row.id/> })}
        <dl class="facts panel">
            <div><dt>"By"</dt><dd>{row.channel.word()}</dd></div>
            <div><dt>"From"</dt><dd class="name">{row.remote.as_deref().map_or_else(|| "not known".to_owned(), said)}</dd></div>
            <div>
                <dt>"To the address of"</dt>
                <dd>
                    {match row.domain {
                        Some(name) => view! { <a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a> }.into_any(),
                        None => view! { "no domain in particular" }.into_any(),
                    }}
                </dd>
            </div>
            <div><dt>"Trust"</dt><dd>{row.trust.told(row.signer.as_ref())}" "<a href="/help#trust">"More"</a></dd></div>
            <div><dt>"Size"</dt><dd>{format::size(row.size)}</dd></div>
        </dl>
        {verdict.map(|verdict| view! { <Signatures verdict/> })}
        <section aria-labelledby="reports">
            <h2 id="reports">"Reports in it"</h2>
            {if parts.is_empty() {
                view! { <p class="none">"None."</p> }.into_any()
            } else {
                view! { <Parts parts/> }.into_any()
            }}
        </section>
        <section aria-labelledby="body">
            <h2 id="body">"As it came"</h2>
            {match body {
                Some(body) => {
                    view! {
                        <p><a href=raw download="">"Download the bytes as they came"</a></p>
                        <details class="raw" open=row.outcome == DeliveryOutcome::Unreadable>
                            <summary>"The first 64 KiB as text"</summary>
                            <pre tabindex="0">{said_lines(&body)}</pre>
                        </details>
                    }
                        .into_any()
                }
                None => view! { <p class="none">"The bytes are no longer kept."</p> }.into_any(),
            }}
            {again}
        </section>
    }
    .into_any()
}

/// The reports of a delivery as rows.
#[component]
fn Parts(
    /// Which.
    parts: Vec<DeliveryPart>,
) -> impl IntoView {
    let rows = parts
        .into_iter()
        .map(|part| {
            let href = format!("/reports/{}", part.report);
            let domain = match (part.domain, part.claimed) {
                (Some(name), _) => {
                    view! { <a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a> }.into_any()
                }
                (None, Some(claimed)) => view! { {said(&claimed)}<small>"not watched here"</small> }.into_any(),
                (None, None) => view! { "not said" }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row"><a href=href.clone()>"Report "{part.report.to_string()}</a><small>{said(&part.reporter)}</small></th>
                    <td class="name">{domain}</td>
                    <td>{part.state.word()}</td>
                    <td class="n">{format::counted(u64::from(part.notes), "note")}</td>
                    <td><a href=format!("{href}/json") download="">"JSON"</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th scope="col">"Report"</th>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="n">"Notes"</th>
                    <th scope="col">"Download"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

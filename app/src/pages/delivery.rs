//! One delivery: what came, from where, what became of it.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Day, DeliveryId, DeliveryOutcome, format,
    view::{DeliveryPage as Page, DeliveryPart},
};

use super::{ingest_log::Outcome, parameter};
use crate::{
    components::{Instant, said, said_lines, when_ready},
    context,
    problem::Problem,
};

/// The page.
#[component]
pub fn DeliveryPage() -> impl IntoView {
    let id = parameter("id").parse::<DeliveryId>();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let id = id.map_err(|_| Problem::NoDelivery)?;
        let page = engine.delivery(visitor?.workspace, id).await?.ok_or(Problem::NoDelivery)?;
        Ok(view! { <DeliveryView page today=now.day()/> }.into_any())
    })
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
        DeliveryOutcome::Quarantined => "It speaks of no domain watched here. It is kept and shown, and in no total.",
        DeliveryOutcome::Unreadable => "It is no report that can be read. The bytes are kept.",
        DeliveryOutcome::Refused => "It was turned away. A sender that follows the RFC tries again for a day.",
        DeliveryOutcome::Discarded => "An owner took it out of every total. It is kept and shown.",
    }
}

/// The page, drawn.
#[component]
pub fn DeliveryView(
    /// What to show.
    page: Page,
    /// Today.
    today: Day,
) -> impl IntoView {
    let Page { row, parts, body } = page;
    let raw = format!("/log/{}/raw", row.id);
    view! {
        <Title text="Delivery"/>
        <p class="crumbs"><a href="/log">"Ingest log"</a>" / delivery "{row.id.to_string()}</p>
        <div class="title">
            <h1>"Delivery of "<Instant at=row.received today/></h1>
            <p class="lede"><Outcome outcome=row.outcome/>" "{outcome_words(row.outcome)}</p>
        </div>
        {(!row.reason.is_empty()).then(|| view! { <p class="caution" role="note">{said(&row.reason)}</p> })}
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
            <div><dt>"Size"</dt><dd>{format::size(row.size)}</dd></div>
        </dl>
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

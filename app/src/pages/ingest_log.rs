//! The ingest log: every delivery with its outcome and the reason.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Day, DeliveryOutcome, DomainName, format,
    view::{DeliveryRow, IngestLog, LogQuery, TurnedAway},
};

use super::{page_number, query};
use crate::{
    components::{Exports, Instant, Pager, link, said, when_ready},
    context,
};

/// The outcomes, as the filter offers them.
const OUTCOMES: [(&str, DeliveryOutcome); 8] = [
    ("counted", DeliveryOutcome::Counted),
    ("in-part", DeliveryOutcome::InPart),
    ("duplicate", DeliveryOutcome::Duplicate),
    ("conflict", DeliveryOutcome::Conflict),
    ("waiting", DeliveryOutcome::Waiting),
    ("quarantined", DeliveryOutcome::Quarantined),
    ("unreadable", DeliveryOutcome::Unreadable),
    ("refused", DeliveryOutcome::Refused),
];

/// The page.
#[component]
pub fn IngestLogPage() -> impl IntoView {
    let query = query();
    let (asked, domain) = (read(&query), query.get("domain").unwrap_or_default());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let log = engine.ingest_log(workspace, &asked).await?;
        let away = engine.turned_away(workspace, now).await?;
        Ok(view! { <LogView log away asked domain today=now.day()/> }.into_any())
    })
}

fn read(query: &ParamsMap) -> LogQuery {
    let outcome = query.get("outcome").unwrap_or_default();
    LogQuery {
        outcome: OUTCOMES.into_iter().find(|(word, _)| *word == outcome).map(|(_, outcome)| outcome),
        domain: query.get("domain").and_then(|name| DomainName::parse(&name).ok()),
        page: page_number(query),
    }
}

/// What an outcome means for the eye: only what is lost to the figures stands out.
const fn outcome_class(outcome: DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Counted | DeliveryOutcome::Duplicate => "ok",
        DeliveryOutcome::InPart | DeliveryOutcome::Conflict | DeliveryOutcome::Quarantined => "warning",
        DeliveryOutcome::Unreadable | DeliveryOutcome::Refused => "error",
        DeliveryOutcome::Waiting => "waiting",
    }
}

/// An outcome: word, shape and colour together.
#[component]
pub fn Outcome(
    /// Which.
    outcome: DeliveryOutcome,
) -> impl IntoView {
    view! { <span class=format!("status {}", outcome_class(outcome))><i aria-hidden="true"></i>{outcome.word()}</span> }
        .into_any()
}

/// The page, drawn.
#[component]
pub fn LogView(
    /// The deliveries.
    log: IngestLog,
    /// What was turned away today.
    away: TurnedAway,
    /// What was asked for.
    asked: LogQuery,
    /// The domain as it was typed.
    domain: String,
    /// Today.
    today: Day,
) -> impl IntoView {
    let outcomes = OUTCOMES
        .into_iter()
        .map(|(word, outcome)| {
            view! { <option value=word selected=asked.outcome == Some(outcome)>{outcome.word()}</option> }
        })
        .collect_view();
    let odd_name = (!domain.is_empty() && asked.domain.is_none()).then(|| {
        view! { <p class="caution" role="note">"“"{said(&domain)}"” is not a domain name, so deliveries of all domains are shown."</p> }
    });
    let filtered = asked.outcome.is_some() || asked.domain.is_some();
    let outcome = asked.outcome.and_then(|asked| OUTCOMES.into_iter().find(|(_, outcome)| *outcome == asked));
    let outcome = outcome.map_or("", |(word, _)| word);
    let exported = vec![
        ("outcome", outcome.to_owned()),
        ("domain", asked.domain.as_ref().map(DomainName::to_string).unwrap_or_default()),
    ];
    let exports = (!log.rows.is_empty()).then(|| view! { <Exports list="deliveries" query=exported/> });
    let to = {
        let domain = domain.clone();
        move |page: u32| link("/log", &[("outcome", outcome), ("domain", &domain), ("page", &page.to_string())])
    };
    view! {
        <Title text="Ingest log"/>
        <div class="title">
            <h1>"Ingest log"</h1>
            <p class="lede">"Everything that arrived, latest first, with what became of it."</p>
        </div>
        <div class="bar">
            <p class="none">{counted_deliveries(log.matching)}</p>
            <form class="filters" method="get" action="/log" role="search">
                <label><span>"Domain"</span><input type="search" name="domain" value=domain placeholder="example.com"/></label>
                <label>
                    <span>"Outcome"</span>
                    <select name="outcome"><option value="">"any"</option>{outcomes}</select>
                </label>
                <button class="plain">"Show"</button>
            </form>
        </div>
        <Away away/>
        {odd_name}
        {match (log.rows.is_empty(), filtered) {
            (true, true) => view! { <p class="panel none">"No delivery is like this. "<a href="/log">"Show all"</a></p> }.into_any(),
            (true, false) => {
                view! {
                    <p class="panel none">
                        "Nothing has arrived yet. The Records tab of a domain says what to publish, and how to send a test report."
                    </p>
                }
                    .into_any()
            }
            (false, _) => view! { <LogTable rows=log.rows today/> }.into_any(),
        }}
        <Pager matching=log.matching page=log.page to/>
        {exports}
    }
    .into_any()
}

/// What addresses turned away today, and why.
#[component]
fn Away(
    /// Deliveries by domain.
    away: TurnedAway,
) -> impl IntoView {
    let TurnedAway { quota, domains } = away;
    let limit = format!("{} and {}", counted_deliveries(quota.deliveries), format::size(quota.bytes));
    domains
        .into_iter()
        .map(|(name, count)| {
            let were = if count == 1 { "was" } else { "were" };
            view! {
                <p class="caution" role="note">
                    {counted_deliveries(count)}" to "<a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a>
                    {format!(" {were} turned away today: more than {limit} a day.")}
                    " Their senders were told to come again tomorrow (UTC)."
                </p>
            }
        })
        .collect_view()
}

fn counted_deliveries(count: u64) -> String {
    if count == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", format::thousands(count)) }
}

/// The deliveries as rows.
#[component]
pub fn LogTable(
    /// Latest first.
    rows: Vec<DeliveryRow>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td><Outcome outcome=row.outcome/></td>
                    <th scope="row">
                        <a href=format!("/log/{}", row.id)><Instant at=row.received today/></a>
                        <small>{said(&row.reason)}</small>
                    </th>
                    <td class="name">{row.domain.map(|name| view! { <a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a> })}</td>
                    <td>{row.channel.word()}{row.remote.map(|remote| view! { <small>{said(&remote)}</small> })}</td>
                    <td class="n">{row.reports.len()}</td>
                    <td class="n">{format::size(row.size)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list log">
            <thead>
                <tr>
                    <th scope="col">"Outcome"</th>
                    <th scope="col">"Received"</th>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"From"</th>
                    <th scope="col" class="n">"Reports"</th>
                    <th scope="col" class="n">"Size"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

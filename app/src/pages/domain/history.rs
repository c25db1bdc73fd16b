//! The history of a period: every cause of a domain with when it opened, what it did, when a fix was seen, when it was over
//! and why one may say so. Made to be printed and handed on.

use engine::HistoryRow;
use leptos::prelude::*;
use model::{
    Day, DayRange, DomainName, format,
    incident::{self, State},
};

use super::{DomainHead, Tab, named};
use crate::{
    components::{Date, Exports, StateWord, link, resolved_words, said, when_ready},
    context,
    pages::{RANGES, days, query},
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainHistoryPage() -> impl IntoView {
    let name = named();
    let days = days(&query());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let history = engine.incident_history(visitor?.workspace, &name, days, now).await?;
        let (range, rows) = history.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <HistoryView name range rows days today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn HistoryView(
    /// Whose history.
    name: DomainName,
    /// The days shown.
    range: DayRange,
    /// The episodes, latest first.
    rows: Vec<HistoryRow>,
    /// The range asked for.
    days: u16,
    /// Today.
    today: Day,
) -> impl IntoView {
    let path = format!("/domains/{name}/history");
    let ranges = RANGES
        .into_iter()
        .map(|(range, label)| {
            view! {
                <a href=link(&path, &[("days", &range.to_string())]) aria-current=(range == days).then_some("true")>
                    {label}
                </a>
            }
        })
        .collect_view();
    let export = vec![("domain", name.to_string()), ("days", days.to_string())];
    let count = rows.len() as u64;
    let words = range.in_words(today);
    let body = if rows.is_empty() {
        view! { <p class="panel none">{format!("No report tells of a failure {words}.")}</p> }.into_any()
    } else {
        view! { <Episodes rows domain=name.clone() today/> <Exports list="episodes" query=export/> }.into_any()
    };
    let times = if count == 1 { "1 time".to_owned() } else { format!("{} times", format::thousands(count)) };
    view! {
        <DomainHead name=name.clone() tab=Tab::History/>
        <nav class="range" aria-label="Range">{ranges}</nav>
        <section aria-labelledby="history">
            <h2 id="history">{format!("What failed {words}")}</h2>
            {(count > 0).then(|| view! { <p class="hint">{format!("Something failed {times}. Days are those of the reports, in UTC.")}</p> })}
            {body}
        </section>
    }
    .into_any()
}

/// The episodes.
#[component]
pub fn Episodes(
    /// Latest first.
    rows: Vec<HistoryRow>,
    /// Whose.
    domain: DomainName,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|HistoryRow { incident, chapter, failed }| {
            let episode = &chapter.episode;
            let is_latest = incident.latest() == &chapter;
            let evidence = [
                // Whose fault it is is known of the latest episode alone.
                is_latest.then(|| incident.whose(domain.as_str())),
                (!is_latest).then(|| format!("Told by {}.", chapter.reporters.join(", "))),
                episode.resolved.map(|resolved| resolved_words(&resolved, today)),
                incident::doubt(chapter.trust).map(str::to_owned),
            ];
            let evidence = said(&evidence.into_iter().flatten().collect::<Vec<_>>().join(" "));
            let (opened, last, fix_seen, resolved) = (episode.opened, episode.last, episode.fix_seen, episode.resolved);
            let dash = || "—".into_any();
            view! {
                <tr>
                    <td class="how"><StateWord state=episode.state() impact=chapter.impact/></td>
                    <th scope="row">
                        {incident::heading(&incident.result_type, incident.mx.as_deref())}
                        <small>{evidence}</small>
                    </th>
                    <td><Date day=opened today/></td>
                    <td><Date day=last today/></td>
                    <td class="n">{format::thousands(failed)}</td>
                    <td>{chapter.impact.words()}</td>
                    <td>{fix_seen.map_or_else(dash, |at| view! { <Date day=at.day() today/> }.into_any())}</td>
                    <td>{resolved.map_or_else(dash, |resolved| view! { <Date day=resolved.day today/> }.into_any())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list episodes">
            <thead>
                <tr>
                    <th scope="col">"State"</th>
                    <th scope="col">"Cause and evidence"</th>
                    <th scope="col">"Opened"</th>
                    <th scope="col">"Last failure"</th>
                    <th scope="col" class="n">"Sessions"</th>
                    <th scope="col">"Impact"</th>
                    <th scope="col">{State::FixSeen.word()}</th>
                    <th scope="col">{State::Resolved.word()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

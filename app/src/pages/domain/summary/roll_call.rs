//! Who reports: on which days, how often, and whether they still do.

use leptos::prelude::*;
use model::{Day, format, rhythm::Presence, view::ReporterRow};

use crate::{
    chart::RollCallMarks,
    components::{Date, said},
};

/// Reporters that are shown at once; the others are folded away.
const REPORTERS: usize = 12;

/// Who reported on which day.
#[component]
pub fn RollCallTable(
    /// Most sessions first.
    rows: Vec<ReporterRow>,
    /// Days of the range.
    days: i32,
    /// Whether the range ends today: only then is it told who is silent.
    now: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    // Who is silent must be seen, however few sessions it told of.
    let (shown, more): (Vec<_>, Vec<_>) = rows.into_iter().enumerate().partition(|(place, row)| {
        *place < REPORTERS || (now && row.presence.is_some_and(|it| it.silent_since.is_some()))
    });
    let rest = (!more.is_empty()).then(|| {
        let sessions = more.iter().fold(0_u64, |sum, (_, row)| sum.saturating_add(row.totals.sessions));
        view! {
            <tr><th scope="row" class="none">{format!("{} more", more.len())}</th><td></td><td class="n">{format::thousands(sessions)}</td></tr>
        }
    });
    if shown.is_empty() {
        return view! { <h2>"Who reports"</h2><p class="none">"Nobody reported in this time."</p> }.into_any();
    }
    let rows = shown.into_iter().map(|(_, row)| view! { <OneReporter row now today/> }).collect_view();
    view! {
        <h2>"Who reports"</h2>
        <table class="plain-table roll">
            <thead>
                <tr>
                    <th scope="col">"Reporter"</th>
                    <th scope="col">{format::counted(u64::try_from(days).unwrap_or(0), "day")}</th>
                    <th scope="col" class="n">"Sessions"</th>
                </tr>
            </thead>
            <tbody>{rows}{rest}</tbody>
        </table>
        <p class="key roll-key">
            <span class="well">"reported, all well"</span>
            <span class="failures">"reported failures"</span>
            <span class="silent">"no report"</span>
        </p>
    }
    .into_any()
}

#[component]
fn OneReporter(row: ReporterRow, now: bool, today: Day) -> impl IntoView {
    let presence = row.presence.map(|Presence { rhythm, last_seen, silent_since }| {
        let silent = silent_since.filter(|_| now).map(|since| {
            view! {
                <span class="status warning"><i aria-hidden="true"></i>{format!("Silent since {}", since.in_words(today))}</span>
            }
        });
        view! { <small>{rhythm.words()}", last seen "<Date day=last_seen today/></small> {silent} }
    });
    view! {
        <tr>
            <th scope="row">{said(&row.name)}<small>{row.trust.word()}</small>{presence}</th>
            <td class="marks"><RollCallMarks days=row.days/></td>
            <td class="n">{format::thousands(row.totals.sessions)}</td>
        </tr>
    }
}

//! Sessions and failures by day: the chart, what its colours mean, and the same as a table.

use leptos::prelude::*;
use model::{Totals, format, view::DomainPage};

use crate::{
    chart::{DayChart, picture::marks},
    components::said,
    pages::domain::asked::Asked,
};

/// The chart with its table.
#[component]
pub fn Days(
    /// What to show.
    page: DomainPage,
    /// What is asked for.
    asked: Asked,
    /// How to take the days elsewhere.
    children: Children,
) -> impl IntoView {
    let first_cause = page.causes.first().map(|cause| said(cause.result_type.as_str()));
    let open = page.range.last > page.complete_to;
    let failed = !page.causes.is_empty() || page.totals.failed > 0;
    view! {
        <figure class="panel">
            <figcaption>
                <h2>"Sessions and failures by day"</h2>
                <Legend first_cause=first_cause.clone() failed open/>
            </figcaption>
            <DayChart
                points=page.points.clone()
                first_cause=first_cause.clone()
                marks=marks(&page)
                complete_to=page.complete_to
                summary=range_words(&page)
                to_choose=asked.to_choose()
            />
            <DayTable page first_cause/>
            {children()}
        </figure>
    }
    .into_any()
}

/// The whole range in words.
fn range_words(page: &DomainPage) -> String {
    let Totals { sessions, .. } = page.totals;
    let failed = page.failed_shown();
    let failed = match failed {
        0 => "none failed".to_owned(),
        n => format!("{} failed", format::thousands(n)),
    };
    format!("{}: {}, {failed}", super::capital(&page.range.in_words(page.today)), format::counted(sessions, "session"))
}

/// What the colours of the chart mean.
#[component]
pub fn Legend(
    /// The first cause.
    first_cause: Option<String>,
    /// Whether anything failed.
    failed: bool,
    /// Whether days are shown that may still grow.
    open: bool,
) -> impl IntoView {
    view! {
        <p class="key">
            <span class="sessions">"sessions"</span>
            {open.then(|| view! { <span class="sessions open">"not complete yet"</span> })}
            {failed
                .then(|| {
                    view! {
                        {first_cause.map(|cause| view! { <span class="first">{cause}</span> })}
                        <span class="other">"other causes"</span>
                    }
                })}
        </p>
    }
    .into_any()
}

/// The chart as a table.
#[component]
pub fn DayTable(
    /// Where the days are.
    page: DomainPage,
    /// What the first cause is.
    first_cause: Option<String>,
) -> impl IntoView {
    let marks = marks(&page);
    let changes = |day| {
        let texts = marks.iter().filter(|mark| mark.day == day).map(|mark| mark.text.clone());
        texts.collect::<Vec<_>>().join(", ")
    };
    let rows = page
        .points
        .iter()
        .rev()
        .map(|point| {
            view! {
                <tr>
                    <th scope="row">{point.day.date().format("%a %-d %b %Y").to_string()}</th>
                    <td class="n">{format::thousands(point.totals.sessions)}</td>
                    <td class="n">{format::thousands(point.totals.failed)}</td>
                    {first_cause.is_some().then(|| view! { <td class="n">{format::thousands(point.first_cause)}</td> })}
                    {(!marks.is_empty()).then(|| view! { <td>{changes(point.day)}</td> })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>"Show as table"</summary>
            <table class="days-table">
                <thead>
                    <tr>
                        <th scope="col">"Day"</th>
                        <th scope="col" class="n">"Sessions"</th>
                        <th scope="col" class="n">"Failed"</th>
                        {first_cause.clone().map(|cause| view! { <th scope="col" class="n">{cause}</th> })}
                        {(!marks.is_empty()).then(|| view! { <th scope="col">"Changed"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

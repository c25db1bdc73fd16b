//! When each MX host failed, and what each reporter told of: a row of days for each, darker where more failed.

use leptos::prelude::*;
use model::{Day, DayRange, failing::HeatRow, format};

use super::filters::host_words;
use crate::{
    chart::heat_map::{HeatDays, STEPS, Steps, columns},
    components::said,
    pages::domain::asked::Asked,
};

/// What the rows of a heat map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    /// MX hosts.
    Hosts,
    /// Reporters.
    Reporters,
}

impl Heat {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Hosts => ("Failures by MX host and day", "MX host", "heat-hosts"),
            Self::Reporters => ("Failures by reporter and day", "Reporter", "heat-reporters"),
        }
    }

    fn link(self, asked: &Asked, name: Option<&str>) -> String {
        asked.filtered(|filter| match self {
            Self::Hosts => filter.mx = Some(name.map(str::to_owned)),
            Self::Reporters => filter.reporter = name.map(str::to_owned),
        })
    }
}

/// A heat map with its figures in a table.
#[component]
pub fn HeatMap(
    /// What the rows are.
    heat: Heat,
    /// Most failed sessions first.
    rows: Vec<HeatRow>,
    /// The days.
    range: DayRange,
    /// What is asked for.
    asked: Asked,
    /// Today.
    today: Day,
) -> impl IntoView {
    let (heading, what, id) = heat.words();
    let columns = columns(range);
    let steps = Steps::of(rows.iter().map(|row| columns.sums(&row.days)));
    let drawn = rows
        .iter()
        .map(|row| {
            let name = host_words(row.name.as_deref());
            let failed = row.days.iter().copied().fold(0, u64::saturating_add);
            view! {
                <tr>
                    <th scope="row" class="name"><a href=heat.link(&asked, row.name.as_deref())>{name}</a></th>
                    <td class="marks"><HeatDays sums=columns.sums(&row.days) columns=columns.clone() steps=steps today/></td>
                    <td class="n">{format::thousands(failed)}</td>
                </tr>
            }
        })
        .collect_view();
    let cells = columns
        .starts()
        .enumerate()
        .rev()
        .flat_map(|(place, days)| {
            rows.iter()
                .map(|row| (row.name.as_deref(), columns.sums(&row.days).get(place).copied().unwrap_or(0)))
                .filter(|(_, failed)| *failed > 0)
                .map(move |(name, failed)| (days, name, failed))
                .collect::<Vec<_>>()
        })
        .map(|(days, name, failed)| {
            view! {
                <tr>
                    <th scope="row">{said(&days.in_words(today))}</th>
                    <td class="name">{host_words(name)}</td>
                    <td class="n">{format::thousands(failed)}</td>
                </tr>
            }
        })
        .collect_view();
    // Where little failed, not every shade is used.
    let keys = (1..=STEPS)
        .filter(|step| steps.is_used(*step))
        .map(|step| view! { <span class=format!("step-{step}")>{steps.words(step)}</span> })
        .collect_view();
    let period = if columns.days() > 1 { "Week" } else { "Day" };
    view! {
        <figure class="panel" aria-labelledby=id>
            <figcaption>
                <h2 id=id>{heading}</h2>
                <p class="key heat-key">{keys}</p>
            </figcaption>
            <table class="plain-table heat">
                <thead>
                    <tr>
                        <th scope="col">{what}</th>
                        <th scope="col"><span class="ends"><span>{range.first.in_words(today)}</span><span>{range.last.in_words(today)}</span></span></th>
                        <th scope="col" class="n">"Failed"</th>
                    </tr>
                </thead>
                <tbody>{drawn}</tbody>
            </table>
            <details>
                <summary>"Show as table"</summary>
                <table class="days-table">
                    <thead>
                        <tr><th scope="col">{period}</th><th scope="col">{what}</th><th scope="col" class="n">"Failed"</th></tr>
                    </thead>
                    <tbody>{cells}</tbody>
                </table>
            </details>
        </figure>
    }
    .into_any()
}

//! A domain's reports, latest first.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{
    Day, DomainName, Trust, format,
    view::{ReportList, ReportQuery, ReportRow},
};

use super::{DomainHead, Tab, named};
use crate::{
    components::{Exports, Instant, Pager, Period, TrustChoice, link, said, trust_asked, when_ready},
    context,
    pages::{page_number, query},
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainReportsPage() -> impl IntoView {
    let (name, query) = (named(), query());
    let failing = query.get("failing").is_some_and(|value| !value.is_empty());
    let asked = ReportQuery { range: None, failing, trust: trust_asked(&query), page: page_number(&query) };
    let path = use_location().pathname.get_untracked();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let list = engine.reports(visitor?.workspace, &name, &asked).await?;
        let list = list.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <ReportsView name list asked path today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn ReportsView(
    /// Whose reports.
    name: DomainName,
    /// The reports.
    list: ReportList,
    /// Which ones were asked for.
    asked: ReportQuery,
    /// This page's path.
    path: String,
    /// Today.
    today: Day,
) -> impl IntoView {
    let (failing, trust) = (asked.failing, asked.trust.map_or("", Trust::word));
    let choices = [(false, "All", ""), (true, "With failures", "yes")]
        .map(|(this, label, failing)| (this, label, link(&path, &[("failing", failing), ("trust", trust)])));
    let choices = choices.into_iter().map(|(this, label, href)| {
        view! { <a href=href aria-current=(this == failing).then_some("true")>{label}</a> }
    });
    let failing = if failing { "yes" } else { "" };
    let empty = match (asked.failing, asked.trust) {
        (_, Some(_)) => "No report of this domain is like this.",
        (true, None) => "No report of this domain speaks of failures.",
        (false, None) => "No report has arrived yet.",
    };
    let exported = vec![("domain", name.to_string()), ("failing", failing.to_owned()), ("trust", trust.to_owned())];
    let exports = (!list.rows.is_empty()).then(|| view! { <Exports list="reports" query=exported/> });
    let form = path.clone();
    let to = move |page: u32| link(&path, &[("failing", failing), ("trust", trust), ("page", &page.to_string())]);
    view! {
        <DomainHead name tab=Tab::Reports/>
        <div class="bar">
            <nav class="range" aria-label="Which reports">{choices.collect_view()}</nav>
            <p class="none">{format::counted(list.matching, "report")}</p>
            <form class="filters" method="get" action=form>
                {(!failing.is_empty()).then(|| view! { <input type="hidden" name="failing" value=failing/> })}
                <TrustChoice asked=asked.trust/>
                <button class="plain">"Show"</button>
            </form>
        </div>
        {if list.rows.is_empty() {
            view! { <p class="panel none">{empty}</p> }.into_any()
        } else {
            view! { <ReportTable rows=list.rows today/> }.into_any()
        }}
        <Pager matching=list.matching page=list.page to/>
        {exports}
    }
    .into_any()
}

/// Reports as rows; also used for a report's conflicts.
#[component]
pub fn ReportTable(
    /// The rows.
    rows: Vec<ReportRow>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let failed = row.totals.failed;
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/reports/{}", row.id)>{said(&row.reporter)}</a>
                        <small>{row.trust.told(row.signer.as_ref())}{(row.notes > 0).then(|| format!(" · {}", format::counted(u64::from(row.notes), "note")))}</small>
                    </th>
                    <td><Period start=row.start end=row.end today/></td>
                    <td class="n">{format::thousands(row.totals.sessions)}</td>
                    <td class="n"><span class=(failed > 0).then_some("bad")>{format::thousands(failed)}</span></td>
                    <td>{row.state.word()}</td>
                    <td class="n"><Instant at=row.received today/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list reports">
            <thead>
                <tr>
                    <th scope="col">"Reporter"</th>
                    <th scope="col">"Period"</th>
                    <th scope="col" class="n">"Sessions"</th>
                    <th scope="col" class="n">"Failed"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="n">"Received"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

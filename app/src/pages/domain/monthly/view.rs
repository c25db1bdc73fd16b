//! The monthly report, drawn. What is long is cut, and says so, so that it is one page of A4 whatever was reported.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    DomainName, Month, Status, Timestamp, format,
    month::{self, MonthlyReport},
    text::visible_short,
    view::{CheckPage, DomainPage, ReporterRow, RollCall},
};

use crate::{
    chart::{drawing::Picture, picture::Subject},
    components::{Instant, StatusWord, link, said},
    pages::domain::digest::CauseDigest,
};

/// What fits on the page.
const CAUSES: usize = 4;
const REPORTERS: usize = 6;
const CHECKS: usize = 6;
/// Characters of a name in one line.
const NAME_CHARS: usize = 44;
/// How wide the chart is drawn: what a page of A4 has room for, so that its words keep their size.
const CHART_WIDTH: f64 = 690.0;

/// The page.
#[component]
pub fn MonthlyView(
    /// What is known of the month.
    report: MonthlyReport,
    /// Which.
    month: Month,
    /// What was wrong with the month that was asked for.
    error: Option<String>,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let MonthlyReport { page, checks } = report;
    let name = page.name.clone();
    let shown = name.to_unicode().into_owned();
    let (status, words) = month::verdict(page.totals, &page.failing.impacts);
    let over = page.range.last == month.days().last && page.complete_to >= page.range.last;
    view! {
        <Title text=format!("{} · {name}", month.in_words())/>
        <p class="crumbs">
            <a href="/">"Overview"</a>" / "<a href=format!("/domains/{name}")>{shown.clone()}</a>" / Monthly report"
        </p>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <Picker name=name.clone() month now/>
        <article class="monthly">
            <header>
                <h1 class="name">{shown}</h1>
                <p class="lede">"Mail over TLS in " {month.in_words()} {(!over).then_some(", as far as it is reported")}</p>
            </header>
            <p class="verdict"><StatusWord status/>" "{words}</p>
            <Numbers page=page.clone() month/>
            <Chart page=page.clone()/>
            <section aria-labelledby="causes">
                <h2 id="causes">"Causes of failures"</h2>
                <CauseDigest causes=page.causes most=CAUSES today=page.today/>
            </section>
            <div class="cols">
                <Reporters rows=page.reporters/>
                <Checks checks now/>
            </div>
            <footer>
                "Made by Waxseal on " <Instant at=now today=page.today/> " UTC from reports by sending servers (RFC 8460). Sessions are \
                 connections, not messages; days are UTC."
            </footer>
        </article>
    }
    .into_any()
}

/// The months before and after, and the form that asks for any.
#[component]
fn Picker(
    /// Which domain.
    name: DomainName,
    /// The month shown.
    month: Month,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let path = format!("/domains/{name}/monthly");
    let to = |month: Month| link(&path, &[("month", &month.to_string())]);
    let current = Month::of(now.day());
    view! {
        <nav class="bar" aria-label="Month">
            <p class="range">
                <a href=to(month.previous()) rel="prev">{month.previous().in_words()}</a>
                {(month < current).then(|| view! { <a href=to(month.next()) rel="next">{month.next().in_words()}</a> })}
            </p>
            <form class="inline" method="get" action=path.clone()>
                <label class="inline">
                    <span>"Month"</span>
                    <input type="month" name="month" value=month.to_string() max=current.to_string() placeholder="2026-10" required/>
                </label>
                <button class="plain">"Show"</button>
            </form>
        </nav>
        <p class="hint onscreen">"Print this page, or save it as PDF, with your browser: it is one page of A4."</p>
    }
    .into_any()
}

/// The numbers, beside those of the month before.
#[component]
fn Numbers(
    /// Where they stand.
    page: DomainPage,
    /// Which month.
    month: Month,
) -> impl IntoView {
    let before = month.previous().in_words();
    let reporting = page.reporters.iter().filter(|reporter| reporter.totals.sessions > 0).count();
    let mode = page.mode.map_or_else(|| "none reported".to_owned(), |mode| mode.keyword().to_owned());
    let beside = |figure: String| match page.before.sessions {
        0 => format!("nothing in {before}"),
        _ => format!("{figure} in {before}"),
    };
    view! {
        <dl class="figures">
            <div>
                <dt>"Sessions"</dt>
                <dd>{format::thousands(page.totals.sessions)}</dd>
                <dd class="detail">{beside(format::thousands(page.before.sessions))}</dd>
            </div>
            <div>
                <dt>"Succeeded"</dt>
                <dd>{page.totals.rate_words()}</dd>
                <dd class="detail">{beside(page.before.rate_words())}</dd>
            </div>
            <div>
                <dt>"Failed"</dt>
                <dd>{format::thousands(page.totals.failed)}</dd>
                <dd class="detail">{beside(format::thousands(page.before.failed))}</dd>
            </div>
            <div>
                <dt>"Reporters"</dt>
                <dd>{reporting}</dd>
                <dd class="detail">"MTA-STS mode: "{mode}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// The days, as a picture: on paper nothing can be pointed at.
#[component]
fn Chart(
    /// Where they are.
    page: DomainPage,
) -> impl IntoView {
    let drawing = Subject { page: &page, named: false, width: CHART_WIDTH }.draw();
    view! {
        <figure aria-labelledby="days">
            <h2 id="days">"Sessions and failures by day"</h2>
            <div class="picture" role="group" aria-labelledby="days" tabindex="0"><Picture drawing/></div>
        </figure>
    }
    .into_any()
}

/// Who reported, and on how many days.
#[component]
fn Reporters(
    /// Most sessions first.
    rows: Vec<ReporterRow>,
) -> impl IntoView {
    let more = rows.len().saturating_sub(REPORTERS);
    let lines = rows
        .into_iter()
        .take(REPORTERS)
        .map(|row| {
            let days = row.days.iter().filter(|day| **day != RollCall::Silent).count();
            view! {
                <tr>
                    <th scope="row">{visible_short(&row.name, NAME_CHARS).into_owned()}</th>
                    <td class="n">{days}</td>
                    <td class="n">{format::thousands(row.totals.sessions)}</td>
                    <td class="n">{format::thousands(row.totals.failed)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="reporters">
            <h2 id="reporters">"Who reports"</h2>
            <table class="plain-table">
                <thead>
                    <tr>
                        <th scope="col">"Reporter"</th>
                        <th scope="col" class="n">"Days"</th>
                        <th scope="col" class="n">"Sessions"</th>
                        <th scope="col" class="n">"Failed"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            {(more > 0).then(|| view! { <p class="none">{format!("and {} more", format::counted(more as u64, "reporter"))}</p> })}
        </section>
    }
    .into_any()
}

/// What the last look at the domain found, worst first.
#[component]
fn Checks(
    /// What it found.
    checks: CheckPage,
    /// This instant.
    now: Timestamp,
) -> impl IntoView {
    let mut sections = checks.sections;
    // What is wrong first; what is equally bad stays in its order.
    sections.sort_by_key(|section| match section.status {
        Status::Error => 0,
        Status::Warning => 1,
        Status::CannotTell => 2,
        _ => 3,
    });
    let more = sections.len().saturating_sub(CHECKS);
    let lines = sections
        .into_iter()
        .take(CHECKS)
        .map(|section| {
            let told = section.findings.iter().find(|finding| finding.status == section.status);
            let told = told.map(|finding| said(&finding.title)).unwrap_or_default();
            view! {
                <li>
                    <StatusWord status=section.status/>
                    " "
                    <span title=told>{visible_short(&section.heading(), NAME_CHARS).into_owned()}</span>
                </li>
            }
        })
        .collect_view();
    let when = checks.checked.map(|at| view! { <small>"as of " <Instant at today=now.day()/> " UTC"</small> });
    let none = checks.checked.is_none();
    view! {
        <section aria-labelledby="checks">
            <h2 id="checks">"What checks say now"</h2>
            {when}
            {none.then(|| view! { <p class="none">"The domain was not looked at yet."</p> })}
            <ul class="lines">{lines}</ul>
            {(more > 0).then(|| view! { <p class="none">{format!("and {} more", format::counted(more as u64, "check"))}</p> })}
        </section>
    }
    .into_any()
}

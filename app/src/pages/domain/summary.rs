//! What the reports say of a domain: how many sessions, which failures, whose they are, who reports.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{
    Impact, Totals, explain, format,
    view::{Cause, DomainPage, PolicyRow, ReporterRow},
};

use super::{DomainHead, Tab, causes::Causes, named, take_away::TakeAway};
use crate::{
    chart::{DayChart, RollCallMarks, ShareBar, picture::marks},
    components::{link, said, when_ready},
    context,
    pages::{RANGES, days, query},
    problem::Problem,
};

/// Reporters that are shown by themselves; the others are one line.
const REPORTERS: usize = 12;

/// The page.
#[component]
pub fn DomainSummaryPage() -> impl IntoView {
    let name = named();
    let days = days(&query());
    let path = use_location().pathname.get_untracked();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let name = name?;
        let page = engine
            .domain_page(visitor?.workspace, &name, days, now)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        Ok(view! { <SummaryView page days path/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn SummaryView(
    /// What to show.
    page: DomainPage,
    /// The range asked for.
    days: u16,
    /// This page's path.
    path: String,
) -> impl IntoView {
    let judgement = (page.status, sentence(&page));
    if page.reports == 0 {
        return view! {
            <DomainHead name=page.name.clone() judgement tab=Tab::Summary/>
            <FirstReport page/>
        }
        .into_any();
    }
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
    let first_cause = page.causes.first().map(|cause| cause.result_type.as_str().to_owned());
    let first_cause = first_cause.map(|cause| said(&cause));
    let summary = range_words(&page);
    let open = page.range.last > page.complete_to;
    view! {
        <DomainHead name=page.name.clone() judgement tab=Tab::Summary/>
        <nav class="range" aria-label="Range">{ranges}</nav>
        <Figures page=page.clone()/>
        <figure class="panel">
            <figcaption>
                <h2>"Sessions and failures by day"</h2>
                <Legend first_cause=first_cause.clone() totals=page.totals open/>
            </figcaption>
            <DayChart
                points=page.points.clone()
                first_cause=first_cause.clone()
                marks=marks(&page)
                complete_to=page.complete_to
                summary
            />
            <DayTable page=page.clone() first_cause/>
            <TakeAway name=page.name.clone() range=page.range/>
        </figure>
        {(!page.causes.is_empty())
            .then(|| view! { <Causes causes=page.causes.clone() domain=page.name.clone() today=page.today mode=page.mode/> })}
        <div class="cols">
            <div class="panel">
                <PolicyTable rows=page.policies/>
                <Failures causes=page.causes/>
            </div>
            <div class="panel"><RollCallTable rows=page.reporters days=page.range.len()/></div>
        </div>
    }
    .into_any()
}

/// Why the domain stands as it does; where all is well, how long it has been.
pub(super) fn sentence(page: &DomainPage) -> String {
    if !page.reason.is_empty() {
        return page.reason.clone();
    }
    let clean = page.points.iter().rev().filter(|point| point.day <= page.complete_to);
    let clean = clean.take_while(|point| point.totals.failed == 0).count();
    let reporters = page.reporters.iter().filter(|reporter| reporter.totals.sessions > 0).count();
    format!("{} clean, {}", format::counted(clean as u64, "day"), format::counted(reporters as u64, "reporter"))
}

/// The whole range in words.
pub(super) fn range_words(page: &DomainPage) -> String {
    let Totals { sessions, failed } = page.totals;
    let failed = match failed {
        0 => "none failed".to_owned(),
        n => format!("{} failed", format::thousands(n)),
    };
    format!("{}: {}, {failed}", capital(&page.range.in_words(page.today)), format::counted(sessions, "session"))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What to expect before the first report.
#[component]
pub fn FirstReport(
    /// The domain without reports.
    page: DomainPage,
) -> impl IntoView {
    let records = format!("/domains/{}/records", page.name);
    view! {
        <section class="notice">
            <h2>"No report has arrived yet"</h2>
            <p>
                "Reports come once a day, after midnight UTC, from senders that delivered mail here: "
                {capital(&page.reason)} ", if the record is published and such a sender has written to this domain."
            </p>
            <p><a class="button" href=records>"What to publish, and how to test it"</a></p>
        </section>
    }
    .into_any()
}

/// The four numbers.
#[component]
pub fn Figures(
    /// Where they stand.
    page: DomainPage,
) -> impl IntoView {
    let days = format!("{} days before", page.range.len());
    let silent = page.reporters.iter().filter(|reporter| reporter.totals.sessions == 0).count();
    let fate = page.impacts.iter().filter(|(_, count)| *count > 0);
    let fate = fate.map(|(impact, count)| format!("{} {}", format::thousands(*count), impact.words()));
    let fate = fate.collect::<Vec<_>>().join("; ");
    let worst = page.impacts.iter().any(|(impact, count)| *impact == Impact::NotDelivered && *count > 0);
    view! {
        <dl class="figures">
            <div>
                <dt>"Sessions"</dt>
                <dd>{format::thousands(page.totals.sessions)}</dd>
                <dd class="detail">{growth(page.totals.sessions, page.before.sessions, &days)}</dd>
            </div>
            <div>
                <dt>"Succeeded"</dt>
                <dd>{page.totals.rate_words()}</dd>
                <dd class="detail">{rate_before(page.before, &days)}</dd>
            </div>
            <div>
                <dt>"Failed"</dt>
                <dd class=worst.then_some("bad")>{format::thousands(page.totals.failed)}</dd>
                <dd class="detail">{if fate.is_empty() { "no failure in this time".to_owned() } else { fate }}</dd>
            </div>
            <div>
                <dt>"Reporters"</dt>
                <dd>{page.reporters.len() - silent}</dd>
                <dd class="detail">
                    {page.mode.map_or_else(|| "no MTA-STS mode reported".to_owned(), |mode| format!("MTA-STS mode last reported: {}", mode.keyword()))}
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

/// How the sessions compare with those of the days before.
fn growth(now: u64, before: u64, days: &str) -> String {
    if before == 0 {
        return format!("none in the {days}");
    }
    let (sign, change) = if now >= before { ("+", now - before) } else { ("−", before - now) };
    let tenths = u128::from(change) * 1_000 / u128::from(before);
    match tenths {
        0 => format!("as many as in the {days}"),
        10_000.. => format!("{} in the {days}", format::thousands(before)),
        _ => format!("{sign}{}.{} % on the {days}", tenths / 10, tenths % 10),
    }
}

fn rate_before(before: Totals, days: &str) -> String {
    if before.sessions == 0 { String::new() } else { format!("{} in the {days}", before.rate_words()) }
}

/// What the colours of the chart mean.
#[component]
pub fn Legend(
    /// The first cause.
    first_cause: Option<String>,
    /// The range's sessions.
    totals: Totals,
    /// Whether days are shown that may still grow.
    open: bool,
) -> impl IntoView {
    view! {
        <p class="key">
            <span class="sessions">"sessions"</span>
            {open.then(|| view! { <span class="sessions open">"not complete yet"</span> })}
            {(totals.failed > 0)
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
                    <th scope="row"><time datetime=point.day.to_string()>{point.day.date().format("%a %-d %b %Y").to_string()}</time></th>
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

/// Sessions by policy.
#[component]
pub fn PolicyTable(
    /// One for each policy type and mode.
    rows: Vec<PolicyRow>,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let (name, meaning) = explain::policy_type(&row.policy_type);
            let mode = row.mode.map(|mode| format!(", {}", mode.keyword())).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row" title=meaning>{name}{mode}</th>
                    <td class="n">{format::thousands(row.totals.sessions)}</td>
                    <td class="n">{row.totals.rate_words()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"By policy"</h2>
        <table class="plain-table">
            <thead>
                <tr><th scope="col">"Policy"</th><th scope="col" class="n">"Sessions"</th><th scope="col" class="n">"Success"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Failed sessions, summed up by what each cause has in common; most first.
fn failed_by(causes: &[Cause], common: impl Fn(&Cause) -> String) -> Vec<(String, u64)> {
    let mut sums: Vec<(String, u64)> = vec![];
    for cause in causes {
        let name = common(cause);
        match sums.iter_mut().find(|(seen, _)| *seen == name) {
            Some((_, failed)) => *failed = failed.saturating_add(cause.failed),
            None => sums.push((name, cause.failed)),
        }
    }
    sums.sort_by(|(a, fewer), (b, more)| more.cmp(fewer).then_with(|| a.cmp(b)));
    sums
}

fn by_result_type(causes: &[Cause]) -> Vec<(String, u64)> {
    failed_by(causes, |cause| said(cause.result_type.as_str()))
}

fn by_host(causes: &[Cause]) -> Vec<(String, u64)> {
    failed_by(causes, |cause| cause.mx.as_deref().map_or_else(|| "not said by the report".to_owned(), said))
}

/// The failures, by result type and by MX host.
#[component]
pub fn Failures(
    /// The causes, each of one result type at one host.
    causes: Vec<Cause>,
) -> impl IntoView {
    if causes.is_empty() {
        return view! { <h2>"Failures"</h2><p class="none">"No failure in this time."</p> }.into_any();
    }
    view! {
        <ShareTable heading="Failures by result type" what="Result type" rows=by_result_type(&causes)/>
        <ShareTable heading="Failures by MX host" what="MX host" rows=by_host(&causes)/>
    }
    .into_any()
}

/// Failed sessions of some names, with bars.
#[component]
pub fn ShareTable(
    /// What the table shows.
    heading: &'static str,
    /// What the names are.
    what: &'static str,
    /// Most first.
    rows: Vec<(String, u64)>,
) -> impl IntoView {
    let most = rows.first().map_or(0, |(_, failed)| *failed);
    let rows = rows
        .into_iter()
        .map(|(name, failed)| {
            view! {
                <tr>
                    <th scope="row" class="name">{name}</th>
                    <td class="n">{format::thousands(failed)}</td>
                    <td class="bar-cell"><ShareBar part=failed whole=most first=true/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>{heading}</h2>
        <table class="plain-table">
            <thead>
                <tr><th scope="col">{what}</th><th scope="col" class="n">"Failed"</th><td></td></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Who reported on which day.
#[component]
pub fn RollCallTable(
    /// Most sessions first.
    rows: Vec<ReporterRow>,
    /// Days of the range.
    days: i32,
) -> impl IntoView {
    let more = rows.get(REPORTERS..).unwrap_or_default();
    let rest = (!more.is_empty()).then(|| {
        let sessions = more.iter().fold(0_u64, |sum, row| sum.saturating_add(row.totals.sessions));
        view! {
            <tr><th scope="row" class="none">{format!("{} more", more.len())}</th><td></td><td class="n">{format::thousands(sessions)}</td></tr>
        }
    });
    let rows = rows
        .iter()
        .take(REPORTERS)
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{said(&row.name)}<small>{row.trust.word()}</small></th>
                    <td class="marks"><RollCallMarks days=row.days.clone()/></td>
                    <td class="n">{format::thousands(row.totals.sessions)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"Who reports"</h2>
        <table class="plain-table roll">
            <thead>
                <tr><th scope="col">"Reporter"</th><th scope="col">{format!("{days} days")}</th><th scope="col" class="n">"Sessions"</th></tr>
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

#[cfg(test)]
mod tests {
    use model::{Day, Trust};
    use tlsrpt::ResultType;

    use super::*;

    fn cause(result_type: ResultType, mx: Option<&str>, failed: u64) -> Cause {
        let (mx, impact) = (mx.map(ToOwned::to_owned), Impact::NotDelivered);
        Cause { result_type, mx, impact, failed, first: Day(0), last: Day(1), reporters: 1, trust: Trust::Signed }
    }

    #[test]
    fn failures_are_summed_up_by_type_and_by_host() {
        let causes = [
            cause(ResultType::CertificateExpired, Some("mx1.example"), 5),
            cause(ResultType::StsPolicyFetchError, None, 6),
            cause(ResultType::CertificateExpired, Some("mx2.example"), 7),
        ];
        let pair = |name: &str, failed| (name.to_owned(), failed);
        assert_eq!(by_result_type(&causes), [pair("certificate-expired", 12), pair("sts-policy-fetch-error", 6)]);
        let hosts = [pair("mx2.example", 7), pair("not said by the report", 6), pair("mx1.example", 5)];
        assert_eq!(by_host(&causes), hosts);
    }
}

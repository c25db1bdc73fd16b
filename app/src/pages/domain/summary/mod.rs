//! What the reports say of a domain: how many sessions, which failures, whose they are, who reports, and what that means for
//! enforce. One file for each part of the page.

pub mod breakdowns;
pub mod days;
pub mod figures;
pub mod filters;
pub mod first_report;
pub mod heat;
pub mod range;
pub mod readiness;
pub mod roll_call;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{
    Status, Timestamp, first_report as first, format,
    incident::Incident,
    readiness::Verdict,
    status::READY,
    view::{DomainPage, Unreported},
};

use self::{
    breakdowns::{Failures, PolicyTable},
    days::Days,
    figures::Figures,
    filters::{Chips, FilterForm, Fits, host_words},
    first_report::FirstReport,
    heat::{Heat, HeatMap},
    range::RangePicker,
    readiness::ReadinessPanel,
    roll_call::RollCallTable,
};
use super::{
    DomainHead, Tab,
    asked::Asked,
    causes::Causes,
    named,
    take_away::{TakeAway, shown},
};
use crate::{
    components::{said, when_ready},
    context,
    problem::Problem,
};

/// The page.
#[component]
pub fn DomainSummaryPage() -> impl IntoView {
    let name = named();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    let asked = Asked::here(use_location().pathname.get_untracked(), now.day());
    when_ready(async move {
        let (name, workspace) = (name?, visitor?.workspace);
        let page = engine
            .domain_page(workspace, &name, &asked.query(now.day()), now)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        // Only where something failed there is a life to tell.
        let incidents =
            if page.causes.is_empty() { vec![] } else { engine.domain_incidents(workspace, page.id, now).await? };
        let unreported = if page.reports == 0 { engine.unreported(workspace, &name, now).await? } else { None };
        Ok(view! { <SummaryView page incidents asked unreported now/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn SummaryView(
    /// What to show.
    page: DomainPage,
    /// The domain's incidents.
    #[prop(default = vec![])]
    incidents: Vec<Incident>,
    /// What is asked for.
    asked: Asked,
    /// What is known while no report has come.
    unreported: Option<Unreported>,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let judgement = judgement(&page);
    let head = view! { <DomainHead name=page.name.clone() judgement=judgement.clone() tab=Tab::Summary/> };
    if page.reports == 0 {
        let expected = unreported.filter(|_| page.status != Status::NotApplicable);
        let diagnosis = expected.map(|Unreported { setup, checks, test }| {
            let (name, setup, checks) = (&page.name, &setup, &checks);
            first::diagnose(&first::Facts { now, name, added: page.added, setup, checks, test: test.as_ref() })
        });
        return view! { {head} <FirstReport name=page.name judgement diagnosis today=page.today/> }.into_any();
    }
    let (range, today, ends_today) = (page.range, page.today, page.range.last == page.today);
    let taken = shown(range, &page.failing.filter);
    let causes_taken = taken.clone();
    let types = page.failing.types.iter().map(|of| (of.as_str().to_owned(), said(of.as_str()))).collect();
    let hosts = page.failing.hosts.iter();
    let hosts =
        hosts.map(|host| (host.clone().unwrap_or_else(|| "-".to_owned()), host_words(host.as_deref()))).collect();
    let reporters = page.reporters.iter().map(|row| (row.name.clone(), said(&row.name))).collect();
    let filterable = page.totals.failed > 0 || !page.failing.types.is_empty() || !asked.filter.is_empty();
    let (name, networks) = (page.name.clone(), format!("/domains/{}/networks", page.name));
    let maps = [(Heat::Hosts, page.failing.mx_days.clone()), (Heat::Reporters, page.failing.reporter_days.clone())]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty() && range.len() > 1)
        .map(|(heat, rows)| view! { <HeatMap heat rows range asked=asked.clone() today/> })
        .collect_view();
    view! {
        {head}
        <RangePicker asked=asked.clone() today/>
        <Figures page=page.clone()/>
        {filterable
            .then(|| {
                view! {
                    <div class="filtering">
                        <Chips asked=asked.clone()/>
                        <FilterForm asked=asked.clone() types hosts reporters/>
                        <Fits page=page.clone()/>
                    </div>
                }
            })}
        <Days page=page.clone() asked=asked.clone()>
            <TakeAway name shown=taken/>
        </Days>
        {(!page.causes.is_empty())
            .then(|| view! { <Causes causes=page.causes.clone() incidents domain=page.name.clone() shown=causes_taken today=page.today mode=page.mode/> })}
        <div class="cols">
            <div class="panel">
                <PolicyTable rows=page.policies asked=asked.clone()/>
                <Failures failing=page.failing asked networks=Some(networks)/>
            </div>
            <div class="panel"><RollCallTable rows=page.reporters days=range.len() now=ends_today today/></div>
        </div>
        {maps}
        <ReadinessPanel readiness=page.readiness name=page.name/>
    }
    .into_any()
}

/// How the domain stands, and why; where all is well, how long it has been.
pub(super) fn judgement(page: &DomainPage) -> (Status, String) {
    if page.status == Status::Suggestion && page.reason == READY && page.readiness.verdict != Verdict::Ready {
        // Overview knows what reports say. This page knows more.
        return (Status::Ok, "no failures lately; what enforce still needs is said below".to_owned());
    }
    if !page.reason.is_empty() {
        return (page.status, page.reason.clone());
    }
    if !page.failing.filter.is_empty() || page.range.last != page.today {
        return (page.status, "no failures lately".to_owned());
    }
    let clean = page.points.iter().rev().filter(|point| point.day <= page.complete_to);
    let clean = clean.take_while(|point| point.totals.failed == 0).count();
    let reporters = page.reporters.iter().filter(|reporter| reporter.totals.sessions > 0).count();
    let words =
        format!("{} clean, {}", format::counted(clean as u64, "day"), format::counted(reporters as u64, "reporter"));
    (page.status, words)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

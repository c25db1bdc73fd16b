//! What a share link shows: the summary of one domain, to whoever has the link.
//!
//! No cookie is looked at here. What is drawn holds no report address, no link to a page of the workspace and none of its people.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{DayRange, Status, Timestamp, view::DomainPage};

use super::{
    digest::CauseDigest,
    summary::{DayTable, Failures, Figures, Legend, PolicyTable, RollCallTable, range_words, sentence},
    take_away::Pictures,
};
use crate::{
    chart::{DayChart, picture::marks},
    components::{Instant, StatusWord, link, said, when_ready},
    context, http,
    pages::{RANGES, days, parameter, query},
    problem::Problem,
};

/// Under which all that is shared lies.
pub const PATH: &str = "/shared/";

/// Causes that are told.
const CAUSES: usize = 10;

/// The page.
#[component]
pub fn SharedPage() -> impl IntoView {
    let secret = parameter("token");
    let days = days(&query());
    let path = use_location().pathname.get_untracked();
    let (engine, now) = (context::engine(), context::now());
    // The address of this page is the key to it: no other site learns it, and no cache or search engine keeps it.
    http::set_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    http::set_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    http::set_header(header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    when_ready(async move {
        let shared = engine.open_share_link(&secret, now).await?.ok_or(Problem::NothingShared)?;
        let range = DayRange::ending(now.day(), days);
        let page = engine.shared_page(&shared, range, now).await?.ok_or(Problem::NothingShared)?;
        Ok(view! { <SharedView page days path expires=shared.expires/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn SharedView(
    /// What to show.
    page: DomainPage,
    /// The range asked for.
    days: u16,
    /// This page's path.
    path: String,
    /// The instant from which the link shows nothing.
    expires: Timestamp,
) -> impl IntoView {
    let name = page.name.to_unicode().into_owned();
    let today = page.today;
    let standing = sentence(&page);
    let shown = if page.reports == 0 {
        let due = format!("No report has arrived yet: {standing}.");
        view! { <p class="panel none">{due}</p> }.into_any()
    } else {
        view! { <Shown page=page.clone() days path/> }.into_any()
    };
    view! {
        <Title text=name.clone()/>
        <div class="title">
            <h1 class="name">{name}</h1>
            <Standing status=page.status words=standing/>
        </div>
        {shown}
        <p class="hint">
            "How mail to this domain arrived over TLS, as sending servers report it once a day (SMTP TLS Reporting, RFC 8460). \
             This page was shared by a link that ends on " <Instant at=expires today/> "."
        </p>
    }
    .into_any()
}

/// How the domain stands.
#[component]
fn Standing(
    /// The word.
    status: Status,
    /// Why.
    words: String,
) -> impl IntoView {
    view! { <p class="lede"><StatusWord status/>" "{words}</p> }.into_any()
}

/// The summary of a domain with reports.
#[component]
fn Shown(
    /// What to show.
    page: DomainPage,
    /// The range asked for.
    days: u16,
    /// This page's path.
    path: String,
) -> impl IntoView {
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
    let first_cause = page.causes.first().map(|cause| said(cause.result_type.as_str()));
    let open = page.range.last > page.complete_to;
    view! {
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
                summary=range_words(&page)
            />
            <DayTable page=page.clone() first_cause/>
            <Pictures chart=format!("{path}/chart") query=vec![("days", days.to_string())]/>
        </figure>
        <section class="panel" aria-labelledby="causes">
            <h2 id="causes">"Causes"</h2>
            <CauseDigest causes=page.causes.clone() most=CAUSES today=page.today/>
        </section>
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

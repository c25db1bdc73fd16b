//! What a share link shows: the summary of one domain, to whoever has the link.
//!
//! No cookie is looked at here. What is drawn holds no report address, no link to a page of the workspace and none of its people.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::{Status, Timestamp, view::DomainPage};

use super::{
    asked::Asked,
    digest::CauseDigest,
    summary::{
        breakdowns::{Failures, PolicyTable},
        days::Days,
        figures::Figures,
        filters::Chips,
        judgement,
        range::RangePicker,
        roll_call::RollCallTable,
    },
    take_away::{Pictures, shown},
};
use crate::{
    components::{Instant, StatusWord, when_ready},
    context, http,
    pages::parameter,
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
    let (engine, now) = (context::engine(), context::now());
    let asked = Asked::here(use_location().pathname.get_untracked(), now.day());
    // The address of this page is the key to it: no other site learns it, and no cache or search engine keeps it.
    http::set_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    http::set_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    http::set_header(header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    when_ready(async move {
        let shared = engine.open_share_link(&secret, now).await?.ok_or(Problem::NothingShared)?;
        let page = engine.shared_page(&shared, &asked.query(now.day()), now).await?.ok_or(Problem::NothingShared)?;
        Ok(view! { <SharedView page asked expires=shared.expires/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn SharedView(
    /// What to show.
    page: DomainPage,
    /// What is asked for.
    asked: Asked,
    /// The instant from which the link shows nothing.
    expires: Timestamp,
) -> impl IntoView {
    let name = page.name.to_unicode().into_owned();
    let today = page.today;
    let (status, words) = judgement(&page);
    let shown = if page.reports == 0 {
        let due = format!("No report has arrived yet: {words}.");
        view! { <p class="panel none">{due}</p> }.into_any()
    } else {
        view! { <Shown page asked/> }.into_any()
    };
    view! {
        <Title text=name.clone()/>
        <div class="title">
            <h1 class="name">{name}</h1>
            <Standing status words/>
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
    /// What is asked for.
    asked: Asked,
) -> impl IntoView {
    let (range, today) = (page.range, page.today);
    let chart = format!("{}/chart", asked.path);
    let shown = shown(range, &page.failing.filter);
    view! {
        <RangePicker asked=asked.clone() today/>
        <Figures page=page.clone()/>
        <Chips asked=asked.clone()/>
        <Days page=page.clone() asked=asked.clone()>
            <Pictures chart query=shown/>
        </Days>
        <section class="panel" aria-labelledby="causes">
            <h2 id="causes">"Causes"</h2>
            <CauseDigest causes=page.causes.clone() most=CAUSES today/>
        </section>
        <div class="cols">
            <div class="panel">
                <PolicyTable rows=page.policies asked=asked.clone()/>
                <Failures failing=page.failing asked networks=None/>
            </div>
            <div class="panel">
                <RollCallTable rows=page.reporters days=range.len() now=range.last == today today/>
            </div>
        </div>
    }
    .into_any()
}

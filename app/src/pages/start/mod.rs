//! Getting started: from an installed program to the first report, in five steps. Each turns green when it was seen to be done.

pub mod address;
pub mod way;

use engine::start::{Start, ToTest};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Day, Status, format,
    start::{self, Seen, Step, Way},
    test_report,
};

use self::{address::Address, way::Ways};
use super::query;
use crate::{
    components::{Code, StatusWord, when_ready},
    context, http,
    problem::Problem,
};

/// The page.
#[component]
pub fn StartPage() -> impl IntoView {
    let query = query();
    let (host, error) = (query.get("host").unwrap_or_default(), query.get("error").is_some());
    let asked_at = http::asked_host();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let start = engine.start(workspace, &asked_at, now).await.map_err(Problem::from)?;
        let Start::UnderWay(seen, test) = start else { return Ok(view! { <AllDone/> }.into_any()) };
        let (seen, local, today) = (*seen, engine.local_url().to_owned(), now.day());
        Ok(view! { <StartView seen host local test today unavailable=error/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn StartView(
    /// What was observed.
    seen: Seen,
    /// The host name to show the configuration for, as typed.
    host: String,
    /// Where the program listens.
    local: String,
    /// The domain to try the way with.
    test: Option<ToTest>,
    /// Today.
    today: Day,
    /// Whether the last choice could not be noted.
    unavailable: bool,
) -> impl IntoView {
    let done = start::done(&seen);
    let all = Step::ALL.len();
    let sentence = if done == all {
        "Every step is done.".to_owned()
    } else {
        format!(
            "{done} of {all} steps are done. Each turns green when it was seen to be done; this page stays until all are."
        )
    };
    let steps = Step::ALL
        .into_iter()
        .enumerate()
        .map(|(i, step)| {
            let (status, said) = step.judge(&seen);
            let body = match step {
                Step::PublicAddress => {
                    view! { <Address seen=seen.clone() host=host.clone() local=local.clone()/> }.into_any()
                }
                Step::Arrival => view! { <Ways seen=seen.clone()/> }.into_any(),
                Step::Domains => view! { <p><a class="plain" href="/domains/add">"Add domains"</a></p> }.into_any(),
                Step::Records => view! { <Records seen=seen.clone()/> }.into_any(),
                Step::TestReport => view! { <TestReport way=seen.way test=test.clone() today/> }.into_any(),
            };
            let title = format!("{}. {}", i + 1, step.title());
            view! { <OneStep step title status said>{body}</OneStep> }
        })
        .collect_view();
    view! {
        <Title text="Getting started"/>
        <p class="crumbs"><a href="/">"Overview"</a>" / Getting started"</p>
        <div class="title">
            <h1>"Getting started"</h1>
            <p class="lede">{sentence}</p>
        </div>
        {unavailable
            .then(|| {
                view! {
                    <p class="alert" role="alert">
                        "The database did not answer, so your choice is not noted. Try again in a moment; the cause is in the server’s log."
                    </p>
                }
            })}
        {steps}
    }
    .into_any()
}

/// One step: its state first, then what to do.
#[component]
fn OneStep(
    /// Which.
    step: Step,
    /// Its number and name.
    title: String,
    /// How it stands.
    status: Status,
    /// What was observed.
    said: String,
    /// What to do.
    children: Children,
) -> impl IntoView {
    let id = step.anchor();
    view! {
        <section class="panel" id=id aria-labelledby=format!("{id}-title")>
            <h2 id=format!("{id}-title")>{title}</h2>
            <p><StatusWord status/>" "{said}</p>
            {children()}
        </section>
    }
    .into_any()
}

/// Which domains wait for their record.
#[component]
fn Records(
    /// What was observed.
    seen: Seen,
) -> impl IntoView {
    if seen.domains == 0 || matches!(seen.way, Some(Way::Upload | Way::Imap)) {
        return ().into_any();
    }
    let waiting = seen.domains.saturating_sub(seen.published);
    let more = waiting.saturating_sub(seen.waiting.len() as u64);
    let names = seen
        .waiting
        .into_iter()
        .map(|name| {
            let href = format!("/domains/{name}/records");
            view! { <li><a class="name" href=href>{name.to_unicode().into_owned()}</a></li> }
        })
        .collect_view();
    view! {
        <ul>{names}</ul>
        {(more > 0).then(|| view! { <p>{format!("and {} more", format::thousands(more))}</p> })}
        <p>
            <a class="plain" href="/records?show=waiting">"Records to publish"</a>
            " each with a button that copies it, and all of them as a zone file or CSV."
        </p>
    }
    .into_any()
}

/// A report that is sent by hand.
#[component]
fn TestReport(
    /// How reports arrive.
    way: Option<Way>,
    /// The domain to try the way with.
    test: Option<ToTest>,
    /// Today; the report speaks of yesterday.
    today: Day,
) -> impl IntoView {
    if way == Some(Way::Upload) {
        return view! {
            <p>"Bring in a report, or a folder or mailbox full of them. What is no report is passed over, and nothing counts twice:"</p>
            <div class="command"><Code what="the command" text="waxseal import PATH…".to_owned()/></div>
        }
        .into_any();
    }
    if way == Some(Way::Imap) {
        return view! {
            <p>
                "Any report that you have will do: forward it to the mailbox as an attachment. It counts for a domain that you have \
                 added. Real ones come once a day, after midnight UTC, from senders that have written to you."
            </p>
        }
        .into_any();
    }
    let Some(ToTest { domain: name, report_url: url }) = test else {
        return view! { <p>"First add a domain."</p> }.into_any();
    };
    let command = test_report::curl_line(&name, &url, today.plus(-1));
    view! {
        <p>
            <a class="plain" href=format!("/domains/{name}/test")>"Send a test report"</a>
            " It goes the way that real ones come and says at which step it gets stuck. Real ones come once a day, after midnight UTC, \
             from senders that have written to you."
        </p>
        <p>"Or post one by hand, from another machine. It is marked as a test and counted nowhere:"</p>
        <div class="command"><Code what="the command" text=command/></div>
    }
    .into_any()
}

/// What is shown once everything was done.
#[component]
fn AllDone() -> impl IntoView {
    view! {
        <Title text="Getting started"/>
        <section class="notice">
            <h1>"You have started"</h1>
            <p><StatusWord status=Status::Ok/>" Every step was seen to be done: reports arrive and are counted."</p>
            <p><a class="button" href="/">"To the overview"</a></p>
        </section>
    }
    .into_any()
}

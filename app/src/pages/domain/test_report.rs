//! A domain's test report: sent the way that real ones come, each step with its time and fault, and lines to run elsewhere.

use axum::http::{HeaderValue, header};
use engine::TestRefusal;
use leptos::prelude::*;
use model::{
    Channel, Day, DomainName, Role, Status,
    test_report::{self, Step, TestReport},
    view::DomainSetup,
};
use server_fn::ServerFn as _;

use super::{DomainHead, Tab, edited, named};
use crate::{
    components::{Code, Instant, StatusWord, said, when_ready},
    context, http,
    pages::query,
    problem::Problem,
};

/// While a test is under way, the page is loaded anew after so many seconds.
const REFRESH: u8 = 1;

/// Sends a test report, and leads to its steps.
#[server(prefix = "/do", endpoint = "send_test_report")]
pub async fn send_test_report(
    /// The domain.
    #[server(default)]
    domain: String,
    /// `smtp` or `https`.
    #[server(default)]
    way: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "test") else { return Ok(()) };
    let Some(way) = Channel::from_key(&way) else {
        http::see_other(&format!("{page}?error=way"));
        return Ok(());
    };
    let error = match context::engine().send_test_report(visitor.workspace, &name, way, context::now()).await {
        Ok(Some(Ok(())) | None) => "",
        Ok(Some(Err(TestRefusal::Off))) => "?error=off",
        Ok(Some(Err(TestRefusal::NoWay))) => "?error=way",
        Ok(Some(Err(TestRefusal::TooSoon))) => "?error=soon",
        Err(error) => {
            tracing::error!(%error, "a test report cannot be sent");
            "?error=unavailable"
        }
    };
    http::see_other(&format!("{page}{error}"));
    Ok(())
}

/// The page.
#[component]
pub fn TestReportPage() -> impl IntoView {
    let name = named();
    let error = query().get("error").and_then(|code| explain(&code));
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let (name, visitor) = (name?, visitor?);
        let setup =
            engine.domain_setup(visitor.workspace, &name).await?.ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        let test = engine.latest_test_report(visitor.workspace, &name, now).await?;
        let (ways, may) = (engine.test_ways(), visitor.role >= Role::Editor);
        Ok(view! { <TestReportView name setup ways test error may today=now.day()/> }.into_any())
    })
}

/// What went wrong, for the words that a URL may carry.
fn explain(code: &str) -> Option<&'static str> {
    Some(match code {
        "off" => {
            "Nothing was sent: nothing is dialled from here, since checks.enabled is off or there is no name server."
        }
        "way" => "Nothing was sent: that way is not configured.",
        "soon" => "Nothing was sent: one was on its way within the last ten seconds.",
        "unavailable" => "The database did not answer, so nothing was sent. Try again in a moment.",
        _ => return None,
    })
}

/// The page, drawn.
#[component]
pub fn TestReportView(
    /// Which domain.
    name: DomainName,
    /// Where its reports arrive.
    setup: DomainSetup,
    /// The ways by which one can be sent from here.
    ways: Vec<Channel>,
    /// The latest one.
    test: Option<TestReport>,
    /// Why the last wish was not carried out, in words.
    #[prop(optional_no_strip)]
    error: Option<&'static str>,
    /// Whether the visitor may send one.
    may: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    if test.as_ref().is_some_and(|test| !test.finished) {
        // A header and no script: it works for everyone, and ends by itself.
        if let Ok(refresh) = HeaderValue::from_str(&format!("{REFRESH}; url=/domains/{name}/test")) {
            http::set_header(header::REFRESH, refresh);
        }
    }
    let buttons = ways
        .iter()
        .map(|way| {
            let label = if *way == Channel::Smtp { "Send it by mail" } else { "Send it by HTTPS" };
            view! { <button class="button" name="way" value=way.key()>{label}</button> }
        })
        .collect_view();
    let send = match (may, ways.is_empty()) {
        (false, _) => {
            view! { <p class="caution" role="note">"Your role lets you look. An editor or owner can send one."</p> }
                .into_any()
        }
        (true, true) => view! {
            <p class="caution" role="note">
                "No report can reach this installation from outside yet. " <a href="/start">"Getting started"</a>
                " has what to configure."
            </p>
        }
        .into_any(),
        (true, false) => view! {
            <form class="filters" method="post" action=SendTestReport::url()>
                <input type="hidden" name="domain" value=name.to_string()/>
                {buttons}
            </form>
        }
        .into_any(),
    };
    view! {
        <DomainHead name=name.clone() tab=Tab::Settings/>
        {error.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <section class="panel" aria-labelledby="send">
            <h2 id="send">"Send a test report"</h2>
            <p>
                "It goes the way that real ones come: the report host is looked up in DNS, dialled, and handed a report for "
                <b>{name.to_string()}</b> ". It is marked, kept in the ingest log, and counted nowhere."
            </p>
            {send}
        </section>
        {test.map(|test| view! { <Steps test today/> })}
        <Elsewhere name setup today/>
    }
    .into_any()
}

/// How far the latest one came.
#[component]
fn Steps(test: TestReport, today: Day) -> impl IntoView {
    let passed = test.passed();
    let (status, words) = match (test.finished, passed) {
        (false, _) => (Status::Waiting, "It is on its way."),
        (true, true) => (Status::Ok, "It came all the way."),
        (true, false) => (Status::Error, "It did not come all the way: the last step says why."),
    };
    let way = test.way.word();
    let rows = test
        .steps
        .into_iter()
        .map(|Step { stage, passed, millis, said: told, remedy }| {
            let status = if passed { Status::Ok } else { Status::Error };
            view! {
                <tr>
                    <td><StatusWord status/></td>
                    <th scope="row">{stage.title()}<small>{said(&told)}</small>{(!remedy.is_empty()).then(|| view! { <small>{remedy}</small> })}</th>
                    <td class="n">{format!("{millis} ms")}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="steps">
            <h2 id="steps">"The last one, by "{way}</h2>
            <p role="status"><StatusWord status/>" "{words}" Sent "<Instant at=test.sent today/>"."</p>
            <table class="list">
                <thead>
                    <tr><th scope="col">"Result"</th><th scope="col">"Step"</th><th scope="col" class="n">"Time"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// What only others can judge.
#[component]
fn Elsewhere(name: DomainName, setup: DomainSetup, today: Day) -> impl IntoView {
    let day = today.plus(-1);
    let arrived = format!("/log?domain={name}&outcome=test");
    view! {
        <section class="panel" aria-labelledby="elsewhere">
            <h2 id="elsewhere">"From elsewhere"</h2>
            <p>{test_report::FROM_INSIDE}</p>
            {setup
                .report_email
                .map(|to| {
                    view! {
                        <p>"By mail:"</p>
                        <div class="command"><Code what="the swaks line" text=test_report::swaks_line(&name, &to, day)/></div>
                    }
                })}
            <p>"By HTTPS:"</p>
            <div class="command"><Code what="the curl line" text=test_report::curl_line(&name, &setup.report_url, day)/></div>
            <p class="hint"><a href=arrived>"Test reports that arrived"</a></p>
        </section>
    }
    .into_any()
}

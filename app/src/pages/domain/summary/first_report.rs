//! No report yet: why not, point by point, and how to bring one about.

use leptos::prelude::*;
use model::{
    Day, DomainName, Status,
    first_report::{Diagnosis, Place, Point, SENDERS},
};

use crate::components::{Date, StatusWord, said};

/// The diagnosis.
#[component]
pub fn FirstReport(
    /// Which domain.
    name: DomainName,
    /// How it stands; why, in words.
    judgement: (Status, String),
    /// What is known; none where nothing is expected of the domain.
    diagnosis: Option<Diagnosis>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let records = format!("/domains/{name}/records");
    let (status, reason) = judgement;
    let lede = match status {
        Status::NotApplicable => "None is expected: ",
        _ => "Reports come once a day, after midnight UTC, from senders that delivered mail here: ",
    };
    let diagnosis = diagnosis.map(|Diagnosis { points, expected }| {
        let points = points.into_iter().map(|point| view! { <OnePoint point name=name.clone()/> }).collect_view();
        view! {
            <section class="panel" aria-labelledby="why">
                <h2 id="why">"What keeps it away"</h2>
                <dl class="points">{points}</dl>
            </section>
            <section class="panel" aria-labelledby="provoke">
                <h2 id="provoke">"Bring one about"</h2>
                <p>
                    "Write to an address of " <b>{name.to_unicode().into_owned()}</b> " today, from a mailbox at a large provider. "
                    {SENDERS} "."
                </p>
                <p>
                    "It delivers that mail today and reports on today once the day is over. So the next date to expect a report is "
                    <Date day=expected today/> ", 04:00 UTC, at the latest. If none has come by then, send "
                    <a href=format!("/domains/{name}/test")>"a test report"</a> " and look at "
                    <a href=format!("/log?domain={name}")>"the ingest log"</a> "."
                </p>
            </section>
        }
    });
    view! {
        <section class="notice">
            <h2>"No report has arrived yet"</h2>
            <p>{lede}{said(&reason)}"."</p>
            <p><a class="button" href=records>"What to publish, and how to test it"</a></p>
        </section>
        {diagnosis}
    }
    .into_any()
}

#[component]
fn OnePoint(point: Point, name: DomainName) -> impl IntoView {
    let Point { status, question, answer, place } = point;
    let (href, words) = match place {
        Some(Place::Records) => (format!("/domains/{name}/records"), "Records"),
        Some(Place::Test) => (format!("/domains/{name}/test"), "Test report"),
        Some(Place::Start) => ("/start".to_owned(), "Getting started"),
        None => (String::new(), ""),
    };
    let link = place.map(|_| view! { " " <a href=href>{words}</a> });
    view! {
        <div>
            <dt>{question}</dt>
            <dd><StatusWord status/></dd>
            <dd>{said(&answer)}{link}</dd>
        </div>
    }
}

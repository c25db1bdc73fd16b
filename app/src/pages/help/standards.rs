//! How the standards work together, and what reports do and do not tell.

use leptos::prelude::*;
use leptos_meta::Title;
use model::standards::{AUTHORSHIP, Comparison, TOPICS, TRANSPORT, Topic};

/// The page.
#[component]
pub fn StandardsPage() -> impl IntoView {
    let index = TOPICS
        .iter()
        .map(|topic| view! { <li><a href=format!("#{}", topic.anchor)>{topic.title}</a></li> })
        .collect_view();
    let topics = TOPICS
        .iter()
        .map(|topic| {
            let table = match topic.anchor {
                "together" => Some((TRANSPORT, "TLS-RPT, MTA-STS and DANE compared")),
                "dmarc-spf-dkim" => Some((AUTHORSHIP, "SPF, DKIM and DMARC compared")),
                _ => None,
            };
            view! { <OneTopic topic=*topic table/> }
        })
        .collect_view();
    view! {
        <Title text="How the standards work together"/>
        <p class="crumbs"><a href="/help">"Help"</a>" / Standards"</p>
        <div class="title">
            <h1>"How the standards work together"</h1>
            <p class="lede">"Who reports what to whom, what protects mail and what only tells of it, and what reports do not tell."</p>
        </div>
        <nav class="contents" aria-label="On this page"><ul>{index}</ul></nav>
        {topics}
    }
    .into_any()
}

/// Something told in a few paragraphs.
#[component]
fn OneTopic(topic: Topic, table: Option<(Comparison, &'static str)>) -> impl IntoView {
    let paragraphs = topic.paragraphs.iter().map(|text| view! { <p>{*text}</p> }).collect_view();
    let points = topic.points.iter().map(|text| view! { <li>{*text}</li> }).collect_view();
    view! {
        <section class="help" id=topic.anchor>
            <h2 class="part">{topic.title}</h2>
            {paragraphs}
            {(!topic.points.is_empty()).then(|| view! { <ol>{points}</ol> })}
            {table.map(|(table, label)| view! { <Compared table label/> })}
        </section>
    }
    .into_any()
}

/// A table that compares three things.
#[component]
fn Compared(table: Comparison, label: &'static str) -> impl IntoView {
    let heads = table.heads.map(|head| view! { <th scope="col">{head}</th> });
    let rows = table
        .rows
        .iter()
        .map(|(question, answers)| {
            let answers = answers.map(|answer| view! { <td>{answer}</td> });
            view! { <tr><th scope="row">{*question}</th>{answers}</tr> }
        })
        .collect_view();
    // Too wide for a phone, it is moved by itself; so it must be reached by the keyboard.
    view! {
        <div class="wide-table" role="region" tabindex="0" aria-label=label>
            <table class="plain-table compared">
                <thead><tr><td></td>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

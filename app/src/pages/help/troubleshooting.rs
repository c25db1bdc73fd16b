//! What to look at when something is not as expected, each with the page that has the evidence.

use leptos::prelude::*;
use leptos_meta::Title;
use model::troubles::{TROUBLES, Trouble};

/// The page.
#[component]
pub fn TroubleshootingPage() -> impl IntoView {
    let index =
        TROUBLES.iter().map(|one| view! { <li><a href=format!("#{}", one.anchor)>{one.title}</a></li> }).collect_view();
    let troubles = TROUBLES.iter().map(|one| view! { <OneTrouble one=*one/> }).collect_view();
    view! {
        <Title text="When something is wrong"/>
        <p class="crumbs"><a href="/help">"Help"</a>" / Troubleshooting"</p>
        <div class="title">
            <h1>"When something is wrong"</h1>
            <p class="lede">"What to look at, in order; each question leads to the page that answers it."</p>
        </div>
        <nav class="contents" aria-label="On this page"><ul>{index}</ul></nav>
        {troubles}
    }
    .into_any()
}

/// One trouble.
#[component]
fn OneTrouble(one: Trouble) -> impl IntoView {
    let steps = one
        .steps
        .iter()
        .map(|step| {
            let (href, label) = step.evidence;
            view! { <li><strong>{step.question}</strong>" "{step.answer}" "<a href=href>{label}</a></li> }
        })
        .collect_view();
    view! {
        <section class="help" id=one.anchor>
            <h2 class="part">{one.title}</h2>
            <ol>{steps}</ol>
        </section>
    }
    .into_any()
}

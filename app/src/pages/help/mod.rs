//! Help: every result type, everything that checks find, and every word, each with an anchor.

pub mod api;
pub mod findings;

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    explain::{self, Explanation},
    glossary::{self, Entry},
};

use self::findings::FindingsHelp;

/// The page.
#[component]
pub fn HelpPage() -> impl IntoView {
    let types = explain::RESULT_TYPES.iter().chain([explain::unknown_result_type()]);
    let index = types
        .clone()
        .map(|one| view! { <li><a href=format!("#{}", one.anchor)>{one.title}</a>" "<code>{one.anchor}</code></li> })
        .collect_view();
    let types = types.map(|one| view! { <ResultTypeHelp one=*one/> }).collect_view();
    let words = glossary::ENTRIES.iter().map(|entry| view! { <Word entry=*entry/> }).collect_view();
    view! {
        <Title text="Help"/>
        <div class="title">
            <h1>"Help"</h1>
            <p class="lede">"What each failure means, whose fault it is and what mends it; what checks find; and every word used here."</p>
        </div>
        <nav class="contents" aria-label="On this page">
            <h2>"Failures"</h2>
            <ul>{index}</ul>
            <p><a href="#findings">"Findings"</a>" · "<a href="#words">"Words"</a>" · "<a href="/help/api">"API"</a></p>
        </nav>
        <section aria-labelledby="failures">
            <h2 id="failures" class="part">"Failures"</h2>
            {types}
        </section>
        <FindingsHelp/>
        <section aria-labelledby="words">
            <h2 id="words" class="part">"Words"</h2>
            <dl class="glossary">{words}</dl>
        </section>
    }
    .into_any()
}

/// What else people call it.
fn also(synonyms: &[&str]) -> Option<String> {
    (!synonyms.is_empty()).then(|| format!("Also: {}", synonyms.join(", ")))
}

/// A result type.
#[component]
pub fn ResultTypeHelp(
    /// Which.
    one: Explanation,
) -> impl IntoView {
    let effects =
        one.effects.iter().map(|(when, what)| view! { <div><dt>{*when}</dt><dd>{*what}</dd></div> }).collect_view();
    let remedy = one.remedy.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
    view! {
        <article class="help" id=one.anchor>
            <h3><a href=format!("#{}", one.anchor)>{one.title}</a>" "<code>{one.anchor}</code></h3>
            <p>{one.meaning}</p>
            <h4>"What it does to mail"</h4>
            <dl class="facts">{effects}</dl>
            <h4>"Whose fault"</h4>
            <p>{one.whose.words()}"."</p>
            <h4>"What to do"</h4>
            <ol>{remedy}</ol>
            <p class="hint">{one.source}{also(one.synonyms).map(|also| format!(" · {also}"))}</p>
        </article>
    }
    .into_any()
}

/// A word of the glossary.
#[component]
pub fn Word(
    /// Which.
    entry: Entry,
) -> impl IntoView {
    view! {
        <div id=entry.anchor>
            <dt>{entry.word}</dt>
            <dd>{entry.meaning}{also(entry.synonyms).map(|also| view! { <small>{also}</small> })}</dd>
        </div>
    }
    .into_any()
}

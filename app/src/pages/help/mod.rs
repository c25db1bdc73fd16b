//! Help: a search, every result type, everything that checks find, and every word, each with an anchor. How the standards work
//! together and what to do about trouble have pages of their own.

pub mod api;
pub mod components;
pub mod findings;
pub mod standards;
pub mod troubleshooting;

use std::borrow::Cow;

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    explain::{self, Explanation},
    failing::Group,
    glossary::{self, Entry},
    help_search::{self, Found},
    reason::REASONS,
    unregistered::{UNREGISTERED, Unregistered},
};
use serde::Deserialize;

use self::findings::FindingsHelp;
use crate::{components::said, http, islands::shortcuts::GO};

/// What the URL asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
}

/// The page.
#[component]
pub fn HelpPage() -> impl IntoView {
    let Asked { q } = http::asked();
    let found = (!q.trim().is_empty()).then(|| help_search::find(&q, help_search::all().chain(findings::searched())));
    view! { <HelpView asked=q found/> }
}

/// The page, drawn.
#[component]
pub fn HelpView(
    /// What is searched for.
    asked: String,
    /// What was found; none where nothing was asked for.
    #[prop(optional_no_strip)]
    found: Option<Vec<Found>>,
) -> impl IntoView {
    let search = view! { <Search asked=asked.clone()/> };
    let body = match found {
        Some(found) => view! { <Results asked found/> }.into_any(),
        None => view! { <Everything/> }.into_any(),
    };
    view! {
        <Title text="Help"/>
        <div class="title">
            <h1>"Help"</h1>
            <p class="lede">"What each failure means, whose fault it is and what mends it; what checks find; and every word used here."</p>
        </div>
        {search}
        {body}
    }
    .into_any()
}

/// Asks for words.
#[component]
fn Search(asked: String) -> impl IntoView {
    view! {
        <form class="filters" method="get" action="/help" role="search">
            <label>
                <span>"Search help"</span>
                <input type="search" name="q" value=asked maxlength="200" placeholder="untrusted root" spellcheck="false"/>
            </label>
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}

/// What was found.
#[component]
fn Results(asked: String, found: Vec<Found>) -> impl IntoView {
    let rows = found
        .iter()
        .map(|one| {
            let text = model::text::visible_short(&one.text, 280).into_owned();
            view! { <div><dt><a href=one.href.clone()>{one.title.clone()}</a><small>{one.kind}</small></dt><dd>{text}</dd></div> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="found">
            <h2 id="found" class="part">{format!("“{}”", said(&asked))}</h2>
            {if found.is_empty() {
                view! { <p class="panel none">"Nothing in help is about that. Try another word, or "<a href="/help">"look at all of it"</a>"."</p> }
                    .into_any()
            } else {
                view! { <dl class="glossary">{rows}</dl> <p><a href="/help">"All of help"</a></p> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// All that there is.
#[component]
fn Everything() -> impl IntoView {
    let index = grouped()
        .map(|(group, types)| {
            let types = types
                .into_iter()
                .map(|one| view! { <li><a href=format!("#{}", one.anchor)>{one.title}</a>" "<code>{one.anchor}</code></li> })
                .collect_view();
            view! { <h3>{group.words()}</h3><ul>{types}</ul> }
        })
        .collect_view();
    let types = types().map(|one| view! { <ResultTypeHelp one=*one/> }).collect_view();
    let words = glossary::ENTRIES.iter().map(|entry| view! { <Word entry=*entry/> }).collect_view();
    let names = UNREGISTERED.iter().map(|one| view! { <Name one=*one/> }).collect_view();
    let keys = GO.map(|(key, _, name)| format!("g {key}: {name}")).join(", ");
    view! {
        <p class="contents-more">
            <a href="/help/standards">"How TLS-RPT, MTA-STS and DANE work together"</a>" · "
            <a href="/help/troubleshooting">"When something is wrong"</a>" · "<a href="/help/api">"API"</a>
        </p>
        <nav class="contents" aria-label="On this page">
            <h2>"Failures"</h2>
            {index}
            <p>
                <a href="#names">"Names that are no result types"</a>" · "<a href="#reason-codes">"Reason codes"</a>" · "
                <a href="#findings">"Findings"</a>" · "<a href="#words">"Words"</a>" · "<a href="#keyboard">"Keys"</a>
            </p>
        </nav>
        <section aria-labelledby="failures">
            <h2 id="failures" class="part">"Failures"</h2>
            {types}
        </section>
        <section aria-labelledby="names">
            <h2 id="names" class="part">"Names that are no result types"</h2>
            <p class="hint">"Guides write of these. The registry has eleven result types and none of these; they arrive as one of those."</p>
            <dl class="glossary">{names}</dl>
        </section>
        <ReasonsHelp/>
        <FindingsHelp/>
        <section aria-labelledby="words">
            <h2 id="words" class="part">"Words"</h2>
            <dl class="glossary">{words}</dl>
        </section>
        <section aria-labelledby="keyboard">
            <h2 id="keyboard" class="part">"Keys"</h2>
            <p>
                "With a script, "<kbd>"?"</kbd>" shows the keys that lead from page to page, and "<kbd>"/"</kbd>
                " goes into the search field. "{keys}". No key is taken while you type into a field."
            </p>
        </section>
    }
    .into_any()
}

/// Every result type, and what is said of all that are none.
fn types() -> impl Iterator<Item = &'static Explanation> {
    explain::RESULT_TYPES.iter().chain([explain::unknown_result_type()])
}

/// The same in the groups that a domain's page has them in.
fn grouped() -> impl Iterator<Item = (Group, Vec<&'static Explanation>)> {
    let of = |group| types().filter(move |one| Group::of(&Cow::Borrowed(one.anchor).into()) == group).collect();
    [Group::Tls, Group::MtaSts, Group::Dane, Group::Other].into_iter().map(move |group| (group, of(group)))
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

/// A name that is no result type.
#[component]
fn Name(one: Unregistered) -> impl IntoView {
    let types = one
        .arrives_as
        .iter()
        .enumerate()
        .map(|(n, anchor)| {
            let between = (n > 0).then_some(", ");
            view! { {between}<a href=format!("#{anchor}")>{*anchor}</a> }
        })
        .collect_view();
    view! {
        <div id=one.anchor>
            <dt>{one.name}</dt>
            <dd>{one.meaning}<small>"Arrives as: "{types}</small>{also(one.synonyms).map(|also| view! { <small>{also}</small> })}</dd>
        </div>
    }
    .into_any()
}

/// What senders write as the reason.
#[component]
fn ReasonsHelp() -> impl IntoView {
    let rows = REASONS
        .iter()
        .map(|reason| {
            let spelled = reason.spellings.iter().map(|one| view! { <li><code>{one.shown()}</code></li> }).collect_view();
            view! {
                <div><dt><ul class="spellings">{spelled}</ul></dt><dd>{reason.meaning}" "<a href=format!("#{}", reason.anchor)>"More"</a></dd></div>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="reason-codes">
            <h2 id="reason-codes" class="part">"Reason codes"</h2>
            <p class="hint">
                "What senders write into failure-reason-code is free text (RFC 8460 §4.4). These are known; a report's page explains \
                 them in place, and shows any other as it is."
            </p>
            <dl class="glossary">{rows}</dl>
        </section>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_has_every_type_once_in_its_group() {
        let told: Vec<_> = grouped().map(|(group, types)| (group.words(), types.len(), types[0].anchor)).collect();
        let want = [
            ("TLS and certificate", 4, "starttls-not-supported"),
            ("MTA-STS", 3, "sts-policy-fetch-error"),
            ("DANE and DNSSEC", 3, "tlsa-invalid"),
            ("Other", 2, "validation-failure"),
        ];
        assert_eq!(told, want);
        assert_eq!(told.iter().map(|(_, types, _)| types).sum::<usize>(), explain::RESULT_TYPES.len() + 1);
    }
}

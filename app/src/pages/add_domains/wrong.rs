//! What was not added, line by line, ready to be corrected.

use leptos::prelude::*;
use model::{addition::Entry, format};
use server_fn::ServerFn as _;

use super::AddDomains;
use crate::components::{TextBox, said};

/// What was not added, and a box with all of it.
#[component]
pub fn Wrong(
    /// The first of these.
    entries: Vec<Entry>,
    /// How many there are.
    all: u64,
) -> impl IntoView {
    let left = all.saturating_sub(entries.len() as u64);
    let typed = entries.iter().map(|entry| said(&entry.typed)).collect::<Vec<_>>().join("\n");
    let heading = format!("{} not added", format::counted(all, "name"));
    view! {
        <section class="panel wrong-names" aria-labelledby="wrong">
            <h2 id="wrong">{heading}</h2>
            <Told entries/>
            {(left > 0).then(|| view! { <p class="hint">{format!("and {} more", format::thousands(left))}</p> })}
            <form class="fields" method="post" action=AddDomains::url()>
                <label class="wide">
                    <span>"Correct them here"</span>
                    <TextBox name="names" value=typed rows=6 most=20_000/>
                </label>
                <button class="button">"Add as corrected"</button>
            </form>
        </section>
    }
    .into_any()
}

/// What became of entries, each with its line and why.
#[component]
pub fn Told(
    /// Which.
    entries: Vec<Entry>,
) -> impl IntoView {
    let rows = entries
        .into_iter()
        .map(|entry| {
            let line = (entry.line > 0).then(|| format!("Line {}: ", format::thousands(entry.line.into())));
            view! { <li>{line}"“"<span class="name">{said(&entry.typed)}</span>"”: "{said(&entry.detail)}</li> }
        })
        .collect_view();
    view! { <ul class="told-lines">{rows}</ul> }.into_any()
}

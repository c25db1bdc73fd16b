//! The keys that lead from page to page, as a list.

use leptos::prelude::*;

use crate::islands::shortcuts::GO;

/// The list, as the dialog and the help page show it.
#[component]
pub fn Keys() -> impl IntoView {
    let go = GO.map(|(key, _, name)| view! { <div><dt><kbd>"g"</kbd>" "<kbd>{key}</kbd></dt><dd>{name}</dd></div> });
    view! {
        <dl class="keys">
            <div><dt><kbd>"?"</kbd></dt><dd>"This list"</dd></div>
            <div><dt><kbd>"/"</kbd></dt><dd>"Into the search field of the page"</dd></div>
            {go}
        </dl>
    }
    .into_any()
}

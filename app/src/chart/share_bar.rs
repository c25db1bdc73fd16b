//! One horizontal bar in a table.

use leptos::prelude::*;

use super::scale::{ratio, short};

/// Part of a whole as a bar; the number stands beside it, so it says nothing to those who listen.
#[component]
pub fn ShareBar(
    /// The part.
    part: u64,
    /// The whole.
    whole: u64,
    /// Whether this is the first cause or another.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let width = format!("{}%", short((ratio(part, whole) * 100.0).max(if part == 0 { 0.0 } else { 1.0 })));
    view! {
        <svg class="share" width="100%" height="10" aria-hidden="true">
            <rect class=if first { "first" } else { "other" } width=width height="10" rx="2"/>
        </svg>
    }
    .into_any()
}

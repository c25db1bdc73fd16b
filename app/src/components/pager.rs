//! From one page of a list to the next.

use leptos::prelude::*;
use model::format;

/// Rows on one page of any list.
const ROWS: u64 = 50;

/// Says which rows of how many are shown, with links to the pages around. Nothing while one page holds all.
#[component]
pub fn Pager(
    /// How many rows there are.
    matching: u64,
    /// This page, from 1.
    page: u32,
    /// The link to a page.
    to: impl Fn(u32) -> String + Send + 'static,
) -> impl IntoView {
    let pages = matching.div_ceil(ROWS);
    let number = u64::from(page.max(1));
    (pages > 1).then(|| {
        let first = (number - 1).saturating_mul(ROWS).saturating_add(1);
        let last = number.saturating_mul(ROWS).min(matching);
        let place = format!(
            "{} to {} of {}",
            format::thousands(first.min(matching)),
            format::thousands(last),
            format::thousands(matching)
        );
        view! {
            <nav class="pager" aria-label="Pages">
                {(number > 1).then(|| view! { <a rel="prev" href=to(page.saturating_sub(1))>"Previous"</a> })}
                <span>{place}</span>
                {(number < pages).then(|| view! { <a rel="next" href=to(page.saturating_add(1))>"Next"</a> })}
            </nav>
        }
    })
}

//! From one page of a list to the next.

use leptos::prelude::*;
use model::{Page, format};

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
    let (number, pages) = (page.max(1), Page::last(matching));
    (pages > 1).then(|| {
        let before = u64::from(number - 1).saturating_mul(Page::ROWS as u64);
        let last = before.saturating_add(Page::ROWS as u64).min(matching);
        let place = format!(
            "{} to {} of {}",
            format::thousands(before.saturating_add(1).min(matching)),
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

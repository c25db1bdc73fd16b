//! What became of a form, on the page to which it led.

use leptos::prelude::*;

/// What is done, or why it is not: at most one of them.
#[component]
pub fn Outcome(
    /// What is done.
    done: Option<String>,
    /// Why something was not done.
    error: Option<String>,
) -> impl IntoView {
    match (error, done) {
        (Some(error), _) => view! { <p class="alert" role="alert">{error}</p> }.into_any(),
        (None, Some(done)) => view! { <p class="caution done" role="status">{done}</p> }.into_any(),
        (None, None) => ().into_any(),
    }
}

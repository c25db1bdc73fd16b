//! A status: word, shape and colour together, never colour alone.

use leptos::prelude::*;
use model::Status;

/// The class that gives a status its shape and colour.
#[must_use]
pub const fn status_class(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Suggestion => "suggestion",
        Status::Warning => "warning",
        Status::Error => "error",
        Status::CannotTell => "cannot-tell",
        Status::Waiting => "waiting",
        Status::NotApplicable => "not-applicable",
    }
}

/// A status in a line of text.
#[component]
pub fn StatusWord(
    /// Which.
    status: Status,
) -> impl IntoView {
    view! { <span class=format!("status {}", status_class(status))><i aria-hidden="true"></i>{status.word()}</span> }
        .into_any()
}

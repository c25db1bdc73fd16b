//! A status: word, shape and colour together, never colour alone.

use leptos::prelude::*;
use model::Status;

/// The class that gives a status its shape and colour.
#[must_use]
pub const fn status_class(status: Status) -> &'static str {
    match status {
        Status::Ok => "status ok",
        Status::Suggestion => "status suggestion",
        Status::Warning => "status warning",
        Status::Error => "status error",
        Status::CannotTell => "status cannot-tell",
        Status::Waiting => "status waiting",
        Status::NotApplicable => "status not-applicable",
    }
}

/// A status in a line of text.
#[component]
pub fn StatusWord(
    /// Which.
    status: Status,
) -> impl IntoView {
    view! { <span class=status_class(status)><i aria-hidden="true"></i>{status.word()}</span> }.into_any()
}

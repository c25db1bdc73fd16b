//! A text to be typed elsewhere, with a button that copies it.

use leptos::prelude::*;

use crate::islands::Copyable;

/// Code to copy.
#[component]
pub fn Code(
    /// What is copied, for those who hear the button: `the value`.
    what: &'static str,
    /// The text.
    text: String,
) -> impl IntoView {
    view! {
        <Copyable what>
            <code>{text}</code>
        </Copyable>
    }
    .into_any()
}

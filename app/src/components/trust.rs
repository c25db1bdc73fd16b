//! How far the origin of reports can be trusted, as a filter.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::Trust;

/// The trust that a query asks for; none for any.
#[must_use]
pub fn trust_asked(query: &ParamsMap) -> Option<Trust> {
    query.get("trust").and_then(|word| Trust::from_word(&word))
}

/// The field of a form that filters.
#[component]
pub fn TrustChoice(
    /// What was asked for.
    asked: Option<Trust>,
) -> impl IntoView {
    let choices = Trust::ALL.map(|trust| {
        view! { <option value=trust.word() selected=asked == Some(trust)>{trust.word()}</option> }
    });
    view! {
        <label>
            <span>"Trust"</span>
            <select name="trust"><option value="">"any"</option>{choices}</select>
        </label>
    }
    .into_any()
}

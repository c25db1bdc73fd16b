//! What of a domain's page can be taken elsewhere: its days as a file, its chart as a picture, the month on paper, a link.

use leptos::prelude::*;
use model::{DayRange, DomainName, failing::FailureFilter};

use crate::components::{Exports, link};

/// What a link says of the days and failures that are shown.
#[must_use]
pub fn shown(range: DayRange, filter: &FailureFilter) -> Vec<(&'static str, String)> {
    let days = [("from", range.first.to_string()), ("to", range.last.to_string())];
    days.into_iter().chain(filter.written()).collect()
}

/// Which of a domain's rows a file has, for what is shown.
#[must_use]
pub fn in_file(
    name: &DomainName,
    shown: impl IntoIterator<Item = (&'static str, String)>,
) -> Vec<(&'static str, String)> {
    std::iter::once(("domain", name.to_string())).chain(shown).collect()
}

/// The links, for what is shown.
#[component]
pub fn TakeAway(
    /// Which domain.
    name: DomainName,
    /// The days and failures shown, as [`shown`] tells them.
    shown: Vec<(&'static str, String)>,
) -> impl IntoView {
    let query = in_file(&name, shown.clone());
    view! {
        <Exports list="days" query/>
        <Pictures chart=format!("/domains/{name}/chart") query=shown/>
        <p class="exports">
            <a href=format!("/domains/{name}/monthly")>"Monthly report on one page"</a> " · "
            <a href=format!("/domains/{name}/share")>"Share this summary"</a>
        </p>
    }
    .into_any()
}

/// The chart as a picture.
#[component]
pub fn Pictures(
    /// Its path without the ending.
    chart: String,
    /// Which days and failures, as [`shown`] tells them.
    query: Vec<(&'static str, String)>,
) -> impl IntoView {
    let to = |ending: &str| {
        let query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        link(&format!("{chart}.{ending}"), &query)
    };
    view! {
        <p class="exports">
            "This chart as a picture: " <a href=to("svg") download="">"SVG"</a> " · "
            <a href=to("png") download="">"PNG"</a>
        </p>
    }
    .into_any()
}

//! What of a domain's page can be taken elsewhere: its days as a file, its chart as a picture, the month on paper, a link.

use leptos::prelude::*;
use model::{DayRange, DomainName};

use crate::components::{Exports, link};

/// The links, for the days that are shown.
#[component]
pub fn TakeAway(
    /// Which domain.
    name: DomainName,
    /// The days shown.
    range: DayRange,
) -> impl IntoView {
    let (from, to) = (range.first.to_string(), range.last.to_string());
    let query = vec![("domain", name.to_string()), ("from", from.clone()), ("to", to.clone())];
    view! {
        <Exports list="days" query/>
        <Pictures chart=format!("/domains/{name}/chart") query=vec![("from", from), ("to", to)]/>
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
    /// Which days.
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

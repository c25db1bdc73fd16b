//! Links that save a list as a file.

use leptos::prelude::*;

use super::link;

/// The whole list as CSV and as JSON, not only the rows that are shown.
#[component]
pub fn Exports(
    /// Which list: `reports`.
    list: &'static str,
    /// What narrows it down.
    #[prop(default = vec![])]
    query: Vec<(&'static str, String)>,
) -> impl IntoView {
    let to = |ending: &str| {
        let query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        link(&format!("/export/{list}.{ending}"), &query)
    };
    view! {
        <p class="exports">
            {format!("Export these {list}: ")} <a href=to("csv") download="">"CSV"</a> " · "
            <a href=to("json") download="">"JSON"</a>
        </p>
    }
    .into_any()
}

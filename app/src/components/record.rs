//! A DNS record to publish.

use leptos::prelude::*;
use model::view::DnsRecord;

use super::Code;

/// A record as name, type and value, each to be copied by itself.
#[component]
pub fn Record(
    /// Which.
    record: DnsRecord,
) -> impl IntoView {
    view! {
        <dl class="record">
            <div><dt>"Name"</dt><dd><Code what="the name" text=record.name/></dd></div>
            <div><dt>"Type"</dt><dd><code>{record.kind}</code></dd></div>
            <div><dt>"Value"</dt><dd><Code what="the value" text=record.value/></dd></div>
        </dl>
    }
    .into_any()
}

//! A DNS record to publish.

use leptos::prelude::*;
use model::view::DnsRecord;

use crate::islands::Copyable;

/// A record as name, type and value, each to be copied by itself.
#[component]
pub fn Record(
    /// Which.
    record: DnsRecord,
) -> impl IntoView {
    view! {
        <dl class="record">
            <div><dt>"Name"</dt><dd><Copyable what="the name"><code>{record.name}</code></Copyable></dd></div>
            <div><dt>"Type"</dt><dd><code>{record.kind}</code></dd></div>
            <div><dt>"Value"</dt><dd><Copyable what="the value"><code>{record.value}</code></Copyable></dd></div>
        </dl>
    }
    .into_any()
}

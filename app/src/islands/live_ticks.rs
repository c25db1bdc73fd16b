//! Keeps a table of records up to date while some of them are waited for: asks the server for the same page from time to time,
//! and puts each row's state in place.
//!
//! As in linting, what arrives is read by the browser's own parser into a document apart, where no script runs, and only nodes
//! are moved over. When nothing is waited for any more, nothing is asked.

use std::time::Duration;

use leptos::{html::Div, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, HtmlElement, Response, SupportedType,
    wasm_bindgen::{JsCast as _, JsValue},
};

/// How often the page is asked for.
const EVERY: Duration = Duration::from_secs(10);

/// Something that waits: a row's state, as `app::components::status_class` calls it.
const WAITING: &str = ".state .waiting, .state .cannot-tell";

/// A table whose rows have an id, and their state in a cell `.state`.
#[island]
pub fn LiveTicks(
    /// The table.
    children: Children,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let alive = super::alive();
    Effect::new(move |_| {
        if alive.get() {
            let handle = StoredValue::new(None::<IntervalHandle>);
            let tick = move || {
                let Some(frame) = frame.get_untracked() else { return };
                if frame.query_selector(WAITING).ok().flatten().is_none() {
                    if let Some(handle) = handle.get_value() {
                        handle.clear();
                    }
                    return;
                }
                spawn_local(async move {
                    // An answer that does not come changes nothing: the next one may.
                    if let Ok(page) = this_page().await {
                        put_in_place(&frame, &page);
                    }
                });
            };
            handle.set_value(set_interval_with_handle(tick, EVERY).ok());
        }
    });
    view! { <div node_ref=frame>{children()}</div> }
}

/// The page that is shown, as it is now.
async fn this_page() -> Result<Document, JsValue> {
    let url = window().location().href()?;
    let response: Response = JsFuture::from(window().fetch_with_str(&url)).await?.unchecked_into();
    if !response.ok() || response.redirected() {
        return Err(JsValue::NULL);
    }
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)
}

/// Moves the state of each row over that is shown.
fn put_in_place(frame: &HtmlElement, page: &Document) -> Option<()> {
    let shown = frame.query_selector_all("tr[id] .state").ok()?;
    for i in 0..shown.length() {
        let Some(cell) = shown.item(i).map(|node| node.unchecked_into::<web_sys::Element>()) else { continue };
        let id = cell.closest("tr[id]").ok().flatten().map(|row| row.id()).unwrap_or_default();
        let fresh = page.get_element_by_id(&id).and_then(|row| row.query_selector(".state").ok().flatten());
        let Some(fresh) = fresh.filter(|fresh| fresh.text_content() != cell.text_content()) else { continue };
        cell.set_text_content(None);
        while let Some(node) = fresh.first_child() {
            cell.append_child(&node).ok()?;
        }
    }
    Some(())
}

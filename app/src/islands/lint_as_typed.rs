//! Judges a text as one types: asks the server for the page that the form would lead to, and puts its result in place.
//!
//! No rule and no view of a finding is in the browser. What arrives is read by the browser's own parser into a document apart,
//! where no script runs, and its nodes are moved over: the same nodes that pressing the button would show, and no text of
//! anyone is ever put together to markup. The URL follows, so that what is seen can be kept.
//!
//! The copy buttons among them are not woken as islands are, so a click on one is heard here.

use std::time::Duration;

use leptos::{ev::MouseEvent, html::Div, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, FormData, HtmlElement, HtmlFormElement, Response, SupportedType, UrlSearchParams,
    wasm_bindgen::{JsCast as _, JsValue},
};

use super::copyable::copy;

/// How long one must have stopped to type.
const PAUSE: Duration = Duration::from_millis(300);

/// A GET form, and after it the `#result` that the server drew for it.
#[island]
pub fn LintAsTyped(
    /// Both.
    children: Children,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let verdict = RwSignal::new(String::new());
    let latest = StoredValue::new(0_u32);

    let ask = move || {
        let Some(frame) = frame.get_untracked() else { return };
        latest.update_value(|number| *number += 1);
        let number = latest.get_value();
        spawn_local(async move {
            // An answer that is overtaken, or does not come, changes nothing: the button still works.
            let Ok((page, url)) = result_page(&frame).await else { return };
            if latest.get_value() == number && put_in_place(&frame, &page).is_some() {
                let _ = window()
                    .history()
                    .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
                let said = frame.query_selector("#result h2").ok().flatten();
                verdict.set(said.and_then(|said| said.text_content()).unwrap_or_default());
            }
        });
    };
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |_| {
        if let Some(earlier) = waiting.get_value() {
            earlier.clear();
        }
        waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let clicked = move |event: MouseEvent| {
        let Some(button) = event_target::<Element>(&event).closest("#result .copy").ok().flatten() else { return };
        if let Some(shown) = button.previous_element_sibling() {
            copy(&shown, move |said| button.set_text_content(Some(said.word())));
        }
    };

    view! {
        <div node_ref=frame on:input=typed on:click=clicked>
            {children()}
            <p class="unseen" aria-live="polite">{move || verdict.get()}</p>
        </div>
    }
}

/// The page to which the form would lead, and its URL.
async fn result_page(frame: &HtmlElement) -> Result<(Document, String), JsValue> {
    let form: HtmlFormElement = frame.query_selector("form")?.ok_or(JsValue::NULL)?.unchecked_into();
    let fields: JsValue = FormData::new_with_form(&form)?.into();
    let query = UrlSearchParams::new_with_str_sequence_sequence(&fields)?;
    let url = format!("{}?{}", form.action(), String::from(query.to_string()));
    let response: Response = JsFuture::from(window().fetch_with_str(&url)).await?.unchecked_into();
    if !response.ok() || response.redirected() {
        return Err(JsValue::NULL);
    }
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok((DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?, url))
}

/// Moves the page's result over; none when it has none.
fn put_in_place(frame: &HtmlElement, page: &Document) -> Option<()> {
    let shown = frame.query_selector("#result").ok()??;
    let fresh = page.query_selector("#result").ok()??;
    shown.set_text_content(None);
    while let Some(node) = fresh.first_child() {
        shown.append_child(&node).ok()?;
    }
    let buttons = shown.query_selector_all(".copy").ok()?;
    for i in 0..buttons.length() {
        if let Some(button) = buttons.item(i) {
            let _ = button.unchecked_into::<Element>().remove_attribute("hidden");
        }
    }
    Some(())
}

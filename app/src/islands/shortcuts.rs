//! Keys that lead from page to page, and the list of them. Without a script the list stands on the help page, and no key does
//! anything.
//!
//! A key is taken only where nothing is typed: not in a field, not with Ctrl, Alt or Meta, not while a dialog is open.

use leptos::{ev, html::Dialog, prelude::*};
use web_sys::{HtmlElement, KeyboardEvent, wasm_bindgen::JsCast as _};

/// What follows `g`: the key, the page, its name.
pub const GO: [(&str, &str, &str); 8] = [
    ("o", "/", "Overview"),
    ("i", "/incidents", "Incidents"),
    ("r", "/reports", "Reports"),
    ("l", "/log", "Ingest log"),
    ("a", "/domains/add", "Add domains"),
    ("t", "/tools", "Tools"),
    ("s", "/settings", "Settings"),
    ("h", "/help", "Help"),
];

/// Where the second key may follow, in milliseconds.
const PAUSE: f64 = 1_500.0;

/// The keys, and the dialog that `?` opens; its children are what the dialog says.
#[island]
pub fn Shortcuts(
    /// What the dialog says.
    children: Children,
) -> impl IntoView {
    let alive = super::alive();
    let dialog = NodeRef::<Dialog>::new();
    let begun = StoredValue::new(None::<f64>);
    let show = move || {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || is_typed(&event) {
            return;
        }
        let went = begun.get_value().is_some_and(|at| event.time_stamp() - at < PAUSE);
        begun.set_value(None);
        match event.key().as_str() {
            key if went => {
                if let Some((_, path, _)) = GO.iter().find(|(second, ..)| *second == key) {
                    event.prevent_default();
                    let _ = window().location().set_href(path);
                }
            }
            "g" => begun.set_value(Some(event.time_stamp())),
            "?" => show(),
            "/" => {
                let search = document().query_selector("main input[type=search]").ok().flatten();
                if let Some(search) = search.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                    // Or the stroke would be typed into it.
                    event.prevent_default();
                    let _ = search.focus();
                }
            }
            _ => {}
        }
    };
    // On the server there is no window to listen at.
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, pressed);
        on_cleanup(move || listening.remove());
    });
    view! {
        <button type="button" class="plain waits" hidden=move || !alive.get() on:click=move |_| show()>"Keys"</button>
        <dialog class="shortcuts" aria-labelledby="shortcuts" node_ref=dialog>
            {children()}
            <form method="dialog"><button class="plain">"Close"</button></form>
        </dialog>
    }
}

/// Whether a key goes into a field, or a dialog has it.
fn is_typed(event: &KeyboardEvent) -> bool {
    let at = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let field = at.is_some_and(|element| {
        element.is_content_editable()
            || element
                .closest("input:not([type=range], [type=checkbox], [type=radio]), select, textarea")
                .ok()
                .flatten()
                .is_some()
    });
    field || document().query_selector("dialog[open]").ok().flatten().is_some()
}

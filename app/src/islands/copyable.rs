//! A text with a button that copies it.

use leptos::{html::Span, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// What the button says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Copy,
    Copied,
    /// Without HTTPS browsers give no clipboard: the text is selected instead.
    Selected,
}

impl Said {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Copy => "Copy",
            Self::Copied => "Copied",
            Self::Selected => "Selected: press Ctrl+C",
        }
    }
}

/// Copies the text of its children.
#[island]
pub fn Copyable(
    /// What is copied, for those who hear the button: `the value`.
    #[prop(into)]
    what: String,
    /// What is shown, and copied as plain text.
    children: Children,
) -> impl IntoView {
    let alive = super::alive();
    let shown = NodeRef::<Span>::new();
    let said = RwSignal::new(Said::Copy);
    let pressed = move |_| {
        if let Some(shown) = shown.get() {
            copy(&shown, move |outcome| said.set(outcome));
        }
    };
    view! {
        <span class="copyable">
            <span node_ref=shown>{children()}</span>
            <button type="button" class="copy waits" hidden=move || !alive.get() on:click=pressed>
                <span aria-live="polite">{move || said.get().word()}</span>
                <span class="unseen">" "{what}</span>
            </button>
        </span>
    }
}

/// Copies the text of an element, or selects it where browsers do not let us.
pub(super) fn copy(shown: &Element, tell: impl FnOnce(Said) + 'static) {
    if !window().is_secure_context() {
        if let Ok(Some(selection)) = window().get_selection() {
            let _ = selection.select_all_children(shown);
        }
        return tell(Said::Selected);
    }
    let text = shown.text_content().unwrap_or_default();
    spawn_local(async move {
        if JsFuture::from(window().navigator().clipboard().write_text(text.trim())).await.is_ok() {
            tell(Said::Copied);
        }
    });
}

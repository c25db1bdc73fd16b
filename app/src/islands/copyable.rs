//! A text with a button that copies it.

use leptos::{html::Span, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// What the button says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Copy,
    Copied,
    /// Without HTTPS browsers give no clipboard: the text is selected instead.
    Selected,
}

impl Said {
    const fn word(self) -> &'static str {
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
    let copy = move |_| {
        let Some(shown) = shown.get() else { return };
        if !window().is_secure_context() {
            if let Ok(Some(selection)) = window().get_selection() {
                let _ = selection.select_all_children(&shown);
            }
            return said.set(Said::Selected);
        }
        let text = shown.text_content().unwrap_or_default();
        spawn_local(async move {
            if JsFuture::from(window().navigator().clipboard().write_text(text.trim())).await.is_ok() {
                said.set(Said::Copied);
            }
        });
    };
    view! {
        <span class="copyable">
            <span node_ref=shown>{children()}</span>
            <button type="button" class="copy" hidden=move || !alive.get() on:click=copy>
                <span aria-live="polite">{move || said.get().word()}</span>
                <span class="unseen">" "{what}</span>
            </button>
        </span>
    }
}

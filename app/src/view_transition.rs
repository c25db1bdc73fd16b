//! How one page turns into the next: the stylesheet moves the marks of where one is (`@view-transition`), and a script takes
//! calmly that a browser leaves that out.

use leptos::{nonce::use_nonce, prelude::*};

/// What a page has to have in its head, before anything of it is shown.
#[component]
pub fn CalmTransitions() -> impl IntoView {
    view! { <script nonce=use_nonce()>{include_str!("view_transition.js").trim_end()}</script> }
}

//! How islands come to life: the page names the browser's part of the program, and a script wakes one island after the other.
//!
//! Leptos has a script of its own, which looks at every part of the page and waits at each: on a page of some thousand parts that
//! keeps a browser busy for longer than anything else does.

use leptos::{nonce::use_nonce, prelude::*};

/// What a page has to have in its head for its islands to live.
#[component]
pub fn WakeIslands(
    /// Where the browser's part lies.
    options: LeptosOptions,
) -> impl IntoView {
    // What comes after is drawn once and for all; only islands live.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let part = format!("/{}/{}", options.site_pkg_dir, options.output_name);
    let (script, wasm) = (format!("{part}.js"), format!("{part}_bg.wasm"));
    let wake = format!("({})({script:?}, {wasm:?})", include_str!("wake.js").trim_end());
    view! {
        <link rel="modulepreload" href=script/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=use_nonce()>{wake}</script>
    }
}

//! The browser's entry point: wakes the islands of [`app`].

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in the head of each page (`app/src/wake.js`), which then wakes each island by name.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Exported by name for the page's script; named here so that the linker keeps them.
pub use app::islands;

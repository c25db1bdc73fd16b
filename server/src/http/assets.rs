//! The site's files.

use axum::Router;
use leptos::config::LeptosOptions;

use super::Shared;

/// Their routes.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
}

/// What Leptos must know to name them.
pub(super) fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("waxseal").build()
}

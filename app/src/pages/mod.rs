//! One file for a page and its server functions. A page reads its URL, asks the engine, and hands plain data to its view.

pub mod account;
pub mod add_domains;
pub mod delivery;
pub mod domain;
pub mod edit_domains;
pub mod help;
pub mod incidents;
pub mod ingest_log;
pub mod join;
pub mod overview;
pub mod quarantine;
pub mod read_again;
pub mod records;
pub mod report;
pub mod reports;
pub mod reset;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod sign_in_code;
pub mod start;
pub mod tools;
pub mod upload;

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use model::span::{OFFERED as RANGES, USUAL_DAYS};

/// The query of this request.
fn query() -> ParamsMap {
    use_query_map().get_untracked()
}

/// One parameter of this page's path; empty when absent.
fn parameter(name: &str) -> String {
    use_params_map().get_untracked().get(name).unwrap_or_default()
}

/// The page number of a list, from 1.
fn page_number(query: &ParamsMap) -> u32 {
    query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1)
}

/// The range that the URL asks for; the usual days unless it is one that we offer.
fn days(query: &ParamsMap) -> u16 {
    let asked = query.get("days").and_then(|days| days.parse().ok());
    RANGES.into_iter().map(|(days, _)| days).find(|days| Some(*days) == asked).unwrap_or(USUAL_DAYS)
}

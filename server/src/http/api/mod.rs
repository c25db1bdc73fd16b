//! `/api/v1`: what programs may ask for, one file for a kind of thing.
//!
//! `access` says who may ask and how often, `asked` takes a request strictly, `answer` writes what it leads to, `problem` what
//! went wrong instead. `words` and the structs of each file are what programs rely on: they change only by addition.
//! `description` makes OpenAPI of them, and of that the help page.

#![expect(clippy::struct_field_names, reason = "fields are named as programs see them")]

mod access;
mod addresses;
mod answer;
mod asked;
mod between;
mod check;
mod cursor;
mod deliveries;
mod description;
mod domains;
mod failures;
mod help;
mod incidents;
mod problem;
mod rates;
mod records;
mod reports;
mod trend;
mod words;

use std::any::Any;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use self::help::for_people;
use self::problem::{Problem, Trouble};
pub(crate) use self::rates::ApiRates;
use super::Shared;

/// Where it lies.
const PREFIX: &str = "/api/v1";

/// Whatever else may be asked for there.
const ELSE: [&str; 3] = ["/api", "/api/", "/api/{*path}"];

/// Everything that needs a token, with its description.
fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(domains::list_domains, domains::add_domain))
        .routes(routes!(domains::get_domain, domains::change_domain, domains::remove_domain))
        .routes(routes!(addresses::list_addresses, addresses::rotate_address))
        .routes(routes!(records::get_records))
        .routes(routes!(check::get_check, check::ask_for_check))
        .routes(routes!(trend::get_trend))
        .routes(routes!(trend::list_causes))
        .routes(routes!(failures::list_failures))
        .routes(routes!(incidents::list_incidents))
        .routes(routes!(reports::list_reports))
        .routes(routes!(reports::get_report))
        .routes(routes!(reports::get_report_raw))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::get_delivery))
        .routes(routes!(deliveries::get_delivery_raw))
}

/// The API, and one answer for whatever else is asked for below `/api`.
pub(super) fn routes(shared: &Shared) -> Router<Shared> {
    let (api, _) = described().split_for_parts();
    let api = api
        .route_layer(from_fn_with_state(shared.clone(), access::admit))
        .route("/openapi.json", get(description::document))
        .layer(from_fn(answer::tell_whether_changed));
    Router::new()
        .nest(PREFIX, api)
        .merge(ELSE.into_iter().fold(Router::new(), |router, path| router.route(path, any(nothing))))
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
}

/// The paths of [`routes()`].
pub(super) fn paths() -> Vec<String> {
    let described = description::whole()["paths"].as_object().into_iter().flat_map(serde_json::Map::keys);
    let below = described.map(String::as_str).chain(["/openapi.json"]).map(|path| format!("{PREFIX}{path}"));
    below.chain(ELSE.map(str::to_owned)).collect()
}

async fn nothing() -> Problem {
    Problem::plain(Trouble::NotFound)
}

async fn wrong_method() -> Problem {
    Problem::plain(Trouble::Method)
}

/// A handler panicked: a defect of this program. The other requests go on.
#[expect(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer asks for")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    super::tell_of_panic(&*panic);
    Problem::plain(Trouble::Defect).into_response()
}

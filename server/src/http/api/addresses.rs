//! The report addresses of a domain.

use axum::{Extension, extract::State, response::Response};
use engine::Bearer;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::json,
    asked::{Asked, Named, Nothing},
    problem::Problem,
    words::Instant,
};
use crate::http::Shared;

/// A report address.
#[derive(Serialize, ToSchema)]
pub(super) struct Address {
    /// 26 characters.
    address: String,
    /// Where reports are posted to.
    url: String,
    /// When it was made.
    created: Instant,
    /// The instant from which it is no longer valid; null for one that goes on.
    retired: Option<Instant>,
}

/// The addresses of a domain.
#[derive(Serialize, ToSchema)]
pub(super) struct Addresses {
    /// The domain's own first, then the latest.
    items: Vec<Address>,
}

/// List the report addresses of a domain
#[utoipa::path(get, path = "/domains/{name}/addresses", tag = "Domains",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 200, description = "All addresses, those that are no longer valid among them", body = Addresses)))]
pub(super) async fn list_addresses(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let rows = shared.engine.addresses(bearer.workspace, &name).await?.ok_or_else(Problem::no_domain)?;
    let address = |row: engine::lists::ReportAddress| Address {
        url: shared.engine.report_url(&name, &row.address),
        address: row.address,
        created: row.created.into(),
        retired: row.retired.map(Into::into),
    };
    Ok(json(&Addresses { items: rows.into_iter().map(address).collect() }))
}

//! The report addresses of a domain.

use axum::{Extension, extract::State, response::Response};
use engine::{Bearer, Engine};
use http::StatusCode;
use model::{DomainName, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::json,
    asked::{Asked, Named, Nothing, Sent},
    problem::{Problem, Trouble},
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
    Ok(json(&addresses(&shared.engine, bearer.workspace, &name).await?))
}

async fn addresses(engine: &Engine, workspace: WorkspaceId, name: &DomainName) -> Result<Addresses, Problem> {
    let rows = engine.addresses(workspace, name).await?.ok_or_else(Problem::no_domain)?;
    let address = |row: engine::lists::ReportAddress| Address {
        url: engine.report_url(name, &row.address),
        address: row.address,
        created: row.created.into(),
        retired: row.retired.map(Into::into),
    };
    Ok(Addresses { items: rows.into_iter().map(address).collect() })
}

/// How a domain gets another address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// Days for which the present address stays valid, 0 to 365; with 0 it is dead at once.
    #[schema(minimum = 0, maximum = 365, default = 30)]
    grace_days: Option<u16>,
}

/// Days of grace where nothing is said.
const GRACE_DAYS: u16 = 30;

/// Give a domain a new report address
///
/// Publish its record anew within the grace time: until then reports arrive at both.
#[utoipa::path(post, path = "/domains/{name}/addresses", tag = "Domains", request_body = Rotation,
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 201, description = "All addresses, the new one first", body = Addresses)))]
pub(super) async fn rotate_address(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Extension(engine): Extension<Engine>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
    Sent(rotation): Sent<Rotation>,
) -> Result<Response, Problem> {
    let grace = rotation.grace_days.unwrap_or(GRACE_DAYS);
    if grace > 365 {
        return Err(Problem::new(Trouble::Invalid, "grace_days: a year is the most, 365"));
    }
    if !engine.rotate_address(bearer.workspace, &name, grace, (shared.clock.0)()).await? {
        return Err(Problem::no_domain());
    }
    let mut response = json(&addresses(&engine, bearer.workspace, &name).await?);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

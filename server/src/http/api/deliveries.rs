//! Everything that arrived, with what became of it.

use axum::{Extension, extract::State, http::Uri, response::Response};
use engine::{Bearer, DeliveryFilter};
use model::{DeliveryId, DomainName, view::DeliveryRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, Page, json},
    asked::{Asked, Id, Nothing},
    cursor,
    problem::{Problem, Trouble},
    words::{Channel, Instant, Outcome, Trust},
};
use crate::http::{Shared, raw};

/// One thing received.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivery {
    /// Its id, opaque.
    id: String,
    /// When it came.
    received: Instant,
    /// How it came.
    channel: Channel,
    /// From which address or file.
    remote: Option<String>,
    /// To which domain's address.
    domain: Option<String>,
    /// What became of it.
    outcome: Outcome,
    /// Why, in a sentence; empty when there is nothing to say.
    reason: String,
    /// Size of the body in bytes, as received.
    size: u64,
    /// The reports that it made or met.
    reports: Vec<String>,
    /// How far its origin can be trusted.
    trust: Trust,
    /// Whose DKIM signature it bears; null where it is not signed.
    signer: Option<String>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id.to_string(),
            received: row.received.into(),
            channel: row.channel.into(),
            remote: row.remote,
            domain: row.domain.as_ref().map(DomainName::to_string),
            outcome: row.outcome.into(),
            reason: row.reason,
            size: row.size,
            reports: row.reports.iter().map(ToString::to_string).collect(),
            trust: row.trust.into(),
            signer: row.signer.as_ref().map(DomainName::to_string),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// Only deliveries of this outcome.
    #[param(inline)]
    outcome: Option<Outcome>,
    /// Only deliveries to this domain's addresses.
    domain: Option<String>,
    /// Only deliveries of this trust.
    #[param(inline)]
    trust: Option<Trust>,
    /// How many rows: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// List deliveries
///
/// Everything that arrived, latest first.
#[utoipa::path(get, path = "/deliveries", tag = "Deliveries", params(Listed),
    responses((status = 200, description = "A page of deliveries", body = Page<Delivery>)))]
pub(super) async fn list_deliveries(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    uri: Uri,
    Asked(asked): Asked<Listed>,
) -> Result<Response, Problem> {
    let most = answer::rows(asked.limit)?;
    let before = cursor::decode::<DeliveryId>(asked.cursor.as_deref())?;
    let domain = asked.domain.as_deref().map(DomainName::parse).transpose();
    let domain = domain.map_err(|error| Problem::new(Trouble::Query, format!("domain: {error}")))?;
    let (outcome, trust) = (asked.outcome.map(Into::into), asked.trust.map(Into::into));
    let filter = DeliveryFilter { outcome, domain, trust, ..DeliveryFilter::default() };
    let rows = shared.engine.deliveries_before(bearer.workspace, &filter, before, most + 1).await?;
    Ok(answer::page(&uri, most, rows, |row| row.id, Delivery::from))
}

/// Look at a delivery
#[utoipa::path(get, path = "/deliveries/{id}", tag = "Deliveries",
    params(("id" = String, Path, description = "The delivery's id")),
    responses((status = 200, description = "The delivery", body = Delivery)))]
pub(super) async fn get_delivery(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Id(id): Id<DeliveryId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let row = shared.engine.delivery_row(bearer.workspace, id).await?;
    let row = row.ok_or_else(|| Problem::plain(Trouble::NotFound))?;
    Ok(json(&Delivery::from(row)))
}

/// Read the bytes of a delivery
///
/// As they were received: JSON, gzip, zip or an e-mail. Retention deletes them after `retention.bodies`.
#[utoipa::path(get, path = "/deliveries/{id}/raw", tag = "Deliveries",
    params(("id" = String, Path, description = "The delivery's id")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub(super) async fn get_delivery_raw(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Id(id): Id<DeliveryId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    bytes(&shared, &bearer, id).await
}

/// The bytes of a delivery, or why there are none.
pub(super) async fn bytes(shared: &Shared, bearer: &Bearer, delivery: DeliveryId) -> Result<Response, Problem> {
    raw::body(shared, bearer.workspace, delivery).await?.ok_or_else(|| {
        let why = "There is no such delivery in this workspace, or its bytes are no longer kept.";
        Problem::new(Trouble::NotFound, why)
    })
}

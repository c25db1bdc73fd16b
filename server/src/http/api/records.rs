//! What to publish so that reports come.

use axum::{Extension, extract::State, response::Response};
use engine::Bearer;
use model::view::{DnsRecord, DomainSetup};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::json,
    asked::{Asked, Named, Nothing},
    problem::Problem,
};
use crate::http::Shared;

/// A DNS record to publish.
#[derive(Serialize, ToSchema)]
pub(super) struct Record {
    /// Owner name, absolute, without the final dot.
    #[schema(example = "_smtp._tls.example.com")]
    name: String,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(example = "TXT")]
    kind: String,
    /// Its value without quotes.
    value: String,
}

impl From<DnsRecord> for Record {
    fn from(record: DnsRecord) -> Self {
        let DnsRecord { name, kind, value } = record;
        Self { name, kind, value }
    }
}

/// What to publish for a domain.
#[derive(Serialize, ToSchema)]
pub(super) struct Records {
    /// The records; empty while no destination can work from outside.
    records: Vec<Record>,
    /// Why there are none: names the configuration keys.
    why: Option<String>,
    /// Where reports for this domain are posted to.
    report_url: String,
    /// Where reports for this domain are mailed to, once a way in for mail is configured.
    report_email: Option<String>,
}

/// Read the records to publish
#[utoipa::path(get, path = "/domains/{name}/records", tag = "Domains",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 200, description = "What to publish", body = Records)))]
pub(super) async fn get_records(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let setup = shared.engine.domain_setup(bearer.workspace, &name).await?.ok_or_else(Problem::no_domain)?;
    let DomainSetup { records, why, report_url, report_email, .. } = setup;
    Ok(json(&Records { records: records.into_iter().map(Into::into).collect(), why, report_url, report_email }))
}

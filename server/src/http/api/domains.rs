//! Domains: list, add, look at one, remove.

use axum::{
    Extension,
    extract::State,
    http::Uri,
    response::{IntoResponse as _, Response},
};
use engine::{Bearer, DomainItem, Engine};
use http::{HeaderValue, StatusCode, header};
use model::DomainName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, Page, json},
    asked::{Asked, Named, Nothing, Sent},
    cursor,
    problem::{Problem, Trouble},
    words::{Instant, Mode, Proof, Status, Totals},
};
use crate::http::Shared;

/// A mail domain that the workspace watches.
#[derive(Serialize, ToSchema)]
pub(super) struct Domain {
    /// Its name in lower case, IDN as A-labels.
    #[schema(example = "example.com")]
    name: String,
    /// When it was added.
    added: Instant,
    /// How it stands, judged by the last days.
    status: Status,
    /// Why, in a few words; empty when all is well.
    reason: String,
    /// MTA-STS mode last reported.
    mode: Option<Mode>,
    /// Whether the workspace has shown that it is its own; until then reports are kept but neither shown nor counted.
    proof: Proof,
    /// Its report address: 26 characters.
    address: String,
    /// Counted reports of all time.
    reports: u64,
    /// Their sessions.
    totals: Totals,
    /// When the last counted report arrived.
    last_report: Option<Instant>,
}

impl From<DomainItem> for Domain {
    fn from(item: DomainItem) -> Self {
        let DomainItem { standing, proof, address, reports, totals } = item;
        Self {
            name: standing.name.to_string(),
            added: standing.added.into(),
            status: standing.status.into(),
            reason: standing.reason,
            mode: standing.mode.map(Into::into),
            proof: proof.into(),
            address,
            reports,
            totals: totals.into(),
            last_report: standing.last_report.map(Into::into),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// How many rows: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// List domains
///
/// In the order of their names.
#[utoipa::path(get, path = "/domains", tag = "Domains", params(Listed),
    responses((status = 200, description = "A page of domains", body = Page<Domain>)))]
pub(super) async fn list_domains(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    uri: Uri,
    Asked(asked): Asked<Listed>,
) -> Result<Response, Problem> {
    let most = answer::rows(asked.limit)?;
    let after = cursor::decode::<DomainName>(asked.cursor.as_deref())?;
    let now = (shared.clock.0)();
    let items = shared.engine.domains_after(bearer.workspace, after.as_ref(), most + 1, now).await?;
    Ok(answer::page(&uri, most, items, |item| item.standing.name.clone(), Domain::from))
}

/// A domain to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDomain {
    /// The mail domain, that is the part after the @. IDN may be written either way.
    #[schema(example = "example.com")]
    name: String,
}

/// Add a domain
///
/// It gets a report address of its own. Adding one that is there already changes nothing and answers 200.
#[utoipa::path(post, path = "/domains", tag = "Domains", request_body = NewDomain, responses(
    (status = 201, description = "It is watched from now on", body = Domain,
        headers(("Location" = String, description = "Where it is"))),
    (status = 200, description = "It was watched already", body = Domain)))]
pub(super) async fn add_domain(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Extension(engine): Extension<Engine>,
    Asked(Nothing {}): Asked<Nothing>,
    Sent(new): Sent<NewDomain>,
) -> Result<Response, Problem> {
    let name =
        DomainName::parse(&new.name).map_err(|error| Problem::new(Trouble::Invalid, format!("name: {error}")))?;
    let now = (shared.clock.0)();
    let known = engine.domain_item(bearer.workspace, &name, now).await?;
    let (status, item) = if let Some(item) = known {
        (StatusCode::OK, item)
    } else {
        engine.add_domain(bearer.workspace, &name, now).await?;
        let item = engine.domain_item(bearer.workspace, &name, now).await?;
        // It may have been removed again meanwhile.
        (StatusCode::CREATED, item.ok_or_else(Problem::no_domain)?)
    };
    let mut response = json(&Domain::from(item));
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::try_from(format!("{}/domains/{name}", super::PREFIX)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Look at a domain
#[utoipa::path(get, path = "/domains/{name}", tag = "Domains",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 200, description = "The domain", body = Domain)))]
pub(super) async fn get_domain(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let item = shared.engine.domain_item(bearer.workspace, &name, (shared.clock.0)()).await?;
    Ok(json(&Domain::from(item.ok_or_else(Problem::no_domain)?)))
}

/// Remove a domain
///
/// With its reports, deliveries and sums, for good. Its report address is dead at once; what was stored for it is deleted
/// beside the answers, and for so long it cannot be added again.
#[utoipa::path(delete, path = "/domains/{name}", tag = "Domains",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 204, description = "It is gone")))]
pub(super) async fn remove_domain(
    Extension(bearer): Extension<Bearer>,
    Extension(engine): Extension<Engine>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let removed = engine.remove_domain(bearer.workspace, &name).await?;
    if removed { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(Problem::no_domain()) }
}

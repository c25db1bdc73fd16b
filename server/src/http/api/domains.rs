//! Domains: list, add, look at one, remove.

use axum::{
    Extension,
    extract::State,
    http::Uri,
    response::{IntoResponse as _, Response},
};
use engine::{
    Bearer, DomainItem, Engine, NotesRefused,
    domain_settings::{DomainNotes, TypedNotes},
    edits::{EditAct, EditScope},
};
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
    /// Words to find it by.
    tags: Vec<String>,
    /// Whose it is; empty when that is not noted.
    customer: String,
    /// Anything else that is noted.
    notes: String,
    /// Where its record wants reports besides here: URIs.
    recipients: Vec<String>,
    /// Whether nothing is expected of it, since it receives no mail.
    no_mail: bool,
    /// When it was archived; null while it is looked at.
    archived: Option<Instant>,
}

impl From<DomainItem> for Domain {
    fn from(item: DomainItem) -> Self {
        let DomainItem { standing, proof, address, reports, totals, notes, archived } = item;
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
            tags: notes.particulars.tags,
            customer: notes.particulars.customer,
            notes: notes.particulars.notes,
            recipients: notes.recipients,
            no_mail: notes.no_mail,
            archived: archived.map(Into::into),
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

/// What is to be another way; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainChange {
    /// Words to find it by, at most 20 of 60 characters.
    tags: Option<Vec<String>>,
    /// Whose it is, at most 60 characters.
    customer: Option<String>,
    /// Anything else, at most 2,000 characters.
    notes: Option<String>,
    /// Where its record shall want reports besides here: `mailto:` and `https:` URIs, at most 10.
    recipients: Option<Vec<String>>,
    /// Whether nothing is expected of it, since it receives no mail.
    no_mail: Option<bool>,
    /// Whether it is kept with all that was counted, but not looked at and not on Overview.
    archived: Option<bool>,
}

/// Change what is noted about a domain
#[utoipa::path(patch, path = "/domains/{name}", tag = "Domains", request_body = DomainChange,
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 200, description = "As it is now", body = Domain)))]
pub(super) async fn change_domain(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Extension(engine): Extension<Engine>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
    Sent(change): Sent<DomainChange>,
) -> Result<Response, Problem> {
    let now = (shared.clock.0)();
    let workspace = bearer.workspace;
    let item = engine.domain_item(workspace, &name, now).await?.ok_or_else(Problem::no_domain)?;
    let DomainNotes { particulars, recipients, no_mail } = item.notes;
    let typed = TypedNotes {
        tags: &change.tags.unwrap_or(particulars.tags).join(","),
        customer: change.customer.as_deref().unwrap_or(&particulars.customer),
        notes: change.notes.as_deref().unwrap_or(&particulars.notes),
        recipients: &change.recipients.unwrap_or(recipients).join("\n"),
        no_mail: change.no_mail.unwrap_or(no_mail),
    };
    engine.note_domain(workspace, &name, typed).await?.map_err(refused)?;
    if let Some(archived) = change.archived {
        let act = if archived { EditAct::Archive } else { EditAct::Unarchive };
        // Of the one domain that is named there is nothing to refuse.
        let _ = engine.edit_domains(workspace, EditScope::These(vec![name.clone()]), act, "", now).await?;
    }
    let item = engine.domain_item(workspace, &name, now).await?;
    Ok(json(&Domain::from(item.ok_or_else(Problem::no_domain)?)))
}

fn refused(why: NotesRefused) -> Problem {
    let invalid = |text| Problem::new(Trouble::Invalid, text);
    match why {
        NotesRefused::NoDomain => Problem::no_domain(),
        NotesRefused::Particulars(why) => invalid(why),
        NotesRefused::Recipient(which, why) => invalid(format!("recipients: {which}: {why}")),
        NotesRefused::TooManyRecipients(most) => invalid(format!("recipients: there can be {most}")),
    }
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

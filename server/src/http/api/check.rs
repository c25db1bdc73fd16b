//! What the last look at a domain found, and asking for another.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use engine::{Bearer, Engine};
use http::StatusCode;
use model::{
    Finding, Publish,
    check::Section,
    view::{CheckPage, HistoryEntry},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::json,
    asked::{Asked, Named, Nothing},
    problem::Problem,
    records::Record,
    words::{Check, Instant, Status},
};
use crate::http::Shared;

/// What the last look at a domain found.
#[derive(Serialize, ToSchema)]
pub(super) struct DomainCheck {
    /// Whether looking at domains is switched off in this installation.
    off: bool,
    /// Whether a look is under way; `sections` are then what it has found so far.
    running: bool,
    /// When the domain was last looked at; null before the first time.
    checked: Option<Instant>,
    /// When the next look is due.
    due: Option<Instant>,
    /// The worst of all findings; null before the first look.
    status: Option<Status>,
    /// What was found, one section for each thing that was looked at.
    sections: Vec<CheckSection>,
    /// What concerns this installation rather than the domain.
    notices: Vec<CheckFinding>,
    /// What changed over time, latest first; the oldest entry, without changes, is the first look.
    history: Vec<History>,
}

/// What was found about one thing.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckSection {
    /// What was looked at.
    check: Check,
    /// The MX host, where it is about one.
    host: Option<String>,
    /// The worst of the findings.
    status: Status,
    /// What was found.
    findings: Vec<CheckFinding>,
    /// What was seen, line by line.
    evidence: Vec<String>,
}

/// One finding.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckFinding {
    /// Stable, for programs; explained at `/help#<code>`.
    #[schema(example = "tls-rpt-missing")]
    code: String,
    /// How bad it is.
    status: Status,
    /// What is so, in a few words.
    title: String,
    /// What follows from it.
    consequence: String,
    /// What was seen, word for word.
    evidence: Option<String>,
    /// What to do about it.
    remedy: Option<String>,
    /// A record to publish, ready to be copied.
    record: Option<Record>,
    /// The value of a record, or a policy file, to publish.
    text: Option<String>,
    /// The rule.
    #[schema(example = "RFC 8460 §3")]
    source: String,
}

/// What was seen to have changed at one time.
#[derive(Serialize, ToSchema)]
pub(super) struct History {
    /// When it was seen.
    at: Instant,
    /// What changed, in few words each.
    changes: Vec<String>,
}

impl From<CheckPage> for DomainCheck {
    fn from(page: CheckPage) -> Self {
        Self {
            off: page.off,
            running: page.running,
            checked: page.checked.map(Into::into),
            due: page.due.map(Into::into),
            status: page.status.map(Into::into),
            sections: page.sections.into_iter().map(Into::into).collect(),
            notices: page.notices.into_iter().map(Into::into).collect(),
            history: page.history.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Section> for CheckSection {
    fn from(section: Section) -> Self {
        let Section { check, host, status, findings, evidence } = section;
        let (check, status) = (check.into(), status.into());
        Self { check, host, status, findings: findings.into_iter().map(Into::into).collect(), evidence }
    }
}

impl From<Finding> for CheckFinding {
    fn from(finding: Finding) -> Self {
        let (record, text) = match finding.publish {
            Some(Publish::Record(record)) => (Some(record.into()), None),
            Some(Publish::Value(text) | Publish::Policy(text)) => (None, Some(text)),
            None => (None, None),
        };
        let Finding { code, status, title, consequence, evidence, remedy, source, .. } = finding;
        Self { code, status: status.into(), title, consequence, evidence, remedy, record, text, source }
    }
}

impl From<HistoryEntry> for History {
    fn from(entry: HistoryEntry) -> Self {
        Self { at: entry.at.into(), changes: entry.changes.iter().map(model::check::Change::mark).collect() }
    }
}

/// Read what the last look at a domain found
///
/// Records, policy, mail hosts, certificates and DANE, with findings that say what is so, what follows and what to publish.
#[utoipa::path(get, path = "/domains/{name}/check", tag = "Checks",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 200, description = "What was found", body = DomainCheck)))]
pub(super) async fn get_check(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let found = shared.engine.domain_records(bearer.workspace, &name).await?;
    let (_, page) = found.ok_or_else(Problem::no_domain)?;
    Ok(json(&DomainCheck::from(page)))
}

/// Ask for another look at a domain
///
/// It becomes due at once; `checked` tells when it was done.
#[utoipa::path(post, path = "/domains/{name}/check", tag = "Checks",
    params(("name" = String, Path, description = "The domain", example = "example.com")),
    responses((status = 202, description = "It is due")))]
pub(super) async fn ask_for_check(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Extension(engine): Extension<Engine>,
    Named(name): Named,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let due = engine.check_again(bearer.workspace, &name, (shared.clock.0)()).await?;
    if due { Ok(StatusCode::ACCEPTED.into_response()) } else { Err(Problem::no_domain()) }
}

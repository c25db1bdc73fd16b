//! Incidents: each cause of failures at each domain, with its life.

use axum::{Extension, extract::State as Shares, http::Uri, response::Response};
use engine::{Bearer, IncidentFilter, IncidentItem, IncidentPlace};
use model::{DomainName, explain, incident::Chapter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, Page},
    asked::Asked,
    cursor,
    problem::{Problem, Trouble},
    words::{Day, Fault, Impact, IncidentState, Instant, Light, Trust},
};
use crate::http::Shared;

/// One cause of failures at one domain.
#[derive(Serialize, ToSchema)]
pub(super) struct Incident {
    /// The domain.
    #[schema(example = "example.com")]
    domain: String,
    /// What went wrong, as RFC 8460 §4.3 or the sender calls it.
    #[schema(example = "certificate-expired")]
    result_type: String,
    /// The MX host it went wrong at, where the reports say.
    mx: Option<String>,
    /// How it stands.
    state: IncidentState,
    /// Whether it was over before, and came again.
    reopened: bool,
    /// Failed sessions of all episodes.
    failed: u64,
    /// Whether the first episode may have begun before the 60 days that are looked at.
    earlier: bool,
    /// From failure to resolution, oldest first; the last one is that of the state.
    episodes: Vec<Episode>,
    /// Whose fault it is.
    fault: Fault,
    /// Why, in sentences with the evidence.
    whose: String,
    /// What the live check says now.
    live_check: LiveCheck,
    /// What happened.
    meaning: String,
    /// The steps that mend it, in order.
    remedy: Vec<String>,
}

/// From the first failure to the day on which it was over.
#[derive(Serialize, ToSchema)]
pub(super) struct Episode {
    /// The first day with failures.
    opened: Day,
    /// The last day with failures.
    last: Day,
    /// When a live check saw it mended; null when none did.
    fix_seen: Option<Instant>,
    /// The day with which enough was known to call it over; null while it is not.
    resolved: Option<Day>,
    /// Why it is over, in a sentence.
    resolved_why: Option<String>,
    /// What it did to mail: the worst that was reported.
    impact: Impact,
    /// The best trust of a report that told of it.
    trust: Trust,
    /// Who told of it.
    reporters: Vec<String>,
}

/// What the live check says now.
#[derive(Serialize, ToSchema)]
pub(super) struct LiveCheck {
    /// In a word: `unknown` never means that something is wrong.
    light: Light,
    /// In a sentence.
    words: String,
}

impl From<&Chapter> for Episode {
    fn from(chapter: &Chapter) -> Self {
        let episode = &chapter.episode;
        Self {
            opened: episode.opened.into(),
            last: episode.last.into(),
            fix_seen: episode.fix_seen.map(Into::into),
            resolved: episode.resolved.map(|resolved| resolved.day.into()),
            resolved_why: episode.resolved.map(|resolved| resolved.words()),
            impact: chapter.impact.into(),
            trust: chapter.trust.into(),
            reporters: chapter.reporters.clone(),
        }
    }
}

impl From<IncidentItem> for Incident {
    fn from(item: IncidentItem) -> Self {
        let IncidentItem { domain, incident } = item;
        let explanation = explain::result_type(&incident.result_type);
        Self {
            state: incident.state().into(),
            reopened: incident.reopened(),
            failed: incident.failed,
            earlier: incident.earlier,
            episodes: incident.episodes.iter().map(Into::into).collect(),
            fault: incident.fault.into(),
            whose: incident.whose(domain.as_str()),
            live_check: LiveCheck { light: incident.live.light.into(), words: incident.live.words },
            meaning: explain::meaning(&incident.result_type).0.to_owned(),
            remedy: explanation.remedy.iter().map(|step| (*step).to_owned()).collect(),
            domain: domain.to_string(),
            result_type: incident.result_type.as_str().to_owned(),
            mx: incident.mx,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// Only incidents of this domain.
    #[param(example = "example.com")]
    domain: Option<String>,
    /// Only incidents that stand so.
    state: Option<IncidentState>,
    /// How many rows: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// List incidents
///
/// Each cause of failures (a result type at an MX host) at each domain, by domain. Failures of the last 60 days are looked at;
/// what was over more than 30 days ago is left out. `fix_seen` says that a live check saw it mended and reports have still to
/// say so; `resolved` that reporters that saw it report again without it, or fell silent for 14 days.
#[utoipa::path(get, path = "/incidents", tag = "Figures", params(Listed),
    responses((status = 200, description = "A page of incidents", body = Page<Incident>)))]
pub(super) async fn list_incidents(
    Shares(shared): Shares<Shared>,
    Extension(bearer): Extension<Bearer>,
    uri: Uri,
    Asked(asked): Asked<Listed>,
) -> Result<Response, Problem> {
    let most = answer::rows(asked.limit)?;
    let domain = asked.domain.as_deref().map(DomainName::parse).transpose();
    let domain = domain.map_err(|error| Problem::new(Trouble::Query, format!("domain: {error}")))?;
    let after = cursor::decode::<IncidentPlace>(asked.cursor.as_deref())?;
    let filter = IncidentFilter { domain, state: asked.state.map(Into::into), ..IncidentFilter::default() };
    let now = (shared.clock.0)();
    let rows = shared.engine.incidents_after(bearer.workspace, &filter, after.as_ref(), most + 1, now).await?;
    Ok(answer::page(&uri, most, rows, IncidentItem::place, Incident::from))
}

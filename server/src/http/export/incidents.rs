//! Incidents and the history of a domain as rows.

use engine::{HistoryRow, IncidentItem};
use model::{
    DomainName,
    incident::{Chapter, Incident},
};

use super::{Row, format::Cell};

/// The columns of [`incident_row`].
pub(super) const INCIDENTS: &[&str] = &[
    "domain",
    "result_type",
    "mx",
    "state",
    "opened",
    "last",
    "fix_seen",
    "resolved",
    "failed",
    "impact",
    "trust",
    "reporters",
    "fault",
    "whose",
    "live_check",
];

/// The columns of [`history_row`].
pub(super) const HISTORY: &[&str] = &[
    "result_type",
    "mx",
    "state",
    "opened",
    "last",
    "fix_seen",
    "resolved",
    "failed",
    "impact",
    "trust",
    "reporters",
    "resolved_why",
    "fault",
    "whose",
];

/// One incident, with its latest episode.
pub(super) fn incident_row(item: IncidentItem) -> Row {
    let IncidentItem { domain, incident } = item;
    let mut row: Row = vec![domain.to_string().into()];
    row.extend(life(&incident, incident.latest(), incident.failed));
    row.extend([
        incident.fault.words().into(),
        incident.whose(domain.as_str()).into(),
        incident.live.words.clone().into(),
    ]);
    row
}

/// One episode. Whose fault it is is known of the latest alone.
pub(super) fn history_row(domain: &DomainName, row: &HistoryRow) -> Row {
    let HistoryRow { incident, chapter, failed } = row;
    let latest = incident.latest() == chapter;
    let mut cells: Row = life(incident, chapter, *failed).into();
    cells.extend([
        chapter.episode.resolved.map(|resolved| resolved.words()).into(),
        latest.then(|| incident.fault.words()).into(),
        latest.then(|| incident.whose(domain.as_str())).into(),
    ]);
    cells
}

/// What happened where, how it stands, from when to when, and what it did.
fn life(incident: &Incident, chapter: &Chapter, failed: u64) -> [Cell; 11] {
    let episode = &chapter.episode;
    [
        incident.result_type.as_str().into(),
        incident.mx.clone().into(),
        episode.state().word().into(),
        episode.opened.to_string().into(),
        episode.last.to_string().into(),
        episode.fix_seen.map(|at| at.to_string()).into(),
        episode.resolved.map(|resolved| resolved.day.to_string()).into(),
        failed.into(),
        chapter.impact.words().into(),
        chapter.trust.word().into(),
        chapter.reporters.join(", ").into(),
    ]
}

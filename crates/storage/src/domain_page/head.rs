//! Which domain it is, and what is known of it besides its figures.

use model::{
    Day, DomainId, DomainName, Status, Timestamp, WorkspaceId,
    check::Section,
    status::{self, Facts, RecentCause},
};
use mtasts::Mode;
use sea_orm::FromQueryResult;
use serde::Deserialize;

use super::{Days, set_apart};
use crate::{Error, Storage, codes, read};

const HEAD: &str = "
    SELECT d.id, d.created, d.no_mail, d.archived IS NOT NULL AS archived, (d.trusted OR d.proven IS NOT NULL) AS enough,
        s.mode, s.reports, c.sections, c.facts,
        (SELECT f.day FROM daily_domain f WHERE f.domain_id = d.id AND f.reports > 0 ORDER BY f.day DESC LIMIT 1)
            AS last_day
    FROM domains d
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    LEFT JOIN checks c ON c.domain_id = d.id
    WHERE d.workspace_id = $1 AND d.name = $2
        AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id AND a.retired IS NULL)";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    created: i64,
    no_mail: bool,
    archived: bool,
    enough: bool,
    mode: Option<i16>,
    reports: Option<i64>,
    sections: Option<String>,
    facts: Option<String>,
    last_day: Option<i32>,
}

/// The few facts that matter here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    policy: Option<SeenPolicy>,
}

#[derive(Deserialize)]
struct SeenPolicy {
    mode: Option<Mode>,
}

/// One domain.
pub(super) struct Head {
    pub(super) id: DomainId,
    pub(super) name: DomainName,
    pub(super) added: Timestamp,
    pub(super) no_mail: bool,
    pub(super) archived: bool,
    /// Whether the workspace has shown that it is its own.
    pub(super) enough: bool,
    /// The mode last reported.
    pub(super) mode: Option<Mode>,
    /// The mode last fetched.
    pub(super) published: Option<Mode>,
    /// What the last look found.
    pub(super) sections: Vec<Section>,
    /// Counted reports of all time.
    pub(super) reports: u64,
    /// The day of the latest counted report.
    pub(super) last_report: Option<Day>,
}

impl Head {
    pub(super) async fn find(
        storage: &Storage,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<Self>, Error> {
        let row = storage.rows::<Row>(HEAD, [workspace.0.into(), name.as_str().into()]).await?.pop();
        let Some(row) = row else { return Ok(None) };
        let seen: Seen = json(row.facts.as_deref())?;
        Ok(Some(Self {
            id: DomainId(row.id),
            name: name.clone(),
            added: Timestamp(row.created),
            no_mail: row.no_mail,
            archived: row.archived,
            enough: row.enough,
            mode: codes::to_mode(row.mode.unwrap_or(0))?,
            published: seen.policy.and_then(|policy| policy.mode),
            sections: json(row.sections.as_deref())?,
            reports: read::count(row.reports),
            last_report: row.last_day.map(Day),
        }))
    }

    /// How it stands, by the same rules as on Overview.
    pub(super) fn judge(&self, now: Timestamp, days: &Days, causes: &[RecentCause]) -> (Status, String) {
        let fortnight = status::fortnight(now);
        let judged = || {
            status::judge(&Facts {
                now,
                added: self.added,
                last_report: self.last_report,
                mode: self.mode,
                recent: days.within(status::recent(now)),
                causes,
                fortnight: days.within(fortnight),
                fortnight_days: days.with_sessions(fortnight),
            })
        };
        set_apart(self).unwrap_or_else(judged)
    }
}

fn json<T: for<'de> Deserialize<'de> + Default>(text: Option<&str>) -> Result<T, Error> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_str(text)
        .map_err(|error| Error::Inconsistent(format!("what a check found cannot be read: {error}")))
}

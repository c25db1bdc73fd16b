//! What Overview asks before anything else, all of it in one query: which figures are still right, and how things are besides.

use std::collections::{HashMap, HashSet};

use model::{DomainId, Timestamp, WorkspaceId};
use sea_orm::{FromQueryResult, Value};

use crate::{Error, Storage, publication::WAITS, sql};

/// How things are in a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// The domains that are not archived, each with the version of what is known of it.
    pub versions: HashMap<DomainId, Version>,
    /// Those of them whose tags or customer hold the text that is searched for, in any case; none where nothing is.
    pub noted: HashSet<DomainId>,
    /// How many of them wait for their record.
    pub waiting: u64,
    /// Whether all steps of getting started were seen to be done, once.
    pub started: bool,
    /// When the last delivery of any kind came.
    pub last_delivery: Option<Timestamp>,
}

/// What tells whether anything about a domain has changed since: while it is the same, so are its figures of that day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Of its roll-ups; none while nothing was counted.
    pub rollups: Option<i64>,
    /// Since when live checks see what they see now; none before the first.
    pub looked: Option<Timestamp>,
}

// A row for each domain, and one without a domain where there is none.
const SELECT: &str = "
    SELECT w.started,
        (SELECT y.received FROM deliveries y WHERE y.workspace_id = $1 ORDER BY y.id DESC LIMIT 1) AS last_delivery,
        d.id, CASE
            WHEN NOT (d.trusted OR d.proven IS NOT NULL) THEN -1
            WHEN d.no_mail THEN -2 - coalesce(s.version, 0)
            ELSE s.version END AS rollups,
        (SELECT max(l.taken) FROM sightings l WHERE l.domain_id = d.id) AS looked,
        ({waits}) AS waits, ({noted}) AS noted
    FROM workspaces w
    LEFT JOIN domains d ON d.workspace_id = w.id AND d.archived IS NULL
        AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id)
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    WHERE w.id = $1";

const NOTED: &str = "d.tags LIKE $2 ESCAPE '\\' OR lower(d.customer) LIKE $2 ESCAPE '\\'";

#[derive(FromQueryResult)]
struct Row {
    started: Option<i64>,
    last_delivery: Option<i64>,
    id: Option<i64>,
    rollups: Option<i64>,
    looked: Option<i64>,
    waits: Option<bool>,
    noted: Option<bool>,
}

impl Storage {
    /// How things are in a workspace, and which of its domains have this text noted about them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn glance(&self, workspace: WorkspaceId, search: &str) -> Result<Glance, Error> {
        let mut values: Vec<Value> = vec![workspace.0.into()];
        if !search.is_empty() {
            values.push(sql::containing(search).into());
        }
        let noted = if search.is_empty() { "FALSE" } else { NOTED };
        let select = SELECT.replace("{waits}", WAITS).replace("{noted}", noted);
        let mut glance = Glance::default();
        for row in self.rows::<Row>(&select, values).await? {
            glance.started = row.started.is_some();
            glance.last_delivery = row.last_delivery.map(Timestamp);
            let Some(domain) = row.id.map(DomainId) else { continue };
            let version = Version { rollups: row.rollups, looked: row.looked.map(Timestamp) };
            glance.versions.insert(domain, version);
            glance.waiting += u64::from(row.waits == Some(true));
            if row.noted == Some(true) {
                glance.noted.insert(domain);
            }
        }
        Ok(glance)
    }
}

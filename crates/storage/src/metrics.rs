//! Every domain with its all-time figures: for `waxseal domain list` and the metrics page.

use model::{DomainName, Timestamp, Totals, WorkspaceId};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, read};

/// One watched domain with its all-time figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainListing {
    /// Its name.
    pub name: DomainName,
    /// Its report address.
    pub address: String,
    /// Counted reports.
    pub reports: u64,
    /// Sessions, counted as everywhere.
    pub totals: Totals,
    /// When the last counted report arrived.
    pub last_report: Option<Timestamp>,
}

// A domain whose address is being rotated has two; the newest is its own.
const LISTINGS: &str = "
    SELECT d.name, a.address, s.reports, s.sessions, s.failed, s.last_report
    FROM domains d
    JOIN addresses a ON a.domain_id = d.id AND a.retired IS NULL
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    WHERE d.workspace_id = $1 OR $1 = 0
    ORDER BY d.name, d.id, a.created DESC";

#[derive(FromQueryResult)]
struct Row {
    name: String,
    address: String,
    reports: Option<i64>,
    sessions: Option<i64>,
    failed: Option<i64>,
    last_report: Option<i64>,
}

impl Storage {
    /// The domains of a workspace by name, or those of all workspaces.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_listings(&self, workspace: Option<WorkspaceId>) -> Result<Vec<DomainListing>, Error> {
        let rows: Vec<Row> = self.rows(LISTINGS, [workspace.map_or(0, |workspace| workspace.0).into()]).await?;
        rows.into_iter()
            .map(|row| {
                Ok(DomainListing {
                    name: read::name(&row.name)?,
                    address: row.address,
                    reports: read::count(row.reports),
                    totals: read::totals(row.sessions, row.failed),
                    last_report: row.last_report.map(Timestamp),
                })
            })
            .collect()
    }
}

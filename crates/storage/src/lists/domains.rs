//! The domains of a workspace, by name.

use std::collections::HashMap;

use model::{DayRange, DomainId, DomainName, Proof, Timestamp, Totals, WorkspaceId};
use sea_orm::FromQueryResult;

use crate::{Error, Scope, Standing, Storage, read};

/// A domain in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainItem {
    /// How it stands.
    pub standing: Standing,
    /// Whether the workspace has shown that it is its own.
    pub proof: Proof,
    /// Its report address.
    pub address: String,
    /// Counted reports of all time.
    pub reports: u64,
    /// Their sessions.
    pub totals: Totals,
}

// Without an address a domain is being deleted; while it is being rotated there are two, and the newest is its own.
const SELECT: &str = "
    SELECT d.id, d.trusted, d.proven, s.reports, s.sessions, s.failed,
        (SELECT a.address FROM addresses a WHERE a.domain_id = d.id AND a.retired IS NULL ORDER BY a.created DESC LIMIT 1)
            AS address
    FROM domains d
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    WHERE d.workspace_id = $1
        AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id AND a.retired IS NULL)";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    trusted: bool,
    proven: Option<i64>,
    address: Option<String>,
    reports: Option<i64>,
    sessions: Option<i64>,
    failed: Option<i64>,
}

impl Storage {
    /// At most so many domains in the order of their names, from the first after this one. `range` is what their standing is
    /// judged by.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domains_after(
        &self,
        workspace: WorkspaceId,
        after: Option<&DomainName>,
        most: u32,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Vec<DomainItem>, Error> {
        let select = format!("{SELECT} AND d.name > $2 ORDER BY d.name LIMIT {most}");
        let after = after.map_or("", DomainName::as_str);
        let rows = self.rows(&select, [workspace.0.into(), after.into()]).await?;
        self.domain_items(workspace, rows, range, now).await
    }

    /// One domain as the list has it; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_item(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Option<DomainItem>, Error> {
        let select = format!("{SELECT} AND d.name = $2");
        let rows = self.rows(&select, [workspace.0.into(), name.as_str().into()]).await?;
        Ok(self.domain_items(workspace, rows, range, now).await?.pop())
    }

    async fn domain_items(
        &self,
        workspace: WorkspaceId,
        rows: Vec<Row>,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Vec<DomainItem>, Error> {
        if rows.is_empty() {
            return Ok(vec![]);
        }
        let ids: Vec<_> = rows.iter().map(|row| DomainId(row.id)).collect();
        let standings = self.standings(workspace, Scope::Only(&ids), range, now).await?;
        let mut standings: HashMap<_, _> =
            standings.into_iter().map(|standing| (standing.domain.0, standing)).collect();
        let item = |row: Row| {
            // Without either it was deleted between the two queries.
            let (address, standing) = (row.address?, standings.remove(&row.id)?);
            let proof = Proof::of(row.trusted, row.proven.map(Timestamp));
            let (reports, totals) = (read::count(row.reports), read::totals(row.sessions, row.failed));
            Some(DomainItem { standing, proof, address, reports, totals })
        };
        Ok(rows.into_iter().filter_map(item).collect())
    }
}

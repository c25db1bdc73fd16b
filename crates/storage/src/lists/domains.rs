//! The domains of a workspace, by name.

use std::collections::HashMap;

use model::{DayRange, DomainId, DomainName, Proof, Timestamp, Totals, WorkspaceId, names::Particulars};
use sea_orm::FromQueryResult;

use crate::{DomainNotes, Error, Scope, Standing, Storage, particulars::words, read};

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
    /// What is noted about it.
    pub notes: DomainNotes,
    /// When it was archived, where it is.
    pub archived: Option<Timestamp>,
}

// Without an address a domain is being deleted; while it is being rotated there are two, and the newest is its own.
const SELECT: &str = "
    SELECT d.id, d.trusted, d.proven, d.archived, d.tags, d.customer, d.notes, d.recipients, d.no_mail, s.reports, s.sessions, s.failed,
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
    archived: Option<i64>,
    tags: String,
    customer: String,
    notes: String,
    recipients: String,
    no_mail: bool,
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
        self.judged(workspace, rows, range, now).await
    }

    /// What lists tell of domains that were judged already, by name. One that is being removed is left out.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_items(
        &self,
        workspace: WorkspaceId,
        standings: Vec<Standing>,
    ) -> Result<Vec<DomainItem>, Error> {
        if standings.is_empty() {
            return Ok(vec![]);
        }
        let ids: Vec<_> = standings.iter().map(|standing| standing.domain.0.to_string()).collect();
        let select = format!("{SELECT} AND d.id IN ({}) ORDER BY d.name", ids.join(", "));
        items(self.rows(&select, [workspace.0.into()]).await?, standings)
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
        Ok(self.judged(workspace, rows, range, now).await?.pop())
    }

    async fn judged(
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
        items(rows, self.standings(workspace, Scope::Only(&ids), range, now).await?)
    }
}

fn items(rows: Vec<Row>, standings: Vec<Standing>) -> Result<Vec<DomainItem>, Error> {
    let mut standings: HashMap<_, _> = standings.into_iter().map(|standing| (standing.domain.0, standing)).collect();
    let mut items = vec![];
    for row in rows {
        // Without either it was deleted between the two queries.
        let (Some(address), Some(standing)) = (row.address, standings.remove(&row.id)) else { continue };
        items.push(DomainItem {
            standing,
            proof: Proof::of(row.trusted, row.proven.map(Timestamp)),
            address,
            reports: read::count(row.reports),
            totals: read::totals(row.sessions, row.failed),
            notes: DomainNotes {
                particulars: Particulars { tags: words(&row.tags)?, customer: row.customer, notes: row.notes },
                recipients: words(&row.recipients)?,
                no_mail: row.no_mail,
            },
            archived: row.archived.map(Timestamp),
        });
    }
    Ok(items)
}

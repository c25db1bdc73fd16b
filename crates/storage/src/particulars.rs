//! What an owner notes about a domain, and what is stored for it.

use model::{Act, DomainName, Timestamp, WorkspaceId, names::Particulars};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, read, sql};

/// What an owner notes about a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainNotes {
    /// Tags, customer and notes.
    pub particulars: Particulars,
    /// Where its record wants reports besides here: URIs.
    pub recipients: Vec<String>,
    /// Whether nothing is expected of it, since it receives no mail.
    pub no_mail: bool,
}

/// What is stored for a domain, and would go with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Reports, counted or not.
    pub reports: u64,
    /// Deliveries in the ingest log.
    pub deliveries: u64,
    /// Counted sessions of all time.
    pub sessions: u64,
    /// When the first of its deliveries arrived.
    pub since: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct NotesRow {
    tags: String,
    customer: String,
    notes: String,
    recipients: String,
    no_mail: bool,
}

#[derive(FromQueryResult)]
struct HoldingsRow {
    reports: i64,
    deliveries: i64,
    sessions: Option<i64>,
    since: Option<i64>,
}

impl Storage {
    /// What is noted about a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_notes(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<DomainNotes>, Error> {
        let select = "SELECT tags, customer, notes, recipients, no_mail FROM domains \
                      WHERE workspace_id = $1 AND name = $2";
        let rows: Vec<NotesRow> = self.rows(select, [workspace.0.into(), name.as_str().into()]).await?;
        rows.into_iter()
            .next()
            .map(|row| {
                Ok(DomainNotes {
                    particulars: Particulars { tags: words(&row.tags)?, customer: row.customer, notes: row.notes },
                    recipients: words(&row.recipients)?,
                    no_mail: row.no_mail,
                })
            })
            .transpose()
    }

    /// Notes something about a domain in place of what was noted. False when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        notes: &DomainNotes,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE domains SET tags = $1, customer = $2, notes = $3, recipients = $4, no_mail = $5 \
                      WHERE workspace_id = $6 AND name = $7";
        let json = |words: &[String]| serde_json::to_string(words).unwrap_or_default();
        let values = [
            json(&notes.particulars.tags).into(),
            notes.particulars.customer.as_str().into(),
            notes.particulars.notes.as_str().into(),
            json(&notes.recipients).into(),
            notes.no_mail.into(),
            workspace.0.into(),
            name.as_str().into(),
        ];
        let changed = sql::execute(&transaction, update, values).await?;
        if changed > 0 {
            self.note(&transaction, workspace, Act::DomainNoted, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        Ok(changed > 0)
    }

    /// What is stored for a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn holdings(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<Holdings>, Error> {
        let select = "SELECT (SELECT COUNT(*) FROM reports r WHERE r.domain_id = d.id) AS reports, \
                      (SELECT COUNT(*) FROM deliveries l WHERE l.domain_id = d.id) AS deliveries, \
                      (SELECT s.sessions FROM domain_summary s WHERE s.domain_id = d.id) AS sessions, \
                      (SELECT l.received FROM deliveries l WHERE l.domain_id = d.id ORDER BY l.id LIMIT 1) AS since \
                      FROM domains d WHERE d.workspace_id = $1 AND d.name = $2";
        let rows: Vec<HoldingsRow> = self.rows(select, [workspace.0.into(), name.as_str().into()]).await?;
        Ok(rows.into_iter().next().map(|row| Holdings {
            reports: read::count(row.reports),
            deliveries: read::count(row.deliveries),
            sessions: read::count(row.sessions),
            since: row.since.map(Timestamp),
        }))
    }
}

/// A stored list of words.
pub(crate) fn words(json: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(json)
        .map_err(|error| Error::Inconsistent(format!("what is noted about a domain is no JSON of ours: {error}")))
}

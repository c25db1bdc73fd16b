//! Checks of domains: which are due, who does them, what they found, and what changed over time.
//!
//! Any number of processes may take work from [`Storage::claim_checks`]: each due check goes to one of them for the time of
//! its lease. Should that one fall silent, another takes over; should it then speak again, its fencing number is old and what
//! it brings is not stored.

use std::{cmp::Reverse, collections::HashMap, time::Duration};

use model::{
    Act, DayRange, DomainId, DomainName, Finding, Proof, Status, Timestamp, WorkspaceId,
    check::{Change, Facts, Published, Section},
    format, incident,
    record_list::Publication,
    view::{CheckPage, HistoryEntry},
};
use sea_orm::{DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Domain, Error, Storage,
    codes::Code as _,
    domains, publication, read, sightings,
    sql::{self, clock},
};

/// The condition on a check whose domain is not archived: such a domain is not looked at.
const NOT_ARCHIVED: &str =
    "NOT EXISTS (SELECT 1 FROM domains d WHERE d.id = checks.domain_id AND d.archived IS NOT NULL)";

/// Changes of one domain that its history shows.
const HISTORY: u32 = 200;

/// A check that this process is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedCheck {
    /// The domain.
    pub domain: DomainId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: DomainName,
    /// Its report address.
    pub address: String,
    /// All that are valid, that one included: one whose grace time runs is ours as well.
    pub addresses: Vec<String>,
    /// Whether the workspace has shown that the domain is its own.
    pub proof: Proof,
    /// What was seen last; none before the first check.
    pub facts: Option<Facts>,
    /// The id of MTA-STS and the policy first seen with it.
    pub published: Option<Published>,
    /// The number of this claim.
    fence: i64,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRecord {
    /// When it was done.
    pub at: Timestamp,
    /// The worst of all findings.
    pub status: Status,
    /// What was found.
    pub sections: Vec<Section>,
    /// What concerns the installation.
    pub notices: Vec<Finding>,
    /// What was seen.
    pub facts: Facts,
    /// What changed since the last check.
    pub changes: Vec<Change>,
    /// Whether the TLS-RPT record names the domain's report address.
    pub publication: Publication,
    /// Whether the record names any valid address of the domain, which proves that the domain is the workspace's own.
    pub proves: bool,
    /// When the next one is due.
    pub next: Timestamp,
}

/// A domain with what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedDomain {
    /// The domain.
    pub domain: Domain,
    /// What is known of its record.
    pub known: publication::Published,
    /// What the last check found.
    pub page: CheckPage,
}

#[derive(FromQueryResult)]
struct Claim {
    domain_id: i64,
    fence: i64,
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    workspace_id: i64,
    name: String,
    address: String,
    trusted: bool,
    proven: Option<i64>,
    facts: Option<String>,
    published: Option<String>,
}

#[derive(FromQueryResult)]
struct CheckedRow {
    #[sea_orm(nested)]
    domain: domains::Row,
    #[sea_orm(nested)]
    record: publication::RecordRow,
    due: Option<i64>,
    running: Option<bool>,
    checked: Option<i64>,
    changed: Option<i64>,
    status: Option<i16>,
    sections: Option<String>,
    notices: Option<String>,
    facts: Option<String>,
    history: Option<String>,
}

#[derive(FromQueryResult)]
struct SnapshotRow {
    taken: i64,
    changes: String,
}

impl Storage {
    /// Takes checks that are due, the longest due first, for the time of a lease.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn claim_checks(&self, now: Timestamp, most: usize, lease: Duration) -> Result<Vec<ClaimedCheck>, Error> {
        let backend = self.database.backend();
        let (clock, skip) = (clock(backend), if backend == DbBackend::Sqlite { "" } else { "FOR UPDATE SKIP LOCKED" });
        let claim = format!(
            "UPDATE checks SET leased_until = {clock} + $1, fence = fence + 1 WHERE domain_id IN (
                SELECT domain_id FROM checks WHERE due <= $2 AND leased_until <= {clock} AND {NOT_ARCHIVED}
                ORDER BY due, domain_id LIMIT $3 {skip}
            ) RETURNING domain_id, fence"
        );
        let lease = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let transaction = self.database.begin().await?;
        let statement = Statement::from_sql_and_values(backend, claim, [lease.into(), now.0.into(), most.into()]);
        let claims = Claim::find_by_statement(statement).all(&transaction).await?;
        let keys: Vec<[Value; 1]> = claims.iter().map(|claim| [claim.domain_id.into()]).collect();
        let known = sql::query_by_keys(
            &transaction,
            "SELECT d.id, d.workspace_id, d.name, d.trusted, d.proven, r.address, c.facts, c.published
             FROM keys CROSS JOIN domains d JOIN checks c ON c.domain_id = d.id JOIN addresses r ON r.domain_id = d.id
             WHERE d.id = a AND r.retired IS NULL",
            &keys,
        )
        .await?;
        let valid = format!(
            "SELECT domain_id, address FROM keys CROSS JOIN addresses \
             WHERE domain_id = a AND (retired IS NULL OR retired > {clock})"
        );
        let mut addresses = HashMap::<i64, Vec<String>>::new();
        for row in sql::query_by_keys(&transaction, &valid, &keys).await? {
            addresses.entry(row.try_get("", "domain_id")?).or_default().push(row.try_get("", "address")?);
        }
        transaction.commit().await?;
        known
            .iter()
            .map(|row| {
                let row = Known::from_query_result(row, "")?;
                let fence = claims.iter().find(|claim| claim.domain_id == row.id).map_or(0, |claim| claim.fence);
                Ok(ClaimedCheck {
                    domain: DomainId(row.id),
                    workspace: WorkspaceId(row.workspace_id),
                    name: read::name(&row.name)?,
                    address: row.address,
                    addresses: addresses.remove(&row.id).unwrap_or_default(),
                    proof: Proof::of(row.trusted, row.proven.map(Timestamp)),
                    facts: optional(row.facts.as_deref())?,
                    published: optional(row.published.as_deref())?,
                    fence,
                })
            })
            .collect()
    }

    /// Stores what a claimed check found, gives up the lease, and says when the domain is due again. False, and nothing is
    /// stored, when another has taken the check over meanwhile, or the domain is gone.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn finish_check(&self, claim: &ClaimedCheck, record: &CheckRecord) -> Result<bool, Error> {
        let domain = claim.domain.0;
        let changed = (claim.facts.is_none() || !record.changes.is_empty()).then_some(record.at.0);
        let published = Published::after(claim.published.as_ref(), &record.facts);
        let transaction = self.database.begin().await?;
        let update = "UPDATE checks SET leased_until = 0, due = $1, checked = $2, changed = coalesce($3, changed), \
                      status = $4, sections = $5, notices = $6, facts = $7, published = $8 \
                      WHERE domain_id = $9 AND fence = $10";
        let values: [Value; 10] = [
            record.next.0.into(),
            record.at.0.into(),
            changed.into(),
            record.status.code().into(),
            json(&record.sections).into(),
            json(&record.notices).into(),
            json(&record.facts).into(),
            published.map(|published| json(&published)).into(),
            domain.into(),
            claim.fence.into(),
        ];
        if sql::execute(&transaction, update, values).await? == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        if changed.is_some() {
            let insert = "INSERT INTO snapshots (domain_id, taken, day, changes, facts) VALUES ($1, $2, $3, $4, $5) \
                          ON CONFLICT DO NOTHING";
            let values: [Value; 5] = [
                domain.into(),
                record.at.0.into(),
                record.at.day().0.into(),
                json(&record.changes).into(),
                json(&record.facts).into(),
            ];
            sql::execute(&transaction, insert, values).await?;
        }
        let seen = incident::sightings(&record.sections, &record.notices);
        sightings::note(&transaction, claim.domain, &seen, record.at).await?;
        let publication = "UPDATE domains SET publication = $1 WHERE id = $2";
        sql::execute(&transaction, publication, [record.publication.code().into(), domain.into()]).await?;
        if record.proves {
            let prove = "UPDATE domains SET proven = $1 WHERE id = $2 AND proven IS NULL";
            sql::execute(&transaction, prove, [record.at.0.into(), domain.into()]).await?;
        }
        let hosts: Vec<_> = record.facts.mx.iter().filter_map(|mx| DomainName::parse_lenient(&mx.host)).collect();
        domains::note_mx_hosts(&transaction, claim.domain, &hosts, record.at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a claim back undone: the check is due as before. False when another has it by now.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn give_back_check(&self, claim: &ClaimedCheck) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE checks SET leased_until = 0 WHERE domain_id = $1 AND fence = $2";
        let touched = sql::execute(&transaction, update, [claim.domain.0.into(), claim.fence.into()]).await?;
        transaction.commit().await?;
        Ok(touched > 0)
    }

    /// Makes a domain's check due at an instant, if it is not due earlier, because somebody asked for it. False when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ask_check(&self, workspace: WorkspaceId, name: &DomainName, due: Timestamp) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let Some(domain) = domains::by_name(&transaction, workspace, name).await? else { return Ok(false) };
        let update = "UPDATE checks SET due = $1 WHERE domain_id = $2 AND due > $1";
        if sql::execute(&transaction, update, [due.0.into(), domain.id.into()]).await? > 0 {
            self.note(&transaction, workspace, Act::CheckAsked, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Makes the checks of these domains of a workspace due at an instant, as far as they are not archived or due earlier. Says
    /// how many these are.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ask_checks(&self, workspace: WorkspaceId, names: &[DomainName], due: Timestamp) -> Result<u64, Error> {
        let transaction = self.database.begin().await?;
        let keys: Vec<[Value; 1]> = names.iter().map(|name| [name.as_str().into()]).collect();
        let select = format!(
            "SELECT d.id FROM keys CROSS JOIN domains d WHERE d.workspace_id = {} AND d.name = a AND d.archived IS NULL",
            workspace.0
        );
        let mut ids = vec![];
        for row in sql::query_by_keys(&transaction, &select, &keys).await? {
            ids.push(row.try_get::<i64>("", "id")?);
        }
        ids.sort_unstable();
        let asked = make_due(&transaction, ids.into_iter(), due, due).await?;
        if asked > 0 {
            self.note(&transaction, workspace, Act::CheckAsked, "", &format::counted(asked, "domain")).await?;
        }
        transaction.commit().await?;
        Ok(asked)
    }

    /// When the next check is due that nobody does already; none when there is none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn next_check(&self) -> Result<Option<Timestamp>, Error> {
        #[derive(FromQueryResult)]
        struct Due {
            due: Option<i64>,
        }
        let select = format!(
            "SELECT min(due) AS due FROM checks WHERE leased_until <= {} AND {NOT_ARCHIVED}",
            clock(self.database.backend())
        );
        let rows: Vec<Due> = self.rows(&select, []).await?;
        Ok(rows.into_iter().find_map(|row| row.due).map(Timestamp))
    }

    /// A domain, what is known of its record, and what the last check of it found; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn checked_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<CheckedDomain>, Error> {
        // JSON has no line breaks of its own: a line is a change.
        let select = format!(
            "SELECT {}, {}, c.due, c.leased_until > {} AS running, c.checked, c.changed, c.status, c.sections, c.notices, \
             c.facts, (SELECT string_agg(CAST(h.taken AS TEXT) || ' ' || h.changes, '\n') FROM \
             (SELECT taken, changes FROM snapshots WHERE domain_id = d.id ORDER BY taken DESC LIMIT {HISTORY}) h) AS history \
             FROM {} LEFT JOIN checks c ON c.domain_id = d.id",
            domains::COLUMNS,
            publication::COLUMNS,
            clock(self.database.backend()),
            domains::NAMED
        );
        let row = self.rows::<CheckedRow>(&select, [workspace.0.into(), name.as_str().into()]).await?.pop();
        let Some(row) = row else { return Ok(None) };
        let domain = row.domain.domain(name);
        let facts: Facts = optional(row.facts.as_deref())?.unwrap_or_default();
        let history = row.history.unwrap_or_default();
        let mut history: Vec<_> = history.lines().map(dated).collect::<Result<_, _>>()?;
        history.sort_by_key(|entry| Reverse(entry.at));
        let page = CheckPage {
            off: false,
            archived: domain.archived.is_some(),
            due: row.due.map(Timestamp),
            running: row.running.unwrap_or_default(),
            checked: row.checked.map(Timestamp),
            changed: row.changed.map(Timestamp),
            status: row.status.map(Status::from_code).transpose()?,
            sections: optional(row.sections.as_deref())?.unwrap_or_default(),
            notices: optional(row.notices.as_deref())?.unwrap_or_default(),
            history,
            facts,
        };
        let known = row.record.published(page.facts.tls_rpt.clone(), page.facts.destinations.clone())?;
        Ok(Some(CheckedDomain { domain, known, page }))
    }

    /// What changed in a range of days, oldest first; the first look at a domain is no change.
    pub(crate) async fn changes(&self, domain: DomainId, range: DayRange) -> Result<Vec<HistoryEntry>, Error> {
        let select = changes_between("$2", "$3");
        let values = [domain.0.into(), range.first.0.into(), range.last.0.into()];
        let rows = self.rows::<SnapshotRow>(&select, values).await?;
        rows.into_iter().rev().map(SnapshotRow::entry).collect()
    }
}

impl SnapshotRow {
    fn entry(self) -> Result<HistoryEntry, Error> {
        change(self.taken, &self.changes)
    }
}

/// The query for what changed with the domain `$1` in a range of days, the latest first; the first look at a domain is no change.
pub(crate) fn changes_between(first: &str, last: &str) -> String {
    format!(
        "SELECT taken, changes FROM snapshots WHERE domain_id = $1 AND day BETWEEN {first} AND {last} \
         AND changes <> '[]' ORDER BY taken DESC LIMIT {HISTORY}"
    )
}

/// A change as a line: the instant, a blank, what changed.
fn dated(line: &str) -> Result<HistoryEntry, Error> {
    let parts = line.split_once(' ').and_then(|(taken, changes)| Some((taken.parse().ok()?, changes)));
    let (taken, changes) = parts.ok_or_else(|| Error::Inconsistent(format!("{line:?} is no dated change")))?;
    change(taken, changes)
}

/// A row of it.
pub(crate) fn change(taken: i64, changes: &str) -> Result<HistoryEntry, Error> {
    Ok(HistoryEntry { at: Timestamp(taken), changes: read_json(changes)? })
}

/// Plans the first check of a domain that was just added.
pub(crate) async fn plan(transaction: &DatabaseTransaction, domain: i64, due: Timestamp) -> Result<(), Error> {
    let insert =
        "INSERT INTO checks (domain_id, due, leased_until, fence) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING";
    sql::execute(transaction, insert, [domain.into(), due.0.into()]).await?;
    Ok(())
}

/// Makes the checks of domains that failures were just reported for due soon, unless they were looked at a short while ago.
pub(crate) async fn hasten(
    transaction: &DatabaseTransaction,
    domains: impl Iterator<Item = i64>,
    now: Timestamp,
) -> Result<(), sea_orm::DbErr> {
    /// Senders report at about the same time of day: what the others say is waited for.
    const SOON_SECONDS: i64 = 120;
    /// How old the last look must be.
    const RECENT_SECONDS: i64 = 600;
    make_due(transaction, domains, now.plus_seconds(SOON_SECONDS), now.plus_seconds(-RECENT_SECONDS)).await.map(drop)
}

/// Makes the checks of domains due at an instant, unless they are due earlier, or were looked at later than another instant.
/// Says how many these are.
pub(crate) async fn make_due(
    transaction: &DatabaseTransaction,
    domains: impl Iterator<Item = i64>,
    due: Timestamp,
    looked_at_before: Timestamp,
) -> Result<u64, sea_orm::DbErr> {
    let ids: Vec<String> = domains.map(|domain| domain.to_string()).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let update = format!(
        "UPDATE checks SET due = $1 WHERE domain_id IN ({}) AND due > $1 AND coalesce(checked, 0) < $2",
        ids.join(", ")
    );
    sql::execute(transaction, &update, [due.0.into(), looked_at_before.0.into()]).await
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    // JSON writes NUL as an escape, which PostgreSQL takes as text.
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::Inconsistent(format!("a check is stored as no JSON of ours: {error}")))
}

fn optional<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Error> {
    text.map(read_json).transpose()
}

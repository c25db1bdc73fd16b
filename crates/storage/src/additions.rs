//! Additions: one go of adding many domains, and how far it is.
//!
//! Some entries at a time are added and marked in one transaction, so that any number of processes may work on the same
//! addition, and one that dies leaves nothing half done.

use model::{
    Act, DomainName, Timestamp, UserId, WorkspaceId,
    addition::{Addition, Entry, MOST_SHOWN, Outcome},
    names::Particulars,
};
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, FromQueryResult, QueryResult, Statement, Value};

use crate::{Error, Storage, codes::Code as _, domains, read, sql, writer::patiently};

/// Entries written in one statement.
const WRITTEN_AT_ONCE: usize = 1_000;

/// What was added in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedSome {
    /// Each domain that was added or found, with its workspace: reports may wait for it.
    pub domains: Vec<(WorkspaceId, DomainName)>,
}

#[derive(FromQueryResult)]
struct Counted {
    outcome: i16,
    entries: i64,
}

#[derive(FromQueryResult)]
struct Begun {
    source: String,
    created: i64,
}

#[derive(FromQueryResult)]
struct EntryRow {
    line: i64,
    typed: String,
    outcome: i16,
    name: Option<String>,
    detail: String,
    particulars: Option<String>,
}

impl Storage {
    /// Keeps what was read of a text; what waits is added by [`Storage::add_some`]. Gives the id of the addition.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_addition(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        source: &str,
        entries: &[Entry],
        now: Timestamp,
    ) -> Result<i64, Error> {
        let transaction = self.database.begin().await?;
        let backend = transaction.get_database_backend();
        let insert =
            "INSERT INTO additions (workspace_id, user_id, source, created) VALUES ($1, $2, $3, $4) RETURNING id";
        let values = [workspace.0.into(), user.0.into(), source.into(), now.0.into()];
        let row = transaction.query_one_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
        let id: i64 = row.ok_or_else(|| DbErr::Type("an addition has no id".into()))?.try_get("", "id")?;
        let numbered: Vec<(i32, &Entry)> = (0..).zip(entries).collect();
        for rows in numbered.chunks(WRITTEN_AT_ONCE) {
            let insert = format!(
                "INSERT INTO addition_entries (addition_id, position, line, typed, outcome, name, detail, particulars) \
                 VALUES {}",
                sql::placeholders(backend, rows.len(), 8)
            );
            let values = rows.iter().flat_map(|(position, entry)| -> [Value; 8] {
                let particulars = (entry.particulars != Particulars::default())
                    .then(|| serde_json::to_string(&entry.particulars).unwrap_or_default());
                [
                    id.into(),
                    (*position).into(),
                    i64::from(entry.line).into(),
                    entry.typed.as_str().into(),
                    entry.outcome.code().into(),
                    entry.name.as_ref().map(ToString::to_string).into(),
                    entry.detail.as_str().into(),
                    particulars.into(),
                ]
            });
            transaction.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
        }
        let names = entries.iter().filter(|entry| entry.outcome == Outcome::Waiting).count();
        let detail = model::format::counted(names as u64, "name");
        self.note(&transaction, workspace, Act::DomainsAdded, source, &detail).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Adds some domains that wait in additions, the oldest first, or those of one addition alone; none when nothing waits.
    /// Every new domain takes one of `addresses`; there must be as many as domains are wanted at most.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_some(
        &self,
        only: Option<i64>,
        addresses: &[String],
        now: Timestamp,
    ) -> Result<Option<AddedSome>, Error> {
        Ok(patiently(|| self.try_add_some(only, addresses, now)).await?)
    }

    async fn try_add_some(
        &self,
        only: Option<i64>,
        addresses: &[String],
        now: Timestamp,
    ) -> Result<Option<AddedSome>, DbErr> {
        let backend = self.database.backend();
        let lock = if backend == DbBackend::Sqlite { "" } else { "FOR UPDATE OF e SKIP LOCKED" };
        let scope = only.map(|id| format!("AND e.addition_id = {id}")).unwrap_or_default();
        let select = format!(
            "SELECT e.addition_id, e.position, e.name, e.particulars, a.workspace_id FROM addition_entries e \
             JOIN additions a ON a.id = e.addition_id WHERE e.outcome = 0 {scope} \
             ORDER BY e.addition_id, e.position LIMIT $1 {lock}"
        );
        let most = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
        let transaction = self.database.begin().await?;
        let rows = transaction.query_all_raw(Statement::from_sql_and_values(backend, select, [most.into()])).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut waiting = rows.iter().map(Waiting::read).collect::<Result<Vec<_>, _>>()?;
        // Always in one order, so that two processes never wait for each other.
        waiting.sort_by(|a, b| (a.workspace.0, &a.name).cmp(&(b.workspace.0, &b.name)));
        let mut added = vec![];
        for (waiting, address) in waiting.into_iter().zip(addresses) {
            let Waiting { addition, position, workspace, name, particulars } = waiting;
            let done = domains::add(&transaction, workspace, &name, address, &particulars, now).await;
            let (outcome, detail) = match done {
                Ok((_, true)) => (Outcome::Added, ""),
                Ok((_, false)) => (Outcome::AlreadyThere, ""),
                Err(Error::BeingRemoved) => (Outcome::Refused, "it is still being removed; add it again in a minute"),
                Err(Error::Unavailable(cause)) => return Err(DbErr::Custom(cause)),
                Err(error) => return Err(DbErr::Type(error.to_string())),
            };
            let update =
                "UPDATE addition_entries SET outcome = $1, detail = $2 WHERE addition_id = $3 AND position = $4";
            let values = [outcome.code().into(), detail.into(), addition.into(), position.into()];
            sql::execute(&transaction, update, values).await?;
            added.push((workspace, name));
        }
        transaction.commit().await?;
        Ok(Some(AddedSome { domains: added }))
    }

    /// How far an addition of a workspace is; none when it has none of this id.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn addition(&self, workspace: WorkspaceId, id: i64) -> Result<Option<Addition>, Error> {
        let begun = "SELECT source, created FROM additions WHERE id = $1 AND workspace_id = $2";
        let Some(begun) = self.rows::<Begun>(begun, [id.into(), workspace.0.into()]).await?.pop() else {
            return Ok(None);
        };
        let counts =
            "SELECT outcome, COUNT(*) AS entries FROM addition_entries WHERE addition_id = $1 GROUP BY outcome";
        let counts = self.rows::<Counted>(counts, [id.into()]).await?;
        let counts = counts
            .into_iter()
            .map(|row| Ok((Outcome::from_code(row.outcome)?, read::count(row.entries))))
            .collect::<Result<_, Error>>()?;
        Ok(Some(Addition { id, source: begun.source, created: Timestamp(begun.created), counts }))
    }

    /// The first entries of one outcome, at most [`MOST_SHOWN`], in the order of the text; none of an addition that is another
    /// workspace's.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn addition_entries(
        &self,
        workspace: WorkspaceId,
        id: i64,
        outcome: Outcome,
    ) -> Result<Vec<Entry>, Error> {
        let select = format!(
            "SELECT e.line, e.typed, e.outcome, e.name, e.detail, e.particulars FROM addition_entries e \
                      JOIN additions a ON a.id = e.addition_id \
                      WHERE e.addition_id = $1 AND a.workspace_id = $2 AND e.outcome = $3 \
                      ORDER BY e.position LIMIT {MOST_SHOWN}"
        );
        let values = [id.into(), workspace.0.into(), outcome.code().into()];
        self.rows::<EntryRow>(&select, values).await?.into_iter().map(EntryRow::entry).collect()
    }

    /// Forgets additions that began before this instant and have come to their end.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_additions(&self, before: Timestamp) -> Result<(), Error> {
        let over = "SELECT a.id FROM additions a WHERE a.created < $1 AND NOT EXISTS \
                    (SELECT 1 FROM addition_entries e WHERE e.addition_id = a.id AND e.outcome = 0)";
        let transaction = self.database.begin().await?;
        let entries = format!("DELETE FROM addition_entries WHERE addition_id IN ({over})");
        sql::execute(&transaction, &entries, [before.0.into()]).await?;
        sql::execute(&transaction, &format!("DELETE FROM additions WHERE id IN ({over})"), [before.0.into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// Names that reports speak of which this workspace received and does not count, and does not watch; with how many of
    /// these there are, most first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn names_waited_for(&self, workspace: WorkspaceId) -> Result<Vec<(DomainName, u64)>, Error> {
        #[derive(FromQueryResult)]
        struct Row {
            claimed_name: String,
            reports: i64,
        }
        let select = format!(
            "SELECT claimed_name, COUNT(*) AS reports FROM ( \
                SELECT claimed_name FROM reports WHERE workspace_id = $1 AND state = 3 AND claimed_name IS NOT NULL \
                ORDER BY id DESC LIMIT {} \
             ) q WHERE NOT EXISTS (SELECT 1 FROM domains d WHERE d.workspace_id = $1 AND d.name = q.claimed_name) \
             GROUP BY claimed_name ORDER BY COUNT(*) DESC, claimed_name LIMIT 50",
            read::MOST_LISTED
        );
        let rows: Vec<Row> = self.rows(&select, [workspace.0.into()]).await?;
        // What a stranger wrote there may be no domain at all.
        let named = rows.into_iter().filter_map(|row| Some((DomainName::parse(&row.claimed_name).ok()?, row.reports)));
        Ok(named.map(|(name, reports)| (name, read::count(reports))).collect())
    }
}

/// A domain that is to be added.
struct Waiting {
    addition: i64,
    position: i32,
    workspace: WorkspaceId,
    name: DomainName,
    particulars: Particulars,
}

impl Waiting {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        let defect = |error: Error| DbErr::Type(error.to_string());
        let name: Option<String> = row.try_get("", "name")?;
        let particulars: Option<String> = row.try_get("", "particulars")?;
        Ok(Self {
            addition: row.try_get("", "addition_id")?,
            position: row.try_get("", "position")?,
            workspace: WorkspaceId(row.try_get("", "workspace_id")?),
            name: read::name(&name.unwrap_or_default()).map_err(defect)?,
            particulars: noted(particulars.as_deref()).map_err(defect)?,
        })
    }
}

fn noted(json: Option<&str>) -> Result<Particulars, Error> {
    json.map_or_else(
        || Ok(Particulars::default()),
        |json| {
            serde_json::from_str(json)
                .map_err(|error| Error::Inconsistent(format!("what an addition notes is no JSON of ours: {error}")))
        },
    )
}

impl EntryRow {
    fn entry(self) -> Result<Entry, Error> {
        Ok(Entry {
            line: u32::try_from(self.line).unwrap_or_default(),
            typed: self.typed,
            outcome: Outcome::from_code(self.outcome)?,
            name: self.name.as_deref().map(read::name).transpose()?,
            detail: self.detail,
            particulars: noted(self.particulars.as_deref())?,
        })
    }
}

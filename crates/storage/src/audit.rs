//! The audit log. An entry is written in the transaction of the act it tells of: neither is there without the other.
//!
//! Who acts is part of the handle ([`Storage::acting`]), so that no method can forget to ask. Through a handle without an
//! actor, the program does something by itself, and nothing is written down.

use std::sync::Arc;

use model::{
    Act, Actor, Day, Page, Timestamp, UserId, WorkspaceId,
    audit::{AuditEntry, AuditLog, AuditQuery},
};
use sea_orm::{DatabaseTransaction, DbErr, FromQueryResult, Value};

use crate::{
    Error, Storage,
    read::{self, MOST_LISTED},
    sql,
};

/// Entries of an export that are read at once.
const EXPORTED_AT_ONCE: usize = 500;

/// Entries that are deleted in one transaction.
const DELETED_AT_ONCE: u32 = 2_000;

/// Whose log is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOf {
    /// What concerns this workspace.
    Workspace(WorkspaceId),
    /// What concerns no workspace alone.
    Installation,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    at: i64,
    who: String,
    act: String,
    subject: String,
    detail: String,
    remote: String,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

impl Storage {
    /// The same database, for what this actor does through it.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Self {
        Self { actor: Some(Arc::new(actor)), ..self.clone() }
    }

    /// Who acts through this handle.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_deref()
    }

    /// The same handle once it is known who acts through it.
    pub(crate) fn acting_as(&self, user: UserId, email: &str) -> Self {
        let known = self.actor().map(|actor| Arc::new(actor.known_as(user, email)));
        Self { actor: known, ..self.clone() }
    }

    /// Writes an act into the log of a workspace, or of the installation, as part of the transaction that does it. The
    /// subject is whom or what it was done to; the detail says from what to what.
    pub(crate) async fn note(
        &self,
        transaction: &DatabaseTransaction,
        workspace: impl Into<Option<WorkspaceId>>,
        act: Act,
        subject: &str,
        detail: &str,
    ) -> Result<(), DbErr> {
        let Some(actor) = self.actor() else { return Ok(()) };
        let insert = "INSERT INTO audit (workspace_id, at, user_id, who, act, subject, detail, remote) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values: [Value; 8] = [
            workspace.into().map(|workspace| workspace.0).into(),
            actor.at.0.into(),
            actor.user.map(|user| user.0).into(),
            actor.name.as_str().into(),
            act.word().into(),
            subject.into(),
            detail.into(),
            actor.from.as_str().into(),
        ];
        sql::execute(transaction, insert, values).await?;
        Ok(())
    }

    /// Writes down an act that changed many things, each in a transaction of its own.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_alone(&self, workspace: WorkspaceId, act: Act, subject: &str) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        self.note(&transaction, workspace, act, subject, "").await?;
        Ok(transaction.commit().await?)
    }

    /// A page of the log, latest first, as far as the newest ten thousand entries that match.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn audit_log(&self, of: AuditOf, query: &AuditQuery) -> Result<AuditLog, Error> {
        let (filter, values) = filter(of, query);
        let count =
            format!("SELECT COUNT(*) AS count FROM (SELECT 1 FROM audit WHERE {filter} LIMIT {MOST_LISTED}) matching");
        let matching = self.rows::<Count>(&count, values.clone()).await?.pop().map_or(0, |row| read::count(row.count));
        let page = Page::of(query.page, matching);
        let select = format!("{SELECT} WHERE {filter} ORDER BY id DESC LIMIT {} OFFSET {}", Page::ROWS, page.skip());
        let rows = self.rows::<Row>(&select, values).await?;
        let rows = rows.into_iter().map(Row::entry).collect::<Result<_, _>>()?;
        Ok(AuditLog { matching, page: page.number, rows })
    }

    /// The next entries of an export, latest first: those before entry number `before`, or the latest of all. None are
    /// left when none come.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn audit_export(
        &self,
        of: AuditOf,
        query: &AuditQuery,
        before: Option<i64>,
    ) -> Result<Vec<AuditEntry>, Error> {
        let (filter, mut values) = filter(of, query);
        values.push(before.unwrap_or(i64::MAX).into());
        let place = values.len();
        let select = format!("{SELECT} WHERE {filter} AND id < ${place} ORDER BY id DESC LIMIT {EXPORTED_AT_ONCE}");
        self.rows::<Row>(&select, values).await?.into_iter().map(Row::entry).collect()
    }

    /// Deletes entries older than this day; says how many.
    ///
    /// # Errors
    /// The database cannot be used. What was deleted stays deleted.
    pub async fn expire_audit(&self, from: Day) -> Result<u64, Error> {
        let delete = format!(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT {DELETED_AT_ONCE})"
        );
        let mut deleted = 0;
        loop {
            let transaction = self.database.begin().await?;
            let some = sql::execute(&transaction, &delete, [from.start().0.into()]).await?;
            transaction.commit().await?;
            deleted += some;
            if some < u64::from(DELETED_AT_ONCE) {
                return Ok(deleted);
            }
        }
    }
}

const SELECT: &str = "SELECT id, at, who, act, subject, detail, remote FROM audit";

/// The condition of a query, and its values.
fn filter(of: AuditOf, query: &AuditQuery) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![];
    let mut filter = match of {
        AuditOf::Workspace(workspace) => {
            values.push(workspace.0.into());
            "workspace_id = $1".to_owned()
        }
        AuditOf::Installation => "workspace_id IS NULL".to_owned(),
    };
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        filter.push_str(" AND ");
        filter.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(person) = &query.person {
        and("(who = ? OR subject = ?)", person.to_lowercase().into());
    }
    if let Some(act) = query.act {
        and("act = ?", act.word().into());
    }
    if let Some(from) = query.from {
        and("at >= ?", from.start().0.into());
    }
    if let Some(to) = query.to {
        and("at < ?", to.plus(1).start().0.into());
    }
    (filter, values)
}

impl Row {
    fn entry(self) -> Result<AuditEntry, Error> {
        let act = Act::from_word(&self.act)
            .ok_or_else(|| Error::Inconsistent(format!("{:?} is no act of the audit log", self.act)))?;
        Ok(AuditEntry {
            id: self.id,
            at: Timestamp(self.at),
            who: self.who,
            act,
            subject: self.subject,
            detail: self.detail,
            from: self.remote,
        })
    }
}

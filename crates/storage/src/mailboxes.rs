//! Mailboxes that are read by IMAP: where each is, who reads it next, how far it was read, and how that went.
//!
//! As with checks, any number of processes may take work: each mailbox goes to one of them for the time of a lease, and with
//! a fencing number. Whoever is overtaken stores nothing more about it.

use std::time::Duration;

use model::{
    Act, MailboxId, Timestamp, WorkspaceId,
    mailbox::{MailboxRow, MailboxSettings},
};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement, Value};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Storage, read,
    sql::{self, clock},
};

/// A mailbox that this process is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMailbox {
    /// Its id.
    pub id: MailboxId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Its name in the configuration; none where an owner added it.
    pub configured: Option<String>,
    /// Where it is.
    pub settings: MailboxSettings,
    /// Its secret, sealed.
    pub secret: Option<Vec<u8>>,
    /// How far it was read.
    pub progress: Progress,
    /// How often in a row reading it has failed.
    pub failures: u32,
    /// When it was added.
    pub created: Timestamp,
    /// The number of this claim.
    fence: i64,
}

/// How far a mailbox was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// As long as the server says this number, a UID names the same message.
    pub uid_validity: u32,
    /// All messages up to this UID are done with,
    pub last_uid: u32,
    /// but for these.
    pub again: Vec<Again>,
    /// Messages that were taken in.
    pub taken: u64,
    /// Messages that are no reports.
    pub others: u64,
    /// Messages that could not be fetched.
    pub skipped: u64,
}

/// A message that is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// Its UID.
    pub uid: u32,
    /// Not before this instant.
    pub from: i64,
    /// How often it was tried.
    pub tries: u32,
    /// Whether it is stored already, and only what is to be done to it in the mailbox has failed.
    pub stored: bool,
}

/// How reading a mailbox went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRecord {
    /// When.
    pub at: Timestamp,
    /// Why it failed; none where it did not.
    pub error: Option<String>,
    /// When it is read next.
    pub next: Timestamp,
}

/// A mailbox to be tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMailbox {
    /// Its name in the configuration; none where an owner added it.
    pub configured: Option<String>,
    /// Where it is.
    pub settings: MailboxSettings,
    /// Its secret, sealed.
    pub secret: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct Id {
    #[expect(dead_code, reason = "that there is one is all that matters")]
    id: i64,
}

#[derive(FromQueryResult)]
struct Claim {
    id: i64,
    workspace_id: i64,
    configured: Option<String>,
    settings: String,
    secret: Option<Vec<u8>>,
    created: i64,
    uid_validity: i64,
    last_uid: i64,
    again: String,
    taken: i64,
    others: i64,
    skipped: i64,
    failures: i32,
    fence: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    configured: Option<String>,
    settings: String,
    created: i64,
    due: i64,
    running: bool,
    again: String,
    taken: i64,
    others: i64,
    skipped: i64,
    succeeded: Option<i64>,
    failed: Option<i64>,
    error: Option<String>,
    tested: Option<i64>,
    test_error: Option<String>,
    paused: Option<i64>,
}

#[derive(FromQueryResult)]
struct Kept {
    configured: Option<String>,
    settings: String,
    secret: Option<Vec<u8>>,
}

/// A new row: nothing read yet, due at once.
const INSERT: &str = "INSERT INTO mailboxes (workspace_id, configured, settings, secret, created, due, leased_until, fence, \
                      uid_validity, last_uid, again, taken, others, skipped, failures) \
                      VALUES ($1, $2, $3, $4, $5, $5, 0, 0, 0, 0, '[]', 0, 0, 0, 0)";

impl Storage {
    /// Adds a mailbox, due at once. None, and nothing is stored, when the workspace has `most` already.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_mailbox(
        &self,
        workspace: WorkspaceId,
        settings: &MailboxSettings,
        secret: &[u8],
        now: Timestamp,
        most: u64,
    ) -> Result<Option<MailboxId>, Error> {
        let transaction = self.database.begin().await?;
        let count = "SELECT COUNT(*) AS n FROM mailboxes WHERE workspace_id = $1 AND configured IS NULL";
        let backend = transaction.get_database_backend();
        let counting = Statement::from_sql_and_values(backend, count, [workspace.0.into()]);
        let there: i64 = match transaction.query_one_raw(counting).await? {
            Some(row) => row.try_get("", "n")?,
            None => 0,
        };
        if read::count(there) >= most {
            return Ok(None);
        }
        let values: [Value; 5] = [
            workspace.0.into(),
            None::<String>.into(),
            json(settings).into(),
            Some(secret.to_vec()).into(),
            now.0.into(),
        ];
        let statement = Statement::from_sql_and_values(backend, format!("{INSERT} RETURNING id"), values);
        let row = transaction.query_one_raw(statement).await?;
        let id = row.ok_or_else(|| Error::Inconsistent("a new mailbox has no id".to_owned()))?.try_get("", "id")?;
        self.note(&transaction, workspace, Act::MailboxAdded, &settings.to_string(), "").await?;
        transaction.commit().await?;
        Ok(Some(MailboxId(id)))
    }

    /// Notes a mailbox that the configuration brings. One of this name goes on where it was, with these settings; one that the
    /// configuration has moved to another workspace begins anew there.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn configure_mailbox(
        &self,
        workspace: WorkspaceId,
        name: &str,
        settings: &MailboxSettings,
        now: Timestamp,
    ) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let elsewhere = "DELETE FROM mailboxes WHERE configured = $1 AND workspace_id <> $2";
        sql::execute(&transaction, elsewhere, [name.into(), workspace.0.into()]).await?;
        // A mailbox whose secret was mended is not kept waiting by the failures before.
        let upsert = format!(
            "{INSERT} ON CONFLICT (configured) DO UPDATE SET settings = excluded.settings, due = excluded.due, failures = 0"
        );
        let values: [Value; 5] =
            [workspace.0.into(), Some(name).into(), json(settings).into(), None::<Vec<u8>>.into(), now.0.into()];
        sql::execute(&transaction, &upsert, values).await?;
        Ok(transaction.commit().await?)
    }

    /// The mailboxes of a workspace, oldest first: those that owners added, and those of these names in the configuration.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn mailboxes(&self, workspace: WorkspaceId, configured: &[String]) -> Result<Vec<MailboxRow>, Error> {
        let select = format!(
            "SELECT id, configured, settings, created, due, leased_until > {} AS running, again, taken, others, skipped, \
             succeeded, failed, error, tested, test_error, paused FROM mailboxes WHERE workspace_id = $1 AND {} ORDER BY id",
            clock(self.database.backend()),
            ours(configured.len(), 1),
        );
        let rows: Vec<Row> = self.rows(&select, values([workspace.0.into()], configured)).await?;
        rows.into_iter().map(Row::shown).collect()
    }

    /// One mailbox of a workspace, with its sealed secret.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn mailbox(&self, workspace: WorkspaceId, id: MailboxId) -> Result<Option<StoredMailbox>, Error> {
        let select = "SELECT configured, settings, secret FROM mailboxes WHERE workspace_id = $1 AND id = $2";
        let rows: Vec<Kept> = self.rows(select, [workspace.0.into(), id.0.into()]).await?;
        let kept = |row: Kept| {
            Ok(StoredMailbox { configured: row.configured, settings: parse(&row.settings)?, secret: row.secret })
        };
        rows.into_iter().next().map(kept).transpose()
    }

    /// Removes a mailbox that an owner added. What came from it stays. False when the workspace has no such mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn remove_mailbox(&self, workspace: WorkspaceId, id: MailboxId) -> Result<bool, Error> {
        let Some(mailbox) = self.mailbox(workspace, id).await? else { return Ok(false) };
        let transaction = self.database.begin().await?;
        let delete = "DELETE FROM mailboxes WHERE workspace_id = $1 AND id = $2 AND configured IS NULL";
        if sql::execute(&transaction, delete, [workspace.0.into(), id.0.into()]).await? == 0 {
            return Ok(false);
        }
        self.note(&transaction, workspace, Act::MailboxRemoved, &mailbox.settings.to_string(), "").await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Makes a mailbox due at once, if it is not due earlier, and notes what trying it out has shown. False when the workspace
    /// has no such mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_mailbox_test(
        &self,
        workspace: WorkspaceId,
        id: MailboxId,
        now: Timestamp,
        error: Option<&str>,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE mailboxes SET tested = $1, test_error = $2, \
                      due = CASE WHEN $2 IS NULL AND due > $1 THEN $1 ELSE due END WHERE workspace_id = $3 AND id = $4";
        let values: [Value; 4] = [now.0.into(), error.into(), workspace.0.into(), id.0.into()];
        let touched = sql::execute(&transaction, update, values).await?;
        transaction.commit().await?;
        Ok(touched > 0)
    }

    /// Takes mailboxes that are due, the longest due first, for the time of a lease: those that owners added, and those of
    /// these names in the configuration.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn claim_mailboxes(
        &self,
        now: Timestamp,
        most: usize,
        lease: Duration,
        configured: &[String],
    ) -> Result<Vec<ClaimedMailbox>, Error> {
        let backend = self.database.backend();
        let (clock, skip) = (clock(backend), if backend == DbBackend::Sqlite { "" } else { "FOR UPDATE SKIP LOCKED" });
        let claim = format!(
            "UPDATE mailboxes SET leased_until = {clock} + $1, fence = fence + 1 WHERE id IN (
                SELECT id FROM mailboxes WHERE due <= $2 AND leased_until <= {clock} AND paused IS NULL AND {}
                ORDER BY due, id LIMIT $3 {skip}
            ) RETURNING id, workspace_id, configured, settings, secret, created, uid_validity, last_uid, again, taken, others, \
             skipped, failures, fence",
            ours(configured.len(), 3),
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let transaction = self.database.begin().await?;
        let values = values([millis(lease).into(), now.0.into(), most.into()], configured);
        let statement = Statement::from_sql_and_values(backend, claim, values);
        let claims = Claim::find_by_statement(statement).all(&transaction).await?;
        transaction.commit().await?;
        claims.into_iter().map(Claim::taken).collect()
    }

    /// Goes on with a claim for the time of a lease. False when another has it by now, or the mailbox was removed.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn renew_mailbox(&self, claim: &ClaimedMailbox, lease: Duration) -> Result<bool, Error> {
        let update = format!(
            "UPDATE mailboxes SET leased_until = {} + $1 WHERE id = $2 AND fence = $3",
            clock(self.database.backend())
        );
        self.of_claim(claim, &update, vec![millis(lease).into()]).await
    }

    /// Whether a claim is still good: nobody has paused, changed, removed or taken over the mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn holds_mailbox(&self, claim: &ClaimedMailbox) -> Result<bool, Error> {
        let select = "SELECT id FROM mailboxes WHERE id = $1 AND fence = $2";
        Ok(!self.rows::<Id>(select, [claim.id.0.into(), claim.fence.into()]).await?.is_empty())
    }

    /// Notes how far a mailbox was read. False, and nothing is stored, when another has taken over meanwhile.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_mailbox_progress(&self, claim: &ClaimedMailbox, progress: &Progress) -> Result<bool, Error> {
        let update = "UPDATE mailboxes SET uid_validity = $1, last_uid = $2, again = $3, taken = $4, others = $5, \
                      skipped = $6 WHERE id = $7 AND fence = $8";
        let stored = |count: u64| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
        let values = vec![
            i64::from(progress.uid_validity).into(),
            i64::from(progress.last_uid).into(),
            json(&progress.again).into(),
            stored(progress.taken),
            stored(progress.others),
            stored(progress.skipped),
        ];
        self.of_claim(claim, update, values).await
    }

    /// Notes how reading a mailbox went; `keep` is the lease of whoever goes on with it, none gives it up. False, and nothing
    /// is stored, when another has taken over meanwhile.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_poll(
        &self,
        claim: &ClaimedMailbox,
        poll: &PollRecord,
        keep: Option<Duration>,
    ) -> Result<bool, Error> {
        let until = keep.map_or("$5".to_owned(), |_| format!("{} + $5", clock(self.database.backend())));
        let update = format!(
            "UPDATE mailboxes SET due = $1, succeeded = coalesce($2, succeeded), failed = coalesce($3, failed), error = $4, \
             failures = CASE WHEN $4 IS NULL THEN 0 ELSE failures + 1 END, leased_until = {until} WHERE id = $6 AND fence = $7"
        );
        let (succeeded, failed) = if poll.error.is_none() { (Some(poll.at.0), None) } else { (None, Some(poll.at.0)) };
        let values = vec![
            poll.next.0.into(),
            succeeded.into(),
            failed.into(),
            poll.error.clone().into(),
            millis(keep.unwrap_or_default()).into(),
        ];
        self.of_claim(claim, &update, values).await
    }

    /// Puts another sealed secret in the place of this one, such as one with a new token. False when it has changed meanwhile.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reseal_mailbox(&self, id: MailboxId, old: &[u8], new: &[u8]) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE mailboxes SET secret = $1 WHERE id = $2 AND secret = $3";
        let touched =
            sql::execute(&transaction, update, [new.to_vec().into(), id.0.into(), old.to_vec().into()]).await?;
        transaction.commit().await?;
        Ok(touched > 0)
    }

    /// Gives a claim back undone: the mailbox is due as before.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn give_back_mailbox(&self, claim: &ClaimedMailbox) -> Result<bool, Error> {
        self.of_claim(claim, "UPDATE mailboxes SET leased_until = 0 WHERE id = $1 AND fence = $2", vec![]).await
    }

    /// When the next mailbox is due that nobody reads already; none when there is none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn next_mailbox(&self, configured: &[String]) -> Result<Option<Timestamp>, Error> {
        #[derive(FromQueryResult)]
        struct Due {
            due: Option<i64>,
        }
        let select = format!(
            "SELECT min(due) AS due FROM mailboxes WHERE leased_until <= {} AND paused IS NULL AND {}",
            clock(self.database.backend()),
            ours(configured.len(), 0)
        );
        let rows: Vec<Due> = self.rows(&select, values([], configured)).await?;
        Ok(rows.into_iter().find_map(|row| row.due).map(Timestamp))
    }

    /// Runs an update whose last two parameters are the claim's id and fencing number.
    async fn of_claim(&self, claim: &ClaimedMailbox, update: &str, mut values: Vec<Value>) -> Result<bool, Error> {
        values.extend([claim.id.0.into(), claim.fence.into()]);
        let transaction = self.database.begin().await?;
        let touched = sql::execute(&transaction, update, values).await?;
        transaction.commit().await?;
        Ok(touched > 0)
    }
}

/// The condition that a mailbox is one that this process knows the secret of; `before` parameters come before the names.
fn ours(names: usize, before: usize) -> String {
    let places: Vec<String> = (before + 1..=before + names).map(|at| format!("${at}")).collect();
    if places.is_empty() {
        "configured IS NULL".to_owned()
    } else {
        format!("(configured IS NULL OR configured IN ({}))", places.join(", "))
    }
}

fn values<const N: usize>(first: [Value; N], names: &[String]) -> Vec<Value> {
    first.into_iter().chain(names.iter().map(|name| name.as_str().into())).collect()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Inconsistent(format!("a mailbox cannot be read back: {error}")))
}

/// A number that IMAP counts in 32 bits.
fn number(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

impl Claim {
    fn taken(self) -> Result<ClaimedMailbox, Error> {
        Ok(ClaimedMailbox {
            id: MailboxId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            configured: self.configured,
            settings: parse(&self.settings)?,
            secret: self.secret,
            progress: Progress {
                uid_validity: number(self.uid_validity),
                last_uid: number(self.last_uid),
                again: parse(&self.again)?,
                taken: read::count(self.taken),
                others: read::count(self.others),
                skipped: read::count(self.skipped),
            },
            failures: u32::try_from(self.failures).unwrap_or(0),
            created: Timestamp(self.created),
            fence: self.fence,
        })
    }
}

impl Row {
    fn shown(self) -> Result<MailboxRow, Error> {
        let waiting: Vec<Again> = parse(&self.again)?;
        Ok(MailboxRow {
            id: MailboxId(self.id),
            configured: self.configured.is_some(),
            settings: parse(&self.settings)?,
            created: Timestamp(self.created),
            due: Timestamp(self.due),
            running: self.running,
            taken: read::count(self.taken),
            others: read::count(self.others),
            skipped: read::count(self.skipped),
            waiting: waiting.len() as u64,
            succeeded: self.succeeded.map(Timestamp),
            error: self.failed.map(Timestamp).zip(self.error),
            tested: self.tested.map(|at| (Timestamp(at), self.test_error)),
            paused: self.paused.map(Timestamp),
        })
    }
}

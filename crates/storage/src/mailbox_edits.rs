//! What owners change about a mailbox: its settings and its secret, and whether it is read at all.
//!
//! Each of these takes the mailbox away from whoever reads it just now: that one stores nothing more about it.

use model::{Act, MailboxId, Timestamp, WorkspaceId, mailbox::MailboxSettings};
use sea_orm::Value;

use crate::{Error, Storage, mailboxes::json, sql};

/// What is changed.
#[derive(Clone, Copy, Debug)]
pub struct MailboxEdit<'a> {
    /// The settings from now on.
    pub settings: &'a MailboxSettings,
    /// Another secret, sealed; none keeps the one there is.
    pub secret: Option<&'a [u8]>,
    /// Whether it is another mailbox or folder now, to be read from its first message.
    pub elsewhere: bool,
    /// What has changed, in words, for the audit log.
    pub detail: &'a str,
}

/// Whoever reads it is overtaken, and it is due.
const AT_ONCE: &str = "due = $1, failures = 0, error = NULL, leased_until = 0, fence = fence + 1";

/// Nothing was read of it yet.
const FROM_THE_START: &str = "created = $1, uid_validity = 0, last_uid = 0, again = '[]', taken = 0, others = 0, skipped = 0, \
                              succeeded = NULL, failed = NULL";

impl Storage {
    /// Changes a mailbox that an owner added; it is due at once. What came from it stays. False when the workspace has no such
    /// mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn edit_mailbox(
        &self,
        workspace: WorkspaceId,
        id: MailboxId,
        edit: MailboxEdit<'_>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let anew = if edit.elsewhere { format!(", {FROM_THE_START}") } else { String::new() };
        let update = format!(
            "UPDATE mailboxes SET {AT_ONCE}, settings = $2, secret = coalesce($3, secret), tested = NULL, test_error = NULL{anew} \
             WHERE workspace_id = $4 AND id = $5 AND configured IS NULL"
        );
        let values: [Value; 5] = [
            now.0.into(),
            json(edit.settings).into(),
            edit.secret.map(<[u8]>::to_vec).into(),
            workspace.0.into(),
            id.0.into(),
        ];
        let transaction = self.database.begin().await?;
        if sql::execute(&transaction, &update, values).await? == 0 {
            return Ok(false);
        }
        self.note(&transaction, workspace, Act::MailboxEdited, &edit.settings.to_string(), edit.detail).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Reads a mailbox that an owner added no more, until it is resumed; then it goes on where it was. False when the workspace has
    /// no such mailbox, or it is so already.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn pause_mailbox(
        &self,
        workspace: WorkspaceId,
        id: MailboxId,
        paused: bool,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(mailbox) = self.mailbox(workspace, id).await? else { return Ok(false) };
        let (to, from) = if paused { ("$1", "IS NULL") } else { ("NULL", "IS NOT NULL") };
        let update = format!(
            "UPDATE mailboxes SET {AT_ONCE}, paused = {to} \
             WHERE workspace_id = $2 AND id = $3 AND configured IS NULL AND paused {from}"
        );
        let transaction = self.database.begin().await?;
        if sql::execute(&transaction, &update, [now.0.into(), workspace.0.into(), id.0.into()]).await? == 0 {
            return Ok(false);
        }
        let act = if paused { Act::MailboxPaused } else { Act::MailboxResumed };
        self.note(&transaction, workspace, act, &mailbox.settings.to_string(), "").await?;
        transaction.commit().await?;
        Ok(true)
    }
}

//! Changing a mailbox that an owner added, and pausing it.
//!
//! A secret goes nowhere but where it was entered for: with another server, another user or another way to sign in, it is asked for
//! anew. So nobody who may change a mailbox learns what another has entered.

use model::{
    MailboxId, Timestamp, WorkspaceId,
    mailbox::{MailboxProblem, MailboxSettings},
};
use storage::{MailboxEdit, StoredMailbox};

use super::{connect::purpose, tokens};
use crate::{Engine, Error};

/// What is entered besides the settings.
#[derive(Clone, Copy, Default)]
pub struct SecretEdit<'a> {
    /// The password, or the secret of the OAuth client; empty keeps the one there is.
    pub secret: &'a str,
    /// Whether the tokens that were given are forgotten, so that somebody agrees again.
    pub forget_tokens: bool,
}

impl Engine {
    /// The settings of a mailbox that an owner added; none when the workspace has no such mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn mailbox_settings(
        &self,
        workspace: WorkspaceId,
        id: MailboxId,
    ) -> Result<Option<MailboxSettings>, Error> {
        Ok(self.own_mailbox(workspace, id).await?.map(|stored| stored.settings))
    }

    /// Changes a mailbox that an owner added; it is due at once. False when the workspace has no such mailbox.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn edit_mailbox(
        &self,
        workspace: WorkspaceId,
        id: MailboxId,
        settings: MailboxSettings,
        entered: SecretEdit<'_>,
        now: Timestamp,
    ) -> Result<Result<bool, MailboxProblem>, Error> {
        let Some(before) = self.own_mailbox(workspace, id).await? else { return Ok(Ok(false)) };
        let settings = match self.tidied(settings) {
            Ok(settings) => settings,
            Err(problem) => return Ok(Err(problem)),
        };
        let sealed = match self.secret_after(workspace, &before, &settings, entered) {
            Ok(sealed) => sealed,
            Err(problem) => return Ok(Err(problem)),
        };
        let detail = changes(&before.settings, &settings, sealed.is_some());
        let edit = MailboxEdit {
            settings: &settings,
            secret: sealed.as_deref(),
            elsewhere: place(&before.settings) != place(&settings),
            detail: &detail,
        };
        let changed = self.storage.edit_mailbox(workspace, id, edit, now).await?;
        self.mailboxes.wanted.notify_one();
        Ok(Ok(changed))
    }

    /// Pauses a mailbox that an owner added, or resumes it; then it is due at once. False when the workspace has no such mailbox,
    /// or it is so already.
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
        let changed = self.storage.pause_mailbox(workspace, id, paused, now).await?;
        self.mailboxes.wanted.notify_one();
        Ok(changed)
    }

    async fn own_mailbox(&self, workspace: WorkspaceId, id: MailboxId) -> Result<Option<StoredMailbox>, Error> {
        let stored = self.storage.mailbox(workspace, id).await?;
        Ok(stored.filter(|stored| stored.configured.is_none()))
    }

    /// The secret to be kept from now on, sealed; none where the one there is stays as it is.
    fn secret_after(
        &self,
        workspace: WorkspaceId,
        before: &StoredMailbox,
        settings: &MailboxSettings,
        entered: SecretEdit<'_>,
    ) -> Result<Option<Vec<u8>>, MailboxProblem> {
        let fits = purpose(workspace, &before.settings) == purpose(workspace, settings);
        match (entered.secret, fits) {
            ("", true) if entered.forget_tokens && settings.sign_in.client().is_some() => {
                let opened =
                    before.secret.as_deref().map(|sealed| self.vault.unseal(&purpose(workspace, settings), sealed));
                // What cannot be opened any more is entered anew.
                let opened = opened.and_then(Result::ok).ok_or(MailboxProblem::SecretAnew)?;
                let kept: tokens::Kept = serde_json::from_slice(&opened).map_err(|_| MailboxProblem::SecretAnew)?;
                self.sealed(workspace, settings, kept.client_secret.as_deref().unwrap_or_default()).map(Some)
            }
            ("", true) => Ok(None),
            (secret, fits) => self.sealed(workspace, settings, secret).map(Some).map_err(|problem| match problem {
                MailboxProblem::Secret if !fits && secret.is_empty() => MailboxProblem::SecretAnew,
                problem => problem,
            }),
        }
    }
}

/// What a UID and the count of messages belong to.
fn place(settings: &MailboxSettings) -> (&str, u16, &str, &str) {
    (&settings.host, settings.port, &settings.user, &settings.folder)
}

/// What has changed, in words; never a secret.
fn changes(before: &MailboxSettings, now: &MailboxSettings, secret: bool) -> String {
    let all = [
        (before.host != now.host || before.port != now.port, "server"),
        (before.tls != now.tls, "encryption"),
        (before.user != now.user, "user"),
        (before.sign_in != now.sign_in, "way to sign in"),
        (secret, "secret"),
        (before.folder != now.folder, "folder"),
        (before.form != now.form, "report addresses"),
        (before.after != now.after, "what becomes of reports"),
    ];
    let changed: Vec<_> = all.into_iter().filter(|(changed, _)| *changed).map(|(_, word)| word).collect();
    changed.join(", ")
}

//! What keeps the database from growing for ever. Whoever runs the program calls this from time to time.

use model::{
    Timestamp, WorkspaceId,
    retention::{Keep, Loss},
};

use crate::{Engine, Error, people};

/// The duty of deleting what is old, as it is written down.
const EXPIRE: &str = "expire";

/// A clock that is further ahead of the last turn than this may have jumped: 48 hours.
const BELIEVED_SECONDS: i64 = 48 * 3600;

/// What was read when domains were added is kept so long: 90 days. The domains stay.
const ADDITIONS_SECONDS: i64 = 90 * 24 * 3600;

/// How long what is kept in full is kept, in days. Report rows and sums stay as long as their domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Bodies and single failures, in each workspace that has not decided otherwise.
    pub reports: Keep,
    /// The audit log.
    pub audit: u16,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Bodies.
    pub bodies: u64,
    /// Reports whose failure details went.
    pub reports: u64,
    /// Entries of the audit log.
    pub acts: u64,
}

/// The clock is more than 48 hours ahead of the last time that something was deleted. It may have jumped, or the program stood
/// still for so long: nothing is deleted until somebody confirms the date ([`Engine::confirm_date`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockMoved {
    /// When that was.
    pub last: Timestamp,
}

impl Engine {
    /// Deletes what is older than is to be kept, unless the clock may have jumped.
    ///
    /// # Errors
    /// The database cannot be used. What was deleted stays deleted; the rest goes the next time.
    pub async fn expire(&self, now: Timestamp) -> Result<Result<Expired, ClockMoved>, Error> {
        if let Some(last) = self.storage.duty_done(EXPIRE).await?
            && last.plus_seconds(BELIEVED_SECONDS) < now
        {
            return Ok(Err(ClockMoved { last }));
        }
        let today = now.day();
        let Retention { reports: usual, audit } = self.settings.retention;
        let mut expired = Expired::default();
        for workspace in self.storage.workspace_ids().await? {
            let keep = self.storage.retention(workspace, usual).await?;
            expired.bodies += self.storage.expire_bodies(workspace, keep.bodies, today).await?;
            expired.reports += self.storage.expire_failures(workspace, keep.failures, today).await?;
        }
        expired.acts = self.storage.expire_audit(today.plus(-i32::from(audit))).await?;
        // What was taken in of each day is of interest no longer than the bodies usually are.
        self.storage.expire_intake(today.plus(-i32::from(usual.bodies))).await?;
        self.storage.expire_additions(now.plus_seconds(-ADDITIONS_SECONDS)).await?;
        self.storage.note_duty(EXPIRE, now).await?;
        Ok(Ok(expired))
    }

    /// How long a workspace keeps what is kept in full, and how long the installation does by itself.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn retention(&self, workspace: WorkspaceId) -> Result<(Keep, Keep), Error> {
        let usual = self.settings.retention.reports;
        Ok((self.storage.retention(workspace, usual).await?, usual))
    }

    /// What a workspace would lose today if it kept things no longer than this.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn loss(&self, workspace: WorkspaceId, keep: Keep, now: Timestamp) -> Result<Loss, Error> {
        Ok(self.storage.loss(workspace, keep, now.day()).await?)
    }

    /// Decides how long a workspace keeps it; what is older goes the next time that [`Engine::expire`] is called.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn set_retention(&self, workspace: WorkspaceId, keep: Keep) -> Result<(), Error> {
        Ok(self.storage.set_retention(workspace, keep, self.settings.retention.reports).await?)
    }

    /// Confirms that the clock is right, however far it is from the last time that something was deleted.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn confirm_date(&self, now: Timestamp) -> Result<(), Error> {
        Ok(self.storage.note_duty(EXPIRE, now).await?)
    }

    /// Deletes sessions that are over. They let nobody in while they are there.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<(), Error> {
        let (created, seen) = people::oldest_session(now);
        Ok(self.storage.sweep_sessions(created, seen).await?)
    }
}

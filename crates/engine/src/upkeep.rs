//! What keeps the database from growing for ever. Whoever runs the program calls this from time to time.

use model::Timestamp;

use crate::{Engine, Error, people};

/// How long what is kept in full is kept, in days. Report rows and sums stay as long as their domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Bodies as received.
    pub bodies: u16,
    /// Failure details of reports.
    pub failures: u16,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Bodies.
    pub bodies: u64,
    /// Reports whose failure details went.
    pub reports: u64,
}

impl Engine {
    /// Deletes what is older than is to be kept.
    ///
    /// # Errors
    /// The database cannot be used. What was deleted stays deleted; the rest goes the next time.
    pub async fn expire(&self, keep: Retention, now: Timestamp) -> Result<Expired, Error> {
        let today = now.day();
        Ok(Expired {
            bodies: self.storage.expire_bodies(today.plus(-i32::from(keep.bodies))).await?,
            reports: self.storage.expire_failures(today.plus(-i32::from(keep.failures))).await?,
        })
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

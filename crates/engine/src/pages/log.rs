//! The ingest log: every delivery with its outcome and reason.

use std::sync::atomic::Ordering::Relaxed;

use model::{
    DeliveryId, Timestamp, WorkspaceId,
    view::{DeliveryPage, IngestLog, LogQuery, TurnedAway},
};

use storage::NotTaken;

use crate::{Engine, Error};

/// Mail to addresses that are nobody's is told for so many days.
const UNKNOWN_DAYS: i32 = 30;

impl Engine {
    /// The ingest log, latest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ingest_log(&self, workspace: WorkspaceId, query: &LogQuery) -> Result<IngestLog, Error> {
        Ok(self.storage.ingest_log(workspace, query).await?)
    }

    /// What was turned away today because addresses had taken in their quota. And how much mail to addresses that are nobody's
    /// was refused in the last thirty days, by all servers as far as they have kept it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn turned_away(&self, workspace: WorkspaceId, now: Timestamp) -> Result<TurnedAway, Error> {
        let NotTaken { domains, unknown } =
            self.storage.not_taken(workspace, now.day(), now.day().plus(1 - UNKNOWN_DAYS)).await?;
        Ok(TurnedAway { quota: self.settings.quota, domains, unknown: unknown + self.unknown_mail.load(Relaxed) })
    }

    /// One delivery with the beginning of its body; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryPage>, Error> {
        Ok(self.storage.delivery(workspace, id).await?)
    }
}

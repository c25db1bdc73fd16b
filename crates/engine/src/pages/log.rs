//! The ingest log: every delivery with its outcome and reason.

use model::{
    DeliveryId, Timestamp, WorkspaceId,
    view::{DeliveryPage, IngestLog, LogQuery, TurnedAway},
};

use crate::{Engine, Error};

impl Engine {
    /// The ingest log, latest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ingest_log(&self, workspace: WorkspaceId, query: &LogQuery) -> Result<IngestLog, Error> {
        Ok(self.storage.ingest_log(workspace, query).await?)
    }

    /// What was turned away today because addresses had taken in their quota.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn turned_away(&self, workspace: WorkspaceId, now: Timestamp) -> Result<TurnedAway, Error> {
        let domains = self.storage.turned_away(workspace, now.day()).await?;
        Ok(TurnedAway { quota: self.settings.quota, domains })
    }

    /// One delivery with the beginning of its body; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryPage>, Error> {
        Ok(self.storage.delivery(workspace, id).await?)
    }
}

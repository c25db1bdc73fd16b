//! The ingest log: every delivery with its outcome and reason.

use model::{
    DeliveryId, WorkspaceId,
    view::{DeliveryPage, IngestLog, LogQuery},
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

    /// One delivery with the beginning of its body; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryPage>, Error> {
        Ok(self.storage.delivery(workspace, id).await?)
    }
}

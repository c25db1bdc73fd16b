//! The days of one domain.

use model::{DayRange, DomainName, WorkspaceId, view::DayPoint};

use crate::{Error, Storage};

impl Storage {
    /// A domain's sessions on each day of a range, also where nothing was reported. None when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn trend(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
    ) -> Result<Option<Vec<DayPoint>>, Error> {
        let Some(domain) = self.domain(workspace, name).await? else { return Ok(None) };
        Ok(self.trends(&[domain.id], range).await?.remove(&domain.id))
    }
}

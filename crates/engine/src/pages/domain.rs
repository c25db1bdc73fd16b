//! One domain: its summary, and its list of reports.

use model::{
    DayRange, DomainName, Timestamp, WorkspaceId,
    view::{DomainPage, DomainSetup, ReportList, ReportQuery},
};

use super::range;
use crate::{Engine, Error};

impl Engine {
    /// The page of a domain, over so many days that end with today; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_page(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        days: u16,
        now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        let setup = self.domain_setup(workspace, name).await?;
        let Some(setup) = setup else { return Ok(None) };
        Ok(self.storage.domain_page(workspace, name, range(days, now), now, setup).await?)
    }

    /// What a domain's page shows of these days, without where its reports arrive; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_days(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        Ok(self.storage.domain_page(workspace, name, range, now, DomainSetup::default()).await?)
    }

    /// The reports of a domain, latest period first; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reports(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        query: &ReportQuery,
    ) -> Result<Option<ReportList>, Error> {
        Ok(self.storage.reports(workspace, name, query).await?)
    }
}

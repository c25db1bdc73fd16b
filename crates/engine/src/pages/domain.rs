//! One domain: its summary, and its list of reports; and the reports of all domains.

use model::{
    DomainName, Timestamp, WorkspaceId,
    report_list::{ReportList, ReportQuery},
    view::DomainPage,
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
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        Ok(Some(self.storage.reports(workspace, Some(domain.id), query).await?))
    }

    /// The reports of all domains of a workspace, latest period first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn all_reports(&self, workspace: WorkspaceId, query: &ReportQuery) -> Result<ReportList, Error> {
        Ok(self.storage.reports(workspace, None, query).await?)
    }
}

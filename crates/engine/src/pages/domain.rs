//! One domain: its summary, what is known while no report has come, its list of reports, and what failed by address; and the
//! reports of all domains.

use model::{
    DayRange, DomainName, Timestamp, WorkspaceId,
    by_address::ByAddress,
    failing::FailureFilter,
    report_list::{ReportList, ReportQuery},
    view::{DomainPage, DomainQuery, Unreported},
};

use crate::{Engine, Error};

impl Engine {
    /// The page of a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_page(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        query: &DomainQuery,
        now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        Ok(self.storage.domain_page(workspace, name, query, now).await?)
    }

    /// What may keep reports of a domain away; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn unreported(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<Option<Unreported>, Error> {
        let (records, test) =
            tokio::try_join!(self.domain_records(workspace, name), self.latest_test_report(workspace, name, now))?;
        Ok(records.map(|(setup, checks)| Unreported { setup, checks, test }))
    }

    /// What failed between which addresses, and whether there may be more than was looked at; none when the workspace has no
    /// such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn failures_by_address(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
        filter: &FailureFilter,
    ) -> Result<Option<(ByAddress, bool)>, Error> {
        let found = self.storage.failures_by_address(workspace, name, range, filter).await?;
        Ok(found.map(|(rows, cut)| (ByAddress::of(&rows), cut)))
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

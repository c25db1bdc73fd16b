//! Whole lists, some rows at a time, for programs and exports; and single things as those lists have them.
//!
//! All of it belongs to a workspace; what belongs to another does not exist here. A list goes on after the last row of the call
//! before, so that the millionth row costs what the first did.

use model::{
    DayRange, DeliveryId, DomainName, ReportId, Timestamp, WorkspaceId,
    failing::FailureFilter,
    span::USUAL_DAYS,
    view::{DayPoint, DeliveryRow, ReportPage, ReportRow},
};
pub use storage::{DeliveryFilter, DomainItem, FailureItem, FailurePlace, ReportAddress, ReportFilter, ReportPlace};

use crate::{Engine, Error, intake::Held};

/// The bytes of a delivery, and the memory they hold.
#[derive(Debug)]
pub struct RawBody {
    /// As they were received.
    pub bytes: Vec<u8>,
    /// Their share of the memory.
    pub held: Held,
}

impl Engine {
    /// At most so many domains in the order of their names, from the first after this one.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domains_after(
        &self,
        workspace: WorkspaceId,
        after: Option<&DomainName>,
        most: u32,
        now: Timestamp,
    ) -> Result<Vec<DomainItem>, Error> {
        let range = DayRange::ending(now.day(), USUAL_DAYS);
        Ok(self.storage.domains_after(workspace, after, most, range, now).await?)
    }

    /// One domain as the list has it; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_item(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<Option<DomainItem>, Error> {
        let range = DayRange::ending(now.day(), USUAL_DAYS);
        Ok(self.storage.domain_item(workspace, name, range, now).await?)
    }

    /// All report addresses of a domain, its own first, then the latest; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn addresses(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<Vec<ReportAddress>>, Error> {
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        Ok(Some(self.storage.report_addresses(domain.id).await?))
    }

    /// The URL to which reports for an address are posted.
    #[must_use]
    pub fn report_url(&self, name: &DomainName, address: &str) -> String {
        self.setup(name, address, None).report_url
    }

    /// A domain's sessions on each day of a range; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn trend(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
    ) -> Result<Option<Vec<DayPoint>>, Error> {
        Ok(self.storage.trend(workspace, name, range).await?)
    }

    /// At most so many reports of a domain, latest period first; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reports_after(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        filter: &ReportFilter,
        after: Option<ReportPlace>,
        most: u32,
    ) -> Result<Option<Vec<(ReportPlace, ReportRow)>>, Error> {
        Ok(self.storage.reports_after(workspace, name, filter, after, most).await?)
    }

    /// At most so many reports of a workspace, by the name of their domain, and of each latest period first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn all_reports_after(
        &self,
        workspace: WorkspaceId,
        filter: &ReportFilter,
        after: Option<&(DomainName, ReportPlace)>,
        most: u32,
    ) -> Result<Vec<(ReportPlace, ReportRow)>, Error> {
        Ok(self.storage.all_reports_after(workspace, filter, after, most).await?)
    }

    /// At most so many failures of a domain's counted reports that fit a filter, latest period first; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn failures_after(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: Option<DayRange>,
        filter: &FailureFilter,
        after: Option<FailurePlace>,
        most: u32,
    ) -> Result<Option<Vec<FailureItem>>, Error> {
        Ok(self.storage.failures_after(workspace, name, range, filter, after, most).await?)
    }

    /// A report with all it says, but not its JSON; none when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn report_details(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        now: Timestamp,
    ) -> Result<Option<ReportPage>, Error> {
        Ok(self.storage.report(workspace, id, now.day()).await?.map(|stored| stored.page))
    }

    /// At most so many deliveries, latest first, from the last before this one.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn deliveries_before(
        &self,
        workspace: WorkspaceId,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        most: u32,
    ) -> Result<Vec<DeliveryRow>, Error> {
        Ok(self.storage.deliveries_before(workspace, filter, before, most).await?)
    }

    /// One delivery as the list has it; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery_row(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryRow>, Error> {
        Ok(self.storage.delivery_row(workspace, id).await?)
    }

    /// The delivery that brought a report first; none when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery_of(&self, workspace: WorkspaceId, report: ReportId) -> Result<Option<DeliveryId>, Error> {
        Ok(self.storage.delivery_of(workspace, report).await?)
    }

    /// The bytes of a delivery as they were received; none once retention has deleted them, and when the workspace has no such
    /// delivery.
    ///
    /// # Errors
    /// There is no memory for them now, or the database cannot be used.
    pub async fn raw_body(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<RawBody>, Error> {
        let Some(row) = self.storage.delivery_row(workspace, id).await? else { return Ok(None) };
        let mut held = self.budget().hold();
        // In memory before it is read: many downloads at once are bounded as many uploads are.
        held.grow_to(usize::try_from(row.size).unwrap_or(usize::MAX)).map_err(|_| Error::Busy)?;
        Ok(self.storage.body(workspace, id).await?.map(|bytes| RawBody { bytes, held }))
    }
}

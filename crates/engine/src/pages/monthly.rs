//! One month of a domain, to be printed.

use model::{
    Day, DayRange, DomainName, Month, Timestamp, Totals, WorkspaceId,
    failing::FailureFilter,
    month::MonthlyReport,
    view::{DayPoint, DomainQuery},
};

use crate::{Engine, Error};

impl Engine {
    /// What is known of a domain in a month, up to today where the month is not over; none when the workspace has no such
    /// domain. A month that has not begun is its first day.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn monthly_report(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        month: Month,
        now: Timestamp,
    ) -> Result<Option<MonthlyReport>, Error> {
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        let (days, before) = (so_far(month.days(), now.day()), month.previous().days());
        let query = DomainQuery { range: days, filter: FailureFilter::default() };
        let (page, before, mut checks) = tokio::try_join!(
            self.storage.domain_page(workspace, name, &query, now),
            self.storage.trend(workspace, name, before),
            self.storage.check_page(domain.id),
        )?;
        let Some(mut page) = page else { return Ok(None) };
        page.before = sum(&before.unwrap_or_default());
        checks.archived = domain.archived.is_some();
        Ok(Some(MonthlyReport { page, checks }))
    }
}

/// The days of a month that are not later than today, at least its first.
fn so_far(days: DayRange, today: Day) -> DayRange {
    DayRange { first: days.first, last: days.last.min(today).max(days.first) }
}

fn sum(points: &[DayPoint]) -> Totals {
    points.iter().map(|point| point.totals).sum()
}

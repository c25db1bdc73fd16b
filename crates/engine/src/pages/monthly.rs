//! One month of a domain, to be printed.

use model::{Day, DayRange, DomainName, Month, Timestamp, WorkspaceId, month::MonthlyReport, view::DomainQuery};

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
        let range = so_far(month.days(), now.day());
        let query = DomainQuery { before: month.previous().days(), ..DomainQuery::all_of(range) };
        let (page, checked) = tokio::try_join!(
            self.storage.domain_page(workspace, name, &query, now),
            self.storage.checked_domain(workspace, name),
        )?;
        let (Some(page), Some(checked)) = (page, checked) else { return Ok(None) };
        Ok(Some(MonthlyReport { page, checks: checked.page }))
    }
}

/// The days of a month that are not later than today, at least its first.
fn so_far(days: DayRange, today: Day) -> DayRange {
    DayRange { first: days.first, last: days.last.min(today).max(days.first) }
}

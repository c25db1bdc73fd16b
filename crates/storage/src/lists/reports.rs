//! The reports of a domain, latest period first.

use model::{Day, DayRange, DomainName, ReportId, Trust, WorkspaceId, view::ReportRow};

use crate::{
    Error, Storage,
    report_list::{COLUMNS, EVER, Row, which},
};

/// Which reports are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only those whose day lies here; none lists all, days that cannot be believed included.
    pub range: Option<DayRange>,
    /// Only those with failures.
    pub failing: bool,
    /// Only those of this trust.
    pub trust: Option<Trust>,
}

/// Where a report stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPlace {
    /// Its day.
    pub day: Day,
    /// Its id.
    pub id: ReportId,
}

impl Storage {
    /// At most so many reports of a domain, latest period first, from the first after this place. None when the workspace has
    /// no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reports_after(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        filter: ReportFilter,
        after: Option<ReportPlace>,
        most: u32,
    ) -> Result<Option<Vec<(ReportPlace, ReportRow)>>, Error> {
        let Some(domain) = self.domain(workspace, name).await? else { return Ok(None) };
        let range = filter.range.unwrap_or(EVER);
        let which = which(filter.failing, filter.trust);
        let after = after.unwrap_or(ReportPlace { day: Day(i32::MAX), id: ReportId(i64::MAX) });
        let select = format!(
            "SELECT {COLUMNS}
            FROM (
                SELECT * FROM reports
                WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND (day, id) < ($4, $5) {which}
                ORDER BY day DESC, id DESC LIMIT {most}
            ) r
            JOIN reporters p ON p.id = r.reporter_id
            ORDER BY r.day DESC, r.id DESC"
        );
        let values =
            [domain.id.0.into(), range.first.0.into(), range.last.0.into(), after.day.0.into(), after.id.0.into()];
        let rows: Vec<Row> = self.rows(&select, values).await?;
        let placed = |row: Row| {
            let (day, view) = (row.day(), row.view()?);
            Ok((ReportPlace { day, id: view.id }, view))
        };
        rows.into_iter().map(placed).collect::<Result<_, _>>().map(Some)
    }
}

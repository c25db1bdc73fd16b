//! Whole lists of reports: of a domain, latest period first; and of a workspace, domain after domain.

use model::{Day, DomainName, ReportId, WorkspaceId, view::ReportRow};
use sea_orm::Value;

use crate::{
    Error, ReportFilter, Storage,
    report_list::{COLUMNS, NAMES, Row},
};

/// Where a report stands in the list of its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportPlace {
    /// Its day.
    pub day: Day,
    /// Its id.
    pub id: ReportId,
}

/// A part of a workspace's list.
enum Part<'a> {
    /// What this domain has, from the first after this place.
    Of(&'a DomainName, Option<ReportPlace>),
    /// What the domains have whose names come after this one.
    Behind(&'a str),
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
        filter: &ReportFilter,
        after: Option<ReportPlace>,
        most: u32,
    ) -> Result<Option<Vec<(ReportPlace, ReportRow)>>, Error> {
        if self.domain(workspace, name).await?.is_none() {
            return Ok(None);
        }
        self.part(workspace, filter, Part::Of(name, after), most).await.map(Some)
    }

    /// At most so many reports of a workspace, by the name of their domain and then as [`Storage::reports_after`] has them, from
    /// the first after this place.
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
        let Some((name, place)) = after else { return self.part(workspace, filter, Part::Behind(""), most).await };
        let mut found = self.part(workspace, filter, Part::Of(name, Some(*place)), most).await?;
        let left = most - u32::try_from(found.len()).unwrap_or(most).min(most);
        if left > 0 {
            found.extend(self.part(workspace, filter, Part::Behind(name.as_str()), left).await?);
        }
        Ok(found)
    }

    async fn part(
        &self,
        workspace: WorkspaceId,
        filter: &ReportFilter,
        part: Part<'_>,
        most: u32,
    ) -> Result<Vec<(ReportPlace, ReportRow)>, Error> {
        let mut values: Vec<Value> = vec![workspace.0.into()];
        let which = match part {
            Part::Of(name, after) => {
                let after = after.unwrap_or(ReportPlace { day: Day(i32::MAX), id: ReportId(i64::MAX) });
                values.extend([name.as_str().into(), after.day.0.into(), after.id.0.into()]);
                " AND d.name = $2 AND (r.day, r.id) < ($3, $4)".to_owned()
            }
            Part::Behind(name) => {
                values.push(name.into());
                let domains = filter.on_domains(&mut values);
                // One that is being removed has no address any more.
                format!(" AND d.name > $2{domains} AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id)")
            }
        };
        let (days, indexed, looked_at) = (filter.days(), filter.indexed(), filter.looked_at(&mut values));
        let select = format!(
            "SELECT {COLUMNS}
            FROM (
                SELECT r.id, r.domain_id FROM domains d CROSS JOIN reports r
                WHERE d.workspace_id = $1 AND r.domain_id = d.id AND r.day BETWEEN {} AND {}{which}{indexed}{looked_at}
                ORDER BY d.name, r.day DESC, r.id DESC LIMIT {most}
            ) k
            JOIN reports r ON r.domain_id = k.domain_id AND r.id = k.id {NAMES}
            ORDER BY d.name, r.day DESC, r.id DESC",
            days.first.0, days.last.0,
        );
        let rows: Vec<Row> = self.rows(&select, values).await?;
        let days: Vec<Day> = rows.iter().map(Row::day).collect();
        let rows = self.report_rows(rows).await?;
        Ok(days.into_iter().zip(rows).map(|(day, row)| (ReportPlace { day, id: row.id }, row)).collect())
    }
}

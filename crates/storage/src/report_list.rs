//! The reports of a domain as a list.

use model::{
    Day, DayRange, DomainName, ReportId, ReportState, Timestamp, Trust, WorkspaceId,
    view::{ReportList, ReportQuery, ReportRow},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Error, Page, Storage,
    codes::Code as _,
    read::{self, MOST_LISTED},
};

/// All days there are.
pub(crate) const EVER: DayRange = DayRange { first: Day(i32::MIN), last: Day(i32::MAX) };

/// A report as a row of a list; `r` stands for some of `reports`.
pub(crate) const COLUMNS: &str = "r.id, r.day, p.name AS reporter, r.start_at, r.end_at, r.received, r.sessions, r.failed, r.trust, r.signer, r.state, r.note_count";

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// See [`COLUMNS`].
#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: i64,
    day: i32,
    reporter: String,
    start_at: Option<i64>,
    end_at: Option<i64>,
    received: i64,
    sessions: i64,
    failed: i64,
    trust: i16,
    signer: Option<String>,
    state: i16,
    note_count: i32,
}

impl Row {
    /// The day on which it counts.
    pub(crate) const fn day(&self) -> Day {
        Day(self.day)
    }

    pub(crate) fn view(self) -> Result<ReportRow, Error> {
        Ok(ReportRow {
            id: ReportId(self.id),
            reporter: self.reporter,
            start: self.start_at.map(Timestamp),
            end: self.end_at.map(Timestamp),
            received: Timestamp(self.received),
            totals: read::totals(self.sessions, self.failed),
            trust: Trust::from_code(self.trust)?,
            signer: self.signer.as_deref().and_then(DomainName::parse_lenient),
            state: ReportState::from_code(self.state)?,
            notes: self.note_count.try_into().unwrap_or(0),
        })
    }
}

/// Further conditions on reports.
pub(crate) fn which(failing: bool, trust: Option<Trust>) -> String {
    let failing = if failing { "AND failed > 0" } else { "" };
    trust.map_or_else(|| failing.to_owned(), |trust| format!("{failing} AND trust = {}", trust.code()))
}

impl Storage {
    /// The reports of a domain, latest period first, as far as the latest ten thousand that match; none when the
    /// workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reports(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        query: &ReportQuery,
    ) -> Result<Option<ReportList>, Error> {
        let domain = "SELECT id FROM domains WHERE workspace_id = $1 AND name = $2";
        let domain = self.rows::<Id>(domain, [workspace.0.into(), name.as_str().into()]).await?.pop();
        let Some(Id { id }) = domain else { return Ok(None) };
        let range = query.range.unwrap_or(EVER);
        let values: [Value; 3] = [id.into(), range.first.0.into(), range.last.0.into()];
        let which = which(query.failing, query.trust);
        let chosen = format!("FROM reports WHERE domain_id = $1 AND day BETWEEN $2 AND $3 {which}");

        let count = format!("SELECT COUNT(*) AS count FROM (SELECT 1 {chosen} LIMIT {MOST_LISTED}) matching");
        let matching = self.rows::<Count>(&count, values.clone()).await?.pop().map_or(0, |row| read::count(row.count));
        let page = Page::of(query.page, matching);
        // The reporter's name is looked up for the rows of the page alone.
        let select = format!(
            "SELECT {COLUMNS}
            FROM (SELECT * {chosen} ORDER BY day DESC, id DESC LIMIT {} OFFSET {}) r
            JOIN reporters p ON p.id = r.reporter_id
            ORDER BY r.day DESC, r.id DESC",
            Page::ROWS,
            page.skip(),
        );
        let rows = self.rows::<Row>(&select, values).await?;
        let rows = rows.into_iter().map(Row::view).collect::<Result<_, _>>()?;
        Ok(Some(ReportList { matching, page: page.number, rows }))
    }
}

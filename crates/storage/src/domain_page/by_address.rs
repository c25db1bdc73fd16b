//! Between which addresses sessions failed, as the roll-up has it.

use model::{Day, DayRange, DomainName, WorkspaceId, by_address::AddressRow, failing::FailureFilter};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Error, Storage, codes,
    failure_filter::{self, Beside},
};

/// Rows of the roll-up that are looked at, the latest ones, so that a page does not cost what senders like.
const LOOKED_AT: i64 = 20_000;

/// Pairs of addresses that are told, those with most failed sessions.
const MOST: usize = 5_000;

// One row stands for what no filter lets through, so that there is always one to tell whether all was looked at.
const SELECT: &str = "
    WITH latest AS (
        SELECT day, result_type, result_label, mx_label, reporter_id, policy_type, policy_label, mode, trust, sending, receiving,
            failed
        FROM daily_address
        WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND reports > 0
        ORDER BY day DESC
        LIMIT {looked_at}
    )
    SELECT c.looked_at, COALESCE(s.sending, '') AS sending, COALESCE(s.receiving, '') AS receiving, m.text AS mx,
        COALESCE(s.reporter, '') AS reporter, COALESCE(s.result_type, CAST(0 AS SMALLINT)) AS result_type, l.text AS result_text,
        COALESCE(s.failed, CAST(0 AS BIGINT)) AS failed, COALESCE(s.last, 0) AS last
    FROM (SELECT COUNT(*) AS looked_at FROM latest) c
    LEFT JOIN (
        SELECT f.sending, f.receiving, f.mx_label, w.name AS reporter, f.result_type, f.result_label,
            CAST(SUM(f.failed) AS BIGINT) AS failed, MAX(f.day) AS last
        FROM latest f
        JOIN reporters w ON w.id = f.reporter_id
        WHERE f.failed > 0{which}
        GROUP BY f.sending, f.receiving, f.mx_label, w.name, f.result_type, f.result_label
        ORDER BY failed DESC
        LIMIT {most}
    ) s ON 1 = 1
    LEFT JOIN labels m ON m.id = s.mx_label
    LEFT JOIN labels l ON l.id = s.result_label
    ORDER BY s.failed DESC, s.sending, s.receiving";

#[derive(FromQueryResult)]
struct Row {
    looked_at: i64,
    sending: String,
    receiving: String,
    mx: Option<String>,
    reporter: String,
    result_type: i16,
    result_text: Option<String>,
    failed: i64,
    last: i32,
}

impl Storage {
    /// The failures of a domain by the addresses between which sessions failed, most first, and whether there may be more; none
    /// when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn failures_by_address(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
        filter: &FailureFilter,
    ) -> Result<Option<(Vec<AddressRow>, bool)>, Error> {
        let Some(domain) = self.domain(workspace, name).await? else { return Ok(None) };
        let mut values: Vec<Value> = vec![domain.id.0.into(), range.first.0.into(), range.last.0.into()];
        let which = failure_filter::of_failures(filter, &Beside { policy: "f", report: "f" }, &mut values);
        let query = SELECT
            .replace("{which}", &which)
            .replace("{looked_at}", &(LOOKED_AT + 1).to_string())
            .replace("{most}", &(MOST + 1).to_string());
        let mut rows: Vec<Row> = self.rows(&query, values).await?;
        let cut = rows.len() > MOST || rows.iter().any(|row| row.looked_at > LOOKED_AT);
        rows.truncate(MOST);
        let rows = rows.into_iter().filter(|row| row.failed > 0).map(Row::told).collect::<Result<_, _>>()?;
        Ok(Some((rows, cut)))
    }
}

impl Row {
    fn told(self) -> Result<AddressRow, Error> {
        Ok(AddressRow {
            sending: self.sending.parse().ok(),
            receiving: self.receiving.parse().ok(),
            mx: self.mx,
            reporter: self.reporter,
            result_type: codes::to_result_type(self.result_type, self.result_text)?,
            failed: crate::read::count(self.failed),
            last: Day(self.last),
        })
    }
}

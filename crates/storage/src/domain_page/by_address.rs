//! Between which addresses sessions failed. Only single failures tell, so no more than a fixed number of reports is looked at.

use model::{Day, DayRange, DomainName, WorkspaceId, by_address::AddressRow, failing::FailureFilter};
use sea_orm::{FromQueryResult, Value};

use crate::{Error, Storage, codes, failure_filter};

/// Pairs of addresses that are read, those with most failed sessions.
const MOST: usize = 5_000;

/// Failing reports of which single failures are looked at, the latest ones.
const REPORTS: usize = 20_000;

/// These reports of the domain `$1`, from day `$2` to `$3`, numbered.
const PICKED: &str = "
    SELECT id, day, reporter_id, trust, ROW_NUMBER() OVER (ORDER BY day DESC, id DESC) AS place
    FROM (
        SELECT id, day, reporter_id, trust
        FROM reports
        WHERE domain_id = $1 AND failed > 0 AND state = 0 AND day BETWEEN $2 AND $3
        ORDER BY day DESC, id DESC
        LIMIT {reports}
    ) latest";

const SELECT: &str = "
    SELECT f.sending_mta_ip, f.receiving_ip, m.text AS mx, w.name AS reporter, f.result_type, l.text AS result_text,
        f.failed, f.last, f.picked
    FROM (
        SELECT f.sending_mta_ip, f.receiving_ip, f.mx_label, r.reporter_id, f.result_type, f.result_label,
            CAST(SUM(f.failed) AS BIGINT) AS failed, MAX(r.day) AS last, MAX(r.place) AS picked
        FROM ({picked}) r
        JOIN failures f ON f.domain_id = $1 AND f.report_id = r.id
        JOIN policies p ON p.domain_id = $1 AND p.report_id = r.id AND p.position = f.policy
        JOIN reporters w ON w.id = r.reporter_id
        WHERE f.failed > 0{which}
        GROUP BY f.sending_mta_ip, f.receiving_ip, f.mx_label, r.reporter_id, f.result_type, f.result_label
        ORDER BY failed DESC
        LIMIT {most}
    ) f
    JOIN reporters w ON w.id = f.reporter_id
    LEFT JOIN labels m ON m.id = f.mx_label
    LEFT JOIN labels l ON l.id = f.result_label
    ORDER BY f.failed DESC, f.sending_mta_ip, f.receiving_ip";

#[derive(FromQueryResult)]
struct Row {
    sending_mta_ip: Option<String>,
    receiving_ip: Option<String>,
    mx: Option<String>,
    reporter: String,
    result_type: i16,
    result_text: Option<String>,
    failed: i64,
    last: i32,
    picked: i64,
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
        let which = failure_filter::of_failures(filter, &mut values);
        let query = SELECT
            .replace("{which}", &which)
            .replace("{picked}", PICKED)
            .replace("{reports}", &REPORTS.to_string())
            .replace("{most}", &(MOST + 1).to_string());
        let mut rows: Vec<Row> = self.rows(&query, values).await?;
        let looked_at = rows.iter().map(|row| row.picked).max().unwrap_or(0);
        let cut = rows.len() > MOST || usize::try_from(looked_at).is_ok_and(|picked| picked >= REPORTS);
        rows.truncate(MOST);
        let rows = rows.into_iter().map(Row::told).collect::<Result<_, _>>()?;
        Ok(Some((rows, cut)))
    }
}

impl Row {
    fn told(self) -> Result<AddressRow, Error> {
        Ok(AddressRow {
            sending: self.sending_mta_ip,
            receiving: self.receiving_ip,
            mx: self.mx,
            reporter: self.reporter,
            result_type: codes::to_result_type(self.result_type, self.result_text)?,
            failed: crate::read::count(self.failed),
            last: Day(self.last),
        })
    }
}

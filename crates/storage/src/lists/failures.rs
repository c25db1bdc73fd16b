//! The single failures that the counted reports of a domain speak of, latest period first.

use model::{
    Day, DayRange, DomainName, Impact, ReportId, WorkspaceId,
    failing::FailureFilter,
    view::{FailureRow, Place},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Error, Storage,
    codes::{self, Code as _},
    failure_filter::{self, Beside},
    read,
    report_list::EVER,
};

/// Where a failure stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailurePlace {
    /// The day of its report.
    pub day: Day,
    /// Its report.
    pub report: ReportId,
    /// Its policy's place in the report.
    pub policy: i32,
    /// Its own place in the policy.
    pub position: i32,
}

/// A failure with its place.
pub type FailureItem = (FailurePlace, FailureRow);

// The first comparison is what an index of reports answers; the second leaves out what came before in the same report.
const SELECT: &str = "
    SELECT r.day, r.id AS report_id, f.policy, f.position, w.name AS reporter, p.policy_type, p.policy_type_text,
        p.mode, p.policy_domain, f.result_type, f.result_type_text, f.impact, f.failed, f.sending_mta_ip,
        f.receiving_mx_hostname, f.receiving_mx_helo, f.receiving_ip, f.additional_information, f.failure_reason_code
    FROM reports r
    JOIN failures f ON f.domain_id = r.domain_id AND f.report_id = r.id
    JOIN policies p ON p.domain_id = r.domain_id AND p.report_id = r.id AND p.position = f.policy
    JOIN reporters w ON w.id = r.reporter_id
    WHERE r.domain_id = $1 AND r.failed > 0 AND r.state = 0 AND r.day BETWEEN $2 AND $3
        AND (r.day, r.id) <= ($4, $5) AND (r.id <> $5 OR (f.policy, f.position) > ($6, $7)){which}
    ORDER BY r.day DESC, r.id DESC, f.policy, f.position";

#[derive(FromQueryResult)]
struct Row {
    day: i32,
    report_id: i64,
    policy: i32,
    position: i32,
    reporter: String,
    policy_type: i16,
    policy_type_text: Option<String>,
    mode: i16,
    policy_domain: Option<String>,
    result_type: i16,
    result_type_text: Option<String>,
    impact: i16,
    failed: i64,
    sending_mta_ip: Option<String>,
    receiving_mx_hostname: Option<String>,
    receiving_mx_helo: Option<String>,
    receiving_ip: Option<String>,
    additional_information: Option<String>,
    failure_reason_code: Option<String>,
}

impl Storage {
    /// At most so many failures of a domain that fit a filter, latest period first, from the first after this place. Reports that lost their
    /// details to retention have none. None when the workspace has no such domain.
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
        let Some(domain) = self.domain(workspace, name).await? else { return Ok(None) };
        let range = range.unwrap_or(EVER);
        let start = FailurePlace { day: Day(i32::MAX), report: ReportId(i64::MAX), policy: -1, position: -1 };
        let after = after.unwrap_or(start);
        let mut values: Vec<Value> = vec![
            domain.id.0.into(),
            range.first.0.into(),
            range.last.0.into(),
            after.day.0.into(),
            after.report.0.into(),
            after.policy.into(),
            after.position.into(),
        ];
        let which = failure_filter::of_failures(filter, &Beside { policy: "p", report: "r" }, &mut values);
        let select = SELECT.replace("{which}", &which);
        let rows: Vec<Row> = self.rows(&format!("{select} LIMIT {most}"), values).await?;
        rows.into_iter().map(Row::item).collect::<Result<_, _>>().map(Some)
    }
}

impl Row {
    fn item(self) -> Result<FailureItem, Error> {
        let place = FailurePlace {
            day: Day(self.day),
            report: ReportId(self.report_id),
            policy: self.policy,
            position: self.position,
        };
        let row = FailureRow {
            report: place.report,
            day: place.day,
            reporter: self.reporter,
            policy_type: codes::to_policy_type(self.policy_type, self.policy_type_text)?,
            mode: codes::to_mode(self.mode)?,
            policy_domain: self.policy_domain,
            result_type: codes::to_result_type(self.result_type, self.result_type_text)?,
            impact: Impact::from_code(self.impact)?,
            failed: read::count(self.failed),
            at: Place {
                sending_mta_ip: self.sending_mta_ip,
                receiving_mx_hostname: self.receiving_mx_hostname,
                receiving_mx_helo: self.receiving_mx_helo,
                receiving_ip: self.receiving_ip,
            },
            additional_information: self.additional_information,
            failure_reason_code: self.failure_reason_code,
        };
        Ok((place, row))
    }
}

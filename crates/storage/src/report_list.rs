//! A report as a row of a list.

use std::collections::HashMap;

use model::{Day, DayRange, DomainName, ReportId, ReportState, Timestamp, Trust, view::ReportRow};
use mtasts::Mode;
use sea_orm::FromQueryResult;
use tlsrpt::PolicyType;

use crate::{
    Error, Storage,
    codes::{self, Code as _},
    read, sql,
};

/// All days there are.
pub(crate) const EVER: DayRange = DayRange { first: Day(i32::MIN), last: Day(i32::MAX) };

/// A report as a row of a list; `r` stands for some of `reports`.
pub(crate) const COLUMNS: &str = "r.id, r.domain_id, r.day, d.name AS domain, w.name AS reporter, r.start_at, r.end_at, \
     r.received, r.sessions, r.failed, r.trust, r.signer, r.state, r.note_count";

/// Where those columns are that `reports` does not have.
pub(crate) const NAMES: &str = "LEFT JOIN domains d ON d.id = r.domain_id JOIN reporters w ON w.id = r.reporter_id";

const POLICIES: &str = "SELECT p.report_id, p.policy_type, p.policy_type_text, p.mode \
     FROM keys CROSS JOIN policies p WHERE p.domain_id = a AND p.report_id = b ORDER BY p.report_id, p.position";

/// See [`COLUMNS`].
#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: i64,
    domain_id: i64,
    day: i32,
    domain: Option<String>,
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

/// See [`POLICIES`].
#[derive(FromQueryResult)]
struct PolicyRow {
    report_id: i64,
    policy_type: i16,
    policy_type_text: Option<String>,
    mode: i16,
}

impl Row {
    /// The day on which it counts.
    pub(crate) const fn day(&self) -> Day {
        Day(self.day)
    }

    /// As pages have it, with the kinds of its policies.
    pub(crate) fn view(self, kinds: &mut Kinds) -> Result<ReportRow, Error> {
        Ok(ReportRow {
            id: ReportId(self.id),
            domain: self.domain.as_deref().map(read::name).transpose()?,
            reporter: self.reporter,
            start: self.start_at.map(Timestamp),
            end: self.end_at.map(Timestamp),
            received: Timestamp(self.received),
            totals: read::totals(self.sessions, self.failed),
            policies: kinds.0.remove(&self.id).unwrap_or_default(),
            trust: Trust::from_code(self.trust)?,
            signer: self.signer.as_deref().and_then(DomainName::parse_lenient),
            state: ReportState::from_code(self.state)?,
            notes: self.note_count.try_into().unwrap_or(0),
        })
    }
}

/// The kinds of policies that reports have, by report, each once.
#[derive(Debug, Default)]
pub(crate) struct Kinds(HashMap<i64, Vec<(PolicyType, Option<Mode>)>>);

impl Kinds {
    /// Learns of a policy, from its codes.
    pub(crate) fn learn(
        &mut self,
        report: i64,
        policy_type: i16,
        text: Option<String>,
        mode: i16,
    ) -> Result<(), Error> {
        let kind = (codes::to_policy_type(policy_type, text)?, codes::to_mode(mode)?);
        let kinds = self.0.entry(report).or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        Ok(())
    }
}

impl Storage {
    /// Rows as pages have them, in their order.
    pub(crate) async fn report_rows(&self, rows: Vec<Row>) -> Result<Vec<ReportRow>, Error> {
        let keys: Vec<_> = rows.iter().map(|row| [row.domain_id.into(), row.id.into()]).collect();
        let mut kinds = Kinds::default();
        for row in sql::query_by_keys(self.database.read(), POLICIES, &keys).await? {
            let row = PolicyRow::from_query_result(&row, "")?;
            kinds.learn(row.report_id, row.policy_type, row.policy_type_text, row.mode)?;
        }
        rows.into_iter().map(|row| row.view(&mut kinds)).collect()
    }
}

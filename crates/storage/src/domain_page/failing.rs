//! What failed, day by day: from the roll-up, or from single failures where a filter asks for what the roll-up does not know.

use std::{collections::HashMap, sync::Arc};

use model::{
    Day, Trust,
    failing::{FailingRow, FailureFilter},
};
use sea_orm::{FromQueryResult, Value};

use super::{Figures, Told, impact, reporting::Reporting};
use crate::{
    Error,
    codes::{self, Code as _},
    failure_filter, read,
};

/// Rows that are read. What comes after the largest is left out, and the page says so: senders invent names, and a page must
/// not cost what they like.
pub(super) const MOST: usize = 20_000;

/// Failing reports of which single failures are looked at, the latest ones.
pub(super) const REPORTS: usize = 20_000;

/// These reports of the domain `$1`, from day `$2` to `$3`, numbered.
pub(super) const PICKED: &str = "
    SELECT id, day, reporter_id, trust, ROW_NUMBER() OVER (ORDER BY day DESC, id DESC) AS place
    FROM (
        SELECT id, day, reporter_id, trust
        FROM reports
        WHERE domain_id = $1 AND failed > 0 AND state = 0 AND day BETWEEN $2 AND $3
        ORDER BY day DESC, id DESC
        LIMIT {reports}
    ) latest";

// Keys first, and names only for what is left.
const NAMED: &str = "
    SELECT f.day, f.result_type, r.text AS result_text, m.text AS mx, f.impact, f.reporter_id, w.name AS reporter, f.trust,
        f.failed, f.picked
    FROM ({rows}) f
    JOIN reporters w ON w.id = f.reporter_id
    LEFT JOIN labels r ON r.id = f.result_label
    LEFT JOIN labels m ON m.id = f.mx_label";

const DETAILS: &str = "
    SELECT r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id,
        CAST(MAX(r.trust) AS SMALLINT) AS trust, CAST(SUM(f.failed) AS BIGINT) AS failed, MAX(r.place) AS picked
    FROM ({picked}) r
    JOIN failures f ON f.domain_id = $1 AND f.report_id = r.id
    JOIN policies p ON p.domain_id = $1 AND p.report_id = r.id AND p.position = f.policy
    WHERE f.failed > 0 {which}
    GROUP BY r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id
    ORDER BY failed DESC";

/// A failing row as it is read.
#[derive(FromQueryResult)]
pub(super) struct Row {
    pub(super) day: i32,
    pub(super) result_type: i16,
    pub(super) result_text: Option<String>,
    pub(super) mx: Option<String>,
    pub(super) impact: i16,
    pub(super) reporter_id: i64,
    pub(super) reporter: String,
    pub(super) trust: i16,
    pub(super) failed: i64,
    /// The place of its report among those looked at; 0 from the roll-up.
    pub(super) picked: i64,
}

/// Rows as they were read.
#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// Whether each row knows its trust.
    trusted: bool,
}

impl Rows {
    /// Those of the roll-up, which does not know their trust.
    pub(super) fn of_roll_up(rows: Vec<Row>) -> Self {
        Self { rows: in_order(rows), trusted: false }
    }

    /// Those of the range shown that fit policy, mode and trust of a filter.
    pub(super) async fn of_details(figures: &Figures<'_>, filter: &FailureFilter) -> Result<Self, Error> {
        let range = figures.range;
        let mut values: Vec<Value> = vec![figures.domain.0.into(), range.first.0.into(), range.last.0.into()];
        let which = failure_filter::of_reports(filter, &mut values);
        let rows =
            DETAILS.replace("{which}", &which).replace("{picked}", PICKED).replace("{reports}", &REPORTS.to_string());
        let query = NAMED.replace("{rows}", &format!("{rows} LIMIT {}", MOST + 1));
        Ok(Self { rows: in_order(figures.storage.rows(&query, values).await?), trusted: true })
    }

    /// The rows in our words; those that do not know their trust have it from what the reporters' days tell.
    pub(super) fn told(self, reporting: &Reporting) -> Result<Told, Error> {
        let looked_at = self.rows.iter().map(|row| row.picked).max().unwrap_or(0);
        let cut = self.rows.len() > MOST || usize::try_from(looked_at).is_ok_and(|picked| picked >= REPORTS);
        // A few names stand in many rows.
        let mut names = HashMap::<String, Arc<str>>::new();
        let mut shared = |text: String| Arc::clone(names.entry(text).or_insert_with_key(|text| text.as_str().into()));
        let rows = self.rows.into_iter().map(|row| {
            let day = Day(row.day);
            let trust = if self.trusted { Trust::from_code(row.trust)? } else { reporting.trust(row.reporter_id, day) };
            Ok(FailingRow {
                day,
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx.map(&mut shared),
                impact: impact(row.impact)?,
                reporter: shared(row.reporter),
                trust,
                failed: read::count(row.failed),
            })
        });
        Ok(Told { rows: rows.collect::<Result<_, Error>>()?, cut })
    }
}

/// So that a page looks the same twice.
fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| a.place().cmp(&b.place()));
    rows
}

impl Row {
    /// By day, then by cause and reporter.
    fn place(&self) -> (i32, i16, Option<&str>, Option<&str>, i64, i16) {
        let Self { day, result_type, result_text, mx, reporter_id, impact, .. } = self;
        (*day, *result_type, result_text.as_deref(), mx.as_deref(), *reporter_id, *impact)
    }
}

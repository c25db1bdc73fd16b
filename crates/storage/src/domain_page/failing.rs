//! What failed, day by day: from the roll-up, or from single failures where a filter asks for what the roll-up does not know.

use std::{collections::HashMap, sync::Arc};

use model::{
    Day, DayRange, Trust,
    failing::{FailingRow, FailureFilter},
};
use sea_orm::{FromQueryResult, Value};

use super::{Figures, Told, impact, reporting::Reporting};
use crate::{
    Error,
    codes::{self, Code as _},
    read,
};

/// Rows that are read. What comes after the largest is left out, and the page says so: senders invent names, and a page must
/// not cost what they like.
const MOST: usize = 20_000;

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
    LEFT JOIN labels m ON m.id = f.mx_label
    ORDER BY f.day, f.result_type, r.text, m.text, f.reporter_id, f.impact";

// Trust is not in the roll-up: it is that of the reporter's failing reports of the day.
const ROLL_UP: &str = "
    SELECT day, result_type, result_label, mx_label, impact, reporter_id, CAST(0 AS SMALLINT) AS trust, failed,
        CAST(0 AS BIGINT) AS picked
    FROM daily_failure
    WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND (day BETWEEN $4 AND $5 OR day BETWEEN $6 AND $7) AND reports > 0
    ORDER BY failed DESC";

const DETAILS: &str = "
    SELECT r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id,
        CAST(MAX(r.trust) AS SMALLINT) AS trust, CAST(SUM(f.failed) AS BIGINT) AS failed, MAX(r.place) AS picked
    FROM ({picked}) r
    JOIN failures f ON f.domain_id = $1 AND f.report_id = r.id
    JOIN policies p ON p.domain_id = $1 AND p.report_id = r.id AND p.position = f.policy
    WHERE f.failed > 0 {which}
    GROUP BY r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id
    ORDER BY failed DESC";

#[derive(FromQueryResult)]
struct Row {
    day: i32,
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    reporter_id: i64,
    reporter: String,
    trust: i16,
    failed: i64,
    picked: i64,
}

/// Rows as they were read.
pub(super) struct Rows {
    rows: Vec<Row>,
    /// Whether each row knows its trust.
    trusted: bool,
}

impl Rows {
    /// The domain's failing rows of the range shown, and of another.
    pub(super) async fn of_roll_up(figures: &Figures<'_>, lately: DayRange) -> Result<Self, Error> {
        let query = NAMED.replace("{rows}", &format!("{ROLL_UP} LIMIT {}", MOST + 1));
        Ok(Self { rows: figures.rows_of_both(&query, figures.range, lately).await?, trusted: false })
    }

    /// Those of the range shown that fit policy, mode and trust of a filter.
    pub(super) async fn of_details(figures: &Figures<'_>, filter: &FailureFilter) -> Result<Self, Error> {
        let range = figures.range;
        let mut values: Vec<Value> = vec![figures.domain.0.into(), range.first.0.into(), range.last.0.into()];
        let which = conditions(filter, &mut values);
        let rows =
            DETAILS.replace("{which}", &which).replace("{picked}", PICKED).replace("{reports}", &REPORTS.to_string());
        let query = NAMED.replace("{rows}", &format!("{rows} LIMIT {}", MOST + 1));
        Ok(Self { rows: figures.storage.rows(&query, values).await?, trusted: true })
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

/// The conditions on a policy `p` and a report `r`. Codes are numbers, so they may stand in the text.
pub(super) fn conditions(filter: &FailureFilter, values: &mut Vec<Value>) -> String {
    let mut which = vec![String::new()];
    if let Some(policy_type) = &filter.policy_type {
        let (code, text) = codes::of_policy_type(policy_type);
        which.push(format!("p.policy_type = {code}"));
        if let Some(text) = text {
            values.push(text.into());
            which.push(format!("p.policy_type_text = ${}", values.len()));
        }
    }
    which.extend(filter.mode.map(|mode| format!("p.mode = {}", codes::of_mode(mode))));
    which.extend(filter.trust.map(|trust| format!("r.trust = {}", trust.code())));
    which.join(" AND ")
}

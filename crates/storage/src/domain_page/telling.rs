//! Who told of what, in one query: failing rows by day and cause, and reporters by day.

use model::DayRange;
use sea_orm::{FromQueryResult, Value};

use super::Figures;
use crate::Error;

/// Failing rows that are read. What comes after the largest is left out, and the page says so: senders invent names, and a page
/// must not cost what they like.
pub(super) const MOST: usize = 20_000;

// Failing rows of the days shown and of those that the standing is told from; keys first, and names only for what is left.
//
// Reporters of the days shown and of those that their rhythm is told from. A report counts on its first day, but covers each day
// of its period.
const SELECT: &str = "
    SELECT {fails} AS kind, f.day, f.reporter_id, w.name AS reporter, f.trust, f.result_type, r.text AS result_text,
        m.text AS mx, f.impact, f.policy_type, p.text AS policy_text, f.mode, f.failed, CAST(0 AS BIGINT) AS failing,
        CAST(0 AS BIGINT) AS sessions
    FROM (
        SELECT day, result_type, result_label, mx_label, impact, reporter_id, policy_type, policy_label, mode, trust, failed
        FROM daily_failure
        WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND (day BETWEEN $4 AND $5 OR day BETWEEN $6 AND $7) AND reports > 0
        ORDER BY failed DESC
        LIMIT {most}
    ) f
    JOIN reporters w ON w.id = f.reporter_id
    LEFT JOIN labels r ON r.id = f.result_label
    LEFT JOIN labels m ON m.id = f.mx_label
    LEFT JOIN labels p ON p.id = f.policy_label
    UNION ALL
    SELECT {reports}, f.day, f.reporter_id, r.name, f.trust, CAST(0 AS SMALLINT), NULL, NULL, CAST(0 AS SMALLINT),
        CAST(0 AS SMALLINT), NULL, CAST(0 AS SMALLINT), f.failed, f.failing, f.sessions
    FROM daily_reporter f
    JOIN reporters r ON r.id = f.reporter_id
    WHERE f.domain_id = $1 AND f.day BETWEEN $8 AND $9 AND (f.day BETWEEN $4 AND $5 OR f.day BETWEEN $10 AND $11)
        AND f.covering > 0";

const FAILS: i32 = 0;
const REPORTS: i32 = 1;

/// A row of either kind. What the other does not have is empty.
#[derive(FromQueryResult)]
pub(super) struct Row {
    kind: i32,
    pub(super) day: i32,
    pub(super) reporter_id: i64,
    pub(super) reporter: String,
    pub(super) trust: i16,
    pub(super) result_type: i16,
    pub(super) result_text: Option<String>,
    pub(super) mx: Option<String>,
    pub(super) impact: i16,
    pub(super) policy_type: i16,
    pub(super) policy_text: Option<String>,
    pub(super) mode: i16,
    pub(super) failed: i64,
    /// Reports with failures that cover the day.
    pub(super) failing: i64,
    pub(super) sessions: i64,
}

/// Who told of failures, at most one row more than [`MOST`], and who reported; on the days shown, and on those before now that
/// standing and rhythm are told from.
pub(super) async fn read(
    figures: &Figures<'_>,
    lately: DayRange,
    rhythm: DayRange,
) -> Result<(Vec<Row>, Vec<Row>), Error> {
    let shown = figures.range;
    let around = |other: DayRange| [shown.first.min(other.first), shown.last.max(other.last)];
    let days = around(lately).into_iter().chain([shown.first, shown.last, lately.first, lately.last]);
    let days = days.chain(around(rhythm)).chain([rhythm.first, rhythm.last]);
    let values = std::iter::once(Value::from(figures.domain.0)).chain(days.map(|day| day.0.into()));
    let select = SELECT
        .replace("{fails}", &FAILS.to_string())
        .replace("{reports}", &REPORTS.to_string())
        .replace("{most}", &(MOST + 1).to_string());
    let rows = figures.storage.rows::<Row>(&select, values).await?;
    Ok(rows.into_iter().partition(|row| row.kind == FAILS))
}

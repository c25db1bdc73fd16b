//! Who told of what, in one query: failing rows by day and cause, and reporters by day.

use model::DayRange;
use sea_orm::{FromQueryResult, Value};

use super::{
    Figures,
    failing::{self, MOST, Told},
    reporting::{self, Reporting},
};
use crate::Error;

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
struct Row {
    kind: i32,
    day: i32,
    reporter_id: i64,
    reporter: String,
    trust: i16,
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    policy_type: i16,
    policy_text: Option<String>,
    mode: i16,
    failed: i64,
    failing: i64,
    sessions: i64,
}

/// What is told of the days shown, and of those before now that standing and rhythm are told from.
pub(super) async fn read(
    figures: &Figures<'_>,
    lately: DayRange,
    rhythm: DayRange,
) -> Result<(Told, Reporting), Error> {
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
    let (fails, reports): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind == FAILS);
    let fails = fails.into_iter().map(|row| failing::Row {
        day: row.day,
        result_type: row.result_type,
        result_text: row.result_text,
        mx: row.mx,
        impact: row.impact,
        reporter_id: row.reporter_id,
        reporter: row.reporter,
        policy_type: row.policy_type,
        policy_text: row.policy_text,
        mode: row.mode,
        trust: row.trust,
        failed: row.failed,
    });
    let reports = reports.into_iter().map(|row| reporting::Row {
        reporter_id: row.reporter_id,
        name: row.reporter,
        day: row.day,
        trust: row.trust,
        failing: row.failing,
        sessions: row.sessions,
        failed: row.failed,
    });
    Ok((Told::of(fails.collect())?, Reporting::of(reports.collect())?))
}

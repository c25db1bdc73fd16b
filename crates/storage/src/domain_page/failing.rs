//! What failed, day by day, as the roll-up has it.

use std::{collections::HashMap, sync::Arc};

use model::{Day, Impact, Trust, failing::FailingRow};

use super::telling::{MOST, Row};
use crate::{
    Error,
    codes::{self, Code as _},
    read,
};

/// Failing rows in our words.
pub(super) struct Told {
    pub(super) rows: Vec<FailingRow>,
    /// Whether there are more.
    pub(super) cut: bool,
}

impl Told {
    /// Of the rows that were read: more than [`MOST`] if there are more.
    pub(super) fn of(mut rows: Vec<Row>) -> Result<Self, Error> {
        let cut = rows.len() > MOST;
        // So that a page looks the same twice.
        rows.sort_by(|a, b| place(a).cmp(&place(b)));
        // A few names stand in many rows.
        let mut names = HashMap::<String, Arc<str>>::new();
        let mut shared = |text: String| Arc::clone(names.entry(text).or_insert_with_key(|text| text.as_str().into()));
        let rows = rows.into_iter().map(|row| {
            Ok(FailingRow {
                day: Day(row.day),
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx.map(&mut shared),
                impact: Impact::from_code(row.impact)?,
                reporter: shared(row.reporter),
                policy_type: codes::to_policy_type(row.policy_type, row.policy_text)?,
                mode: codes::to_mode(row.mode)?,
                trust: Trust::from_code(row.trust)?,
                failed: read::count(row.failed),
            })
        });
        Ok(Self { rows: rows.collect::<Result<_, Error>>()?, cut })
    }
}

/// By day, then by cause and reporter.
fn place(row: &Row) -> impl Ord + use<'_> {
    let Row { day, result_type, result_text, mx, reporter_id, impact, .. } = row;
    let cause = (*day, *result_type, result_text.as_deref(), mx.as_deref(), *reporter_id, *impact);
    (cause, row.policy_type, row.policy_text.as_deref(), row.mode, row.trust, row.failed)
}

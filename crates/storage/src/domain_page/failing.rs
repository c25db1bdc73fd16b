//! What failed, day by day, as the roll-up has it.

use std::{collections::HashMap, sync::Arc};

use model::{Day, failing::FailingRow};

use crate::{
    Error,
    codes::{self, Code as _},
    read,
};

/// Rows that are read. What comes after the largest is left out, and the page says so: senders invent names, and a page must
/// not cost what they like.
pub(super) const MOST: usize = 20_000;

/// A failing row as it is read.
pub(super) struct Row {
    pub(super) day: i32,
    pub(super) result_type: i16,
    pub(super) result_text: Option<String>,
    pub(super) mx: Option<String>,
    pub(super) impact: i16,
    pub(super) reporter_id: i64,
    pub(super) reporter: String,
    pub(super) policy_type: i16,
    pub(super) policy_text: Option<String>,
    pub(super) mode: i16,
    pub(super) trust: i16,
    pub(super) failed: i64,
}

/// Failing rows in our words.
#[derive(Default)]
pub(super) struct Told {
    pub(super) rows: Vec<FailingRow>,
    /// Whether there are more.
    pub(super) cut: bool,
}

impl Told {
    /// Of the rows that were read: at most one more than [`MOST`].
    pub(super) fn of(mut rows: Vec<Row>) -> Result<Self, Error> {
        let cut = rows.len() > MOST;
        // So that a page looks the same twice.
        rows.sort_by(|a, b| a.place().cmp(&b.place()));
        // A few names stand in many rows.
        let mut names = HashMap::<String, Arc<str>>::new();
        let mut shared = |text: String| Arc::clone(names.entry(text).or_insert_with_key(|text| text.as_str().into()));
        let rows = rows.into_iter().map(|row| {
            Ok(FailingRow {
                day: Day(row.day),
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx.map(&mut shared),
                impact: codes::Code::from_code(row.impact)?,
                reporter: shared(row.reporter),
                policy_type: codes::to_policy_type(row.policy_type, row.policy_text)?,
                mode: codes::to_mode(row.mode)?,
                trust: model::Trust::from_code(row.trust)?,
                failed: read::count(row.failed),
            })
        });
        Ok(Self { rows: rows.collect::<Result<_, Error>>()?, cut })
    }
}

impl Row {
    /// By day, then by cause and reporter.
    fn place(&self) -> impl Ord + use<'_> {
        let Self { day, result_type, result_text, mx, reporter_id, impact, .. } = self;
        let cause = (*day, *result_type, result_text.as_deref(), mx.as_deref(), *reporter_id, *impact);
        (cause, self.policy_type, self.policy_text.as_deref(), self.mode, self.trust, self.failed)
    }
}

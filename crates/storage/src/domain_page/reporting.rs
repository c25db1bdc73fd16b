//! Who reports: on which days, how much, and whether they still do.

use std::collections::{BTreeMap, HashMap};

use model::{
    Day, DayRange, Timestamp, Totals, Trust,
    failing::{MOST_ROWS, OTHERS, shortened},
    rhythm, time,
    view::{ReporterRow, RollCall},
};

use super::telling::Row;
use crate::{Error, codes::Code as _, read};

/// One reporter on one day, whatever the trust.
#[derive(Clone, Copy, Default)]
struct Reported {
    failing: bool,
    totals: Totals,
    /// The best trust of its reports.
    trust: Option<Trust>,
}

/// All reporters of the days that were read.
pub(super) struct Reporting(BTreeMap<i64, Call>);

/// One reporter.
struct Call {
    name: String,
    days: HashMap<Day, Reported>,
}

impl Reporting {
    pub(super) fn of(rows: Vec<Row>) -> Result<Self, Error> {
        let mut calls = BTreeMap::<i64, Call>::new();
        for row in rows {
            let trust = Trust::from_code(row.trust)?;
            let call =
                calls.entry(row.reporter_id).or_insert_with(|| Call { name: row.reporter, days: HashMap::new() });
            let day = call.days.entry(Day(row.day)).or_default();
            day.failing |= row.failing > 0;
            day.totals = [day.totals, read::totals(row.sessions, row.failed)].into_iter().sum();
            day.trust = day.trust.max(Some(trust));
        }
        Ok(Self(calls))
    }

    /// How many told of sessions in a range.
    pub(super) fn with_sessions(&self, range: DayRange) -> u32 {
        let tells = |call: &&Call| call.within(range).any(|(_, reported)| reported.totals.sessions > 0);
        u32::try_from(self.0.values().filter(tells).count()).unwrap_or(u32::MAX)
    }

    /// The roll-call of a range. Who reported before and is silent now is called as well where the range ends today.
    pub(super) fn rows(&mut self, range: DayRange, now: Timestamp) -> Vec<ReporterRow> {
        let complete_to = time::complete_to(now);
        let calls = std::mem::take(&mut self.0).into_values();
        let mut rows: Vec<ReporterRow> = calls
            .filter(|call| range.last == now.day() || call.within(range).next().is_some())
            .map(|call| call.row(range, complete_to))
            .collect();
        rows.sort_by(|a, b| b.totals.sessions.cmp(&a.totals.sessions).then_with(|| a.name.cmp(&b.name)));
        shortened(rows, MOST_ROWS, together)
    }
}

impl Call {
    fn within(&self, range: DayRange) -> impl Iterator<Item = (&Day, &Reported)> {
        self.days.iter().filter(move |(day, _)| range.contains(**day))
    }

    fn row(self, range: DayRange, complete_to: Day) -> ReporterRow {
        let mark = |day| match self.days.get(&day) {
            None => RollCall::Silent,
            Some(Reported { failing: false, .. }) => RollCall::Well,
            Some(Reported { failing: true, .. }) => RollCall::Failures,
        };
        let days = range.days().map(mark).collect();
        let totals = self.within(range).map(|(_, reported)| reported.totals).sum();
        let best = self.within(range).filter_map(|(_, reported)| reported.trust).max();
        let ever = || self.days.values().filter_map(|reported| reported.trust).max();
        let trust = best.or_else(ever).unwrap_or(Trust::Unverified);
        let presence = rhythm::presence(self.days.keys().copied(), complete_to);
        ReporterRow { name: self.name, trust, days, totals, presence }
    }
}

/// Reporters put together as one.
fn together(rest: Vec<ReporterRow>) -> Option<ReporterRow> {
    let worse = |one: RollCall, other: RollCall| match (one, other) {
        (RollCall::Failures, _) | (_, RollCall::Failures) => RollCall::Failures,
        (RollCall::Well, _) | (_, RollCall::Well) => RollCall::Well,
        (RollCall::Silent, RollCall::Silent) => RollCall::Silent,
    };
    let all = rest.into_iter().reduce(|one, other| ReporterRow {
        days: one.days.into_iter().zip(other.days).map(|(one, other)| worse(one, other)).collect(),
        trust: one.trust.max(other.trust),
        totals: [one.totals, other.totals].into_iter().sum(),
        ..one
    })?;
    Some(ReporterRow { name: OTHERS.to_owned(), presence: None, ..all })
}

#[cfg(test)]
mod tests {
    use RollCall::{Failures, Silent, Well};

    use super::*;

    #[test]
    fn reporters_put_together_fail_on_the_days_on_which_one_failed() {
        let row = |days: &[RollCall]| ReporterRow {
            name: "r".to_owned(),
            trust: Trust::Unsigned,
            days: days.to_vec(),
            totals: Totals { sessions: 2, failed: 1 },
            presence: None,
        };
        let both =
            together(vec![row(&[Silent, Well, Failures, Silent]), row(&[Silent, Failures, Silent, Well])]).unwrap();
        assert_eq!(both.days, [Silent, Failures, Failures, Well]);
        assert_eq!((both.name.as_str(), both.totals.sessions), (OTHERS, 4));
    }
}

//! A row of days, darker where more failed. Pure geometry and a thin view; the steps are classes, so that themes colour them.

use std::fmt::Write as _;

use leptos::prelude::*;
use model::{Day, DayRange, format};

/// How many shades there are besides none.
pub const STEPS: u8 = 4;
/// More columns than this would run together: then each is a week.
const MOST_COLUMNS: i32 = 92;
const WEEK: usize = 7;

/// The days of a range as columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    range: DayRange,
    days: usize,
}

/// Columns for a range: days, or weeks where there are too many.
#[must_use]
pub fn columns(range: DayRange) -> Columns {
    Columns { range, days: if range.len() > MOST_COLUMNS { WEEK } else { 1 } }
}

impl Columns {
    /// Days of one column.
    #[must_use]
    pub const fn days(&self) -> usize {
        self.days
    }

    /// What failed in each column.
    #[must_use]
    pub fn sums(&self, days: &[u64]) -> Vec<u64> {
        days.chunks(self.days).map(|days| days.iter().copied().fold(0, u64::saturating_add)).collect()
    }

    /// The days of each column.
    pub fn starts(&self) -> impl DoubleEndedIterator<Item = DayRange> + ExactSizeIterator {
        let count = usize::try_from(self.range.len()).unwrap_or(0).div_ceil(self.days);
        let (range, days) = (self.range, i32::try_from(self.days).unwrap_or(1));
        (0..count).map(move |place| {
            let first = range.first.plus(i32::try_from(place).unwrap_or(i32::MAX).saturating_mul(days));
            DayRange { first, last: first.plus(days - 1).min(range.last) }
        })
    }
}

/// Which count has which shade. By the root, so that three failures beside three hundred are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    most: u64,
}

impl Steps {
    /// Steps for these rows of sums.
    pub fn of(rows: impl IntoIterator<Item = Vec<u64>>) -> Self {
        Self { most: rows.into_iter().flatten().max().unwrap_or(0) }
    }

    /// The shade of a count: 0 for none, else from 1 to [`STEPS`].
    #[must_use]
    pub fn step(self, failed: u64) -> u8 {
        (1..=STEPS).find(|step| failed <= self.top(*step)).unwrap_or(STEPS).min(if failed == 0 { 0 } else { STEPS })
    }

    /// The largest count of a shade.
    fn top(self, step: u8) -> u64 {
        let (step, steps) = (u128::from(step), u128::from(STEPS));
        let top = u128::from(self.most) * step * step / (steps * steps);
        u64::try_from(top).unwrap_or(u64::MAX)
    }

    /// Whether any count has a shade.
    #[must_use]
    pub fn is_used(self, step: u8) -> bool {
        step > 0 && self.top(step - 1) < self.top(step)
    }

    /// What a shade that is used stands for: `1 to 26`.
    #[must_use]
    pub fn words(self, step: u8) -> String {
        let (from, to) = (self.top(step.saturating_sub(1)).saturating_add(1), self.top(step));
        if from < to {
            format!("{} to {}", format::thousands(from), format::thousands(to))
        } else {
            format::thousands(to)
        }
    }
}

/// The outline of all columns of one shade, in a box one unit wide a column and 16 high.
fn outline(sums: &[u64], steps: Steps, step: u8) -> String {
    let mut path = String::new();
    for (place, _) in sums.iter().enumerate().filter(|(_, failed)| steps.step(**failed) == step) {
        let _ = write!(path, "M{place} 0h.85v16h-.85z");
    }
    path
}

/// In words: `failures on 3 of 30 days, most on 12 Nov: 42`.
fn words(sums: &[u64], columns: &Columns, today: Day) -> String {
    let failing = sums.iter().filter(|failed| **failed > 0).count();
    let what = if columns.days() > 1 { "weeks" } else { "days" };
    // Of days that are alike, the latest.
    let most = sums.iter().zip(columns.starts()).filter(|(failed, _)| **failed > 0).max_by_key(|(failed, _)| **failed);
    let Some((failed, days)) = most else { return format!("no failures in {} {what}", sums.len()) };
    let when = days.in_words(today);
    format!("failures in {failing} of {} {what}, most {when}: {}", sums.len(), format::thousands(*failed))
}

/// One row.
#[component]
pub fn HeatDays(
    /// What failed in each column.
    sums: Vec<u64>,
    /// The columns.
    columns: Columns,
    /// Which count has which shade.
    steps: Steps,
    /// Today.
    today: Day,
) -> impl IntoView {
    let marks = (0..=STEPS)
        .map(|step| (step, outline(&sums, steps, step)))
        .filter(|(_, path)| !path.is_empty())
        .map(|(step, path)| view! { <path class=format!("step-{step}") d=path/> })
        .collect_view();
    let frame = format!("0 0 {} 16", sums.len().max(1));
    view! {
        <svg class="heat-days" viewBox=frame preserveAspectRatio="none" height="16" role="img" aria-label=words(&sums, &columns, today)>
            {marks}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(days: u16) -> DayRange {
        DayRange::ending(Day::from_ymd(2026, 11, 21).unwrap(), days)
    }

    #[test]
    fn few_failures_are_seen_beside_many() {
        let steps = Steps { most: 320 };
        assert_eq!([0, 1, 20, 21, 80, 81, 180, 181, 320].map(|n| steps.step(n)), [0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!([1, 2, 3, 4].map(|step| steps.words(step)), ["1 to 20", "21 to 80", "81 to 180", "181 to 320"]);
    }

    #[test]
    fn where_little_failed_not_every_shade_is_used() {
        let steps = Steps { most: 2 };
        assert_eq!([0, 1, 2].map(|n| steps.step(n)), [0, 3, 4]);
        assert_eq!([1, 2, 3, 4].map(|step| steps.is_used(step)), [false, false, true, true]);
        assert_eq!([3, 4].map(|step| steps.words(step)), ["1", "2"]);
        assert_eq!(Steps::default().step(0), 0);
        assert_eq!(Steps { most: u64::MAX }.step(u64::MAX), STEPS);
    }

    #[test]
    fn a_year_is_drawn_in_weeks() {
        let year = columns(range(365));
        assert_eq!((year.days(), year.starts().len()), (7, 53));
        let last = year.starts().next_back().unwrap();
        assert_eq!((last.len(), last.last), (1, range(1).last), "the last week is as long as there are days");
        assert_eq!(year.sums(&[1; 365])[52], 1);
        assert_eq!(columns(range(90)).starts().len(), 90);
    }

    #[test]
    fn each_column_has_its_place_and_its_shade() {
        let steps = Steps { most: 16 };
        assert_eq!(outline(&[0, 16, 1, 16], steps, 4), "M1 0h.85v16h-.85zM3 0h.85v16h-.85z");
        assert_eq!(outline(&[0, 16, 1], steps, 0), "M0 0h.85v16h-.85z");
    }

    #[test]
    fn those_who_listen_hear_the_worst_day() {
        let today = range(1).last;
        let columns = columns(range(3));
        assert_eq!(words(&[1, 42, 0], &columns, today), "failures in 2 of 3 days, most on 20 Nov: 42");
        assert_eq!(words(&[0, 0, 0], &columns, today), "no failures in 3 days");
    }
}

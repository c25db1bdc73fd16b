//! The small bars of a list: sessions stand on the line, failures hang below it.

use std::fmt::Write as _;

use leptos::prelude::*;
use model::{Totals, format, view::DayPoint};

use super::scale::{ratio, short};

/// Where the line is; above it is room for sessions, below for failures.
const LINE: f64 = 24.0;
const BELOW: f64 = 7.0;
const WIDTH: f64 = 150.0;
/// More columns than this would run together.
const COLUMNS: usize = 45;

/// The two outlines of a row of small bars, in a box of 150 × 32.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    sessions: String,
    failures: String,
}

/// Draws the days; neighbours share a column where there are too many.
fn outline(points: &[DayPoint]) -> Outline {
    let columns: Vec<Totals> = points.chunks(points.len().div_ceil(COLUMNS).max(1)).map(sum).collect();
    let most = columns.iter().map(|column| column.sessions).max().unwrap_or_default();
    let count = u32::try_from(columns.len()).unwrap_or(u32::MAX).max(1);
    let step = WIDTH / f64::from(count);
    let width = short(step * 0.8);

    let mut outline = Outline::default();
    for (x, column) in (0..count).map(|i| short(f64::from(i) * step)).zip(columns) {
        if column.sessions > 0 {
            let up = (20.0 * ratio(column.sessions, most)).max(1.0);
            let _ = write!(outline.sessions, "M{x} {LINE}v-{}h{width}V{LINE}z", short(up));
        }
        if column.failed > 0 {
            // By the root of the rate: one failure in a thousand is seen, and all failed is still the longest.
            let down = short((BELOW * ratio(column.failed, column.sessions).sqrt()).max(2.0));
            let _ = write!(outline.failures, "M{x} {}v{down}h{width}v-{down}z", LINE + 1.0);
        }
    }
    outline
}

fn sum(points: &[DayPoint]) -> Totals {
    points.iter().fold(Totals::default(), |sum, point| Totals {
        sessions: sum.sessions.saturating_add(point.totals.sessions),
        failed: sum.failed.saturating_add(point.totals.failed),
    })
}

/// The days of a domain as small bars.
#[component]
pub fn Spark(
    /// One for each day.
    points: Vec<DayPoint>,
) -> impl IntoView {
    let Outline { sessions, failures } = outline(&points);
    let total = sum(&points);
    let words = format!(
        "{} days: {}, {} failed",
        points.len(),
        format::counted(total.sessions, "session"),
        format::thousands(total.failed)
    );
    view! {
        <svg class="spark" viewBox="0 0 150 32" width="150" height="32" preserveAspectRatio="none" role="img" aria-label=words>
            <path class="sessions" d=sessions/>
            {(!failures.is_empty()).then(|| view! { <path class="failures" d=failures/> })}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::Day;

    use super::*;

    fn days(counts: &[(u64, u64)]) -> Vec<DayPoint> {
        let point = |(i, &(sessions, failed)): (usize, &(u64, u64))| DayPoint {
            day: Day(i32::try_from(i).unwrap()),
            totals: Totals { sessions, failed },
            first_cause: 0,
        };
        counts.iter().enumerate().map(point).collect()
    }

    #[test]
    fn sessions_stand_and_failures_hang() {
        let outline = outline(&days(&[(100, 0), (50, 50)]));
        assert_eq!(outline.sessions, "M0 24v-20h60V24zM75 24v-10h60V24z");
        assert_eq!(outline.failures, "M75 25v7h60v-7z");
    }

    #[test]
    fn one_failure_in_a_thousand_is_seen() {
        assert_eq!(outline(&days(&[(1_000, 1)])).failures, "M0 25v2h120v-2z");
    }

    #[test]
    fn a_year_has_no_more_columns_than_fit() {
        let year = outline(&days(&[(10, 0); 365]));
        assert_eq!(year.sessions.matches('M').count(), 41);
    }

    #[test]
    fn silence_draws_nothing() {
        assert_eq!(outline(&days(&[(0, 0); 30])), Outline::default());
        assert_eq!(outline(&[]), Outline::default());
    }
}

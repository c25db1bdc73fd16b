//! Sessions by day, and below them failed sessions on a scale of their own: three failures among thousands must be seen.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::Datelike as _;
use leptos::prelude::*;
use model::{Day, format, view::DayPoint};

use super::scale::{Scale, short};
use crate::islands::ChartReadOut;

pub(super) const TOP: f64 = 14.0;
const SESSIONS_HEIGHT: f64 = 150.0;
const GAP: f64 = 30.0;
const FAILURES_HEIGHT: f64 = 92.0;
const LABELS_HEIGHT: f64 = 22.0;
/// The part of a day's width that its bars take.
pub(super) const FILLED: f64 = 0.72;
const VISIBLE: f64 = 1.5;
/// Names of marks that stand closer than so many per cent of the width would run into each other.
const MARK_ROOM: f64 = 18.0;

/// Something that changed on a day, in few words: `policy → enforce`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayMark {
    /// When.
    pub day: Day,
    /// What.
    pub text: String,
}

/// The chart as numbers: x in per cent of the width, y in pixels from the top.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Geometry {
    pub(super) height: f64,
    pub(super) sessions: Panel,
    /// None when nothing failed: then there is nothing to draw.
    pub(super) failures: Option<Panel>,
    pub(super) columns: Vec<Column>,
    pub(super) labels: Vec<Label>,
    pub(super) marks: Vec<Mark>,
}

/// A band with a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Panel {
    scale: Scale,
    /// Where nought is.
    pub(super) base: f64,
    height: f64,
}

/// One day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) sessions: f64,
    /// Failures of other causes lie below, those of the first cause stand on them.
    pub(super) other: f64,
    pub(super) first: f64,
}

/// What a bar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bar {
    /// Sessions of a complete day.
    Sessions,
    /// Sessions of a day that may still grow.
    Open,
    /// Failures of other causes.
    Other,
    /// Failures of the first cause.
    First,
}

impl Bar {
    const fn class(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Open => "sessions open",
            Self::Other => "other",
            Self::First => "first",
        }
    }
}

/// A date under the chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    pub(super) x: f64,
    pub(super) text: String,
    /// Whether narrow screens leave it out.
    minor: bool,
}

/// A line through a day on which something changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) x: f64,
    /// What stands beside it; none where there is no room.
    pub(super) text: Option<String>,
    /// Whether the text stands to the left.
    pub(super) left: bool,
}

impl Panel {
    fn new(max: u64, top: f64, height: f64) -> Self {
        Self { scale: Scale::reaching(max), base: top + height, height }
    }

    fn length(self, count: u64) -> f64 {
        self.scale.length(count, self.height, VISIBLE)
    }

    /// The y of each tick, with its number.
    pub(super) fn ticks(self) -> [(f64, u64); 3] {
        self.scale.ticks().map(|tick| (self.base - self.scale.length(tick, self.height, 0.0), tick))
    }
}

impl Geometry {
    pub(super) fn of(points: &[DayPoint], marks: &[DayMark]) -> Self {
        let most = |count: fn(&DayPoint) -> u64| points.iter().map(count).max().unwrap_or_default();
        let sessions = Panel::new(most(|point| point.totals.sessions), TOP, SESSIONS_HEIGHT);
        let failed = most(|point| point.totals.failed);
        let failures = (failed > 0).then(|| Panel::new(failed, sessions.base + GAP, FAILURES_HEIGHT));

        let step = 100.0 / f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX).max(1));
        let columns = (0_u32..)
            .zip(points)
            .map(|(i, point)| {
                let first = point.first_cause.min(point.totals.failed);
                let length = |count| failures.map_or(0.0, |panel| panel.length(count));
                Column {
                    x: f64::from(i) * step,
                    width: step,
                    sessions: sessions.length(point.totals.sessions),
                    other: length(point.totals.failed - first),
                    first: length(first),
                }
            })
            .collect();
        let base = failures.map_or(sessions.base, |panel| panel.base);
        let (labels, marks) = (labels(points, step), marks_on(points, step, marks));
        Self { height: base + LABELS_HEIGHT, sessions, failures, columns, labels, marks }
    }

    /// The bars of a column: from where each rises, and how far. `open` says whether the day may still grow.
    pub(super) fn bars(&self, column: &Column, open: bool) -> [(Bar, f64, f64); 3] {
        let below = self.failures.map_or(0.0, |panel| panel.base);
        [
            (if open { Bar::Open } else { Bar::Sessions }, self.sessions.base, column.sessions),
            (Bar::Other, below, column.other),
            (Bar::First, below - column.other, column.first),
        ]
    }

    /// All bars of a kind as one outline, in a frame in which a day is 1 wide: a part of the page for each bar would make long
    /// ranges slow.
    fn outlines(&self, points: &[DayPoint], complete_to: Day) -> BTreeMap<Bar, String> {
        let mut outlines = BTreeMap::<Bar, String>::new();
        for (day, (column, point)) in (0_u32..).zip(self.columns.iter().zip(points)) {
            let x = short(f64::from(day) + (1.0 - FILLED) / 2.0);
            for (bar, base, length) in self.bars(column, point.day > complete_to) {
                if length > 0.0 {
                    let (base, length) = (short(base), short(length));
                    let _ = write!(outlines.entry(bar).or_default(), "M{x} {base}v-{length}h{FILLED}v{length}z");
                }
            }
        }
        outlines
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = Panel> {
        [Some(self.sessions), self.failures].into_iter().flatten()
    }
}

/// Dates at round places: every day of a week, Mondays of a month, every second Monday of a quarter, months of a year.
fn labels(points: &[DayPoint], step: f64) -> Vec<Label> {
    let days = points.len();
    let labelled = |day: Day| {
        let date = day.date();
        let monday = date.weekday().num_days_from_monday() == 0;
        match days {
            0..=10 => true,
            11..=45 => monday,
            46..=120 => monday && date.iso_week().week().is_multiple_of(2),
            _ => date.day() == 1,
        }
    };
    let pattern = if days > 120 { "%b" } else { "%-d %b" };
    let mut minor = true;
    (0_u32..)
        .zip(points)
        .filter(|(_, point)| labelled(point.day))
        .map(|(i, point)| {
            minor = !minor;
            let thin = days <= 10 || days > 45;
            Label {
                x: (f64::from(i) + 0.5) * step,
                text: point.day.date().format(pattern).to_string(),
                minor: minor && thin,
            }
        })
        .collect()
}

/// One line for each day with changes; the first of close neighbours is named.
fn marks_on(points: &[DayPoint], step: f64, marks: &[DayMark]) -> Vec<Mark> {
    let mut free_from = 0.0;
    (0_u32..)
        .zip(points)
        .filter_map(|(i, point)| {
            let text = mark_words(marks, point.day)?;
            let x = (f64::from(i) + 0.5) * step;
            let left = x > 100.0 - MARK_ROOM;
            let start = if left { x - MARK_ROOM } else { x };
            let named = start >= free_from;
            if named {
                free_from = start + MARK_ROOM;
            }
            Some(Mark { x, text: named.then_some(text), left })
        })
        .collect()
}

/// What changed on a day; none when nothing did.
fn mark_words(marks: &[DayMark], day: Day) -> Option<String> {
    let mut that_day = marks.iter().filter(|mark| mark.day == day);
    let first = &that_day.next()?.text;
    Some(match that_day.count() {
        0 => first.clone(),
        more => format!("{first}, {more} more"),
    })
}

/// One day in words: `Thu 12 Nov: 5,628 sessions, 340 failed (335 certificate-expired, 5 other causes)`.
fn words(point: &DayPoint, first_cause: Option<&str>, marks: &[DayMark], complete_to: Day) -> String {
    let date = point.day.date().format("%a %-d %b");
    let sessions = format::counted(point.totals.sessions, "session");
    let failed = point.totals.failed;
    let first = point.first_cause.min(failed);
    let failures = match first_cause {
        _ if point.totals.sessions == 0 => String::new(),
        _ if failed == 0 => ", none failed".to_owned(),
        Some(cause) if first == failed => format!(", {} failed ({cause})", format::thousands(failed)),
        Some(cause) if first > 0 => format!(
            ", {} failed ({} {cause}, {} other causes)",
            format::thousands(failed),
            format::thousands(first),
            format::thousands(failed - first)
        ),
        _ => format!(", {} failed", format::thousands(failed)),
    };
    let open = if point.day > complete_to { " · not complete yet" } else { "" };
    let changed = marks.iter().filter(|mark| mark.day == point.day).map(|mark| format!(" · {}", mark.text));
    format!("{date}: {sessions}{failures}{}{open}", changed.collect::<String>())
}

/// The day chart with its read-out.
#[component]
pub fn DayChart(
    /// One for each day, at least one.
    points: Vec<DayPoint>,
    /// What `DayPoint::first_cause` counts, in words.
    first_cause: Option<String>,
    /// What changed on which day.
    marks: Vec<DayMark>,
    /// Later days may still grow.
    complete_to: Day,
    /// The whole range in words.
    #[prop(into)]
    summary: String,
    /// A link to the page over other days, that ends where `from=…&to=…` is to follow.
    to_choose: String,
) -> impl IntoView {
    let chart = Geometry::of(&points, &marks);
    let height = short(chart.height);
    let bottom = chart.panels().last().map_or(0.0, |panel| panel.base);

    let lines = chart
        .panels()
        .flat_map(Panel::ticks)
        .map(|(y, _)| view! { <line class="tick" x1="0%" x2="100%" y1=short(y) y2=short(y)/> })
        .collect_view();
    let numbers = chart
        .panels()
        .flat_map(Panel::ticks)
        .map(|(y, tick)| view! { <text x="100%" y=short(y + 3.5)>{format::thousands(tick)}</text> })
        .collect_view();
    let dates = chart
        .labels
        .iter()
        .map(|label| {
            let class = if label.minor { "minor" } else { "" };
            view! { <text class=class x=percent(label.x) y=short(chart.height - 5.0)>{label.text.clone()}</text> }
        })
        .collect_view();
    let days = chart
        .columns
        .iter()
        .zip(&points)
        .map(|(column, point)| {
            view! {
                <rect
                    class="day"
                    data-day=point.day.to_string()
                    x=percent(column.x)
                    width=percent(column.width)
                    y=short(TOP)
                    height=short(bottom - TOP)
                >
                    <title>{words(point, first_cause.as_deref(), &marks, complete_to)}</title>
                </rect>
            }
        })
        .collect_view();
    let bars = chart.outlines(&points, complete_to).into_iter();
    let bars = bars.map(|(bar, outline)| view! { <path class=bar.class() d=outline/> }).collect_view();
    let frame = format!("0 0 {} {height}", points.len());

    let lines_of_change = chart
        .marks
        .iter()
        .map(|mark| {
            let text = mark.text.clone().map(|text| {
                let class = if mark.left { "left" } else { "right" };
                view! { <text class=class x=percent(mark.x) y=short(chart.sessions.base + GAP / 2.0)>{text}</text> }
            });
            view! { <line x1=percent(mark.x) x2=percent(mark.x) y1=short(TOP) y2=short(bottom)/> {text} }
        })
        .collect_view();

    let count = points.len();
    let summary: String = summary;
    let label = format!("Sessions by day, and failed sessions on a scale of their own. {summary}");
    view! {
        <ChartReadOut days=count summary=summary to_choose=to_choose>
            <svg class="numbers" width="52" height=height.clone() aria-hidden="true">{numbers}</svg>
            <svg class="chart" width="100%" height=height role="img" aria-label=label>
                {lines}
                <g class="days">{days}</g>
                <svg class="bars" viewBox=frame preserveAspectRatio="none" width="100%" height="100%">{bars}</svg>
                <g class="marks-of-change" aria-hidden="true">{lines_of_change}</g>
                <g class="dates">{dates}</g>
            </svg>
        </ChartReadOut>
    }
    .into_any()
}

fn percent(x: f64) -> String {
    format!("{}%", short(x))
}

#[cfg(test)]
mod tests {
    use model::Totals;

    use super::*;

    fn points(first: Day, counts: &[(u64, u64, u64)]) -> Vec<DayPoint> {
        (0..)
            .zip(counts)
            .map(|(i, &(sessions, failed, first_cause))| DayPoint {
                day: first.plus(i),
                totals: Totals { sessions, failed },
                first_cause,
            })
            .collect()
    }

    fn nov(day: u32) -> Day {
        Day::from_ymd(2026, 11, day).unwrap()
    }

    #[test]
    fn failures_have_a_scale_of_their_own() {
        let chart = Geometry::of(&points(nov(1), &[(10_000, 0, 0), (10_000, 3, 2)]), &[]);
        assert_eq!(chart.sessions.scale.top, 10_000);
        let failures = chart.failures.unwrap();
        assert_eq!(failures.scale.top, 4);
        let day = &chart.columns[1];
        assert!((day.first - FAILURES_HEIGHT / 2.0).abs() < 1e-9, "two of four is half the panel");
        assert!((day.other - FAILURES_HEIGHT / 4.0).abs() < 1e-9);
        assert!((day.x - 50.0).abs() < 1e-9 && (day.width - 50.0).abs() < 1e-9);
    }

    #[test]
    fn bars_of_days_are_one_outline() {
        let points = points(nov(1), &[(10, 4, 4), (0, 0, 0), (5, 1, 0)]);
        let chart = Geometry::of(&points, &[]);
        let outlines = |complete_to| chart.outlines(&points, nov(complete_to));
        let whole = outlines(3);
        assert_eq!(
            whole[&Bar::Sessions],
            "M0.14 164v-150h0.72v150zM2.14 164v-75h0.72v75z",
            "a day without any has no bar"
        );
        assert_eq!(whole.get(&Bar::Open), None);
        assert_eq!(outlines(2)[&Bar::Open], "M2.14 164v-75h0.72v75z", "in its place");
        let base = chart.failures.unwrap().base;
        assert_eq!(whole[&Bar::Other], format!("M2.14 {base}v-23h0.72v23z"));
        assert_eq!(whole[&Bar::First], format!("M0.14 {base}v-92h0.72v92z"));
    }

    #[test]
    fn without_failures_there_is_no_panel_for_them() {
        let chart = Geometry::of(&points(nov(1), &[(10, 0, 0)]), &[]);
        assert_eq!(chart.failures, None);
        assert!((chart.height - (TOP + SESSIONS_HEIGHT + LABELS_HEIGHT)).abs() < 1e-9);
    }

    #[test]
    fn bars_never_leave_their_panel() {
        let chart = Geometry::of(&points(nov(1), &[(5, 5, 9), (0, 0, 0), (u64::MAX, u64::MAX, 0)]), &[]);
        for column in &chart.columns {
            assert!(column.sessions <= SESSIONS_HEIGHT);
            assert!(column.first <= FAILURES_HEIGHT && column.other <= FAILURES_HEIGHT);
        }
    }

    #[test]
    fn dates_stand_at_round_places() {
        let texts = |days: usize| -> Vec<String> {
            let points = points(nov(1), &vec![(1, 0, 0); days]);
            Geometry::of(&points, &[]).labels.into_iter().map(|label| label.text).collect()
        };
        assert_eq!(texts(7).len(), 7);
        assert_eq!(texts(30), ["2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]);
        assert_eq!(texts(90).len(), 6);
        assert_eq!(texts(365).len(), 12);
    }

    #[test]
    fn a_day_is_read_out_in_words() {
        let say = |counts, cause| words(&points(nov(12), &[counts])[0], cause, &[], nov(19));
        assert_eq!(
            say((5_628, 340, 335), Some("certificate-expired")),
            "Thu 12 Nov: 5,628 sessions, 340 failed (335 certificate-expired, 5 other causes)"
        );
        assert_eq!(say((9, 3, 3), Some("tlsa-invalid")), "Thu 12 Nov: 9 sessions, 3 failed (tlsa-invalid)");
        assert_eq!(say((1, 0, 0), None), "Thu 12 Nov: 1 session, none failed");
        assert_eq!(say((0, 0, 0), None), "Thu 12 Nov: 0 sessions");
        let open = words(&points(nov(20), &[(1, 0, 0)])[0], None, &[], nov(19));
        assert!(open.ends_with("not complete yet"), "{open}");
    }

    fn mark(day: Day, text: &str) -> DayMark {
        DayMark { day, text: text.to_owned() }
    }

    #[test]
    fn changes_are_marked_and_named_where_there_is_room() {
        let points = points(nov(1), &[(1, 0, 0); 10]);
        let changes =
            [mark(nov(2), "policy → enforce"), mark(nov(2), "MX changed"), mark(nov(3), "a"), mark(nov(10), "b")];
        let marks = Geometry::of(&points, &changes).marks;
        let told: Vec<_> = marks.iter().map(|mark| (mark.text.as_deref(), mark.left)).collect();
        assert_eq!(told, [(Some("policy → enforce, 1 more"), false), (None, false), (Some("b"), true)]);
        assert!((marks[0].x - 15.0).abs() < 1e-9, "in the middle of its day");
        let elsewhere = [mark(nov(11), "c")];
        assert_eq!(Geometry::of(&points, &elsewhere).marks, []);
    }

    #[test]
    fn a_day_s_changes_are_read_out_with_it() {
        let changes = [mark(nov(12), "policy → enforce"), mark(nov(13), "MX changed")];
        let said = words(&points(nov(12), &[(1, 0, 0)])[0], None, &changes, nov(19));
        assert_eq!(said, "Thu 12 Nov: 1 session, none failed · policy → enforce");
    }
}

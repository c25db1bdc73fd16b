//! Instants and days. All times are UTC; reports are counted by UTC day (RFC 8460 §4.1).

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike as _, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

const MS_PER_DAY: i64 = 86_400_000;

/// An instant in Unix milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The UTC day in which this instant lies; beyond year ±5,800,000 it saturates.
    #[must_use]
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(MS_PER_DAY);
        Day(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }

    /// This instant moved by a number of seconds, saturating at the ends of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The time of day as people read it, `14:20 UTC`; with the day, `12 Nov, 14:20 UTC`, where that is another than `now`'s.
    #[must_use]
    pub fn time_in_words(self, now: Self) -> String {
        let minutes = self.0.div_euclid(60_000).rem_euclid(24 * 60);
        let time = format!("{:02}:{:02} UTC", minutes / 60, minutes % 60);
        if self.day() == now.day() { time } else { format!("{}, {time}", self.day().in_words(now.day())) }
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_millis())
    }
}

/// RFC 3339 in UTC, with fractions of a second only where there are any.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp_millis(self.0) {
            Some(instant) => f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => write!(f, "{} ms since 1970", self.0),
        }
    }
}

/// The last UTC day whose reports can all be here: senders may wait 4 hours after the day and retry for 24 more (RFC 8460
/// §4.1, §5.5), so day D is complete at 04:00 of D+2. Before that, nobody is silent.
#[must_use]
pub fn complete_to(now: Timestamp) -> Day {
    now.plus_seconds(-4 * 3600).day().plus(-2)
}

/// The day on which the first report of a domain added at this instant is due at the latest: its first day is complete then.
#[must_use]
pub fn first_report_due(added: Timestamp) -> Day {
    added.day().plus(2)
}

/// A UTC day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// The day of a calendar date, where there is such a date.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from)
    }

    /// The calendar date; dates beyond the calendar saturate at its ends.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or(if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
    }

    /// The first instant of this day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * MS_PER_DAY)
    }

    /// The day this many days later (or earlier).
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// As people read it: `12 Nov`, and with the year where it is another than `today`'s.
    #[must_use]
    pub fn in_words(self, today: Self) -> String {
        let (date, now) = (self.date(), today.date());
        date.format(if date.year() == now.year() { "%-d %b" } else { "%-d %b %Y" }).to_string()
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }
}

/// ISO 8601: `2026-11-21`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().format("%Y-%m-%d").fmt(f)
    }
}

impl FromStr for Day {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self::from)
    }
}

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayRange {
    /// The first day.
    pub first: Day,
    /// The last day, never before the first.
    pub last: Day,
}

impl DayRange {
    /// The `days` days that end with `last` (at least one).
    #[must_use]
    pub fn ending(last: Day, days: u16) -> Self {
        Self { first: last.plus(1 - i32::from(days.max(1))), last }
    }

    /// The days that a period touches. An end at midnight belongs to the day before, since senders write a full day both as
    /// 23:59:59 and as the next 00:00:00 (RFC 8460 §4.1); an end before the start is not believed.
    #[must_use]
    pub fn covering(start: Timestamp, end: Timestamp) -> Self {
        let first = start.day();
        Self { first, last: Timestamp(end.0.saturating_sub(1)).day().max(first) }
    }

    /// As people read it: `on 12 Nov`, `from 12 Nov to 18 Nov`.
    #[must_use]
    pub fn in_words(self, today: Day) -> String {
        if self.first == self.last {
            format!("on {}", self.first.in_words(today))
        } else {
            format!("from {} to {}", self.first.in_words(today), self.last.in_words(today))
        }
    }

    /// As many days, just before this range.
    #[must_use]
    pub fn before(self) -> Self {
        Self { first: self.first.plus(-self.len()), last: self.first.plus(-1) }
    }

    /// How many days.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a range holds at least one day")]
    pub const fn len(self) -> i32 {
        self.last.0.saturating_sub(self.first.0).saturating_add(1)
    }

    /// Each day in order.
    pub fn days(self) -> impl ExactSizeIterator<Item = Day> + DoubleEndedIterator {
        (self.first.0..self.last.0.saturating_add(1)).map(Day)
    }

    /// Whether the day lies in the range.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc().into()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_told_with_its_day_where_that_is_another() {
        let noon = Day::from_ymd(2026, 11, 12).unwrap().start().plus_seconds(12 * 3_600);
        assert_eq!(noon.plus_seconds(8_400).time_in_words(noon), "14:20 UTC");
        assert_eq!(noon.plus_seconds(50_000).time_in_words(noon), "13 Nov, 01:53 UTC");
    }

    #[test]
    fn a_day_is_complete_at_four_on_the_second_day_after() {
        assert_eq!(complete_to(at("2026-11-21T03:59:59Z")), day("2026-11-18"));
        assert_eq!(complete_to(at("2026-11-21T04:00:00Z")), day("2026-11-19"));
    }

    #[test]
    fn the_first_report_is_due_when_the_first_day_is_complete() {
        let due = first_report_due(at("2026-11-21T18:00:00Z"));
        assert_eq!(due, day("2026-11-23"));
        assert_eq!(complete_to(due.start().plus_seconds(4 * 3600)), day("2026-11-21"));
    }

    #[test]
    fn a_full_day_is_one_day_in_both_spellings() {
        let start = at("2026-11-12T00:00:00Z");
        let one = DayRange { first: day("2026-11-12"), last: day("2026-11-12") };
        assert_eq!(DayRange::covering(start, at("2026-11-12T23:59:59Z")), one);
        assert_eq!(DayRange::covering(start, at("2026-11-13T00:00:00Z")), one);
        assert_eq!(DayRange::covering(start, start), one);
        assert_eq!(DayRange::covering(start, at("2026-11-01T00:00:00Z")), one);
        assert_eq!(DayRange::covering(start, at("2026-11-19T00:00:00Z")).len(), 7);
    }

    #[test]
    fn days_before_1970_and_at_the_ends_of_time_are_days() {
        assert_eq!(Timestamp(-1).day(), Day(-1));
        assert_eq!(Timestamp(i64::MIN).plus_seconds(i64::MIN).day(), Day(i32::MIN));
        assert!(!Day(i32::MAX).in_words(Day(0)).is_empty());
        assert_eq!(DayRange::covering(Timestamp(i64::MIN), Timestamp(i64::MIN)).len(), 1);
        assert_eq!(DayRange { first: Day(i32::MIN), last: Day(i32::MAX) }.len(), i32::MAX);
    }

    #[test]
    fn the_year_is_said_only_where_it_is_another() {
        let range = DayRange { first: day("2025-12-30"), last: day("2026-01-02") };
        assert_eq!(range.in_words(day("2026-11-21")), "from 30 Dec 2025 to 2 Jan");
    }
}

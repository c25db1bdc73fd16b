//! The days that a page is asked to show: the last so many, or from one day to another. All of it stands in the URL.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Day, DayRange, text};

/// The ranges that pages offer, in days, with their words.
pub const OFFERED: [(u16, &str); 4] = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "Year")];

/// The longest range: a year and a day.
pub const MOST_DAYS: u16 = 366;

/// How many days are shown where nobody says how many.
pub const USUAL_DAYS: u16 = 30;

/// The range of a page that is asked for none.
const USUAL: Span = Span::Last(USUAL_DAYS);

/// The first year of which reports are counted: the RFC is of 2018.
const FIRST_YEAR: i32 = 2018;

/// The days asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// So many days that end with today.
    Last(u16),
    /// These days.
    Between(DayRange),
}

impl Default for Span {
    fn default() -> Self {
        USUAL
    }
}

/// Why what was asked for is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanFault {
    /// This is no date.
    NoDate(String),
    /// Only one of the two days was named.
    Half,
    /// The last day lies before the first.
    Reversed,
    /// So many days are more than a page shows.
    TooLong(i32),
    /// A day has not begun yet.
    Ahead(Day),
    /// A day lies before the first report there can be.
    TooEarly(Day),
}

/// What was wrong, and what to do.
impl fmt::Display for SpanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDate(typed) => {
                write!(f, "“{}” is no date. Write it as 2026-11-21.", text::visible_short(typed, 40))
            }
            Self::Half => f.write_str("A range has two ends: say from which day and to which day."),
            Self::Reversed => f.write_str("The range ends before it begins: change the two days round."),
            Self::TooLong(days) => {
                write!(
                    f,
                    "These are {days} days, and a page shows at most {MOST_DAYS}. Ask for one year after the other."
                )
            }
            Self::Ahead(day) => write!(f, "{day} has not come yet: choose days up to today."),
            Self::TooEarly(day) => {
                write!(f, "{day} is too early: reports exist since {FIRST_YEAR}, so begin with {FIRST_YEAR}-01-01.")
            }
        }
    }
}

impl Span {
    /// What a URL asks for: `days`, or `from` and `to` as ISO dates. What it does not say, or says of days that are not offered,
    /// is the usual range.
    ///
    /// # Errors
    /// The two days are no range that can be shown.
    pub fn read(days: &str, from: &str, to: &str, today: Day) -> Result<Self, SpanFault> {
        let (from, to) = (from.trim(), to.trim());
        match (from, to) {
            ("", "") => {
                let asked = days.trim().parse().ok();
                let offered = OFFERED.into_iter().find(|(days, _)| Some(*days) == asked);
                Ok(offered.map_or(USUAL, |(days, _)| Self::Last(days)))
            }
            ("", _) | (_, "") => Err(SpanFault::Half),
            _ => Self::between(day(from)?, day(to)?, today),
        }
    }

    /// From one day to another.
    ///
    /// # Errors
    /// They are no range that can be shown.
    pub fn between(first: Day, last: Day, today: Day) -> Result<Self, SpanFault> {
        let range = DayRange { first, last };
        if let Some(ahead) = [first, last].into_iter().find(|day| *day > today) {
            return Err(SpanFault::Ahead(ahead));
        }
        if first > last {
            return Err(SpanFault::Reversed);
        }
        if Day::from_ymd(FIRST_YEAR, 1, 1).is_some_and(|earliest| first < earliest) {
            return Err(SpanFault::TooEarly(first));
        }
        if range.len() > i32::from(MOST_DAYS) {
            return Err(SpanFault::TooLong(range.len()));
        }
        Ok(Self::Between(range))
    }

    /// The days that are meant.
    #[must_use]
    pub fn range(self, today: Day) -> DayRange {
        match self {
            Self::Last(days) => DayRange::ending(today, days.clamp(1, MOST_DAYS)),
            Self::Between(range) => range,
        }
    }

    /// What a URL says to ask for it; nothing for the usual range.
    #[must_use]
    pub fn written(self) -> Vec<(&'static str, String)> {
        match self {
            USUAL => vec![],
            Self::Last(days) => vec![("days", days.to_string())],
            Self::Between(DayRange { first, last }) => vec![("from", first.to_string()), ("to", last.to_string())],
        }
    }
}

fn day(typed: &str) -> Result<Day, SpanFault> {
    typed.parse().map_err(|_| SpanFault::NoDate(typed.to_owned()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn today() -> Day {
        Day::from_ymd(2026, 11, 21).unwrap()
    }

    fn read(days: &str, from: &str, to: &str) -> Result<Span, SpanFault> {
        Span::read(days, from, to, today())
    }

    #[test]
    fn a_url_says_which_days() {
        assert_eq!(read("", "", ""), Ok(Span::Last(30)));
        assert_eq!(read("7", "", ""), Ok(Span::Last(7)));
        assert_eq!(read("8", "", ""), Ok(Span::Last(30)), "not offered");
        let between = read("7", "2026-11-01", " 2026-11-10 ").unwrap();
        assert_eq!(between.range(today()).len(), 10, "two days say more than a number");
        assert_eq!(read("", "2026-11-21", "2026-11-21").unwrap().range(today()).len(), 1);
        assert_eq!(read("", "2025-11-21", "2026-11-21").unwrap().range(today()).len(), 366);
    }

    #[test]
    fn what_is_written_reads_back() {
        for span in [Span::Last(30), Span::Last(365), read("", "2024-02-01", "2024-02-29").unwrap()] {
            let written = span.written();
            let value = |key| written.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
            assert_eq!(read(value("days"), value("from"), value("to")), Ok(span));
        }
    }

    #[rstest]
    #[case::no_date("21.11.2026", "2026-11-21", "is no date")]
    #[case::no_such_day("2026-02-30", "2026-03-01", "is no date")]
    #[case::one_end("2026-11-01", "", "two ends")]
    #[case::reversed("2026-11-10", "2026-11-01", "before it begins")]
    #[case::too_long("2025-11-20", "2026-11-21", "These are 367 days")]
    #[case::tomorrow("2026-11-01", "2026-11-22", "has not come yet")]
    #[case::before_the_rfc("2017-12-31", "2018-01-05", "too early")]
    #[case::the_ends_of_time("-262143-01-01", "+262142-12-31", "")]
    fn what_is_no_range_is_said_to_be_none(#[case] from: &str, #[case] to: &str, #[case] why: &str) {
        let said = read("", from, to).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }

    #[test]
    fn what_was_typed_does_not_act() {
        assert!(!read("", "\u{202e}", "x").unwrap_err().to_string().contains('\u{202e}'));
    }
}

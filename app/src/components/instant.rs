//! Days and instants, in UTC, readable by people and programs.

use chrono::{DateTime, Datelike as _};
use leptos::prelude::*;
use model::{Day, Timestamp};

/// An instant: `21 Nov 09:40`, and with the year where it is another than today's.
#[component]
pub fn Instant(
    /// Which.
    at: Timestamp,
    /// Today.
    today: Day,
) -> impl IntoView {
    view! { <time datetime=at.to_string()>{instant_words(at, today)}</time> }.into_any()
}

/// A day: `12 Nov`.
#[component]
pub fn Date(
    /// Which.
    day: Day,
    /// Today.
    today: Day,
) -> impl IntoView {
    view! { <time datetime=day.to_string()>{day.in_words(today)}</time> }.into_any()
}

/// A report's period: one day where it is one, else both ends.
#[component]
pub fn Period(
    /// Its start, where it can be read.
    start: Option<Timestamp>,
    /// Its end, where it can be read.
    end: Option<Timestamp>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let title = [start, end].map(|end| end.map_or_else(|| "?".to_owned(), |at| at.to_string())).join(" to ");
    view! { <span title=title>{period_words(start, end, today)}</span> }.into_any()
}

fn instant_words(at: Timestamp, today: Day) -> String {
    let Some(instant) = DateTime::from_timestamp_millis(at.0) else { return at.to_string() };
    let year = if instant.year() == today.date().year() { "" } else { " %Y" };
    instant.format(&format!("%-d %b{year} %H:%M")).to_string()
}

fn period_words(start: Option<Timestamp>, end: Option<Timestamp>, today: Day) -> String {
    /// A period that ends within two minutes of a day's end is that day: senders write 23:59:59 and 00:00:00 alike.
    const SLACK: i64 = 120;
    let whole_day = |start: Timestamp, end: Timestamp| {
        let next = start.day().plus(1).start();
        start == start.day().start() && (end.0 - next.0).abs() <= SLACK * 1000
    };
    match (start, end) {
        (Some(start), Some(end)) if whole_day(start, end) => start.day().in_words(today),
        (Some(start), Some(end)) => format!("{} to {}", instant_words(start, today), instant_words(end, today)),
        (Some(start), None) => format!("from {}", instant_words(start, today)),
        (None, Some(end)) => format!("to {}", instant_words(end, today)),
        (None, None) => "not readable".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32, seconds: i64) -> Timestamp {
        Day::from_ymd(2026, 11, day).unwrap().start().plus_seconds(seconds)
    }

    #[test]
    fn the_year_is_said_only_where_it_is_another() {
        assert_eq!(instant_words(at(21, 34_800), at(22, 0).day()), "21 Nov 09:40");
        assert_eq!(instant_words(at(21, 34_800), Day::from_ymd(2027, 1, 1).unwrap()), "21 Nov 2026 09:40");
        assert_eq!(instant_words(Timestamp(i64::MAX), at(1, 0).day()), format!("{} ms since 1970", i64::MAX));
    }

    #[test]
    fn a_full_day_is_one_day_in_both_spellings() {
        let today = at(21, 0).day();
        let say = |start, end| period_words(start, end, today);
        assert_eq!(say(Some(at(12, 0)), Some(at(12, 86_399))), "12 Nov");
        assert_eq!(say(Some(at(12, 0)), Some(at(13, 0))), "12 Nov");
        assert_eq!(say(Some(at(12, 3_600)), Some(at(13, 3_600))), "12 Nov 01:00 to 13 Nov 01:00");
        assert_eq!(say(None, None), "not readable");
    }
}

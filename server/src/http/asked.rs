//! What a link to figures or a file asks for: which days (so many that end with today, or from one to another), which failures,
//! and whatever else has one of a few words. What means nothing is refused, with what could be said.

use model::{
    Day, DayRange, Trust,
    failing::{FailureFilter, NOT_SAID},
    span::{MOST_DAYS, Span},
};
use mtasts::Mode;

/// The days that a link means by these of its values, of which any may be empty; or what is wrong with them.
pub(super) fn within(days: &str, from: &str, to: &str, today: Day) -> Result<DayRange, &'static str> {
    let Some(range) = between(from, to)? else {
        if days.is_empty() {
            return Ok(Span::default().range(today));
        }
        return match days.parse() {
            Ok(days @ 1..=MOST_DAYS) => Ok(DayRange::ending(today, days)),
            _ => Err("The query asks for days that are no number from 1 to 366."),
        };
    };
    if !days.is_empty() || from.is_empty() || to.is_empty() {
        return Err("Say either how many days, or both from and to.");
    }
    if range.len() > i32::from(MOST_DAYS) {
        return Err("The query asks for more than 366 days.");
    }
    Ok(range)
}

/// The days from one to another, of which either may be left out; none where both are.
pub(super) fn between(from: &str, to: &str) -> Result<Option<DayRange>, &'static str> {
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let first = day(from)?.unwrap_or(Day(i32::MIN));
    let last = day(to)?.unwrap_or(Day(i32::MAX));
    if last < first {
        return Err("The query asks for days that end before they begin.");
    }
    Ok(Some(DayRange { first, last }))
}

/// `2026-11-21`; none where nothing is said.
pub(super) fn day(text: &str) -> Result<Option<Day>, &'static str> {
    let read = |text: &str| text.parse::<Day>().map_err(|_| "The query names something that is no day.");
    Some(text).filter(|text| !text.is_empty()).map(read).transpose()
}

/// Which failures a link means by its values, as the pages' links write them. A page may pass over what means nothing; a file
/// would then hold more than was asked for.
pub(super) fn failure_filter<'a>(value: impl Fn(&str) -> &'a str) -> Result<FailureFilter, String> {
    let modes = [Some(Mode::Enforce), Some(Mode::Testing), Some(Mode::None), None];
    choice("mode", value("mode"), &modes, |mode| mode.map_or(NOT_SAID, Mode::keyword))?;
    trust(value("trust"))?;
    Ok(FailureFilter::read(|key| value(key).to_owned()))
}

/// How far the origin of a report is to be trusted; none where nothing is said.
pub(super) fn trust(text: &str) -> Result<Option<Trust>, String> {
    choice("trust", text, &Trust::ALL, |trust| trust.word())
}

/// What a value means, of all that it can mean, each by its word; none where nothing is said.
pub(super) fn choice<T: Clone>(
    key: &str,
    text: &str,
    all: &[T],
    word: impl Fn(&T) -> &str,
) -> Result<Option<T>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let found = all.iter().find(|one| word(one) == text).cloned();
    found.map(Some).ok_or_else(|| {
        let words: Vec<_> = all.iter().map(word).collect();
        format!("The query's {key} can be {}.", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_means_nothing_is_refused() {
        let read = |of: &'static str, text: &'static str| failure_filter(|key| if key == of { text } else { "" });
        assert!(read("", "").unwrap().is_empty());
        assert_eq!(read("mx", "mx1.example.com").unwrap().mx, Some(Some("mx1.example.com".to_owned())));
        assert!(read("mode", "-").is_ok());
        assert_eq!(read("mode", "strict").unwrap_err(), "The query's mode can be enforce, testing, none, -.");
        assert!(read("trust", "unsigned").is_ok());
        assert_eq!(read("trust", "high").unwrap_err(), "The query's trust can be signed, unsigned, unverified.");
    }

    #[test]
    fn days_are_told_in_two_ways() {
        let today = Day::from_ymd(2026, 11, 26).unwrap();
        let days = |days, from, to| within(days, from, to, today).map(|range| (range.first.to_string(), range.len()));
        assert_eq!(days("", "", ""), Ok(("2026-10-28".to_owned(), 30)));
        assert_eq!(days("366", "", "").unwrap().1, 366);
        assert_eq!(days("", "2026-10-01", "2026-10-31"), Ok(("2026-10-01".to_owned(), 31)));
        for (number, from, to) in [
            ("0", "", ""),
            ("367", "", ""),
            ("many", "", ""),
            ("7", "2026-10-01", "2026-10-31"),
            ("", "2026-10-01", ""),
            ("", "2026-10-02", "2026-10-01"),
            ("", "2025-10-01", "2026-10-31"),
            ("", "1 Oct", "2026-10-31"),
        ] {
            assert!(days(number, from, to).is_err(), "{number} {from} {to}");
        }
    }

    #[test]
    fn an_open_range_has_one_end() {
        assert_eq!(between("", ""), Ok(None));
        assert_eq!(between("2026-11-26", "").unwrap().unwrap().last, Day(i32::MAX));
    }
}

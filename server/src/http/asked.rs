//! What a link to figures or a file asks for: which days (so many that end with today, or from one to another), which failures,
//! and whatever else has one of a few words. A page may pass over what means nothing; a file would then hold more than was asked
//! for, so it is refused here, with what could be said.

use axum::extract::Query;
use http::Uri;
use model::{
    Day, DayRange, Trust,
    failing::{FailureFilter, NOT_SAID},
    span::{MOST_DAYS, Span},
    text,
};
use mtasts::Mode;

/// The query of a link, of which every key means something and stands there once.
#[derive(Debug)]
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads the query of a link, which may have these keys.
    pub(super) fn read(uri: &Uri, keys: &[&str]) -> Result<Self, String> {
        let Query(said) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| "The query cannot be read: write it as key=value&key=value.".to_owned())?;
        for (place, (key, _)) in said.iter().enumerate() {
            if !keys.contains(&key.as_str()) {
                let key = text::visible_short(key, 40);
                return Err(format!("The query says “{key}”, and can say {}.", keys.join(", ")));
            }
            if said.iter().take(place).any(|(before, _)| before == key) {
                return Err(format!("The query says {key} twice."));
            }
        }
        Ok(Self(said))
    }

    /// What it says; empty where it says nothing.
    pub(super) fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(said, _)| said == key).map_or("", |(_, value)| value)
    }

    /// What a value means, of all that it can mean, each by its word; none where nothing is said.
    pub(super) fn choice<T: Clone>(
        &self,
        key: &str,
        all: &[T],
        word: impl Fn(&T) -> &str,
    ) -> Result<Option<T>, String> {
        let text = self.get(key);
        if text.is_empty() {
            return Ok(None);
        }
        let found = all.iter().find(|one| word(one) == text).cloned();
        found.map(Some).ok_or_else(|| {
            let words: Vec<_> = all.iter().map(word).collect();
            format!("The query's {key} can be {}.", words.join(", "))
        })
    }

    /// A day, such as `2026-11-21`; none where nothing is said.
    pub(super) fn day(&self, key: &str) -> Result<Option<Day>, &'static str> {
        let read = |text: &str| text.parse::<Day>().map_err(|_| "The query names something that is no day.");
        Some(self.get(key)).filter(|text| !text.is_empty()).map(read).transpose()
    }

    /// How many days, by `days`; none where nothing is said.
    pub(super) fn days(&self) -> Result<Option<u16>, &'static str> {
        let text = self.get("days");
        if text.is_empty() {
            return Ok(None);
        }
        let days = text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
        days.map(Some).ok_or("The query asks for days that are no number from 1 to 366.")
    }

    /// The days by `from` and `to`, of which either may be left out; none where both are.
    pub(super) fn between(&self) -> Result<Option<DayRange>, &'static str> {
        let (first, last) = (self.day("from")?, self.day("to")?);
        if first.is_none() && last.is_none() {
            return Ok(None);
        }
        let range = DayRange { first: first.unwrap_or(Day(i32::MIN)), last: last.unwrap_or(Day(i32::MAX)) };
        if range.last < range.first {
            return Err("The query asks for days that end before they begin.");
        }
        Ok(Some(range))
    }

    /// The days by `days`, or by `from` and `to`; the usual ones where nothing is said.
    pub(super) fn within(&self, today: Day) -> Result<DayRange, &'static str> {
        let (days, between) = (self.days()?, self.between()?);
        let Some(range) = between else {
            return Ok(days.map_or(Span::default(), Span::Last).range(today));
        };
        if days.is_some() || self.get("from").is_empty() || self.get("to").is_empty() {
            return Err("Say either how many days, or both from and to.");
        }
        if range.len() > i32::from(MOST_DAYS) {
            return Err("The query asks for more than 366 days.");
        }
        Ok(range)
    }

    /// Which failures, by [`FailureFilter::KEYS`].
    pub(super) fn failures(&self) -> Result<FailureFilter, String> {
        let modes = [Some(Mode::Enforce), Some(Mode::Testing), Some(Mode::None), None];
        self.choice("mode", &modes, |mode| mode.map_or(NOT_SAID, Mode::keyword))?;
        self.trust()?;
        Ok(FailureFilter::read(|key| self.get(key).to_owned()))
    }

    /// How far the origin of a report is to be trusted, by `trust`; none where nothing is said.
    pub(super) fn trust(&self) -> Result<Option<Trust>, String> {
        self.choice("trust", &Trust::ALL, |trust| trust.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Asked, String> {
        let keys = [&["days", "from", "to"][..], &FailureFilter::KEYS].concat();
        Asked::read(&format!("/file?{query}").parse().unwrap(), &keys)
    }

    #[test]
    fn each_key_means_something_and_stands_there_once() {
        assert_eq!(asked("mx=mx1.example.com&mode=").unwrap().get("mx"), "mx1.example.com");
        assert_eq!(asked("days=7").unwrap().get("mx"), "");
        assert_eq!(
            asked("host=mx1.example.com").unwrap_err(),
            "The query says “host”, and can say days, from, to, type, mx, reporter, policy, mode, trust."
        );
        let hostile = asked("%1b%5b31m%0d%0aSet-Cookie=1").unwrap_err();
        assert!(!hostile.contains(text::acts), "{hostile:?}");
        assert_eq!(asked("days=7&mx=a&days=8").unwrap_err(), "The query says days twice.");
    }

    #[test]
    fn a_filter_that_means_nothing_is_refused() {
        let read = |query| asked(query).unwrap().failures();
        assert!(read("").unwrap().is_empty());
        assert_eq!(read("mx=mx1.example.com").unwrap().mx, Some(Some("mx1.example.com".to_owned())));
        assert!(read("mode=-").is_ok());
        assert_eq!(read("mode=strict").unwrap_err(), "The query's mode can be enforce, testing, none, -.");
        assert!(read("trust=unsigned").is_ok());
        assert_eq!(read("trust=high").unwrap_err(), "The query's trust can be signed, unsigned, unverified.");
    }

    #[test]
    fn days_are_told_in_two_ways() {
        let today = Day::from_ymd(2026, 11, 26).unwrap();
        let days = |query| asked(query).unwrap().within(today).map(|range| (range.first.to_string(), range.len()));
        assert_eq!(days(""), Ok(("2026-10-28".to_owned(), 30)));
        assert_eq!(days("days=366").unwrap().1, 366);
        assert_eq!(days("from=2026-10-01&to=2026-10-31"), Ok(("2026-10-01".to_owned(), 31)));
        for query in [
            "days=0",
            "days=367",
            "days=many",
            "days=7&from=2026-10-01&to=2026-10-31",
            "from=2026-10-01",
            "from=2026-10-02&to=2026-10-01",
            "from=2025-10-01&to=2026-10-31",
            "from=1+Oct&to=2026-10-31",
        ] {
            assert!(days(query).is_err(), "{query}");
        }
    }

    #[test]
    fn an_open_range_has_one_end() {
        let between = |query| asked(query).unwrap().between();
        assert_eq!(between(""), Ok(None));
        assert_eq!(between("from=2026-11-26").unwrap().unwrap().last, Day(i32::MAX));
    }
}

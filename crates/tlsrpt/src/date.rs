//! Points in time as senders write them (RFC 8460 §4.4 asks for RFC 3339 §5.6).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::note::Code;

/// Which end of the period a date stands for; a date without a time is its first or its last second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Start,
    End,
}

/// A point in time that was understood, and what was odd about it.
pub(crate) type Read = (DateTime<Utc>, Option<Code>);

/// Reads RFC 3339 and what is near it: no zone (UTC, seen from Microsoft), a space for the `T`, an offset without colon,
/// no seconds, 24:00, a date alone, seconds or milliseconds since 1970, the date of a mail.
pub(crate) fn read(text: &str, bound: Bound) -> Option<Read> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.len() != 8 {
        return epoch(text.parse().ok()?);
    }
    calendar(text, bound).or_else(|| {
        let date = DateTime::parse_from_rfc2822(text).ok()?;
        Some((date.to_utc(), Some(Code::DateForm)))
    })
}

/// Reads seconds since 1970, or milliseconds where seconds would be beyond the year 5000.
pub(crate) fn epoch(number: u64) -> Option<Read> {
    let number = i64::try_from(number).ok()?;
    let date = if number < 100_000_000_000 {
        DateTime::from_timestamp(number, 0)
    } else {
        DateTime::from_timestamp_millis(number)
    };
    in_years(date?).map(|date| (date, Some(Code::DateForm)))
}

fn calendar(text: &str, bound: Bound) -> Option<Read> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4)?;
    let dashes = rest.skip(b"-");
    let month = rest.number(2)?;
    if rest.skip(b"-") != dashes {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, rest.number(2)?)?;
    if rest.0.is_empty() {
        let time = if bound == Bound::Start { NaiveTime::MIN } else { NaiveTime::from_hms_opt(23, 59, 59)? };
        return in_years(date.and_time(time).and_utc()).map(|date| (date, Some(Code::DateForm)));
    }
    let mut regular = rest.skip(b"Tt") && dashes;
    if !regular && !rest.skip(b" _") && dashes {
        return None;
    }
    let (hour, minute, second, nanosecond) = rest.time(&mut regular)?;
    let (date, hour) =
        if (hour, minute, second) == (24, 0, 0) { (date.checked_add_days(Days::new(1))?, 0) } else { (date, hour) };
    // A leap second is told as the second before it, so that it stays on its day.
    let local = date.and_time(NaiveTime::from_hms_nano_opt(hour, minute, second.min(59), nanosecond)?);
    if second > 60 {
        return None;
    }
    if rest.0.is_empty() {
        return in_years(local.and_utc()).map(|date| (date, Some(Code::DateWithoutZone)));
    }
    let utc = local.checked_sub_signed(rest.zone(&mut regular)?)?.and_utc();
    in_years(utc).map(|date| (date, (!regular).then_some(Code::DateForm)))
}

/// Keeps to the years that RFC 3339 can write.
fn in_years(date: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (0..=9999).contains(&date.year()).then_some(date)
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        self.0 = tail;
        head.iter().try_fold(0, |number, b| b.is_ascii_digit().then(|| number * 10 + u32::from(b - b'0')))
    }

    /// Skips one byte if it is one of these.
    fn skip(&mut self, any: &[u8]) -> bool {
        let found = self.0.first().is_some_and(|b| any.contains(b));
        self.0 = &self.0[usize::from(found)..];
        found
    }

    /// Hour, minute, second, nanosecond.
    fn time(&mut self, regular: &mut bool) -> Option<(u32, u32, u32, u32)> {
        let hour = self.number(2)?;
        let colons = self.skip(b":");
        let minute = self.number(2)?;
        let seconds = if colons { self.skip(b":") } else { self.0.first().is_some_and(u8::is_ascii_digit) };
        let second = if seconds { self.number(2)? } else { 0 };
        *regular &= colons && seconds && hour < 24;
        let mut nanosecond = 0;
        if seconds && self.skip(b".,") {
            let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
            let mut place = 100_000_000;
            for digit in &self.0[..digits] {
                nanosecond += u32::from(digit - b'0') * place;
                place /= 10;
            }
            self.0 = &self.0[digits..];
            *regular &= digits > 0;
        }
        Some((hour, minute, second, nanosecond))
    }

    /// The zone's distance from UTC, read to the very end.
    fn zone(&mut self, regular: &mut bool) -> Option<TimeDelta> {
        while self.skip(b" ") {
            *regular = false;
        }
        if matches!(self.0, [b'Z' | b'z']) {
            return Some(TimeDelta::zero());
        }
        if self.0.eq_ignore_ascii_case(b"utc") || self.0.eq_ignore_ascii_case(b"gmt") {
            *regular = false;
            return Some(TimeDelta::zero());
        }
        let west = self.skip(b"-");
        if !west && !self.skip(b"+") {
            return None;
        }
        let hours = self.number(2)?;
        *regular &= self.skip(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.number(2)? };
        if !self.0.is_empty() || hours > 23 || minutes > 59 {
            return None;
        }
        let distance = TimeDelta::minutes(i64::from(hours * 60 + minutes));
        Some(if west { -distance } else { distance })
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, bound: Bound) -> Option<(String, Option<Code>)> {
        read(text, bound).map(|(date, code)| (date.to_rfc3339_opts(SecondsFormat::AutoSi, true), code))
    }

    #[test]
    fn rfc_3339_is_read_without_a_note() {
        for (text, utc) in [
            ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
            ("2024-01-01t00:00:00z", "2024-01-01T00:00:00Z"),
            ("2024-01-01T01:30:00+01:30", "2024-01-01T00:00:00Z"),
            ("2023-12-31T19:00:00-05:00", "2024-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00Z"),
            ("2024-01-01T23:59:59.999999999999Z", "2024-01-01T23:59:59.999999999Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"),
        ] {
            assert_eq!(shown(text, Bound::Start), Some((utc.to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn other_forms_are_understood_with_a_note() {
        for (text, utc, code) in [
            ("2023-01-10T00:00:00", "2023-01-10T00:00:00Z", Code::DateWithoutZone),
            ("2023-01-10 23:59:59", "2023-01-10T23:59:59Z", Code::DateWithoutZone),
            ("2024-01-01 00:00:00Z", "2024-01-01T00:00:00Z", Code::DateForm),
            (" 2024-01-01 00:00:00 UTC", "2024-01-01T00:00:00Z", Code::DateForm),
            ("2024-01-01T00:00:00+0000", "2024-01-01T00:00:00Z", Code::DateForm),
            ("2024-01-01T02:00:00+02", "2024-01-01T00:00:00Z", Code::DateForm),
            ("2024-01-01T00:00Z", "2024-01-01T00:00:00Z", Code::DateForm),
            ("2024-01-01T24:00:00Z", "2024-01-02T00:00:00Z", Code::DateForm),
            ("20240101T000000Z", "2024-01-01T00:00:00Z", Code::DateForm),
            ("2024-01-01", "2024-01-01T00:00:00Z", Code::DateForm),
            ("20240101", "2024-01-01T00:00:00Z", Code::DateForm),
            ("1704067200", "2024-01-01T00:00:00Z", Code::DateForm),
            ("1704067200000", "2024-01-01T00:00:00Z", Code::DateForm),
            ("0", "1970-01-01T00:00:00Z", Code::DateForm),
            ("Mon, 01 Jan 2024 01:00:00 +0100", "2024-01-01T00:00:00Z", Code::DateForm),
        ] {
            assert_eq!(shown(text, Bound::Start), Some((utc.to_owned(), Some(code))), "{text}");
        }
        assert_eq!(shown("2024-01-01", Bound::End).expect("a day").0, "2024-01-01T23:59:59Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "a",
            "2024-13-01T00:00:00Z",
            "2024-02-30",
            "2024-01-01T25:00:00Z",
            "2024-01-01T00:00:61Z",
            "2024-01-01T00:00:00X",
            "2024-01-01T00:00:00+99:99",
            "2024-01-01T",
            "-2024-01-01T00:00:00Z",
            "99999999999999999999999",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-01:00",
            "２０２４-01-01",
        ] {
            assert_eq!(shown(text, Bound::Start), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[0-9TZtz:+. -]{0,40}|.{0,20}", number in any::<u64>()) {
            let _ = (read(&text, Bound::Start), read(&text, Bound::End), epoch(number));
        }

        #[test]
        fn every_instant_is_read_back(seconds in 0_i64..253_402_300_800) {
            let date = DateTime::from_timestamp(seconds, 0).expect("in range");
            prop_assert_eq!(read(&date.to_rfc3339_opts(SecondsFormat::Secs, true), Bound::Start), Some((date, None)));
        }
    }
}

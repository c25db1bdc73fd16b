//! Days from one to another, as lists may be asked for.

use model::{Day, DayRange};

use super::problem::{Problem, Trouble};

/// The days from `first` to `last`, both included; none when neither is given.
pub(super) fn between(first: Option<&str>, last: Option<&str>) -> Result<Option<DayRange>, Problem> {
    if first.is_none() && last.is_none() {
        return Ok(None);
    }
    let first = day("first", first)?.unwrap_or(Day(i32::MIN));
    let last = day("last", last)?.unwrap_or(Day(i32::MAX));
    if last < first {
        return Err(Problem::new(Trouble::Query, "last: it is before first"));
    }
    Ok(Some(DayRange { first, last }))
}

/// `2026-11-21`
fn day(name: &str, text: Option<&str>) -> Result<Option<Day>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let day = if text.len() == 10 { text.parse().ok() } else { None };
    day.map(Some).ok_or_else(|| Problem::new(Trouble::Query, format!("{name}: write a day as 2026-11-21")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_may_be_left_out_at_either_end() {
        let range = |first, last| between(first, last).unwrap();
        assert_eq!(range(None, None), None);
        let from = range(Some("2026-11-21"), None).unwrap();
        assert_eq!((from.first.to_string().as_str(), from.last), ("2026-11-21", Day(i32::MAX)));
        assert_eq!(range(Some("2026-11-21"), Some("2026-11-21")).unwrap().len(), 1);
        for (first, last) in
            [("2026-11-22", "2026-11-21"), ("21.11.2026", "2026-11-21"), ("", ""), ("2026-02-30", "2026-11-21")]
        {
            assert!(between(Some(first), Some(last)).is_err(), "{first} {last}");
        }
    }
}

//! Calendar months, and what the reports say of one.

use std::{fmt, str::FromStr};

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    Day, DayRange, Impact, Status, Totals, format,
    status::ERROR_SHARE,
    view::{CheckPage, DomainPage},
};

/// A month of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month in which a day lies.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let date = day.date();
        Self { year: date.year(), month: date.month() }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.first().plus(-1))
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.first().plus(31))
    }

    /// Its days.
    #[must_use]
    pub fn days(self) -> DayRange {
        // The last month of the calendar has no next one.
        DayRange { first: self.first(), last: self.next().first().plus(-1).max(self.first()) }
    }

    /// As people read it: `October 2026`.
    #[must_use]
    pub fn in_words(self) -> String {
        self.first().date().format("%B %Y").to_string()
    }

    fn first(self) -> Day {
        Day::from_ymd(self.year, self.month, 1).unwrap_or(Day(0))
    }
}

/// `2026-10`
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Not a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a month as 2026-10")]
pub struct NoMonth;

impl FromStr for Month {
    type Err = NoMonth;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |(at, byte): (usize, u8)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 7 || !text.bytes().enumerate().all(fits) {
            return Err(NoMonth);
        }
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| NoMonth)?;
        Ok(Self { year: first.year(), month: first.month() })
    }
}

/// A month of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyReport {
    /// Its days, as the domain's page shows days. What is `before` are the sessions of the whole month before.
    pub page: DomainPage,
    /// What the last look at the domain found, whenever that was.
    pub checks: CheckPage,
}

/// How a month went, and in what words: by its reports alone, whatever came after.
#[must_use]
pub fn verdict(totals: Totals, impacts: &[(Impact, u64)]) -> (Status, String) {
    let Totals { sessions, failed } = totals;
    if sessions == 0 {
        return (Status::CannotTell, "No report tells of sessions in this month.".to_owned());
    }
    if failed == 0 {
        let all = if sessions == 1 {
            "The one session".to_owned()
        } else {
            format!("All {} sessions", format::thousands(sessions))
        };
        return (Status::Ok, format!("{all} succeeded."));
    }
    let lost = impacts.iter().find(|(impact, _)| *impact == Impact::NotDelivered).map_or(0, |(_, count)| *count);
    // As the status of a domain is judged: fewer are a passing fault of one connection.
    let stops = lost > 0 && lost.saturating_mul(ERROR_SHARE) >= sessions;
    let fate: Vec<String> = impacts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(impact, count)| format!("{} {}", format::thousands(*count), impact.words()))
        .collect();
    let fate = if fate.is_empty() { String::new() } else { format!(": {}", fate.join("; ")) };
    let status = if stops { Status::Error } else { Status::Warning };
    (status, format!("{} of {} failed{fate}.", format::thousands(failed), format::counted(sessions, "session")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_its_days() {
        let days = |text: &str| {
            let days = month(text).days();
            format!("{} {}", days.first, days.last)
        };
        assert_eq!(days("2026-10"), "2026-10-01 2026-10-31");
        assert_eq!(days("2026-12"), "2026-12-01 2026-12-31");
        assert_eq!(days("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(month("2026-10").in_words(), "October 2026");
    }

    #[test]
    fn months_follow_each_other_over_the_year_s_end() {
        assert_eq!(month("2026-12").next(), month("2027-01"));
        assert_eq!(month("2026-01").previous(), month("2025-12"));
        assert_eq!(month("2026-01").next().previous().to_string(), "2026-01");
        assert!(month("2025-12") < month("2026-01"));
    }

    #[test]
    fn what_is_no_month_is_told() {
        for text in
            ["", "2026", "2026-13", "2026-00", "26-10-1", "2026-1", "2026/10", "october", "2026-10-01", "+026-10"]
        {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_are_months() {
        for day in [Day(i32::MIN), Day(i32::MAX)] {
            let month = Month::of(day);
            assert!(month.previous().days().len() > 0 && month.next().days().len() > 0);
        }
    }

    #[test]
    fn a_month_is_judged_by_its_reports() {
        let judge = |sessions, failed, impacts: &[(Impact, u64)]| verdict(Totals { sessions, failed }, impacts);
        assert_eq!(judge(0, 0, &[]).0, Status::CannotTell);
        assert_eq!(judge(1_200, 0, &[]), (Status::Ok, "All 1,200 sessions succeeded.".to_owned()));
        let (status, words) = judge(1_000, 3, &[(Impact::NotDelivered, 1), (Impact::DeliveredUnprotected, 2)]);
        assert_eq!(status, Status::Error);
        assert_eq!(words, "3 of 1,000 sessions failed: 1 not delivered; 2 delivered without the protection asked for.");
        assert_eq!(judge(1_001, 1, &[(Impact::NotDelivered, 1)]).0, Status::Warning);
        assert_eq!(judge(5, 1, &[]), (Status::Warning, "1 of 5 sessions failed.".to_owned()));
    }
}

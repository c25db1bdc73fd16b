//! The policy that a sender says it applied, compared with what was published on those days.
//!
//! Senders keep a policy for its `max_age` and go on with it when they cannot fetch another (RFC 8461 §3.3), so an old one
//! in a report is no fault of theirs. What was published is known from snapshots alone: of days before the first, nothing is said.

use serde::{Deserialize, Serialize};

use crate::{Day, DayRange, Timestamp};

/// A policy file as live checks saw it, until the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPolicy {
    /// When it was first seen.
    pub from: Timestamp,
    /// The file; none where there was no policy.
    pub body: Option<String>,
}

/// How the policy of a report stands to what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySeen {
    /// It is the one of those days.
    OfThoseDays,
    /// It is an earlier one, first seen on this day.
    Cached(Day),
    /// No look at the domain saw such a policy.
    NeverSeen,
    /// The domain was not looked at before those days were over.
    NotKnown,
}

impl PolicySeen {
    /// In a sentence; `reporter` is a name that is safe to print.
    #[must_use]
    pub fn words(self, reporter: &str, today: Day) -> String {
        match self {
            Self::OfThoseDays => format!("{reporter} used the policy that was published on those days."),
            Self::Cached(day) => format!("{reporter} used your policy of {}, cached.", day.in_words(today)),
            Self::NeverSeen => {
                format!(
                    "{reporter} used a policy that no look at the domain has seen: older than the first look, or not yours."
                )
            }
            Self::NotKnown => "Not known: the domain was not looked at on those days.".to_owned(),
        }
    }
}

/// Compares. `reported` are the lines of policy-string, `published` what was seen up to the end of those days, oldest first.
/// None where the report quotes no policy.
#[must_use]
pub fn compare(reported: &[String], days: DayRange, published: &[PublishedPolicy]) -> Option<PolicySeen> {
    let (start, end) = (days.first.start(), days.last.plus(1).start());
    let reported = lines(reported.iter().map(String::as_str));
    if reported.is_empty() {
        return None;
    }
    let is_it = |one: &&PublishedPolicy| one.body.as_deref().is_some_and(|body| lines(body.lines()) == reported);
    let before = published.iter().take_while(|one| one.from < end).count();
    let known = &published[..before];
    if known.is_empty() {
        return Some(PolicySeen::NotKnown);
    }
    // The one that was there when the days began, and those that came while they lasted.
    let first = known.iter().rposition(|one| one.from <= start).unwrap_or(0);
    if known[first..].iter().any(|one| is_it(&one)) {
        return Some(PolicySeen::OfThoseDays);
    }
    let earlier = known[..first].iter().rev().find(is_it);
    Some(earlier.map_or(PolicySeen::NeverSeen, |one| PolicySeen::Cached(one.from.day())))
}

/// Keys and values, in an order of their own: what senders quote may be put together anew.
fn lines<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.trim().to_lowercase(), value.trim().trim_end_matches('.').to_lowercase()))
        .collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 May 2026.
    fn day(day: u32) -> Day {
        Day::from_ymd(2026, 5, day).unwrap()
    }

    fn published(all: &[(u32, Option<&str>)]) -> Vec<PublishedPolicy> {
        let one = |&(from, mode): &(u32, Option<&str>)| PublishedPolicy {
            from: day(from).start().plus_seconds(43_200),
            body: mode
                .map(|mode| format!("version: STSv1\r\nmode: {mode}\r\nmx: mx.example.com\r\nmax_age: 604800\r\n")),
        };
        all.iter().map(one).collect()
    }

    fn seen(mode: &str, on: u32, all: &[(u32, Option<&str>)]) -> PolicySeen {
        let reported = ["version: STSv1", "mx:mx.example.com", "max_age: 604800", &format!("mode: {mode}")];
        let reported = reported.map(str::to_owned);
        compare(&reported, DayRange { first: day(on), last: day(on) }, &published(all)).unwrap()
    }

    #[test]
    fn an_old_policy_is_told_by_the_day_of_its_first_look() {
        let all = [(2, Some("testing")), (5, Some("enforce"))];
        assert_eq!(seen("testing", 4, &all), PolicySeen::OfThoseDays);
        assert_eq!(seen("testing", 5, &all), PolicySeen::OfThoseDays, "it changed on that day");
        assert_eq!(seen("enforce", 5, &all), PolicySeen::OfThoseDays);
        assert_eq!(seen("testing", 7, &all), PolicySeen::Cached(day(2)));
        assert_eq!(seen("none", 7, &all), PolicySeen::NeverSeen);
        assert_eq!(seen("testing", 7, &[(2, Some("testing")), (5, None)]), PolicySeen::Cached(day(2)));
    }

    #[test]
    fn of_days_before_the_first_look_nothing_is_said() {
        assert_eq!(seen("testing", 1, &[(2, Some("testing"))]), PolicySeen::NotKnown);
        assert_eq!(seen("testing", 1, &[]), PolicySeen::NotKnown);
        assert_eq!(compare(&[], DayRange { first: day(1), last: day(1) }, &[]), None);
    }

    #[test]
    fn words_name_the_sender_and_the_day() {
        assert_eq!(PolicySeen::Cached(day(2)).words("Google", day(9)), "Google used your policy of 2 May, cached.");
    }
}

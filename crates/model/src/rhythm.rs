//! How often a reporter reports, and whether it has fallen silent. Pure.
//!
//! Large senders report every day, small ones on the days on which they wrote to the domain. Silence is said only of days that
//! are complete ([`crate::time::complete_to`]), and only once it lasts longer than is usual for that reporter.

use serde::{Deserialize, Serialize};

use crate::{Day, DayRange, Timestamp, time};

/// The days that a rhythm is told from: eight weeks.
pub const DAYS: u16 = 56;

/// Fewer days with reports tell no rhythm.
const FEWEST: usize = 3;

/// How often a reporter reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// On nine of ten days.
    Daily,
    /// On more than half of all days.
    MostDays,
    /// Once in five to nine days.
    Weekly,
    /// From time to time.
    NowAndThen,
    /// It has reported too seldom for that to be told.
    NotKnown,
}

impl Rhythm {
    /// As people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::MostDays => "most days",
            Self::Weekly => "about weekly",
            Self::NowAndThen => "now and then",
            Self::NotKnown => "too few reports to tell",
        }
    }

    /// So many complete days without a report are nothing unusual.
    const fn patience(self) -> Option<i32> {
        match self {
            Self::Daily => Some(1),
            Self::MostDays => Some(4),
            Self::Weekly => Some(14),
            Self::NowAndThen => Some(28),
            Self::NotKnown => None,
        }
    }
}

/// One reporter in the roll-call, as of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// How often it reports.
    pub rhythm: Rhythm,
    /// The last day of which it reported.
    pub last_seen: Day,
    /// The first of the days without a report, where that is longer than usual.
    pub silent_since: Option<Day>,
}

/// The days from which rhythms are told.
#[must_use]
pub fn window(now: Timestamp) -> DayRange {
    DayRange { first: time::complete_to(now).plus(1 - i32::from(DAYS)), last: now.day() }
}

/// What the days of which a reporter reported tell of it; none where there are no such days. Their order does not matter.
#[must_use]
pub fn presence(days: impl IntoIterator<Item = Day>, complete_to: Day) -> Option<Presence> {
    let mut days: Vec<Day> = days.into_iter().collect();
    days.sort_unstable();
    days.dedup();
    let last_seen = *days.last()?;
    let rhythm = rhythm(&days);
    let longest = gaps(&days).max().unwrap_or(0);
    let missing = complete_to.0.saturating_sub(last_seen.0);
    let silent = rhythm.patience().is_some_and(|patience| missing > patience.max(longest - 1));
    Some(Presence { rhythm, last_seen, silent_since: silent.then(|| last_seen.plus(1)) })
}

/// Days from one report to the next.
fn gaps(days: &[Day]) -> impl Iterator<Item = i32> {
    days.windows(2).map(|pair| pair[1].0.saturating_sub(pair[0].0))
}

fn rhythm(days: &[Day]) -> Rhythm {
    let (Some(first), Some(last), FEWEST..) = (days.first(), days.last(), days.len()) else { return Rhythm::NotKnown };
    let all = last.0.saturating_sub(first.0).saturating_add(1);
    let reported = i32::try_from(days.len()).unwrap_or(i32::MAX);
    let mut between: Vec<i32> = gaps(days).collect();
    between.sort_unstable();
    match between[between.len() / 2] {
        _ if reported.saturating_mul(10) >= all.saturating_mul(9) => Rhythm::Daily,
        _ if reported.saturating_mul(2) > all => Rhythm::MostDays,
        5..=9 => Rhythm::Weekly,
        _ => Rhythm::NowAndThen,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// `x` is a day with a report; the last character is the last complete day, but for those after a bar.
    fn seen(calendar: &str) -> Option<Presence> {
        let (complete, open) = calendar.split_once('|').unwrap_or((calendar, ""));
        let marks = complete.chars().chain(open.chars()).zip(0..);
        let days = marks.filter(|(mark, _)| *mark == 'x').map(|(_, day)| Day(day));
        presence(days, Day(i32::try_from(complete.len()).unwrap() - 1))
    }

    #[rstest]
    #[case::every_day("xxxxxxxxxx", Rhythm::Daily, None)]
    #[case::one_day_missing("xxxxxxxxxxx.xx", Rhythm::Daily, None)]
    #[case::working_days("xxxxx..xxxxx..xxxxx", Rhythm::MostDays, None)]
    #[case::weekly("x......x.......x......x", Rhythm::Weekly, None)]
    #[case::seldom("x..x....................x", Rhythm::NowAndThen, None)]
    #[case::twice("x......x", Rhythm::NotKnown, None)]
    #[case::today_and_yesterday_are_not_complete("xxxxxxxx|..", Rhythm::Daily, None)]
    #[case::one_complete_day_may_be_missing("xxxxxxxx.|..", Rhythm::Daily, None)]
    #[case::two_are_silence("xxxxxxxx..|..", Rhythm::Daily, Some(8))]
    #[case::who_came_back_is_not_silent("xxxxxxxxxxxxxxxxxxxxxxxxxx..|x", Rhythm::Daily, None)]
    #[case::a_weekend_is_no_silence("xxxxx..xxxxx..", Rhythm::MostDays, None)]
    #[case::a_week_is("xxxxx..xxxxx.......", Rhythm::MostDays, Some(12))]
    #[case::weekly_silence("x......x......x...............", Rhythm::Weekly, Some(15))]
    #[case::a_pause_as_long_as_one_before(
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx....xxxxxx...",
        Rhythm::Daily,
        None
    )]
    #[case::of_two_reports_nothing_is_expected(
        "x......x......................................",
        Rhythm::NotKnown,
        None
    )]
    fn a_reporter_is_called(#[case] calendar: &str, #[case] rhythm: Rhythm, #[case] silent_since: Option<i32>) {
        let presence = seen(calendar).unwrap();
        assert_eq!((presence.rhythm, presence.silent_since), (rhythm, silent_since.map(Day)));
    }

    #[test]
    fn who_never_reported_is_not_called() {
        assert_eq!(seen("....."), None);
        let last = seen("x.x.x|x").unwrap().last_seen;
        assert_eq!(last, Day(5));
    }

    #[test]
    fn days_at_the_ends_of_time_are_days() {
        let presence = presence([Day(i32::MIN), Day(0), Day(i32::MAX)], Day(i32::MAX)).unwrap();
        assert_eq!(presence.last_seen, Day(i32::MAX));
    }
}

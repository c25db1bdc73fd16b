//! The life of an incident: open → fix seen → resolved → reopened by any new failure. One pure function.
//!
//! Reports come a day late and not from everybody each day, so nothing is called resolved early: three complete days are
//! needed in which the reporters that saw it report again without it, and fourteen where they do not say enough.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{DaySet, Light, Look};
use crate::{Day, ReporterId, Timestamp, time};

/// Complete days without it, reported by those that saw it, after which an incident is resolved.
pub const CLEAN_DAYS: u32 = 3;
/// Complete days without any failure after which it is resolved, however little its reporters say.
pub const SILENT_DAYS: i32 = 14;

/// How an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// Failures are reported, or were until a few days ago.
    Open,
    /// A live check saw it mended after the last failure; reports have still to say so.
    FixSeen,
    /// Over.
    Resolved,
}

impl State {
    /// All, in the order in which they need attention.
    pub const ALL: [Self; 3] = [Self::Open, Self::FixSeen, Self::Resolved];

    /// As people read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::FixSeen => "Fix seen",
            Self::Resolved => "Resolved",
        }
    }

    /// As URLs and programs have it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::FixSeen => "fix-seen",
            Self::Resolved => "resolved",
        }
    }

    /// The state of this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Why an incident is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Reporters that saw it report again without it.
    ReportedWithout {
        /// How many of them did.
        heard: usize,
        /// How many saw it.
        of: usize,
    },
    /// No failure came for fourteen complete days, in which those that saw it said too little.
    Silence {
        /// How many of them reported at all.
        heard: usize,
        /// How many saw it.
        of: usize,
    },
}

/// The end of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The day with which enough was known.
    pub day: Day,
    /// Why.
    pub how: How,
}

impl Resolved {
    /// Why, in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self.how {
            How::ReportedWithout { of: 1, .. } => {
                format!("The reporter that saw it reported on {CLEAN_DAYS} complete days without it.")
            }
            How::ReportedWithout { heard, of } => {
                format!("{heard} of the {of} reporters that saw it reported without it, on {CLEAN_DAYS} complete days.")
            }
            How::Silence { heard: 0, of: 1 } => {
                format!("No failure for {SILENT_DAYS} days, but the reporter that saw it fell silent.")
            }
            How::Silence { heard: 0, of } => {
                format!("No failure for {SILENT_DAYS} days, but the {of} reporters that saw it fell silent.")
            }
            How::Silence { heard, of } => format!(
                "No failure for {SILENT_DAYS} days, but the reporters that saw it nearly fell silent: {heard} of {of} \
                 reported, and rarely."
            ),
        }
    }
}

/// From a failure to the day on which it was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// The first day with failures.
    pub opened: Day,
    /// The last day with failures.
    pub last: Day,
    /// Who saw it.
    pub reporters: BTreeSet<ReporterId>,
    /// When a live check saw it mended.
    pub fix_seen: Option<Timestamp>,
    /// When it was over; none while it is not.
    pub resolved: Option<Resolved>,
}

impl Episode {
    /// How it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match (self.resolved, self.fix_seen) {
            (Some(_), _) => State::Resolved,
            (None, Some(_)) => State::FixSeen,
            (None, None) => State::Open,
        }
    }
}

/// The days on which each reporter told of a cause.
pub type Failing = BTreeMap<ReporterId, DaySet>;
/// The days on which each reporter of a domain reported at all, with or without a cause.
pub type Heard = HashMap<ReporterId, DaySet>;

/// The episodes of one cause at one domain, oldest first; none where nobody ever told of it.
///
/// `looks` is what live checks saw of its place, oldest first.
#[must_use]
pub fn episodes(failing: &Failing, heard: &Heard, looks: &[Look], now: Timestamp) -> Vec<Episode> {
    let mut by_day = BTreeMap::<Day, Vec<ReporterId>>::new();
    for (reporter, days) in failing {
        for day in days.iter() {
            by_day.entry(day).or_default().push(*reporter);
        }
    }
    let mut episodes: Vec<Episode> = Vec::new();
    for (day, reporters) in by_day {
        if let Some(current) = episodes.last_mut() {
            current.resolved = resolved(current, heard, day.plus(-1).min(time::complete_to(now)));
            if current.resolved.is_none() {
                current.last = day;
                current.reporters.extend(reporters);
                continue;
            }
        }
        let reporters = reporters.into_iter().collect();
        episodes.push(Episode { opened: day, last: day, reporters, fix_seen: None, resolved: None });
    }
    if let Some(current) = episodes.last_mut() {
        current.resolved = resolved(current, heard, time::complete_to(now));
    }
    for episode in &mut episodes {
        // What a live check saw once it was over belongs to another time.
        let end = episode.resolved.map_or(Timestamp(i64::MAX), |resolved| resolved.day.plus(1).start());
        episode.fix_seen = fix_seen(episode.last, looks, end);
    }
    episodes
}

/// Whether an episode is over, as far as the days up to this one tell.
fn resolved(episode: &Episode, heard: &Heard, up_to: Day) -> Option<Resolved> {
    let of = episode.reporters.len();
    let end = episode.last.plus(SILENT_DAYS);
    let mut without = BTreeSet::<ReporterId>::new();
    let mut clean_days = 0;
    let mut day = episode.last.plus(1);
    while day <= up_to.min(end) {
        let told = |id: &&ReporterId| heard.get(id).is_some_and(|days| days.contains(day));
        let told: Vec<_> = episode.reporters.iter().filter(told).collect();
        clean_days += u32::from(!told.is_empty());
        without.extend(told);
        // One of many that reports again says little of what the others saw: at least half must be heard.
        if clean_days >= CLEAN_DAYS && without.len() * 2 >= of {
            return Some(Resolved { day, how: How::ReportedWithout { heard: without.len(), of } });
        }
        day = day.plus(1);
    }
    (up_to >= end).then_some(Resolved { day: end, how: How::Silence { heard: without.len(), of } })
}

/// Since when live checks see it mended; none where the last that could tell saw it broken, or where they never saw it
/// broken, since then green is no news.
fn fix_seen(last: Day, looks: &[Look], before: Timestamp) -> Option<Timestamp> {
    let mut green_since = None;
    let mut was_red = false;
    let mut red_before = false;
    for look in looks.iter().filter(|look| look.from < before) {
        match look.light {
            Light::Red => (green_since, was_red) = (None, true),
            Light::Green if green_since.is_none() => (green_since, red_before) = (Some(look.from), was_red),
            Light::Green | Light::Unknown => {}
        }
    }
    // On the last day with failures it may have been mended in the middle: of that, only a check that saw both can tell.
    let earliest = if red_before { last } else { last.plus(1) };
    green_since.filter(|since| *since >= earliest.start())
}

#[cfg(test)]
mod tests {
    use super::{
        super::Light::{Green, Red, Unknown},
        *,
    };

    const GOOGLE: ReporterId = ReporterId(1);
    const YAHOO: ReporterId = ReporterId(2);
    const FAMILY: ReporterId = ReporterId(3);

    /// Noon of a day: complete up to the day before the day before.
    fn noon(day: i32) -> Timestamp {
        Day(day).start().plus_seconds(43_200)
    }

    fn days(days: impl IntoIterator<Item = i32>) -> DaySet {
        days.into_iter().map(Day).collect()
    }

    fn told(failing: &[(ReporterId, &[i32])]) -> Failing {
        failing.iter().map(|(reporter, on)| (*reporter, days(on.iter().copied()))).collect()
    }

    fn heard(heard: &[(ReporterId, std::ops::RangeInclusive<i32>)]) -> Heard {
        heard.iter().map(|(reporter, on)| (*reporter, days(on.clone()))).collect()
    }

    fn look(from: Timestamp, until: Timestamp, light: Light) -> Look {
        Look { from, until, light, words: "" }
    }

    /// States of all episodes.
    fn states(episodes: &[Episode]) -> Vec<State> {
        episodes.iter().map(Episode::state).collect()
    }

    #[test]
    fn nobody_told_of_it() {
        assert_eq!(episodes(&Failing::new(), &Heard::new(), &[], noon(10)), []);
    }

    #[test]
    fn failures_open_it_and_it_stays_open_while_too_little_is_known() {
        let failing = told(&[(GOOGLE, &[100, 101])]);
        for today in 102..=105 {
            // On day 105 at noon, day 103 is the last complete one.
            let told = episodes(&failing, &heard(&[(GOOGLE, 90..=today - 1)]), &[], noon(today));
            let [episode] = &told[..] else { panic!("one episode") };
            assert_eq!((episode.opened, episode.last, episode.state()), (Day(100), Day(101), State::Open), "{today}");
        }
    }

    #[test]
    fn three_complete_days_without_it_resolve_it() {
        let failing = told(&[(GOOGLE, &[100])]);
        let on = |today| episodes(&failing, &heard(&[(GOOGLE, 90..=110)]), &[], noon(today)).remove(0).resolved;
        assert_eq!(on(104), None);
        let resolved = on(105).expect("days 101 to 103 are complete");
        assert_eq!(resolved, Resolved { day: Day(103), how: How::ReportedWithout { heard: 1, of: 1 } });
        assert_eq!(on(120), Some(resolved), "the day stays the same");
    }

    #[test]
    fn days_need_not_follow_one_another() {
        let failing = told(&[(FAMILY, &[100])]);
        let rare = Heard::from([(FAMILY, days([100, 103, 106, 109]))]);
        let resolved = episodes(&failing, &rare, &[], noon(120)).remove(0).resolved;
        assert_eq!(resolved, Some(Resolved { day: Day(109), how: How::ReportedWithout { heard: 1, of: 1 } }));
    }

    #[test]
    fn reporters_that_never_saw_it_say_nothing_of_it() {
        let failing = told(&[(FAMILY, &[100])]);
        let others = heard(&[(GOOGLE, 90..=130), (YAHOO, 90..=130)]);
        assert_eq!(states(&episodes(&failing, &others, &[], noon(115))), [State::Open]);
        let resolved = episodes(&failing, &others, &[], noon(116)).remove(0).resolved;
        let silence = Resolved { day: Day(114), how: How::Silence { heard: 0, of: 1 } };
        assert_eq!(resolved, Some(silence));
        assert_eq!(silence.words(), "No failure for 14 days, but the reporter that saw it fell silent.");
    }

    #[test]
    fn half_of_those_that_saw_it_must_be_heard() {
        let failing = told(&[(GOOGLE, &[100]), (YAHOO, &[100]), (FAMILY, &[99])]);
        let one = heard(&[(GOOGLE, 90..=130)]);
        assert_eq!(states(&episodes(&failing, &one, &[], noon(110))), [State::Open]);
        let resolved = episodes(&failing, &one, &[], noon(130)).remove(0).resolved;
        assert_eq!(resolved, Some(Resolved { day: Day(114), how: How::Silence { heard: 1, of: 3 } }));
        let two = heard(&[(GOOGLE, 90..=130), (YAHOO, 103..=103)]);
        let resolved = episodes(&failing, &two, &[], noon(110)).remove(0).resolved;
        assert_eq!(resolved, Some(Resolved { day: Day(103), how: How::ReportedWithout { heard: 2, of: 3 } }));
    }

    #[test]
    fn a_failure_on_the_third_day_keeps_it_open() {
        let failing = told(&[(GOOGLE, &[100]), (YAHOO, &[103])]);
        let both = heard(&[(GOOGLE, 90..=130), (YAHOO, 90..=130)]);
        let all = episodes(&failing, &both, &[], noon(106));
        assert_eq!((all.len(), all[0].last, all[0].state()), (1, Day(103), State::Open));
        assert_eq!(all[0].reporters.len(), 2);
    }

    #[test]
    fn a_new_failure_reopens_what_was_resolved() {
        let failing = told(&[(GOOGLE, &[100, 101, 110])]);
        let all = episodes(&failing, &heard(&[(GOOGLE, 90..=130)]), &[], noon(111));
        assert_eq!(states(&all), [State::Resolved, State::Open]);
        assert_eq!((all[0].opened, all[0].last, all[1].opened), (Day(100), Day(101), Day(110)));
        assert_eq!(all[0].resolved.map(|resolved| resolved.day), Some(Day(104)));
    }

    #[test]
    fn the_failure_that_reopens_it_counts_even_before_its_day_is_complete() {
        let failing = told(&[(GOOGLE, &[100, 104])]);
        let all = episodes(&failing, &heard(&[(GOOGLE, 90..=104)]), &[], noon(105));
        assert_eq!(states(&all), [State::Resolved, State::Open]);
    }

    #[test]
    fn a_check_that_turns_green_is_a_fix() {
        let failing = told(&[(GOOGLE, &[100, 101])]);
        let on_time = heard(&[(GOOGLE, 90..=101)]);
        let at = |looks: &[Look]| {
            let mut all = episodes(&failing, &on_time, looks, noon(102));
            let episode = all.remove(0);
            (episode.state(), episode.fix_seen)
        };
        // Mended in the middle of the last day with failures.
        let red = look(noon(99), noon(101), Red);
        assert_eq!(at(&[red, look(noon(101), noon(102), Green)]), (State::FixSeen, Some(noon(101))));
        // What cannot be told in between changes nothing.
        let gap = look(noon(101).plus_seconds(60), noon(101).plus_seconds(120), Unknown);
        let later = look(noon(101).plus_seconds(180), noon(102), Green);
        assert_eq!(at(&[red, gap, later]).0, State::FixSeen);
        assert_eq!(at(&[red, later, look(noon(102), noon(102), Unknown)]).0, State::FixSeen);
        assert_eq!(at(&[red, later, look(noon(102), noon(102), Red)]), (State::Open, None));
        assert_eq!(at(&[red]), (State::Open, None));
        // Mended, and failing again on a later day.
        assert_eq!(at(&[look(noon(99), noon(100), Red), look(noon(100), noon(102), Green)]), (State::Open, None));
    }

    #[test]
    fn green_all_along_is_no_fix() {
        let failing = told(&[(GOOGLE, &[100, 101])]);
        let on_time = heard(&[(GOOGLE, 90..=101)]);
        let state = |looks: &[Look]| episodes(&failing, &on_time, looks, noon(102))[0].state();
        assert_eq!(state(&[look(noon(90), noon(102), Green)]), State::Open);
        // Nobody looked before: after the last day with failures it is news, within it nothing is known.
        assert_eq!(state(&[look(Day(102).start(), noon(102), Green)]), State::FixSeen);
        assert_eq!(state(&[look(noon(101), noon(102), Green)]), State::Open);
    }

    #[test]
    fn each_episode_has_its_own_fix() {
        let failing = told(&[(GOOGLE, &[100, 110])]);
        let looks = [
            look(noon(99), noon(100), Red),
            look(noon(101), noon(108), Green),
            look(noon(109), noon(110), Red),
            look(noon(111), noon(112), Green),
        ];
        let all = episodes(&failing, &heard(&[(GOOGLE, 90..=130)]), &looks, noon(112));
        assert_eq!(all.iter().map(|one| one.fix_seen).collect::<Vec<_>>(), [Some(noon(101)), Some(noon(111))]);
        assert_eq!(states(&all), [State::Resolved, State::FixSeen]);
    }
}

//! When duties are due: pure, with time as a parameter.

use std::time::Duration;

/// Duties and when each is due next, measured from the start of the program by a clock that never jumps.
#[derive(Debug)]
pub(super) struct Schedule<D> {
    entries: Vec<Entry<D>>,
}

#[derive(Debug)]
struct Entry<D> {
    duty: D,
    due: Duration,
    every: Duration,
}

impl<D: Copy> Schedule<D> {
    /// Each duty with the time of its first turn and the time between turns.
    pub(super) fn new(duties: impl IntoIterator<Item = (D, Duration, Duration)>) -> Self {
        Self { entries: duties.into_iter().map(|(duty, due, every)| Entry { duty, due, every }).collect() }
    }

    /// How long until the next duty is due.
    pub(super) fn next_in(&self, now: Duration) -> Duration {
        self.entries.iter().map(|entry| entry.due).min().unwrap_or(Duration::MAX).saturating_sub(now)
    }

    /// What is due now, each once, however many turns were missed; they are due again after their time from now.
    pub(super) fn due(&mut self, now: Duration) -> Vec<D> {
        let due = self.entries.iter_mut().filter(|entry| entry.due <= now);
        due.map(|entry| {
            entry.due = now + entry.every;
            entry.duty
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn each_duty_has_its_own_turn() {
        let mut schedule = Schedule::new([("minute", s(30), s(60)), ("hour", s(30), s(3600))]);
        assert_eq!(schedule.next_in(s(0)), s(30));
        assert!(schedule.due(s(29)).is_empty());
        assert_eq!(schedule.due(s(30)), ["minute", "hour"]);
        assert_eq!(schedule.next_in(s(30)), s(60));
        assert_eq!(schedule.due(s(90)), ["minute"]);
    }

    #[test]
    fn missed_turns_are_made_up_once() {
        let mut schedule = Schedule::new([("minute", s(30), s(60))]);
        assert_eq!(schedule.due(s(10_000)), ["minute"]);
        assert!(schedule.due(s(10_001)).is_empty());
        assert_eq!(schedule.next_in(s(20_000)), s(0));
    }
}

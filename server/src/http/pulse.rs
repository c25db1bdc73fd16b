//! Whether a connection still deserves to be open: pure bookkeeping of what it was last seen doing.
//!
//! hyper times only the head of an HTTP/1 request. A client that never says a word, stops in the middle of the HTTP/2
//! preface, or does not read its answer is timed here, the same way for both versions.

use std::time::Duration;

use tokio::time::Instant;

/// How slow a transfer may be: `grace` plus a second for each `rate` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What any transfer may take.
    pub grace: Duration,
    /// Bytes a second that it must keep up beyond that.
    pub rate: u64,
}

impl Pace {
    /// How long a transfer of so many bytes may take.
    #[must_use]
    pub fn allows(self, bytes: u64) -> Duration {
        self.grace + Duration::from_millis(bytes.saturating_mul(1000) / self.rate.max(1))
    }
}

/// What a connection may take its time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the head of a request, the first included.
    pub head: Duration,
    /// For nothing at all between requests.
    pub idle: Duration,
    /// For bodies, and for reading answers.
    pub transfer: Pace,
}

impl Patience {
    /// How often to look: four times within the shortest span, but not more than every ten milliseconds.
    #[must_use]
    pub fn tick(self) -> Duration {
        let shortest = self.head.min(self.idle).min(self.transfer.grace);
        (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// It never said a word.
    Silent,
    /// Its request's head did not end.
    SlowHead,
    /// It asked nothing more.
    Idle,
    /// It does not read its answer.
    SlowReader,
}

impl Overdue {
    /// As metrics name it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::SlowHead => "slow_head",
            Self::Idle => "idle",
            Self::SlowReader => "slow_reader",
        }
    }
}

/// What a connection was last seen doing.
#[derive(Debug)]
pub(super) struct Pulse {
    phase: Phase,
    /// Requests whose answer is not complete.
    requests: usize,
    /// Since when the client has not taken what is written, and how much it took since.
    blocked: Option<(Instant, u64)>,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Just accepted.
    Silent(Instant),
    /// Some of a head has come.
    Head(Instant),
    /// At least one request is under way.
    Busy,
    /// Between requests.
    Idle(Instant),
}

impl Pulse {
    pub(super) const fn new(now: Instant) -> Self {
        Self { phase: Phase::Silent(now), requests: 0, blocked: None }
    }

    /// Bytes came. The first ones begin a head; the time for it runs from the accept, or from the first byte later on.
    pub(super) const fn read(&mut self, now: Instant) {
        self.phase = match self.phase {
            Phase::Silent(since) => Phase::Head(since),
            Phase::Idle(_) => Phase::Head(now),
            other => other,
        };
    }

    /// A head is complete.
    pub(super) const fn request_begins(&mut self) {
        self.requests += 1;
        self.phase = Phase::Busy;
    }

    /// An answer is complete.
    pub(super) const fn request_ends(&mut self, now: Instant) {
        self.requests = self.requests.saturating_sub(1);
        if self.requests == 0 {
            self.phase = Phase::Idle(now);
        }
    }

    /// The client takes no more for now.
    pub(super) const fn write_blocks(&mut self, now: Instant) {
        if self.blocked.is_none() {
            self.blocked = Some((now, 0));
        }
    }

    /// The client took some of what is written.
    pub(super) const fn wrote(&mut self, bytes: u64) {
        if let Some((_, taken)) = &mut self.blocked {
            *taken += bytes;
        }
    }

    /// All that was to write is written.
    pub(super) const fn flushed(&mut self) {
        self.blocked = None;
    }

    /// Whether the client has used up its time, and for what.
    pub(super) fn overdue(&self, now: Instant, patience: &Patience) -> Option<Overdue> {
        let passed = |since: Instant, allowed: Duration| now.duration_since(since) > allowed;
        if let Some((since, taken)) = self.blocked
            && passed(since, patience.transfer.allows(taken))
        {
            return Some(Overdue::SlowReader);
        }
        match self.phase {
            Phase::Silent(since) if passed(since, patience.head) => Some(Overdue::Silent),
            Phase::Head(since) if passed(since, patience.head) => Some(Overdue::SlowHead),
            Phase::Idle(since) if passed(since, patience.idle) => Some(Overdue::Idle),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(30),
        transfer: Pace { grace: Duration::from_secs(10), rate: 1000 },
    };

    /// A pulse and what is overdue after some seconds.
    fn after(events: impl FnOnce(&mut Pulse, &dyn Fn(u64) -> Instant)) -> impl Fn(u64) -> Option<Overdue> {
        let start = Instant::now();
        let at = move |seconds| start + Duration::from_secs(seconds);
        let mut pulse = Pulse::new(start);
        events(&mut pulse, &at);
        move |seconds| pulse.overdue(at(seconds), &PATIENCE)
    }

    #[test]
    fn a_silent_client_is_given_the_time_of_a_head() {
        let overdue = after(|_, _| ());
        assert_eq!((overdue(10), overdue(11)), (None, Some(Overdue::Silent)));
    }

    #[test]
    fn dripping_bytes_win_no_time() {
        let overdue = after(|pulse, at| (1..10).for_each(|second| pulse.read(at(second))));
        assert_eq!((overdue(10), overdue(11)), (None, Some(Overdue::SlowHead)));
    }

    #[test]
    fn a_request_under_way_is_not_timed_here() {
        let overdue = after(|pulse, at| {
            pulse.read(at(1));
            pulse.request_begins();
        });
        assert_eq!(overdue(10_000), None);
    }

    #[test]
    fn between_requests_there_is_more_time_until_the_next_one_begins() {
        let asked = |pulse: &mut Pulse, at: &dyn Fn(u64) -> Instant| {
            pulse.read(at(1));
            pulse.request_begins();
            pulse.request_ends(at(2));
        };
        let overdue = after(asked);
        assert_eq!((overdue(32), overdue(33)), (None, Some(Overdue::Idle)));
        let overdue = after(|pulse, at| {
            asked(pulse, at);
            pulse.read(at(5));
        });
        assert_eq!((overdue(15), overdue(16)), (None, Some(Overdue::SlowHead)));
    }

    #[test]
    fn an_answer_must_be_read_at_a_rate() {
        let overdue = after(|pulse, at| {
            pulse.request_begins();
            pulse.write_blocks(at(1));
            pulse.wrote(5_000);
            pulse.write_blocks(at(9));
        });
        assert_eq!((overdue(16), overdue(17)), (None, Some(Overdue::SlowReader)));
        let overdue = after(|pulse, at| {
            pulse.request_begins();
            pulse.write_blocks(at(1));
            pulse.flushed();
        });
        assert_eq!(overdue(100), None);
    }
}

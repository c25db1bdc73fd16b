//! What is to be done from time to time.

use std::time::Duration;

use engine::{ClockMoved, Expired};

use crate::http::Shared;

/// One duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Forget in memory which senders and strangers have been quiet for long, drain the histograms, and keep what was counted.
    TidyMemory,
    /// Delete sessions that are over.
    SweepSessions,
    /// Delete what `[retention]` no longer keeps.
    Expire,
}

impl Duty {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::TidyMemory, Self::SweepSessions, Self::Expire];

    /// How long after one turn the next is due.
    pub(super) const fn every(self) -> Duration {
        match self {
            Self::TidyMemory => Duration::from_mins(1),
            Self::SweepSessions => Duration::from_hours(1),
            // Often enough that some turns may fail before its last one is too long ago, see `engine::ClockMoved`.
            Self::Expire => Duration::from_hours(6),
        }
    }

    /// Does it.
    pub(super) async fn perform(self, shared: &Shared) -> Result<(), engine::Error> {
        let now = (shared.clock.0)();
        match self {
            Self::TidyMemory => {
                shared.rates.forget_the_quiet();
                shared.strangers.forget_the_quiet();
                shared.api_rates.forget_the_quiet();
                shared.metrics.run_upkeep();
                shared.engine.keep_unknown_addresses(now).await?;
            }
            Self::SweepSessions => shared.engine.sweep_sessions(now).await?,
            Self::Expire => match shared.engine.expire(now).await? {
                Ok(expired) if expired == Expired::default() => {}
                Ok(Expired { bodies, reports, acts }) => {
                    tracing::info!(bodies, reports, acts, "what is no longer kept was deleted");
                }
                Err(ClockMoved { last }) => tracing::error!(
                    today = %now.day(),
                    last = %last.day(),
                    "nothing is deleted: the clock is more than 48 hours ahead of the last time; if today's date is \
                     right, confirm it with `waxseal expire --today {}`",
                    now.day()
                ),
            },
        }
        Ok(())
    }
}

//! What is to be done from time to time.

use std::time::Duration;

use crate::http::Shared;

/// One duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Forget in memory which senders have been quiet for long.
    ForgetQuietSenders,
}

impl Duty {
    /// All of them.
    pub(super) const ALL: [Self; 1] = [Self::ForgetQuietSenders];

    /// How long after one turn the next is due.
    pub(super) const fn every(self) -> Duration {
        match self {
            Self::ForgetQuietSenders => Duration::from_mins(1),
        }
    }

    /// Does it.
    pub(super) async fn perform(self, shared: &Shared) -> Result<(), engine::Error> {
        match self {
            Self::ForgetQuietSenders => {
                shared.rates.forget_the_quiet();
                shared.metrics.run_upkeep();
            }
        }
        Ok(())
    }
}

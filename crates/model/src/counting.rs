//! How sessions are counted without counting any twice.

use serde::{Deserialize, Serialize};

/// The largest count kept for one number of one report, and for one report's total: 10^12.
pub const MAX_COUNT: u64 = 1_000_000_000_000;

/// Sessions of a report, a day or a range. `failed` never exceeds `sessions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All sessions, failed ones included.
    pub sessions: u64,
    /// Failed sessions.
    pub failed: u64,
}

impl Totals {
    /// Sessions that met the policy.
    #[must_use]
    pub const fn successful(self) -> u64 {
        self.sessions.saturating_sub(self.failed)
    }
}

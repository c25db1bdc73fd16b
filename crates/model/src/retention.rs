//! How long what is kept in full is kept.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The ages, in days, at which parts of a workspace go. Reports, their totals and all sums stay as long as their domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Of bodies as they were received.
    pub bodies: u16,
    /// Of the single failures of reports.
    pub failures: u16,
}

impl Keep {
    /// The fewest days: a report is repeated for a day (RFC 8460 §5.5), and somebody must have time to look.
    pub const LEAST: u16 = 7;
    /// The most days: ten years.
    pub const MOST: u16 = 3_650;

    /// Both ages as typed; none where one is no number of days within bounds.
    #[must_use]
    pub fn typed(bodies: &str, failures: &str) -> Option<Self> {
        let days = |text: &str| text.trim().parse().ok().filter(|days| (Self::LEAST..=Self::MOST).contains(days));
        Some(Self { bodies: days(bodies)?, failures: days(failures)? })
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bodies {} days, failures {} days", self.bodies, self.failures)
    }
}

/// What goes at certain ages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Bodies, as far as they were counted: up to [`Loss::COUNTED`].
    pub bodies: u64,
    /// The bytes of these.
    pub bytes: u64,
    /// Reports that lose their single failures, as far as they were counted.
    pub reports: u64,
}

impl Loss {
    /// Beyond so many nothing is counted: there are more.
    pub const COUNTED: u64 = 100_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_within_bounds() {
        assert_eq!(Keep::typed(" 30", "3650"), Some(Keep { bodies: 30, failures: 3_650 }));
        for (bodies, failures) in [("6", "30"), ("30", "3651"), ("", "30"), ("30", "-1"), ("1e3", "30")] {
            assert_eq!(Keep::typed(bodies, failures), None, "{bodies} {failures}");
        }
    }
}

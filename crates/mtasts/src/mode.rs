//! The mode of an MTA-STS policy (RFC 8461 §3.2).

use serde::{Deserialize, Serialize};

/// What a policy asks senders to do when a host fails it (RFC 8461 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Do not deliver to hosts that fail.
    Enforce,
    /// Deliver, and report.
    Testing,
    /// As though there were no policy.
    None,
}

impl Mode {
    /// The keyword of the policy file.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        }
    }
}

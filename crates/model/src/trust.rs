//! How far a report's claimed sender can be believed.

use serde::{Deserialize, Serialize};

/// Trust in a report's origin, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// From an upload, a file, or a mail whose DKIM signature does not hold.
    Unverified,
    /// By HTTPS: unauthenticated by design, since the report address stands in public DNS (RFC 8460 §5.4).
    Unsigned,
    /// A mail whose DKIM signature is valid and aligned (RFC 8460 §3).
    Signed,
}

impl Trust {
    /// The glossary's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
        }
    }
}

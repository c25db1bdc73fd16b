//! What can be wrong with a policy.

use super::line::{LineFault, MaxAgeFault};
use crate::{Verdict, mx::PatternFault};

/// The fields that RFC 8461 defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `version`
    Version,
    /// `mode`
    Mode,
    /// `max_age`
    MaxAge,
    /// `mx`, the only one that may come several times.
    Mx,
}

impl Key {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Version, Self::Mode, Self::MaxAge, Self::Mx];

    /// As it stands in the file, letter for letter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Mode => "mode",
            Self::MaxAge => "max_age",
            Self::Mx => "mx",
        }
    }
}

/// One thing that is wrong or odd. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file is longer than [`MAX_SIZE`](super::MAX_SIZE): so many bytes, or at least so many. Nothing was read.
    TooLong(usize),
    /// The file is empty.
    Empty,
    /// A byte is not UTF-8. Nothing was read.
    NotUtf8 {
        /// Where.
        line: usize,
    },
    /// A line is no field.
    Line {
        /// Where.
        line: usize,
        /// As published.
        text: String,
        /// Why.
        fault: LineFault,
    },
    /// The version is another than [`VERSION`](super::VERSION).
    Version {
        /// Where.
        line: usize,
        /// As published.
        value: String,
    },
    /// The mode is none.
    Mode {
        /// Where.
        line: usize,
        /// As published.
        value: String,
    },
    /// The lifetime is none.
    MaxAge {
        /// Where.
        line: usize,
        /// As published.
        value: String,
        /// Why.
        fault: MaxAgeFault,
    },
    /// An `mx` line is no pattern.
    Mx {
        /// Where.
        line: usize,
        /// As published.
        value: String,
        /// Why.
        fault: PatternFault,
    },
    /// A field that must be there is not.
    Missing(Key),
    /// A field came before: this one is ignored, since the first counts.
    Again {
        /// Where.
        line: usize,
        /// Which.
        key: Key,
        /// Whether its value would do. One that would not is outside the grammar, though it is ignored all the same.
        is_good: bool,
    },
}

impl Problem {
    /// What the problem makes of the policy.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Again { is_good: true, .. } => Verdict::Valid,
            Self::Again { is_good: false, .. } => Verdict::Warning,
            _ => Verdict::Invalid,
        }
    }
}

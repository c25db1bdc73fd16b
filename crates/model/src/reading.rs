//! Reading deliveries again that are kept as they came: a newer version may understand what an older one did not.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Which deliveries are read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingScope {
    /// Those that nobody could read.
    Unreadable,
    /// All whose bytes are kept, but for repetitions and what was discarded.
    All,
}

impl ReadingScope {
    /// Its word in forms.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::All => "all",
        }
    }

    /// The scope of this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Unreadable, Self::All].into_iter().find(|scope| scope.key() == key)
    }
}

/// One go of reading deliveries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its id.
    pub id: i64,
    /// When it was asked for.
    pub created: Timestamp,
    /// Which deliveries.
    pub scope: ReadingScope,
    /// How many there were when it began.
    pub total: u64,
    /// How many were read again.
    pub done: u64,
    /// Of how many something else came out.
    pub changed: u64,
    /// Whether it is under way.
    pub running: bool,
}

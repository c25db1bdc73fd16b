//! API tokens: what one may do, and what a list shows of each.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Timestamp, TokenId};

/// What the bearer of a token may do, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// See everything in its workspace, as a viewer does.
    Read,
    /// Change it, too: add and remove domains, ask for checks.
    Write,
}

impl TokenScope {
    /// The word for people and programs alike.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Not a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is \"read\" or \"write\"")]
pub struct NoScope;

impl FromStr for TokenScope {
    type Err = NoScope;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Read, Self::Write].into_iter().find(|scope| scope.word() == text).ok_or(NoScope)
    }
}

/// One token in a list. The token itself was shown once and is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// How it begins, so that it can be told from others.
    pub hint: String,
    /// What it allows.
    pub scope: TokenScope,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it; none for the command line, and for a person who is gone.
    pub created_by: Option<String>,
    /// The instant from which it is worth nothing.
    pub expires: Timestamp,
    /// When it was last used, to within a few minutes.
    pub last_used: Option<Timestamp>,
}

impl TokenRow {
    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_its_word() {
        for scope in [TokenScope::Read, TokenScope::Write] {
            assert_eq!(scope.word().parse(), Ok(scope));
        }
        assert_eq!("admin".parse::<TokenScope>(), Err(NoScope));
        assert!(TokenScope::Read < TokenScope::Write);
    }
}

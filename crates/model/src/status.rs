//! The one scale on which everything is judged. Always shown as word, shape and colour together.

use serde::{Deserialize, Serialize};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing to do.
    Ok,
    /// It works; it could be better.
    Suggestion,
    /// Something is wrong; mail still arrives.
    Warning,
    /// Mail is not delivered, or a record does not work.
    Error,
    /// The question could not be answered (a timeout, a blocked port). Never shown in red.
    CannotTell,
    /// Nothing has come yet.
    Waiting,
    /// The question does not arise.
    NotApplicable,
}

impl Status {
    /// The word people see.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "Ok",
            Self::Suggestion => "Suggestion",
            Self::Warning => "Warning",
            Self::Error => "Error",
            Self::CannotTell => "Cannot tell",
            Self::Waiting => "Waiting",
            Self::NotApplicable => "Not applicable",
        }
    }
}

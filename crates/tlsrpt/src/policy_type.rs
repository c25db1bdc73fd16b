//! Policy types (RFC 8460 §4.4).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Which kind of policy was applied. Open: an unknown type is kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Cow<'_, str>", into = "String")]
pub enum PolicyType {
    /// DANE (RFC 7672).
    Tlsa,
    /// MTA-STS (RFC 8461).
    Sts,
    /// Neither.
    NoPolicyFound,
    /// Anything else, as written.
    Other(String),
}

impl PolicyType {
    /// The RFC's keyword, or what was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tlsa => "tlsa",
            Self::Sts => "sts",
            Self::NoPolicyFound => "no-policy-found",
            Self::Other(text) => text,
        }
    }
}

impl From<Cow<'_, str>> for PolicyType {
    fn from(text: Cow<'_, str>) -> Self {
        match &*text {
            "tlsa" => Self::Tlsa,
            "sts" => Self::Sts,
            "no-policy-found" => Self::NoPolicyFound,
            _ => Self::Other(text.into_owned()),
        }
    }
}

impl From<PolicyType> for String {
    fn from(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::Other(text) => text,
            known => known.as_str().to_owned(),
        }
    }
}

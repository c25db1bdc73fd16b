//! What a check or a linter found: what is so, what it does, and what to publish instead.

use serde::{Deserialize, Serialize};

use crate::{Status, view::DnsRecord};

/// One thing that was found about a domain, a record or a policy.
///
/// Its texts are ours, but they may quote what strangers published; show them as any sender's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A stable name for programs and for links to the help page: lower-case words joined by hyphens, such as
    /// `record-version-case`. Those of the linters are listed in [`crate::lint::Code`].
    pub code: String,
    /// How bad it is.
    pub status: Status,
    /// What is so, in a few words.
    pub title: String,
    /// What follows from it for mail or for reports, in one sentence.
    pub consequence: String,
    /// What was seen, word for word, where that helps.
    pub evidence: Option<String>,
    /// What to do about it, in one sentence; none when there is nothing to do.
    pub remedy: Option<String>,
    /// The text to publish, ready to be copied.
    pub publish: Option<Publish>,
    /// The rule: `RFC 8460 §3`.
    pub source: String,
}

/// A text to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// A record of DNS, with its name.
    Record(DnsRecord),
    /// The value of a record whose name is not known here.
    Value(String),
    /// The whole policy file of MTA-STS, its lines ended by LF.
    Policy(String),
}

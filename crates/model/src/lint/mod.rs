//! What is wrong with a record or a policy, in words: each departure that the strict readers of [`tlsrpt::record`] and
//! [`mtasts`] tell becomes a [`Finding`] with what senders do because of it and what to publish instead.
//!
//! The readers know the grammar; these modules know people: what they copied from DMARC, what a zone file left behind, what
//! an editor put in unseen. A correction is offered only when it is valid by the same readers.

pub mod advice;
mod answer;
mod code;
mod cover;
mod destination;
mod draft;
mod field;
mod file;
mod form;
mod kind;
mod line;
mod mend;
mod mta_sts;
mod mx;
mod policy;
mod residue;
mod rua;
mod tls_rpt;
mod values;

pub use mtasts::{Verdict, policy::MAX_SIZE as MAX_POLICY_SIZE};

pub use self::{
    answer::{AnswerLint, Outcome},
    code::Code,
    cover::Cover,
    destination::is_policy_url,
    kind::Kind,
    policy::PolicyLint,
};
use crate::Finding;

/// What was found about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// How it stands with its grammar. A finding may warn of more than that: a record can be valid and unwise.
    pub verdict: Verdict,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

/// Judges one TXT record, its strings already joined.
#[must_use]
pub fn record(kind: Kind, text: &str) -> Lint {
    match kind {
        Kind::TlsRpt => tls_rpt::lint(text),
        Kind::MtaSts => mta_sts::lint(text),
    }
}

/// Judges all TXT records of one DNS answer, each with its strings already joined.
#[must_use]
pub fn answer(kind: Kind, records: &[&str]) -> AnswerLint {
    answer::lint(kind, records)
}

/// Judges a policy file, and whether it covers these MX hosts. With no hosts given nothing is said about covering.
#[must_use]
pub fn policy(bytes: &[u8], hosts: &[&str]) -> PolicyLint {
    policy::lint(bytes, hosts)
}

#[cfg(test)]
mod tests;

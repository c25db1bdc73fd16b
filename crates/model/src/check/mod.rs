//! What a check of a domain brings: findings by subject with their raw evidence, and facts that are kept and compared.
//!
//! - [`Section`]: what was found about one subject, for people to read
//! - [`Facts`]: what was seen, to be kept
//! - [`Change`]: what two of those tell of the time between them
//!
//! All texts from outside are as strangers wrote them.

mod certificate;
mod change;
mod facts;

use serde::{Deserialize, Serialize};

pub use self::{
    certificate::{Certificate, Digest, Fault, Session, Version},
    change::Change,
    facts::{AddressFacts, Facts, MxFacts, PolicyFacts, Published},
};
use crate::{Finding, Status};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The TLS-RPT record, at its name and at wrong ones (RFC 8460 §3).
    TlsRpt,
    /// The MTA-STS record (RFC 8461 §3.1).
    MtaSts,
    /// The policy and its host (RFC 8461 §3.2, §3.3).
    Policy,
    /// The MX hosts and their addresses (RFC 5321 §5.1).
    Mx,
    /// STARTTLS on one MX host (RFC 3207).
    Starttls,
    /// DANE of one MX host (RFC 7672).
    Dane,
    /// The TLS-RPT record of one MX host, for reports about DANE (RFC 8460 §1.1).
    MxReports,
}

impl Check {
    /// As people read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TlsRpt => "TLS-RPT record",
            Self::MtaSts => "MTA-STS record",
            Self::Policy => "MTA-STS policy",
            Self::Mx => "MX",
            Self::Starttls => "STARTTLS",
            Self::Dane => "DANE",
            Self::MxReports => "TLS-RPT record of the MX host",
        }
    }
}

/// What one check found about one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What was looked at.
    pub check: Check,
    /// The MX host, where it is about one.
    pub host: Option<String>,
    /// The worst of the findings.
    pub status: Status,
    /// What was found; at least one.
    pub findings: Vec<Finding>,
    /// What was seen, line by line.
    pub evidence: Vec<String>,
}

impl Section {
    /// A section whose status is the worst of its findings.
    #[must_use]
    pub fn new(check: Check, host: Option<String>, findings: Vec<Finding>, evidence: Vec<String>) -> Self {
        let status = Status::worst(findings.iter().map(|finding| finding.status));
        Self { check, host, status, findings, evidence }
    }

    /// What it is about, in words: `STARTTLS of mx1.example.com`.
    #[must_use]
    pub fn heading(&self) -> String {
        match (&self.host, self.check) {
            (None, check) => check.word().to_owned(),
            (Some(host), Check::MxReports) => format!("TLS-RPT record of {host}"),
            (Some(host), check) => format!("{} of {host}", check.word()),
        }
    }
}

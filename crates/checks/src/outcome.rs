//! What a check of a domain brings: findings by subject with their raw evidence, and facts to keep and compare.

use std::{net::IpAddr, time::Duration};

use model::{DomainName, Finding, Status, Timestamp};
use mtasts::Mode;
use serde::Serialize;

use crate::{shape, tls::Session};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What was looked at.
    pub check: Check,
    /// The MX host, where it is about one.
    pub host: Option<String>,
    /// The worst of the findings.
    pub status: Status,
    /// What was found; at least one.
    pub findings: Vec<Finding>,
    /// What was seen, line by line. Written by strangers.
    pub evidence: Vec<String>,
}

impl Section {
    pub(crate) fn new(check: Check, host: Option<String>, findings: Vec<Finding>, evidence: Vec<String>) -> Self {
        Self { check, host, status: worst(findings.iter().map(|finding| finding.status)), findings, evidence }
    }
}

/// What a domain without mail need not have.
const NEEDLESS_WITHOUT_MAIL: [&str; 2] = ["tls-rpt-missing", "mta-sts-missing"];

impl Section {
    /// The section of a domain that takes no mail: what it lacks, it does not need.
    pub(crate) fn for_no_mail(self) -> Self {
        let Self { check, host, mut findings, evidence, .. } = self;
        for finding in findings.iter_mut().filter(|finding| NEEDLESS_WITHOUT_MAIL.contains(&finding.code.as_str())) {
            finding.status = Status::NotApplicable;
            "The domain takes no mail, so nothing is missing.".clone_into(&mut finding.consequence);
            (finding.remedy, finding.publish) = (None, None);
        }
        Self::new(check, host, findings, evidence)
    }
}

/// The worst of several: what is wrong before what cannot be told, and that before what could be better.
#[must_use]
pub fn worst(all: impl IntoIterator<Item = Status>) -> Status {
    let weight = |status: &Status| match status {
        Status::Error => 6,
        Status::Warning => 5,
        Status::CannotTell => 4,
        Status::Waiting => 3,
        Status::Suggestion => 2,
        Status::Ok => 1,
        Status::NotApplicable => 0,
    };
    all.into_iter().max_by_key(weight).unwrap_or(Status::NotApplicable)
}

/// What a check of a domain brings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The domain.
    pub domain: DomainName,
    /// When it was looked at.
    #[serde(serialize_with = "shape::instant")]
    pub at: Timestamp,
    /// The worst of all findings.
    pub status: Status,
    /// What was found, in the order in which people read it.
    pub sections: Vec<Section>,
    /// What concerns this installation rather than the domain, such as a blocked port.
    pub notices: Vec<Finding>,
    /// What was seen, to be kept and compared.
    pub facts: Facts,
    /// Queries of DNS that were sent.
    pub queries: u32,
    /// How long it took, in milliseconds.
    #[serde(rename = "duration_ms", serialize_with = "shape::milliseconds")]
    pub duration: Duration,
}

/// What was seen of a domain. Two of these that are equal mean that nothing has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The domain's name servers, sorted.
    pub name_servers: Vec<String>,
    /// The TLS-RPT record, where there is one that counts.
    pub tls_rpt: Option<String>,
    /// Its destinations.
    pub destinations: Vec<String>,
    /// The MTA-STS record, where there is one that counts.
    pub mta_sts: Option<String>,
    /// Its id.
    pub mta_sts_id: Option<String>,
    /// The policy, where it could be fetched.
    pub policy: Option<PolicyFacts>,
    /// The MX hosts, by preference.
    pub mx: Vec<MxFacts>,
}

/// A policy that was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyFacts {
    /// SHA-256 of the body, in hexadecimal.
    pub body_sha256: String,
    /// The body, broken UTF-8 replaced.
    pub body: String,
    /// What it asks senders to do; none where it is not valid.
    pub mode: Option<Mode>,
    /// Its patterns.
    pub mx: Vec<String>,
    /// Seconds.
    pub max_age: Option<u64>,
    /// The handshake with its host.
    pub tls: Session,
}

/// An MX host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MxFacts {
    /// Lower is tried first.
    pub preference: u16,
    /// The host.
    pub host: String,
    /// What was seen at its addresses.
    pub addresses: Vec<AddressFacts>,
    /// Its TLSA records that DNSSEC proves, as zone files write them.
    pub tlsa: Vec<String>,
}

/// An address of an MX host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AddressFacts {
    /// The address.
    pub address: IpAddr,
    /// Whether STARTTLS is offered; none where that cannot be told.
    pub starttls: Option<bool>,
    /// The handshake, where there was one.
    pub tls: Option<Session>,
}

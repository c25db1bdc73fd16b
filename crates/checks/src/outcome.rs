//! What a check of a domain brings.

use std::time::Duration;

use model::{
    DomainName, Finding, Status, Timestamp,
    check::{Facts, Section},
};
use serde::Serialize;

use crate::shape;

/// What a domain without mail need not have.
const NEEDLESS_WITHOUT_MAIL: [&str; 2] = ["tls-rpt-missing", "mta-sts-missing"];

/// The section of a domain that takes no mail: what it lacks, it does not need.
pub(crate) fn for_no_mail(section: Section) -> Section {
    let Section { check, host, mut findings, evidence, .. } = section;
    // Where there is no record, other text at its name need not become one.
    if findings.iter().any(|finding| NEEDLESS_WITHOUT_MAIL.contains(&finding.code.as_str())) {
        findings.retain(|finding| !finding.code.starts_with("record-"));
    }
    for finding in findings.iter_mut().filter(|finding| NEEDLESS_WITHOUT_MAIL.contains(&finding.code.as_str())) {
        finding.status = Status::NotApplicable;
        "The domain takes no mail, so nothing is missing.".clone_into(&mut finding.consequence);
        (finding.remedy, finding.publish) = (None, None);
    }
    Section::new(check, host, findings, evidence)
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
    /// Whether none of our name servers answered, so that nothing could be told: it is worth looking again soon.
    pub blind: bool,
    /// Whether one of the proofs that were looked for was seen.
    #[serde(skip)]
    pub proof_seen: bool,
    /// What was seen, to be kept and compared.
    pub facts: Facts,
    /// Queries of DNS that were sent.
    pub queries: u32,
    /// How long it took, in milliseconds.
    #[serde(rename = "duration_ms", serialize_with = "shape::milliseconds")]
    pub duration: Duration,
}

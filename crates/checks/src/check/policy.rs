//! The MTA-STS policy: what it asks of senders, and does it suit the MX hosts. Pure. How it could be fetched is judged in
//! [`policy_fetch`].

use data_encoding::HEXLOWER;
use model::{
    Finding, Status, Timestamp,
    check::{Check, PolicyFacts, Section},
    lint::advice,
};
use mtasts::Mode;
use sha2::{Digest as _, Sha256};

use super::{mta_sts::MtaSts, mx::MxSet, policy_fetch, policy_host::Visit, tls_rpt::TlsRpt};
use crate::{
    https::Fetched,
    rules::{self, Policy},
    words::finding,
};

/// What else is known of the domain.
pub(crate) struct Surroundings<'a> {
    pub(crate) record: &'a MtaSts,
    pub(crate) mx: &'a MxSet,
    pub(crate) tls_rpt: &'a TlsRpt,
    /// Days in a row without a failure before the policy was put in enforce; see [`crate::Context::clean_days`].
    pub(crate) clean_days: Option<u16>,
    pub(crate) now: Timestamp,
}

/// What follows from a visit to the policy host.
pub(crate) fn judge(visit: &Visit, around: &Surroundings<'_>) -> (Section, Option<PolicyFacts>) {
    let mut evidence: Vec<String> = visit.answers.iter().flat_map(crate::dns::Answer::evidence).collect();
    for (family, attempt) in &visit.attempts {
        evidence.push(match attempt {
            Ok(fetched) => format!("over {family}: 200, {} bytes, {}", fetched.body.len(), fetched.session.version),
            Err(error) => format!("over {family}: {error}"),
        });
    }
    let mut findings = Vec::new();
    let mut facts = None;
    match visit.fetched() {
        None => findings.extend(policy_fetch::unfetched(visit, around.record)),
        Some(fetched) => {
            evidence.extend(String::from_utf8_lossy(&fetched.body).lines().take(100).map(str::to_owned));
            let hosts: Vec<_> = around.mx.hosts.iter().map(|host| host.name.as_str()).collect();
            let (policy, linted) = rules::policy(&fetched.body, if around.mx.unknown { &[] } else { &hosts });
            findings.extend(policy.as_ref().map(good));
            findings.extend(linted);
            findings.extend(policy_fetch::fetched(visit, fetched, around.record, around.now));
            findings.extend(policy.iter().flat_map(|policy| applied(policy, around)));
            facts = Some(facts_of(fetched, policy));
        }
    }
    (Section::new(Check::Policy, None, findings, evidence), facts)
}

fn facts_of(fetched: &Fetched, policy: Option<Policy>) -> PolicyFacts {
    PolicyFacts {
        body_sha256: HEXLOWER.encode(&Sha256::digest(&fetched.body)),
        body: String::from_utf8_lossy(&fetched.body).into_owned(),
        mode: policy.as_ref().map(|policy| policy.mode),
        max_age: policy.as_ref().map(|policy| policy.max_age),
        mx: policy.map(|policy| policy.mx).unwrap_or_default(),
        tls: fetched.session.clone(),
    }
}

fn good(policy: &Policy) -> Finding {
    finding(
        "policy-found",
        Status::Ok,
        format!("The policy is there, in mode {}", policy.mode.keyword()),
        match policy.mode {
            Mode::Enforce => "Senders that know it deliver only over TLS with a valid certificate.",
            Mode::Testing => "Senders that know it report what fails, and deliver all the same.",
            Mode::None => "Senders treat the domain as if it had no policy.",
        },
        "RFC 8461 §3.2",
    )
}

/// What is to be said about the policy together with the domain's other records.
fn applied(policy: &Policy, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = advice::policy(&advice::Policy {
        mode: policy.mode,
        has_tls_rpt: !around.tls_rpt.absent,
        tls_rpt: around.tls_rpt.publish.as_ref(),
        clean_days: around.clean_days,
    });
    if around.mx.unknown && policy.mode != Mode::None {
        findings.push(finding(
            "policy-mx-unknown",
            Status::CannotTell,
            "Whether the policy covers all MX hosts cannot be told",
            "The list of MX hosts could not be looked up.",
            "RFC 8461 §4.1",
        ));
    }
    findings
}

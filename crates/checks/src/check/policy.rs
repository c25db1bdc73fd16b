//! The MTA-STS policy: what it asks of senders, and does it suit the MX hosts. Pure. How it could be fetched is judged in
//! [`policy_fetch`].

use data_encoding::HEXLOWER;
use model::{
    Finding, Status, Timestamp,
    check::{Check, PolicyFacts, Section},
};
use mtasts::Mode;
use sha2::{Digest as _, Sha256};

use super::{mta_sts::MtaSts, mx::MxSet, policy_fetch, policy_host::Visit};
use crate::{
    https::Fetched,
    rules::{self, Policy},
    words::{With as _, finding},
};

/// What else is known of the domain.
pub(crate) struct Surroundings<'a> {
    pub(crate) record: &'a MtaSts,
    pub(crate) mx: &'a MxSet,
    /// Whether it is known that there is no TLS-RPT record.
    pub(crate) no_tls_rpt: bool,
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
            let (policy, linted) = rules::policy(&fetched.body);
            let is_fine = linted.iter().all(|finding| finding.status != Status::Error);
            findings.extend(linted);
            findings.extend(policy_fetch::fetched(visit, fetched, around.record, around.now));
            if let Some(policy) = policy.as_ref().filter(|_| is_fine) {
                findings.extend(applied(policy, around));
                findings.insert(0, good(policy));
            }
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
        "mta-sts-policy-found",
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

/// What is to be said about the policy and the MX hosts together.
fn applied(policy: &Policy, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if policy.mode == Mode::None {
        return findings;
    }
    if around.mx.unknown {
        findings.push(finding(
            "mta-sts-policy-mx-unknown",
            Status::CannotTell,
            "Whether the policy covers all MX hosts cannot be told",
            "The list of MX hosts could not be looked up.",
            "RFC 8461 §4.1",
        ));
    }
    let hosts = &around.mx.hosts;
    let is_covered = |host: &str| policy.mx.iter().any(|pattern| rules::covers(pattern, host));
    let uncovered: Vec<_> = hosts.iter().map(|host| host.name.as_str()).filter(|host| !is_covered(host)).collect();
    if !uncovered.is_empty() {
        let is_enforced = policy.mode == Mode::Enforce;
        findings.push(
            finding(
                "mta-sts-policy-mx-uncovered",
                if is_enforced { Status::Error } else { Status::Warning },
                format!("The policy does not cover {}", uncovered.join(", ")),
                if is_enforced {
                    "Senders that follow the policy do not deliver there."
                } else {
                    "Senders report it as a failure; in enforce they would not deliver there."
                },
                "RFC 8461 §4.1",
            )
            .remedy("Add an mx line for each, and then give the MTA-STS record a new id."),
        );
    }
    let is_used = |pattern: &&String| hosts.iter().any(|host| rules::covers(pattern, host.name.as_str()));
    let unused: Vec<_> = policy.mx.iter().filter(|pattern| !is_used(pattern)).cloned().collect();
    if !hosts.is_empty() && !unused.is_empty() {
        findings.push(finding(
            "mta-sts-policy-mx-unused",
            Status::Suggestion,
            format!("No MX host is covered by {}", unused.join(", ")),
            "That is fine for a host that is yet to come, and a risk where it names somebody else's.",
            "RFC 8461 §8.4",
        ));
    }
    if around.no_tls_rpt {
        findings.push(
            finding(
                "mta-sts-without-tls-rpt",
                if policy.mode == Mode::Enforce { Status::Warning } else { Status::Suggestion },
                format!("The policy is in mode {}, and there is no TLS-RPT record", policy.mode.keyword()),
                "Nobody tells you when senders cannot deliver.",
                "RFC 8461 §6",
            )
            .remedy("Publish a TLS-RPT record first."),
        );
    }
    findings
}

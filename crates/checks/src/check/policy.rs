//! The MTA-STS policy: could it be fetched as the RFC wants, and does it suit the MX hosts. Pure.

use data_encoding::HEXLOWER;
use model::check::{Check, Fault, PolicyFacts, Section};
use model::{Finding, Status, Timestamp};
use mtasts::Mode;
use sha2::{Digest as _, Sha256};

use super::{certificate, mta_sts::MtaSts, mx::MxSet, policy_host::Visit};
use crate::{
    https::{FetchError, Fetched, PATH},
    outbound::Refusal,
    rules::{self, Policy},
    words::{With as _, finding, unanswered},
};

const FETCH: &str = "RFC 8461 §3.3";

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
        None => findings.extend(unfetched(visit, around)),
        Some(fetched) => {
            evidence.extend(String::from_utf8_lossy(&fetched.body).lines().take(100).map(str::to_owned));
            let (policy, linted) = rules::policy(&fetched.body);
            let is_fine = linted.iter().all(|finding| finding.status != Status::Error);
            findings.extend(linted);
            findings.extend(read(visit, fetched, around));
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

/// No policy came: nothing to say where none is announced, else what went wrong.
fn unfetched(visit: &Visit, around: &Surroundings<'_>) -> Vec<Finding> {
    if around.record.absent {
        return vec![finding(
            "mta-sts-policy-none",
            Status::NotApplicable,
            "No policy is announced",
            "Senders do not ask for one.",
            FETCH,
        )];
    }
    if let Some(refusal) = &visit.refusal {
        return vec![not_dialled(refusal)];
    }
    let unknown: Vec<_> =
        visit.answers.iter().filter_map(|answer| unanswered("mta-sts-policy-host", answer, FETCH)).collect();
    if !unknown.is_empty() {
        return unknown;
    }
    if visit.is_absent() {
        let host = visit.host.as_ref().map(ToString::to_string).unwrap_or_default();
        return vec![
            finding(
                "mta-sts-policy-host-missing",
                Status::Error,
                format!("The policy host {host} has no address"),
                "Senders cannot fetch the policy, so it protects nobody who does not know it yet.",
                FETCH,
            )
            .remedy(format!("Give {host} an A or AAAA record, and serve the policy there.")),
        ];
    }
    visit.attempts.iter().filter_map(|(family, attempt)| Some(failed(family, attempt.as_ref().err()?))).collect()
}

fn not_dialled(refusal: &Refusal) -> Finding {
    finding(
        "mta-sts-policy-not-dialled",
        Status::CannotTell,
        refusal.to_string(),
        "The policy was not fetched; senders elsewhere may see another address.",
        FETCH,
    )
    .remedy(Refusal::REMEDY)
}

fn failed(family: &str, error: &FetchError) -> Finding {
    let (code, status, remedy) = match error {
        FetchError::Unreachable { ours: true, .. } => ("no-route", Status::CannotTell, None),
        FetchError::Unreachable { why, .. } if why.contains("in time") => ("silent", Status::CannotTell, None),
        FetchError::Unreachable { .. } => ("unreachable", Status::Error, Some("Start the web server there.")),
        FetchError::Tls(_) => ("tls", Status::Error, Some("Let the web server offer TLS 1.2 and 1.3.")),
        FetchError::Certificate(_, faults) => return certificate_refused(family, error, faults),
        FetchError::Status(300..400, _) => (
            "redirect",
            Status::Error,
            Some("Serve the file itself at this address: senders must not follow redirects."),
        ),
        FetchError::Status(..) => ("status", Status::Error, Some("Serve the file there, with status 200.")),
        FetchError::TooLarge => ("too-large", Status::Error, Some("Serve the policy and nothing else.")),
        FetchError::TooSlow => ("too-slow", Status::Error, Some("See why the web server is so slow.")),
        FetchError::Encoded(_) => {
            ("encoded", Status::Error, Some("Switch compression off for this file: senders do not ask for it."))
        }
        FetchError::Http(_) => ("http", Status::Error, Some("See in the web server's log what goes wrong.")),
    };
    let failed = finding(
        format!("mta-sts-policy-{code}"),
        status,
        format!("The policy could not be fetched over {family}: {error}"),
        if status == Status::CannotTell {
            "It may lie with this machine or its network; senders may fare otherwise."
        } else {
            "Senders cannot fetch the policy, so it protects nobody who does not know it yet."
        },
        FETCH,
    )
    .evidence(PATH);
    match remedy {
        Some(remedy) => failed.remedy(remedy),
        None => failed,
    }
}

fn certificate_refused(family: &str, error: &FetchError, faults: &[Fault]) -> Finding {
    let word = match faults.first() {
        Some(Fault::Expired) => "expired",
        Some(Fault::NotYetValid) => "not-yet-valid",
        Some(Fault::WrongName) => "wrong-name",
        Some(Fault::SelfSigned) => "self-signed",
        Some(Fault::Untrusted) => "untrusted",
        Some(Fault::Unusable(_)) | None => "unusable",
    };
    let names = match error {
        FetchError::Certificate(session, _) => session.leaf().map(|leaf| leaf.names.join(", ")).unwrap_or_default(),
        _ => String::new(),
    };
    finding(
        format!("mta-sts-policy-certificate-{word}"),
        Status::Error,
        format!("The policy could not be fetched over {family}: {error}"),
        "Senders refuse the policy, so it protects nobody who does not know it yet.",
        FETCH,
    )
    .evidence(format!("it is for: {names}"))
    .remedy("Give the web server a certificate of a public CA for the policy host's own name, mta-sts.<domain>.")
}

/// What is to be said about how the policy came.
fn read(visit: &Visit, fetched: &Fetched, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (family, attempt) in &visit.attempts {
        match attempt {
            // The other family told all there is to know.
            Err(FetchError::Unreachable { ours: true, .. }) | Ok(_) => {}
            Err(error) => findings.push(Finding {
                status: Status::Warning,
                consequence: "Senders that come this way cannot fetch the policy.".to_owned(),
                ..failed(family, error)
            }),
        }
    }
    findings.extend(visit.answers.iter().filter_map(|answer| unanswered("mta-sts-policy-host", answer, FETCH)));
    let bodies: Vec<_> = visit.attempts.iter().filter_map(|(_, attempt)| Some(&attempt.as_ref().ok()?.body)).collect();
    if bodies.windows(2).any(|pair| pair[0] != pair[1]) {
        findings.push(finding(
            "mta-sts-policy-differs",
            Status::Warning,
            "Over IPv4 and IPv6 there are different policies",
            "Which one a sender applies is left to chance.",
            "RFC 8461 §3.2",
        ));
    }
    let media_type = fetched.media_type.as_deref().unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("text/plain") {
        findings.push(
            finding(
                "mta-sts-policy-media-type",
                Status::Warning,
                format!(
                    "The policy's media type is {}, not text/plain",
                    if essence.is_empty() { "not given" } else { essence }
                ),
                "Some senders refuse it, to be safe from pages that others can write to.",
                "RFC 8461 §3.2",
            )
            .evidence(format!("Content-Type: {media_type}"))
            .remedy("Serve it as text/plain."),
        );
    }
    let host = visit.host.as_ref().map_or("the policy host", |host| host.as_str());
    findings.extend(certificate::expiry("mta-sts-policy", host, &fetched.session, around.now));
    if around.record.absent {
        findings.push(
            finding(
                "mta-sts-policy-unannounced",
                Status::Warning,
                "There is a policy, but no MTA-STS record that announces it",
                "Senders that do not know it yet never fetch it; those that do keep it until it expires.",
                "RFC 8461 §3.1",
            )
            .remedy("Publish the record; to end MTA-STS, serve mode none until every earlier policy has expired."),
        );
    }
    findings
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

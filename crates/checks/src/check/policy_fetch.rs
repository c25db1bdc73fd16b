//! How the policy could be fetched, judged as the RFC wants it (RFC 8461 §3.3). Pure.

use model::{Finding, Status, Timestamp, check::Fault, lint::advice};

use super::{mta_sts::MtaSts, policy_host::Visit};
use crate::{
    https::{FetchError, Fetched, PATH},
    outbound::Refusal,
    words::{With as _, finding, unanswered},
};

const FETCH: &str = "RFC 8461 §3.3";

/// No policy came: nothing to say where none is announced, else what went wrong.
pub(super) fn unfetched(visit: &Visit, record: &MtaSts) -> Vec<Finding> {
    if record.absent {
        return vec![finding(
            "policy-none",
            Status::NotApplicable,
            "No policy is announced",
            "Senders do not ask for one.",
            FETCH,
        )];
    }
    if let Some(refusal) = &visit.refusal {
        return vec![not_dialled(refusal)];
    }
    let unknown: Vec<_> = visit.answers.iter().filter_map(|answer| unanswered("policy-host", answer, FETCH)).collect();
    if !unknown.is_empty() {
        return unknown;
    }
    if visit.is_absent() {
        let host = visit.host.as_ref().map(ToString::to_string).unwrap_or_default();
        return vec![
            finding(
                "policy-host-missing",
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
        "policy-not-dialled",
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
        format!("policy-{code}"),
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
        format!("policy-certificate-{word}"),
        Status::Error,
        format!("The policy could not be fetched over {family}: {error}"),
        "Senders refuse the policy, so it protects nobody who does not know it yet.",
        FETCH,
    )
    .evidence(format!("it is for: {names}"))
    .remedy("Give the web server a certificate of a public CA for the policy host's own name, mta-sts.<domain>.")
}

/// A policy came: what is to be said about how.
pub(super) fn fetched(visit: &Visit, fetched: &Fetched, record: &MtaSts, now: Timestamp) -> Vec<Finding> {
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
    findings.extend(visit.answers.iter().filter_map(|answer| unanswered("policy-host", answer, FETCH)));
    let bodies: Vec<_> = visit.attempts.iter().filter_map(|(_, attempt)| Some(&attempt.as_ref().ok()?.body)).collect();
    if bodies.windows(2).any(|pair| pair[0] != pair[1]) {
        findings.push(finding(
            "policy-differs",
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
                "policy-media-type",
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
    let leaf = fetched.session.leaf();
    findings.extend(leaf.and_then(|leaf| advice::certificate(host, leaf.not_before, leaf.not_after, now)));
    if record.absent {
        findings.push(
            finding(
                "policy-unannounced",
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

//! What follows where there are no TLSA records, no answer about them, or no proof of them.

use model::{Finding, Status, check::Session};

use super::{Host, SOURCE, chain, sessions};
use crate::{
    dns::{Failure, Security},
    words::{With as _, finding, unanswered},
};

/// No answer about TLSA: senders that use DANE must not deliver to such a host (RFC 7672 §2.1), unless its addresses are
/// insecure, for then they do not even ask.
pub(super) fn failed(host: &Host<'_>, failure: &Failure) -> Finding {
    let name = &host.mx.name;
    let Some(mut unanswered) = unanswered("dane-tlsa", host.tlsa, "RFC 7672 §2.1") else {
        return absent(host);
    };
    if host.mx.security() == Security::Insecure && *failure != Failure::Bogus {
        unanswered = finding(
            "dane-tlsa-moot",
            Status::NotApplicable,
            format!("The zone of {name} is not signed, so DANE does not apply"),
            "Senders do not ask for TLSA records there.",
            SOURCE,
        );
    } else if matches!(failure, Failure::ServFail | Failure::Timeout | Failure::Bogus) {
        "Senders that use DANE do not deliver to a host whose TLSA records they cannot look up."
            .clone_into(&mut unanswered.consequence);
        unanswered.remedy =
            Some("Let the zone's name servers answer TLSA questions, if only with \"none\".".to_owned());
    }
    unanswered
}

pub(super) fn absent(host: &Host<'_>) -> Finding {
    let name = &host.mx.name;
    if host.used_elsewhere {
        return finding(
            "dane-partial",
            Status::Warning,
            format!("{name} has no TLSA records, and other MX hosts of the domain do"),
            "Mail goes there without DANE: who keeps a sender from the other hosts gets around it.",
            "RFC 7672 §2.2.1",
        )
        .remedy("Publish TLSA records for each MX host, or let the domain have no MX host without them.");
    }
    if host.list.max(host.mx.security()) != Security::Secure {
        return finding(
            "dane-none",
            Status::NotApplicable,
            format!("{name} has no TLSA records"),
            "DANE is not used here; it needs zones signed with DNSSEC.",
            SOURCE,
        );
    }
    let missing = finding(
        "dane-could-be",
        Status::Suggestion,
        format!("{name} has no TLSA records, though its zone is signed"),
        "Senders that use DANE could insist on TLS here, and do not.",
        SOURCE,
    );
    match sessions(host).find_map(Session::leaf) {
        Some(leaf) => missing
            .remedy(
                "Publish the hash of the certificate's key, and see to it that renewals keep the key or announce it.",
            )
            .record(format!("_25._tcp.{name}"), "TLSA", format!("3 1 1 {}", leaf.key_sha256)),
        None => missing,
    }
}

/// Why senders pass the records over, or why it cannot be told whether they do; none where all of the chain is secure.
pub(super) fn unproven(host: &Host<'_>) -> Option<Finding> {
    let name = &host.mx.name;
    match chain(host) {
        Security::Secure => None,
        Security::Indeterminate | Security::Bogus => Some(
            finding(
                "dane-no-dnssec-here",
                Status::CannotTell,
                format!("{name} has TLSA records; whether DNSSEC proves them cannot be told from here"),
                "The name server asked strips signatures, or part of the chain could not be fetched.",
                SOURCE,
            )
            .remedy("Name a resolver that passes DNSSEC on in checks.name_servers."),
        ),
        Security::Insecure => {
            let link = match (host.list, host.mx.security()) {
                (Security::Secure, Security::Secure) => "the TLSA records themselves are",
                (Security::Secure, _) => "the addresses of the host are",
                _ => "the domain's list of MX hosts is",
            };
            Some(
                finding(
                    "dane-insecure",
                    Status::Warning,
                    format!("{name} has TLSA records that senders ignore: {link} not signed"),
                    "Without DNSSEC all the way, DANE protects nothing.",
                    "RFC 7672 §2.2.1",
                )
                .remedy("Sign the zone with DNSSEC, and hand the DS record to the registrar."),
            )
        }
    }
}

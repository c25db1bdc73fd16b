//! The usable TLSA records against what the host shows now.

use model::{Finding, Status, check::Session};

use super::{Host, SOURCE, sessions};
use crate::{
    check::tlsa::matches,
    dns::Tlsa,
    smtp::Seen,
    words::{With as _, finding},
};

/// Whether they match.
pub(super) fn compared(host: &Host<'_>, usable: &[&Tlsa]) -> Finding {
    let name = &host.mx.name;
    let unmatched: Vec<_> = host
        .seen
        .iter()
        .filter(|(_, seen)| {
            seen.session().is_some_and(|session| !usable.iter().any(|tlsa| matches(tlsa, session, host.domain)))
        })
        .collect();
    if let Some((address, seen)) = unmatched.first() {
        let shown = seen.session().and_then(Session::leaf).map(|leaf| leaf.key_sha256.clone());
        let records: Vec<_> = usable.iter().map(ToString::to_string).collect();
        let mismatch = finding(
            "dane-mismatch",
            Status::Error,
            format!("No TLSA record of {name} matches its certificate"),
            "Senders that use DANE do not deliver here.",
            "RFC 7672 §2.2",
        )
        .evidence(format!("at {address}; published: {}", records.join("; ")))
        .remedy("Publish the hash of the key in use, and from now on a second record before each change of key.");
        return match shown {
            Some(hash) => mismatch.record(format!("_25._tcp.{name}"), "TLSA", format!("3 1 1 {hash}")),
            None => mismatch,
        };
    }
    if host.seen.iter().any(|(_, seen)| matches!(seen, Seen::NoStartTls | Seen::Declined(_) | Seen::NoTls(_))) {
        return finding(
            "dane-no-starttls",
            Status::Error,
            format!("{name} has TLSA records, and does not take TLS"),
            "Senders that use DANE do not deliver here.",
            "RFC 7672 §2.2",
        )
        .remedy("Switch TLS on in the mail server; until then remove the TLSA records.");
    }
    if sessions(host).next().is_none() {
        return finding(
            "dane-not-compared",
            Status::CannotTell,
            format!("{name} has TLSA records; its certificate could not be looked at"),
            "Whether they match cannot be told from here.",
            SOURCE,
        );
    }
    finding(
        "dane-ok",
        Status::Ok,
        format!("The TLSA records of {name} match its certificate"),
        "Senders that use DANE deliver here, and nowhere else.",
        SOURCE,
    )
}

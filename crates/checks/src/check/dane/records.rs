//! The TLSA records of a host: which of them senders can use.

use model::{Finding, Status};

use super::{Host, SOURCE, advice::advice, compared::compared, lookup::unproven};
use crate::{
    check::tlsa::{strongest, unusable},
    dns::Tlsa,
    words::{With as _, finding},
};

/// What follows from records that are there.
pub(super) fn present(host: &Host<'_>) -> Vec<Finding> {
    if let Some(unproven) = unproven(host) {
        return vec![unproven];
    }
    let records: Vec<&Tlsa> = host.tlsa.tlsa().take(host.max_records).collect();
    let flawed = records.iter().filter_map(|tlsa| flawed(host, tlsa));
    let usable: Vec<&Tlsa> = records.iter().copied().filter(|tlsa| unusable(tlsa).is_none()).collect();
    let usable = strongest(&usable);
    if usable.is_empty() {
        return std::iter::once(nothing_usable(host)).chain(flawed).collect();
    }
    std::iter::once(compared(host, &usable)).chain(flawed).chain(advice(host, &usable)).collect()
}

fn nothing_usable(host: &Host<'_>) -> Finding {
    finding(
        "dane-nothing-usable",
        Status::Error,
        format!("None of the TLSA records of {} can be used", host.mx.name),
        "Senders that use DANE insist on TLS, and cannot tell whether it is you.",
        SOURCE,
    )
    .remedy("Publish \"3 1 1\" with the SHA-256 of the certificate's key.")
}

fn flawed(host: &Host<'_>, tlsa: &Tlsa) -> Option<Finding> {
    let why = unusable(tlsa)?;
    Some(
        finding(
            "dane-record-unusable",
            Status::Warning,
            format!("A TLSA record of {} cannot be used: {why}", host.mx.name),
            "Senders pass it over.",
            "RFC 7672 §3.1",
        )
        .evidence(tlsa.to_string())
        .remedy("Remove it."),
    )
}

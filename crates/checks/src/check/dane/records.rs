//! The TLSA records of a host: which of them senders can use.

use std::collections::BTreeMap;

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
    let flawed = flawed(host, &records);
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

/// The records that senders pass over, by what is wrong with them.
fn flawed(host: &Host<'_>, records: &[&Tlsa]) -> Vec<Finding> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for tlsa in records {
        if let Some(why) = unusable(tlsa) {
            by_reason.entry(why).or_default().push(tlsa.to_string());
        }
    }
    by_reason.into_iter().map(|(why, records)| passed_over(host, why, &records)).collect()
}

fn passed_over(host: &Host<'_>, why: &str, records: &[String]) -> Finding {
    let name = &host.mx.name;
    let title = match records.len() {
        1 => format!("A TLSA record of {name} cannot be used: {why}"),
        several => format!("{several} TLSA records of {name} cannot be used: {why}"),
    };
    finding("dane-record-unusable", Status::Warning, title, "Senders pass over what they cannot use.", "RFC 7672 §3.1")
        .evidence(records.join("\n"))
        .remedy("Remove what cannot be used.")
}

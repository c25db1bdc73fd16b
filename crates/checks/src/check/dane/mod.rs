//! DANE of one MX host (RFC 7672): is the chain MX → address → TLSA secure, can senders use the records, and do they match
//! what the host shows. Pure.

mod advice;
mod compared;
mod lookup;
mod records;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use model::{
    DomainName,
    check::{Check, Section, Session},
};

use super::mx::MxHost;
use crate::{
    dns::{Answer, Reply, Security},
    smtp::Seen,
};

const SOURCE: &str = "RFC 7672 §2.2";

/// What DANE of a host rests on.
pub(crate) struct Host<'a> {
    /// The domain whose mail goes there.
    pub(crate) domain: &'a DomainName,
    pub(crate) mx: &'a MxHost,
    /// What DNSSEC says of the list of MX hosts.
    pub(crate) list: Security,
    /// TLSA at `_25._tcp.<host>`.
    pub(crate) tlsa: &'a Answer,
    /// What was seen at its addresses.
    pub(crate) seen: &'a [(IpAddr, Seen)],
    /// How many records are looked at.
    pub(crate) max_records: usize,
    /// Whether another MX host of the domain uses DANE.
    pub(crate) used_elsewhere: bool,
}

/// Whether senders apply DANE to this host: there are records, and all of the chain is secure.
pub(crate) fn is_in_use(host: &Host<'_>) -> bool {
    chain(host) == Security::Secure && matches!(host.tlsa.reply, Reply::Found(_))
}

/// The weakest link.
fn chain(host: &Host<'_>) -> Security {
    host.list.max(host.mx.security()).max(host.tlsa.security)
}

/// What follows.
pub(crate) fn judge(host: &Host<'_>) -> Section {
    let findings = match &host.tlsa.reply {
        Reply::Failed(failure) => vec![lookup::failed(host, failure)],
        Reply::NoData | Reply::NoName => vec![lookup::absent(host)],
        Reply::Found(_) => records::present(host),
    };
    Section::new(Check::Dane, Some(host.mx.name.to_string()), findings, host.tlsa.evidence())
}

fn sessions<'a>(host: &'a Host<'_>) -> impl Iterator<Item = &'a Session> {
    host.seen.iter().filter_map(|(_, seen)| seen.session())
}

//! Proof of control: whether a workspace has shown that a domain is its own.
//!
//! The TLS-RPT record of the domain that names our report address is the proof: nobody else knows that address before it is
//! published there, and only who controls the domain can publish it. Each workspace has addresses of its own, so that two may
//! prove the same domain, each by its own address.

use serde::{Deserialize, Serialize};

use crate::{DomainName, Timestamp, view::DnsRecord};

/// The name below a domain at which a proof of its own stands.
pub const LABEL: &str = "_waxseal";

/// What is known of a workspace's control over a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// No proof is asked: the workspace is trusted, or an administrator added the domain on the command line.
    Trusted,
    /// The record does not name our address yet. Reports are kept and not shown, mail hosts are not dialled.
    Waiting,
    /// The record was seen to name our address, first at this instant.
    Proven(Timestamp),
}

impl Proof {
    /// From what is kept: a proof counts for more than trust.
    #[must_use]
    pub const fn of(trusted: bool, proven: Option<Timestamp>) -> Self {
        match (trusted, proven) {
            (_, Some(at)) => Self::Proven(at),
            (true, None) => Self::Trusted,
            (false, None) => Self::Waiting,
        }
    }

    /// Whether what reports say may be shown, and mail hosts be dialled.
    #[must_use]
    pub const fn is_enough(self) -> bool {
        !matches!(self, Self::Waiting)
    }
}

/// What proves by itself that a domain is the workspace's own, where its TLS-RPT record cannot.
#[must_use]
pub fn text(address: &str) -> String {
    format!("waxseal-proof={address}")
}

/// The record with that text; none where the domain's name is too long for it.
#[must_use]
pub fn text_record(domain: &DomainName, address: &str) -> Option<DnsRecord> {
    let name = format!("{LABEL}.{domain}");
    DomainName::parse_lenient(&name)?;
    Some(DnsRecord { name, kind: "TXT".to_owned(), value: text(address) })
}

/// Whether it is one of these records.
#[must_use]
pub fn is_record(record: &DnsRecord) -> bool {
    record.name.split('.').next() == Some(LABEL)
}

/// Whether published destinations name one of these report addresses, as a mailbox or at the end of a URL.
#[must_use]
pub fn is_named(destinations: &[String], addresses: &[String]) -> bool {
    destinations.iter().any(|destination| names_one_of(destination, addresses))
}

/// Whether a destination names one of these report addresses.
#[must_use]
pub fn names_one_of(destination: &str, addresses: &[String]) -> bool {
    let mut words = destination.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| addresses.iter().any(|address| !address.is_empty() && word.eq_ignore_ascii_case(address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "abcdefghijklmnopqrstuvwxyz";

    #[test]
    fn a_proof_counts_for_more_than_trust() {
        assert_eq!(Proof::of(true, None), Proof::Trusted);
        assert_eq!(Proof::of(false, None), Proof::Waiting);
        assert_eq!(Proof::of(true, Some(Timestamp(7))), Proof::Proven(Timestamp(7)));
        assert!(Proof::Trusted.is_enough() && !Proof::Waiting.is_enough());
    }

    #[test]
    fn the_address_is_named_whole_or_not_at_all() {
        let named = |uri: &str| is_named(&["mailto:a@b.example".to_owned(), uri.to_owned()], &[ADDRESS.to_owned()]);
        assert!(named(&format!("https://tlsrpt.example/r/{ADDRESS}")));
        assert!(named(&format!("mailto:{}@in.example", ADDRESS.to_uppercase())));
        assert!(!named(&format!("https://tlsrpt.example/r/{ADDRESS}x")));
        assert!(!named("https://tlsrpt.example/r/"));
        assert!(!is_named(&["mailto:@x".to_owned()], &[String::new()]));
    }
}

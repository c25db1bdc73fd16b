//! What a check must be told of a domain, and what it tells while it runs.

use model::{
    DomainName, Timestamp,
    check::{Check, Published, Section},
};

/// What is known of a domain before it is looked at.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Now: certificates are judged by it.
    pub now: Timestamp,
    /// The destinations that its TLS-RPT record should name, as URIs; empty: where reports go is not judged.
    pub destinations: Vec<String>,
    /// Texts of which one, at a name of its own, proves whose the domain is ([`model::proof::text`]); empty: it is not asked.
    pub proofs: Vec<String>,
    /// Whether mail hosts may be dialled: only for domains whose owner is known, or by an administrator; else this would
    /// be a port scanner for strangers.
    pub dial_mail: bool,
    /// Days in a row, up to the day on which the policy was put in enforce, with reports and without a failure; up to now
    /// while it is not. None when that is not known, or was so long ago that enforce has proved itself.
    pub clean_days: Option<u16>,
    /// The id and policy that were last kept ([`Published::after`]).
    pub published: Option<Published>,
}

/// What happens while a check runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Something is being looked at; at an MX host, where one is named.
    Looking(Check, Option<&'a DomainName>),
    /// A section is finished.
    Found(&'a Section),
}

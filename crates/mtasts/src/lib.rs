//! MTA-STS (RFC 8461): the record, the policy, and the match of an MX host with a policy. Pure.
//!
//! [`record`] and [`policy`] are strict readers: they follow the ABNF to the letter and tell each departure as a value with
//! its data. What to say about it to people is not their business (`model::lint` does that). [`txt`] and [`answer`] are what
//! the record of MTA-STS has in common with that of TLSRPT (RFC 8460 §3): the form `version; field; field` and the choice of
//! one record out of a DNS answer.

pub mod answer;
pub mod mode;
pub mod mx;
pub mod policy;
pub mod record;
pub mod txt;
pub mod verdict;

pub use mode::Mode;
pub use mx::Pattern;
pub use verdict::Verdict;

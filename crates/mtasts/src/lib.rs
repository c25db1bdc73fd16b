//! MTA-STS (RFC 8461): the record, the policy, and the match of an MX host with a policy. Pure.

pub mod mode;

pub use mode::Mode;

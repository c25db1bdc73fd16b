//! The checks: one file for each. Those that ask take the [`Dns`](crate::dns::Dns) seam or what was seen; what follows from
//! that is worked out by pure functions.

pub(crate) mod change;
pub(crate) mod dane;
pub(crate) mod mta_sts;
pub(crate) mod mx;
pub(crate) mod mx_reports;
pub(crate) mod policy;
mod policy_fetch;
pub(crate) mod policy_host;
pub(crate) mod starttls;
pub(crate) mod tls_rpt;
pub(crate) mod tlsa;

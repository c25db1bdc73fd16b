//! What checks may cost, whatever domains, name servers, web servers and mail servers do.

use std::time::Duration;

/// What checks may cost. The defaults suit any sound domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Queries of one check, those of DNSSEC included.
    pub queries: u32,
    /// The time after which one check asks DNS nothing more.
    pub dns_time: Duration,
    /// The time of one check in all.
    pub time: Duration,
    /// MX hosts of a domain that are looked at.
    pub mx_hosts: usize,
    /// Addresses of one host that are dialled.
    pub addresses: usize,
    /// TLSA records of one host that are looked at.
    pub tlsa: usize,
    /// For a connection to open.
    pub connect_time: Duration,
    /// For fetching a policy: one minute (RFC 8461 §3.3).
    pub fetch_time: Duration,
    /// Bytes of a policy: 64 KiB (RFC 8461 §3.3). The head of the response may be as large.
    pub policy_bytes: usize,
    /// For one mail host, greeting to goodbye.
    pub smtp_time: Duration,
    /// Bytes that a mail host may say before TLS, and again within.
    pub smtp_bytes: usize,
    /// How long what was seen at an address of an MX host holds for all domains.
    pub keep: Duration,
    /// Connections to port 25 of one address: so many at once,
    pub dials_at_once: u32,
    /// and then one in this time.
    pub dial_pause: Duration,
    /// Connections that are open at one time, all checks together.
    pub parallel: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queries: 300,
            dns_time: Duration::from_secs(20),
            time: Duration::from_secs(90),
            mx_hosts: 20,
            addresses: 4,
            tlsa: 100,
            connect_time: Duration::from_secs(10),
            fetch_time: Duration::from_mins(1),
            policy_bytes: 64 << 10,
            smtp_time: Duration::from_secs(30),
            smtp_bytes: 64 << 10,
            keep: Duration::from_mins(50),
            dials_at_once: 4,
            dial_pause: Duration::from_mins(1),
            parallel: 16,
        }
    }
}

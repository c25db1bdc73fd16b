//! How checks reach the world, as configured.

use std::net::SocketAddr;

use ipnet::IpNet;

use crate::Limits;

/// How checks reach the world.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name servers to ask; empty: those of the system.
    pub name_servers: Vec<SocketAddr>,
    /// DNSKEY records to trust instead of the root's, one a line as in a zone file.
    pub trust_anchor: Option<String>,
    /// PEM certificates of CAs to trust besides the public ones.
    pub extra_ca: Option<String>,
    /// Whether addresses that are not public may be dialled.
    pub allow_private: bool,
    /// Networks that may be dialled although they are not public.
    pub allow: Vec<IpNet>,
    /// The port of the zones' own name servers; 53 but in tests.
    pub dns_port: u16,
    /// The port of policy hosts; 443 but in tests.
    pub https_port: u16,
    /// The port of MX hosts; 25 but in tests.
    pub smtp_port: u16,
    /// The name said in EHLO; none: the address spoken from, which is right for a host without a name (RFC 5321 §4.1.4).
    pub helo: Option<String>,
    /// What checks may cost.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name_servers: vec![],
            trust_anchor: None,
            extra_ca: None,
            allow_private: false,
            allow: vec![],
            dns_port: 53,
            https_port: 443,
            smtp_port: 25,
            helo: None,
            limits: Limits::default(),
        }
    }
}

//! Why checks cannot be made at all. What goes wrong *during* a check is no error: it is an answer, "Cannot tell".

/// Why checks cannot be made at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no name server to ask: name one in the configuration.
    #[error("no name server is known: {0}; set checks.name_servers")]
    NameServers(String),
    /// The trust anchor is no list of DNSKEY records: mend the file that the configuration names.
    #[error("the trust anchor cannot be read: {0}; checks.trust_anchor names a file of DNSKEY records")]
    TrustAnchor(String),
    /// The additional certificates are no PEM certificates of CAs: mend the file that the configuration names.
    #[error("the additional CA certificates cannot be used: {0}; checks.extra_ca names a file of PEM certificates")]
    ExtraCa(String),
}

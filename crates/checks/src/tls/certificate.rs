//! What is kept of a certificate: enough to show it, to count its days, and to compare it with TLSA records.

use model::Timestamp;
use rustls::pki_types::CertificateDer;
use serde::Serialize;
use sha2::{Digest as _, Sha256, Sha512};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use crate::shape;

/// How many names are kept of one certificate, and how long a text: what is seen of mail hosts stays in memory for a while,
/// and some of them mean harm.
const MAX_NAMES: usize = 50;
const MAX_TEXT: usize = 128;

/// What is kept of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Whom it names, for people: no host is recognised by it.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The host names it is for (its DNS-IDs); at most 50. Empty for those of CAs.
    pub names: Vec<String>,
    /// Valid from.
    #[serde(serialize_with = "shape::instant")]
    pub not_before: Timestamp,
    /// Valid to.
    #[serde(serialize_with = "shape::instant")]
    pub not_after: Timestamp,
    /// SHA-256 of the whole certificate.
    #[serde(serialize_with = "shape::hex")]
    pub sha256: Vec<u8>,
    /// SHA-512 of the whole certificate.
    #[serde(skip)]
    pub sha512: Vec<u8>,
    /// SHA-256 of its public key (SubjectPublicKeyInfo): what `3 1 1` holds.
    #[serde(serialize_with = "shape::hex")]
    pub key_sha256: Vec<u8>,
    /// SHA-512 of its public key.
    #[serde(skip)]
    pub key_sha512: Vec<u8>,
    /// Whether it names itself as its signer.
    pub self_issued: bool,
    /// Whether the peer's own certificate holds when this one is taken as trust anchor, as DANE-TA does (RFC 7672 §3.1.2).
    /// Always false for the peer's own.
    #[serde(skip)]
    pub anchors_leaf: bool,
}

impl Certificate {
    /// Reads a certificate; the error says why it is none.
    pub(super) fn read(der: &CertificateDer<'_>) -> Result<Self, String> {
        let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
        let key = parsed.public_key().raw;
        let names = match parsed.subject_alternative_name() {
            Ok(Some(extension)) => extension
                .value
                .general_names
                .iter()
                .filter_map(|name| if let GeneralName::DNSName(name) = name { Some(cut(name)) } else { None })
                .take(MAX_NAMES)
                .collect(),
            _ => vec![],
        };
        let instant = |seconds: i64| Timestamp::default().plus_seconds(seconds);
        Ok(Self {
            subject: cut(&parsed.subject().to_string()),
            issuer: cut(&parsed.issuer().to_string()),
            names,
            not_before: instant(parsed.validity().not_before.timestamp()),
            not_after: instant(parsed.validity().not_after.timestamp()),
            sha256: Sha256::digest(der).to_vec(),
            sha512: Sha512::digest(der).to_vec(),
            key_sha256: Sha256::digest(key).to_vec(),
            key_sha512: Sha512::digest(key).to_vec(),
            self_issued: parsed.issuer().as_raw() == parsed.subject().as_raw(),
            anchors_leaf: false,
        })
    }

    /// Whole days to expiry, rounded down; negative once it has expired.
    #[must_use]
    pub const fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.0.saturating_sub(now.0).div_euclid(86_400_000)
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

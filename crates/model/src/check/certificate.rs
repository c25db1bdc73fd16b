//! What is kept of a handshake and its certificates: enough to show them, to count their days, and to tell whether they
//! have changed.

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::Timestamp;

/// What a handshake showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The version agreed on.
    pub version: Version,
    /// The chain as sent, the peer's own certificate first; what cannot be read is left out.
    pub chain: Vec<Certificate>,
    /// What is wrong with the chain; empty when it holds.
    pub faults: Vec<Fault>,
}

impl Session {
    /// The peer's own certificate.
    #[must_use]
    pub fn leaf(&self) -> Option<&Certificate> {
        self.chain.first()
    }
}

/// A version of TLS that is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Version {
    /// TLS 1.2
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

/// What is wrong with a chain of certificates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It has expired, or one that signed it has.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is for other hosts (DNS-ID alone counts: RFC 8461 §3.3, §4.2).
    WrongName,
    /// It signed itself.
    SelfSigned,
    /// It leads to no CA that is trusted: a private CA, or an intermediate certificate that the server leaves out.
    Untrusted,
    /// It cannot be used.
    Unusable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => f.write_str("has expired"),
            Self::NotYetValid => f.write_str("is not valid yet"),
            Self::WrongName => f.write_str("is for other host names"),
            Self::SelfSigned => f.write_str("is self-signed"),
            Self::Untrusted => f.write_str("leads to no trusted CA"),
            Self::Unusable(why) => write!(f, "cannot be used ({why})"),
        }
    }
}

/// What is kept of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Whom it names, for people: no host is recognised by it.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The host names it is for (its DNS-IDs); at most 100.
    pub names: Vec<String>,
    /// Valid from.
    #[serde(with = "instant")]
    pub not_before: Timestamp,
    /// Valid to.
    #[serde(with = "instant")]
    pub not_after: Timestamp,
    /// SHA-256 of the whole certificate.
    pub sha256: Digest,
    /// SHA-512 of the whole certificate; not kept.
    #[serde(skip)]
    pub sha512: Digest,
    /// SHA-256 of its public key (SubjectPublicKeyInfo): what `3 1 1` holds.
    pub key_sha256: Digest,
    /// SHA-512 of its public key; not kept.
    #[serde(skip)]
    pub key_sha512: Digest,
    /// Whether it names itself as its signer.
    pub self_issued: bool,
    /// Whether the peer's own certificate holds when this one is taken as trust anchor, as DANE-TA does (RFC 7672 §3.1.2).
    /// Always false for the peer's own. Not kept.
    #[serde(skip)]
    pub anchors_leaf: bool,
}

impl Certificate {
    /// Whole days to expiry, rounded down; negative once it has expired.
    #[must_use]
    pub const fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.0.saturating_sub(now.0).div_euclid(86_400_000)
    }
}

/// A hash, written in hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub Vec<u8>);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER_PERMISSIVE.encode(&self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

/// An instant as RFC 3339 writes it.
mod instant {
    use chrono::DateTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(instant)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        Ok(Timestamp(instant.timestamp_millis()))
    }
}

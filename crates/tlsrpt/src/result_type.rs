//! Result types (RFC 8460 §4.3 and the IANA registry "STARTTLS Validation Result Types").

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What went wrong. Open, since the registry "is expected to grow": an unknown type is kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Cow<'_, str>", into = "String")]
pub enum ResultType {
    /// The host did not offer STARTTLS.
    StarttlsNotSupported,
    /// The certificate does not name the MX host.
    CertificateHostMismatch,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate's chain does not end at a trusted root.
    CertificateNotTrusted,
    /// Any other failure of the negotiation.
    ValidationFailure,
    /// No TLSA record of the set was valid.
    TlsaInvalid,
    /// The resolver returned no valid records.
    DnssecInvalid,
    /// The sender demands DANE and found none.
    DaneRequired,
    /// The MTA-STS policy could not be fetched.
    StsPolicyFetchError,
    /// The MTA-STS policy could not be read.
    StsPolicyInvalid,
    /// The policy host's certificate did not validate.
    StsWebpkiInvalid,
    /// Anything else, as written.
    Other(String),
}

impl ResultType {
    /// The registered types, in the registry's order.
    pub const REGISTERED: [Self; 11] = [
        Self::StarttlsNotSupported,
        Self::CertificateHostMismatch,
        Self::CertificateExpired,
        Self::CertificateNotTrusted,
        Self::ValidationFailure,
        Self::TlsaInvalid,
        Self::DnssecInvalid,
        Self::DaneRequired,
        Self::StsPolicyFetchError,
        Self::StsPolicyInvalid,
        Self::StsWebpkiInvalid,
    ];

    /// The registered keyword, or what was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::StarttlsNotSupported => "starttls-not-supported",
            Self::CertificateHostMismatch => "certificate-host-mismatch",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateNotTrusted => "certificate-not-trusted",
            Self::ValidationFailure => "validation-failure",
            Self::TlsaInvalid => "tlsa-invalid",
            Self::DnssecInvalid => "dnssec-invalid",
            Self::DaneRequired => "dane-required",
            Self::StsPolicyFetchError => "sts-policy-fetch-error",
            Self::StsPolicyInvalid => "sts-policy-invalid",
            Self::StsWebpkiInvalid => "sts-webpki-invalid",
            Self::Other(text) => text,
        }
    }
}

impl From<Cow<'_, str>> for ResultType {
    fn from(text: Cow<'_, str>) -> Self {
        Self::REGISTERED
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or_else(|| Self::Other(text.into_owned()))
    }
}

impl From<ResultType> for String {
    fn from(result_type: ResultType) -> Self {
        match result_type {
            ResultType::Other(text) => text,
            known => known.as_str().to_owned(),
        }
    }
}

//! Reads of a certificate what is kept of it.

use model::{
    Timestamp,
    check::{Certificate, Digest},
};
use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256, Sha512};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

/// How many names are kept of one certificate, and how long a text: what is seen of mail hosts stays in memory for a while,
/// and some of them mean harm.
const MAX_NAMES: usize = 50;
const MAX_TEXT: usize = 128;

/// Reads a certificate; the error says why it is none.
pub(super) fn read(der: &CertificateDer<'_>) -> Result<Certificate, String> {
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
    Ok(Certificate {
        subject: cut(&parsed.subject().to_string()),
        issuer: cut(&parsed.issuer().to_string()),
        names,
        not_before: instant(parsed.validity().not_before.timestamp()),
        not_after: instant(parsed.validity().not_after.timestamp()),
        sha256: Digest(Sha256::digest(der).to_vec()),
        sha512: Digest(Sha512::digest(der).to_vec()),
        key_sha256: Digest(Sha256::digest(key).to_vec()),
        key_sha512: Digest(Sha512::digest(key).to_vec()),
        self_issued: parsed.issuer().as_raw() == parsed.subject().as_raw(),
        anchors_leaf: false,
    })
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

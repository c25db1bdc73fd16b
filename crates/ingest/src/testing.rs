//! Mails with real signatures, for tests: signed by `mail-auth`'s own signer, with keys made for the occasion.

use data_encoding::BASE64;
use mail_auth::{
    common::{crypto::Ed25519Key, headers::HeaderWriter as _},
    dkim::{Canonicalization, DkimSigner},
};

/// The fields that a signature covers unless a test says otherwise, as Google's does.
pub const COVERS: [&str; 8] =
    ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "TLS-Report-Domain", "TLS-Report-Submitter"];

/// Someone who signs mails.
#[derive(Clone, Debug)]
pub struct Signer {
    /// Its `d=`.
    pub domain: String,
    /// Its `s=`.
    pub selector: String,
    /// The fields it covers.
    pub covers: Vec<&'static str>,
    /// Its `i=`; empty: none.
    pub identity: String,
    /// Seconds from now until its signatures expire; 0: never.
    pub expires: u64,
    /// Whether it signs only so many bytes as there are now (`l=`).
    pub length: bool,
    /// How header and body are made alike before they are signed.
    pub canonical: Canonicalization,
    /// Its key, as PKCS #8.
    pub key: Vec<u8>,
}

impl Signer {
    /// One of this domain, with a key of its own at the selector `reports`.
    ///
    /// # Panics
    /// When the system has no randomness.
    #[must_use]
    pub fn of(domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            selector: "reports".to_owned(),
            covers: COVERS.to_vec(),
            identity: String::new(),
            expires: 0,
            length: false,
            canonical: Canonicalization::Relaxed,
            key: Ed25519Key::generate_pkcs8().expect("a key"),
        }
    }

    fn key(&self) -> Ed25519Key {
        Ed25519Key::from_pkcs8_der(&self.key).expect("the key that was made")
    }

    /// The name of its TXT record, without the domain, and the text of it.
    #[must_use]
    pub fn record(&self) -> (String, String) {
        let key = BASE64.encode(&self.key().public_key());
        (format!("{}._domainkey", self.selector), format!("v=DKIM1; k=ed25519; p={key}"))
    }

    /// The mail with a signature in front.
    ///
    /// # Panics
    /// When there is nothing in it to sign.
    #[must_use]
    pub fn sign(&self, mail: &[u8]) -> Vec<u8> {
        let signer = DkimSigner::from_key(self.key())
            .domain(&self.domain)
            .selector(&self.selector)
            .headers(self.covers.iter().copied())
            .agent_user_identifier(&self.identity)
            .expiration(self.expires)
            .body_length(self.length)
            .header_canonicalization(self.canonical)
            .body_canonicalization(self.canonical);
        let signature = signer.sign(mail).expect("something to sign").to_header();
        [signature.as_bytes(), mail].concat()
    }
}

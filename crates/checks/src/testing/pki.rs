//! A certificate authority, and the certificates a server may show, good and bad.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData as _, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;

/// A certificate authority.
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

/// What a server shows.
#[derive(Clone)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Arc<PrivatePkcs8KeyDer<'static>>,
    spki: Vec<u8>,
}

impl Ca {
    /// A CA of that name, valid for long.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2040, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Its certificate as PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// SHA-256 of its certificate: what `2 0 1` holds.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex(self.certificate.der())
    }

    /// A certificate for these names and its key, valid through the year of the tests.
    #[must_use]
    pub fn identity(&self, names: &[&str]) -> Identity {
        self.until(names, 2027, 1)
    }

    /// One that ends with the first day of a month.
    #[must_use]
    pub fn until(&self, names: &[&str], year: i32, month: u8) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params(names, year, month).signed_by(&key, &self.issuer).unwrap();
        // With the CA's own certificate, which DANE-TA needs (RFC 7672 §3.1.2).
        Identity::new(vec![certificate.der().clone(), self.certificate.der().clone()], &key)
    }
}

/// A certificate that signed itself.
#[must_use]
pub fn self_signed(names: &[&str]) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = params(names, 2027, 1).self_signed(&key).unwrap();
    Identity::new(vec![certificate.der().clone()], &key)
}

fn params(names: &[&str], year: i32, month: u8) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, "a server");
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(year, month, 1);
    params
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

impl Identity {
    fn new(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Self {
        let spki = key.subject_public_key_info();
        Self { chain, key: Arc::new(PrivatePkcs8KeyDer::from(key.serialize_der())), spki }
    }

    /// The same with its last certificate sent over and over.
    #[must_use]
    pub fn with_chain_of(mut self, certificates: usize) -> Self {
        let last = self.chain.last().unwrap().clone();
        self.chain.resize(certificates, last);
        self
    }

    /// What `3 1 1` holds.
    #[must_use]
    pub fn key_sha256(&self) -> String {
        hex(&self.spki)
    }

    /// A TLS server that shows it.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), PrivateKeyDer::Pkcs8(self.key.clone_key()))
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

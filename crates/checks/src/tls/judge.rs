//! Whether a chain of certificates holds for a host, and everything that is wrong with it. Pure.

use std::{sync::Arc, time::Duration};

use model::{
    DomainName, Timestamp,
    check::{Certificate, Fault},
};
use rustls::{
    CertificateError, RootCertStore,
    client::{verify_server_cert_signed_by_trust_anchor, verify_server_name},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    server::ParsedCertificate,
};

use super::certificate;
use crate::Error;

/// The CAs that are trusted.
#[derive(Clone, Debug)]
pub(crate) struct Roots(Arc<RootCertStore>);

impl Roots {
    /// The public CAs, and those in a PEM text.
    ///
    /// # Errors
    /// [`Error::ExtraCa`] when the text holds no usable certificate.
    pub(crate) fn new(extra: Option<&str>) -> Result<Self, Error> {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = extra {
            let public = store.len();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|error| Error::ExtraCa(error.to_string()))?;
                store.add(certificate).map_err(|error| Error::ExtraCa(error.to_string()))?;
            }
            if store.len() == public {
                return Err(Error::ExtraCa("the file holds no certificate".to_owned()));
            }
        }
        Ok(Self(Arc::new(store)))
    }
}

/// Everything that is wrong with a chain, the peer's own certificate first; empty when it holds.
pub(super) fn faults(chain: &[CertificateDer<'_>], host: &DomainName, roots: &Roots, now: Timestamp) -> Vec<Fault> {
    let Some((leaf, rest)) = chain.split_first() else {
        return vec![Fault::Unusable("there is none".to_owned())];
    };
    let parsed = match ParsedCertificate::try_from(leaf) {
        Ok(parsed) => parsed,
        Err(error) => return vec![Fault::Unusable(error.to_string())],
    };
    let facts = match certificate::read(leaf) {
        Ok(facts) => facts,
        Err(error) => return vec![Fault::Unusable(error)],
    };
    let mut faults = Vec::new();
    let signed = |at: Timestamp| {
        let algorithms = ring::default_provider().signature_verification_algorithms.all;
        match verify_server_cert_signed_by_trust_anchor(&parsed, &roots.0, rest, unix(at), algorithms) {
            Ok(()) => None,
            Err(error) => Some(fault(&error, &facts)),
        }
    };
    if let Some(fault) = signed(now) {
        // An expired certificate may be untrusted, too: look again at a time when it was valid.
        if matches!(fault, Fault::Expired | Fault::NotYetValid) {
            faults.push(fault);
            let middle = facts.not_before.0.midpoint(facts.not_after.0);
            faults.extend(signed(Timestamp(middle)).filter(|fault| !faults.contains(fault)));
        } else {
            faults.push(fault);
        }
    }
    let is_named = ServerName::try_from(host.as_str()).is_ok_and(|name| verify_server_name(&parsed, &name).is_ok());
    if !is_named {
        faults.push(Fault::WrongName);
    }
    faults
}

/// Whether the first certificate of a chain holds when another one of it is taken as the only trust anchor.
pub(super) fn anchors(chain: &[CertificateDer<'_>], anchor: &CertificateDer<'_>, now: Timestamp) -> bool {
    let mut store = RootCertStore::empty();
    let Some((leaf, rest)) = chain.split_first() else {
        return false;
    };
    if store.add(anchor.clone().into_owned()).is_err() {
        return false;
    }
    let algorithms = ring::default_provider().signature_verification_algorithms.all;
    ParsedCertificate::try_from(leaf)
        .is_ok_and(|leaf| verify_server_cert_signed_by_trust_anchor(&leaf, &store, rest, unix(now), algorithms).is_ok())
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(at.0).unwrap_or(0)))
}

fn fault(error: &rustls::Error, leaf: &Certificate) -> Fault {
    let rustls::Error::InvalidCertificate(error) = error else {
        return Fault::Unusable(error.to_string());
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Fault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Fault::NotYetValid,
        _ if leaf.self_issued => Fault::SelfSigned,
        CertificateError::UnknownIssuer => Fault::Untrusted,
        other => Fault::Unusable(other.to_string()),
    }
}

//! One handshake, and what it showed.

use std::{fmt, sync::Arc};

use model::{
    DomainName, Timestamp,
    check::{Certificate, Session, Version},
};
use rustls::{
    AlertDescription, ClientConfig, InvalidMessage, ProtocolVersion, client::Resumption, crypto::ring,
    pki_types::ServerName,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    Roots, certificate,
    judge::{anchors, faults},
    recorder::Recorder,
};

/// Why there was no handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsError {
    /// The peer speaks only versions that are no longer spoken, or no common cipher.
    TooOld,
    /// What came is no TLS.
    NotTls,
    /// The peer hung up in the middle.
    Closed,
    /// Something else.
    Other(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooOld => "the server offers no TLS 1.2 or later, or no cipher in common",
            Self::NotTls => "what the server sent is no TLS",
            Self::Closed => "the server hung up during the handshake",
            Self::Other(what) => what,
        })
    }
}

/// Shakes hands, naming the host in SNI (RFC 8461 §7.1, RFC 7672 §8.1), and judges what was shown.
pub(crate) async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &DomainName,
    roots: &Roots,
    now: Timestamp,
    protocols: &[&[u8]],
) -> Result<(TlsStream<S>, Session), TlsError> {
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder::new(Arc::clone(&provider)));
    let other = |error: &dyn fmt::Display| TlsError::Other(error.to_string());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| other(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<_>)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from(host.as_str().to_owned()).map_err(|error| other(&error))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let stream = connected.map_err(|error| tls_error(&error))?;

    let chain = recorder.chain();
    let version = match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => Version::Tls13,
        _ => Version::Tls12,
    };
    let mut certificates = Vec::new();
    for (index, der) in chain.iter().enumerate() {
        if let Ok(certificate) = certificate::read(der) {
            certificates.push(match index {
                0 => certificate,
                _ => Certificate { anchors_leaf: anchors(&chain, der, now), names: vec![], ..certificate },
            });
        }
    }
    let session = Session { version, chain: certificates, faults: faults(&chain, host, roots, now) };
    Ok((stream, session))
}

fn tls_error(error: &std::io::Error) -> TlsError {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset => TlsError::Closed,
            _ => TlsError::Other(error.to_string()),
        };
    };
    match tls {
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)
        | rustls::Error::PeerIncompatible(_) => TlsError::TooOld,
        rustls::Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge) => {
            TlsError::Other("the server sends more than 64 KiB of certificates".to_owned())
        }
        rustls::Error::InvalidMessage(_) => TlsError::NotTls,
        other => TlsError::Other(other.to_string()),
    }
}

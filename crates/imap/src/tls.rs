//! The encryption under a session: TLS from the first byte, or STARTTLS before anything else.

use std::sync::Arc;

use async_imap::{
    Client,
    imap_proto::{Response, Status},
};
use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::{
    Error, Limits,
    bounded::{Bounded, Stream},
    error::short,
};

/// How a session is encrypted. There is none that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte, as on port 993.
    Implicit,
    /// Clear text at first, and nothing said in it but STARTTLS, as on port 143.
    StartTls,
}

/// Whose certificates are believed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    pub(crate) const fn config(&self) -> &Arc<ClientConfig> {
        &self.0
    }

    /// Public CAs, and those in a PEM text.
    ///
    /// # Errors
    /// [`Error::ExtraCa`] when the text holds no usable certificate.
    pub fn new(extra_ca: Option<&str>) -> Result<Self, Error> {
        let refuse = |error: &dyn std::fmt::Display| Error::ExtraCa(error.to_string());
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = extra_ca {
            let public = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(certificate.map_err(|error| refuse(&error))?).map_err(|error| refuse(&error))?;
            }
            if roots.len() == public {
                return Err(Error::ExtraCa("the file holds no certificate".to_owned()));
            }
        }
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| refuse(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Each session is judged by itself.
        config.resumption = Resumption::disabled();
        Ok(Self(Arc::new(config)))
    }
}

/// An encrypted connection whose server has greeted.
pub(crate) async fn client(
    stream: TcpStream,
    host: &str,
    (tls, trust): (Tls, &Trust),
    limits: &Limits,
) -> Result<Client<Bounded>, Error> {
    // Commands are small; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    match tls {
        Tls::Implicit => {
            let mut client = counted(shake_hands(Box::new(stream), host, trust, limits).await?, limits);
            greeting(&mut client, limits).await?;
            Ok(client)
        }
        Tls::StartTls => {
            let mut client = counted(Box::new(stream), limits);
            greeting(&mut client, limits).await?;
            let asked = timeout(limits.command_time, client.run_command_and_check_ok("STARTTLS", None)).await;
            asked.map_err(|_| Error::Slow)?.map_err(|error| {
                Error::Tls(format!("the server refuses STARTTLS ({})", crate::error::said(&error).unwrap_or_default()))
            })?;
            // What came in clear text after the answer is thrown away with the client's buffer.
            let clear = client.into_inner().into_inner();
            Ok(counted(shake_hands(clear, host, trust, limits).await?, limits))
        }
    }
}

fn counted(stream: Box<dyn Stream>, limits: &Limits) -> Client<Bounded> {
    Client::new(Bounded::new(stream, limits.answer))
}

async fn greeting(client: &mut Client<Bounded>, limits: &Limits) -> Result<(), Error> {
    let greeting = timeout(limits.command_time, client.read_response()).await.map_err(|_| Error::Slow)??;
    let Some(greeting) = greeting else { return Err(Error::Lost("the server hung up".to_owned())) };
    match greeting.parsed() {
        Response::Data { status: Status::Ok, .. } => Ok(()),
        Response::Data { outcome, .. } => {
            let said = outcome.information.as_deref().unwrap_or("without a reason");
            Err(Error::Refused { what: "to talk", said: short(said) })
        }
        _ => Err(Error::Protocol("there is no greeting".to_owned())),
    }
}

async fn shake_hands(
    stream: Box<dyn Stream>,
    host: &str,
    Trust(config): &Trust,
    limits: &Limits,
) -> Result<Box<dyn Stream>, Error> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| Error::Tls(error.to_string()))?;
    let shaking = TlsConnector::from(Arc::clone(config)).connect(name, stream);
    let shaken = timeout(limits.command_time, shaking).await.map_err(|_| Error::Slow)?;
    Ok(Box::new(shaken.map_err(|error| Error::Tls(short(&error.to_string())))?))
}

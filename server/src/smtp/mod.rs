//! The mail listener: reports by SMTP on a port of its own, or by LMTP from a mail server on this machine.
//!
//! `bind` → `accept` (with `room`, `proxy`: caps, and whose connection it is) → `connection` (with `patience`, `tls`: bytes,
//! time and encryption around [`smtp::Session`]) → `mailbox` (who may receive, and what became of a message). It relays
//! nothing, writes no mail, and says yes only once a report is stored.

mod accept;
mod bind;
mod connection;
mod mailbox;
mod patience;
mod proxy;
mod room;
mod tls;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use smtp::Protocol;
use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;

use crate::{config::Config, http::Shared};

use self::tls::Certificates;

/// The listeners that are switched on, bound to their addresses.
#[derive(Debug)]
pub(crate) struct Listeners {
    smtp: Option<TcpListener>,
    lmtp: Option<Socket>,
    certificates: Option<Arc<Certificates>>,
}

/// Where LMTP comes in.
#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    /// With the path that is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Listeners {
    /// Binds what is switched on, and reads the certificate.
    ///
    /// # Errors
    /// Says what is in the way, and what to do about it.
    pub(crate) async fn bind(config: &Config) -> anyhow::Result<Self> {
        let settings = &config.smtp;
        let certificates = match (&settings.tls_certificate, &settings.tls_key) {
            (Some(certificate), Some(key)) if settings.listen.is_some() => {
                Some(Arc::new(Certificates::load(certificate, key)?))
            }
            _ => None,
        };
        let smtp = match settings.listen {
            Some(listen) => Some(bind::smtp(listen.0).await?),
            None => None,
        };
        let lmtp = match &config.lmtp.listen {
            Some(listen) => Some(bind::lmtp(listen).await?),
            None => None,
        };
        Ok(Self { smtp, lmtp, certificates })
    }

    /// Where SMTP is spoken.
    pub(crate) fn smtp_address(&self) -> Option<SocketAddr> {
        self.smtp.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Where LMTP is spoken, unless on a socket in the file system.
    pub(crate) fn lmtp_address(&self) -> Option<SocketAddr> {
        match &self.lmtp {
            Some(Socket::Tcp(listener)) => listener.local_addr().ok(),
            _ => None,
        }
    }

    /// Takes connections until `stop` is called, then lets messages under way end.
    pub(crate) async fn serve(self, shared: Shared, stop: CancellationToken) {
        let Some(host) = shared.config.report_host() else { return };
        if let Some(listen) = self.smtp_address() {
            tracing::info!(%listen, host, tls = self.certificates.is_some(), "receiving reports by SMTP");
        }
        if let Some(lmtp) = &self.lmtp {
            tracing::info!(listen = %lmtp, host, "receiving reports by LMTP");
        }
        if host == crate::config::NO_HOST {
            tracing::warn!(
                "report addresses for mail end with @{host}, so nothing can come from outside: name this host with \
                 smtp.host, or set http.base_url"
            );
        }
        let Self { smtp, lmtp, certificates } = self;
        let from_anywhere = async {
            if let Some(listener) = smtp {
                accept::serve(Socket::Tcp(listener), Protocol::Smtp, certificates, &shared, &host, stop.clone()).await;
            }
        };
        let from_beside = async {
            if let Some(socket) = lmtp {
                accept::serve(socket, Protocol::Lmtp, None, &shared, &host, stop.clone()).await;
            }
        };
        tokio::join!(from_anywhere, from_beside);
    }
}

impl std::fmt::Display for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(_) => f.write_str("?"),
            },
            Self::Unix(_, path) => path.display().fmt(f),
        }
    }
}

/// A connection, encrypted or not.
trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Stream for S {}

impl Socket {
    /// The next connection, and from which address it comes.
    async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Answers are small; waiting to fill a packet would only delay them.
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Some(peer)))
            }
            Self::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), None))
            }
        }
    }
}

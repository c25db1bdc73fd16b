//! Opening a connection to a judged address.

use std::{fmt, io, net::IpAddr, time::Duration};

use model::DomainName;
use tokio::{net::TcpStream, time::timeout};

use super::{
    judge::{Judge, Judged, Purpose, Refusal},
    own::Own,
};
use crate::Settings;

/// The one way out.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    judge: Judge,
    dns_port: u16,
    https_port: u16,
    smtp_port: u16,
    patience: Duration,
}

/// Why no connection came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DialError {
    /// Nothing listens there.
    Refused,
    /// No answer.
    Silent,
    /// This machine has no way there, as one without IPv6.
    NoRoute,
    /// Something else.
    Other(String),
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the connection was refused",
            Self::Silent => "nothing answered in time",
            Self::NoRoute => "this machine has no way there",
            Self::Other(what) => what,
        })
    }
}

impl Connector {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            judge: Judge {
                allow_private: settings.allow_private,
                allow: settings.allow.clone(),
                own: Own::new(settings.own_addresses.clone()),
            },
            dns_port: settings.dns_port,
            https_port: settings.https_port,
            smtp_port: settings.smtp_port,
            patience: settings.limits.connect_time,
        }
    }

    /// Judges all addresses of a host at once.
    pub(crate) fn judge(
        &self,
        host: &DomainName,
        addresses: &[IpAddr],
        purpose: Purpose,
    ) -> Result<Vec<Judged>, Refusal> {
        let port = match purpose {
            Purpose::Names => self.dns_port,
            Purpose::Policy => self.https_port,
            Purpose::Mail | Purpose::Report(None) => self.smtp_port,
            Purpose::Report(Some(port)) | Purpose::Mailbox(port) => port,
        };
        self.judge.judge(host, addresses, port, purpose)
    }

    /// Dials exactly this address.
    pub(crate) async fn dial(&self, to: Judged) -> Result<TcpStream, DialError> {
        let socket = to.socket();
        let stream = match timeout(self.patience, TcpStream::connect(socket)).await {
            Err(_) => return Err(DialError::Silent),
            Ok(Err(error)) => return Err(dial_error(&error)),
            Ok(Ok(stream)) => stream,
        };
        // What answers must be what was judged.
        match stream.peer_addr() {
            Ok(peer) if peer.ip().to_canonical() == to.ip() && peer.port() == socket.port() => Ok(stream),
            Ok(peer) => Err(DialError::Other(format!("another address answered: {}", peer.ip()))),
            Err(error) => Err(dial_error(&error)),
        }
    }
}

fn dial_error(error: &io::Error) -> DialError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => DialError::Refused,
        io::ErrorKind::TimedOut => DialError::Silent,
        // "Permission denied" is what a filter on this machine says.
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::PermissionDenied => DialError::NoRoute,
        _ => DialError::Other(error.to_string()),
    }
}

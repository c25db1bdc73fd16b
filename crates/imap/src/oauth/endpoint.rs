//! Where an OAuth server is asked, and asking it: one POST, no redirect, bounded in bytes and time.

use std::{error::Error, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use super::OauthError;
use crate::{Limits, Trust};

/// Bytes of an answer: tokens are a few thousand.
const MOST_BYTES: usize = 256 << 10;

/// A URL of an OAuth server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether it is asked over TLS.
    pub tls: bool,
    /// The host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Path and query.
    path: String,
}

impl Endpoint {
    /// Reads a URL. Without TLS only this machine is asked: a secret is sent.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let uri: hyper::Uri = url.trim().parse().ok()?;
        let authority = uri.authority()?;
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if host.is_empty() || authority.as_str().contains('@') || !(tls || here) {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Some(Self { tls, host, port, path })
    }
}

/// Posts a form over a connection to the endpoint; gives status and body.
///
/// # Errors
/// There is no answer, or none that is small and quick enough.
pub async fn post(
    stream: TcpStream,
    to: &Endpoint,
    trust: &Trust,
    form: String,
    limits: &Limits,
) -> Result<(u16, Bytes), OauthError> {
    let asking = async {
        if to.tls {
            let name = ServerName::try_from(to.host.clone()).map_err(|error| no_way(&error))?;
            let secure = TlsConnector::from(Arc::clone(trust.config())).connect(name, stream).await;
            exchange(TokioIo::new(secure.map_err(|error| no_way(&error))?), to, form).await
        } else {
            exchange(TokioIo::new(stream), to, form).await
        }
    };
    timeout(limits.command_time, asking)
        .await
        .map_err(|_| OauthError::NoWay("it does not answer in time".to_owned()))?
}

async fn exchange<IO>(io: IO, to: &Endpoint, form: String) -> Result<(u16, Bytes), OauthError>
where
    IO: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake::<_, Full<Bytes>>(io).await.map_err(|error| no_way(&error))?;
    let host = if to.host.contains(':') { format!("[{}]", to.host) } else { to.host.clone() };
    let usual = to.port == if to.tls { 443 } else { 80 };
    let request = Request::post(&to.path)
        .header(header::HOST, if usual { host } else { format!("{host}:{}", to.port) })
        .header(header::USER_AGENT, concat!("waxseal/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(form)))
        .map_err(|error| no_way(&error))?;
    let talk = async {
        let (head, body) = sender.send_request(request).await.map_err(|error| no_way(&error))?.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| no_way(&*error))?;
        Ok((head.status.as_u16(), body.to_bytes()))
    };
    // The connection lives as long as this question: when one is dropped, so is the other.
    tokio::pin!(talk);
    tokio::select! {
        biased;
        answer = &mut talk => answer,
        _ = connection => talk.await,
    }
}

/// Why it cannot be asked, with what lies beneath.
fn no_way(error: &(dyn Error + 'static)) -> OauthError {
    let below = std::iter::successors(error.source(), |error| (*error).source()).map(|cause| format!(": {cause}"));
    let told = std::iter::once(error.to_string()).chain(below).collect::<String>();
    OauthError::NoWay(told.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_and_secrets_stay_on_this_machine_without_tls() {
        let endpoint = Endpoint::parse("https://login.example.com/tenant/oauth2/v2.0/token?x=1").unwrap();
        assert_eq!((endpoint.host.as_str(), endpoint.port), ("login.example.com", 443));
        assert_eq!(endpoint.path, "/tenant/oauth2/v2.0/token?x=1");
        assert_eq!(Endpoint::parse("http://127.0.0.1:8080/token").unwrap().port, 8080);
        for wrong in
            ["", "login.example.com", "http://login.example.com/token", "ftp://a.example/", "https://u@a.example/"]
        {
            assert_eq!(Endpoint::parse(wrong), None, "{wrong:?}");
        }
    }
}

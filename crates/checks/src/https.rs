//! Fetching a policy exactly by RFC 8461 §3.3: one GET, no redirect, no cache, bounded in bytes and time.

use std::fmt;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, Response, StatusCode, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use model::{
    DomainName, Timestamp,
    check::{Fault, Session},
};
use tokio::time::timeout;

use crate::{
    Limits,
    outbound::{Connector, Judged},
    tls::{Roots, shake_hands},
};

/// The path of every policy (RFC 8461 §3.3).
pub(crate) const PATH: &str = "/.well-known/mta-sts.txt";

/// A policy as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) session: Session,
    /// As the server wrote it; none where it wrote none.
    pub(crate) media_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Why a policy could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FetchError {
    /// No connection; whether that may lie with this machine.
    Unreachable { why: String, ours: bool },
    /// No TLS.
    Tls(String),
    /// The certificate does not hold; nothing was asked.
    Certificate(Box<Session>, Vec<Fault>),
    /// Another status than 200; where a redirect would have led.
    Status(u16, Option<String>),
    /// A larger body than allowed.
    TooLarge,
    /// Not done within the time.
    TooSlow,
    /// Compressed, which nobody asked for.
    Encoded(String),
    /// Not HTTP, or broken off.
    Http(String),
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { why, .. } => f.write_str(why),
            Self::Tls(why) => write!(f, "no TLS: {why}"),
            Self::Certificate(_, faults) => {
                let faults: Vec<_> = faults.iter().map(Fault::to_string).collect();
                write!(f, "the certificate {}", faults.join(" and "))
            }
            Self::Status(code, None) => write!(f, "the server answered {code} instead of 200"),
            Self::Status(code, Some(to)) => write!(f, "the server answered {code}, a redirect to {to}"),
            Self::TooLarge => f.write_str("the answer is larger than 64 KiB"),
            Self::TooSlow => f.write_str("the answer took longer than a minute"),
            Self::Encoded(how) => write!(f, "the answer is compressed ({how}), which was not asked for"),
            Self::Http(why) => write!(f, "the answer is no sound HTTP: {why}"),
        }
    }
}

/// Fetches the policy of a policy host from one address.
pub(crate) async fn fetch(
    connector: &Connector,
    roots: &Roots,
    limits: &Limits,
    now: Timestamp,
    host: &DomainName,
    address: Judged,
) -> Result<Fetched, FetchError> {
    let all = async {
        let stream = connector.dial(address).await.map_err(|error| FetchError::Unreachable {
            why: error.to_string(),
            ours: error == crate::outbound::DialError::NoRoute,
        })?;
        let (stream, session) = shake_hands(stream, host, roots, now, &[b"http/1.1"])
            .await
            .map_err(|error| FetchError::Tls(error.to_string()))?;
        // "Senders MUST validate": what a host says that did not prove its name is not even asked for.
        if !session.faults.is_empty() {
            let faults = session.faults.clone();
            return Err(FetchError::Certificate(Box::new(session), faults));
        }
        let (media_type, body) = get(TokioIo::new(stream), host, limits).await?;
        Ok(Fetched { session, media_type, body })
    };
    timeout(limits.fetch_time, all).await.unwrap_or(Err(FetchError::TooSlow))
}

async fn get<IO>(io: IO, host: &DomainName, limits: &Limits) -> Result<(Option<String>, Vec<u8>), FetchError>
where
    IO: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let http = |error: &dyn fmt::Display| FetchError::Http(error.to_string());
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(limits.policy_bytes.max(8192))
        .handshake::<_, Empty<Bytes>>(io)
        .await
        .map_err(|error| http(&error))?;
    let request = Request::get(PATH)
        .header(header::HOST, host.as_str())
        .header(header::USER_AGENT, concat!("waxseal/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "text/plain")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(|error| http(&error))?;
    let talk = async {
        let response = sender.send_request(request).await.map_err(|error| http(&error))?;
        read(response, limits.policy_bytes).await
    };
    // The connection lives as long as this fetch: when one is dropped, so is the other.
    tokio::pin!(talk);
    tokio::select! {
        biased;
        read = &mut talk => read,
        _ = connection => talk.await,
    }
}

async fn read(response: Response<Incoming>, limit: usize) -> Result<(Option<String>, Vec<u8>), FetchError> {
    let text = |name: header::HeaderName| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).chars().take(200).collect::<String>())
    };
    // "the HTTP response code is 200 (OK)"; "redirects MUST NOT be followed" (RFC 8461 §3.3).
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16(), text(header::LOCATION)));
    }
    if let Some(how) = text(header::CONTENT_ENCODING).filter(|how| !how.eq_ignore_ascii_case("identity")) {
        return Err(FetchError::Encoded(how));
    }
    let media_type = text(header::CONTENT_TYPE);
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| FetchError::Http(error.to_string()))?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > limit {
                return Err(FetchError::TooLarge);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok((media_type, bytes))
}

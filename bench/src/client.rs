//! One HTTP/1.1 connection to the program.

use std::net::SocketAddr;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderMap},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A kept-alive connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("the program does not answer")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what went wrong shows in the answers.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    pub(crate) async fn get(&mut self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        self.send(
            Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT_ENCODING, "br, gzip"),
            Bytes::new(),
        )
        .await
    }

    pub(crate) async fn get_plain(&mut self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        self.send(Request::get(path).header(header::COOKIE, cookie), Bytes::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, kind: &str, body: Bytes) -> anyhow::Result<Answer> {
        let origin = format!("http://{}", self.host);
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind).header(header::ORIGIN, origin), body).await
    }

    async fn send(&mut self, request: hyper::http::request::Builder, body: Bytes) -> anyhow::Result<Answer> {
        let request = request.header(header::HOST, &self.host).body(Full::new(body))?;
        self.sender.ready().await.context("the program closed the connection before this request")?;
        let answer = self.sender.send_request(request).await.context("the program closed the connection unanswered")?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.context("the answer broke off")?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

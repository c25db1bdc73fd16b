//! A policy host that answers whatever it is told to.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::server::TlsStream;

use super::{mail::Visits, pki::Identity};

/// A connection over which the request has been read.
pub type Peer = TlsStream<TcpStream>;

/// A policy as it should be served.
#[must_use]
pub fn policy(body: &str) -> String {
    response("200 OK", "Content-Type: text/plain\r\n", body)
}

/// A whole response with its length.
#[must_use]
pub fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Serves one response to everybody.
pub async fn serve(at: SocketAddr, identity: &Identity, response: impl Into<String>) -> Visits {
    let response = response.into();
    answer(at, identity, move |mut peer: Peer| {
        let response = response.clone();
        async move {
            let _ = peer.write_all(response.as_bytes()).await;
            let _ = peer.shutdown().await;
        }
    })
    .await
}

/// Hands each request that was read to `reply`.
pub async fn answer<F, R>(at: SocketAddr, identity: &Identity, reply: F) -> Visits
where
    F: Fn(Peer) -> R + Send + Sync + Clone + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let acceptor = identity.acceptor();
    let listener = TcpListener::bind(at).await.unwrap();
    let visits = Visits::default();
    let count = Arc::clone(&visits);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let (acceptor, reply) = (acceptor.clone(), reply.clone());
            tokio::spawn(async move {
                let Ok(mut peer) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    match peer.read_u8().await {
                        Ok(byte) => request.push(byte),
                        Err(_) => return,
                    }
                }
                let request = String::from_utf8(request).unwrap();
                assert!(request.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), "{request}");
                assert!(!request.to_ascii_lowercase().contains("accept-encoding"), "{request}");
                reply(peer).await;
            });
        }
    });
    visits
}

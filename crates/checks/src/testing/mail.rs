//! A mail server that speaks as much SMTP as a sender hears before it sends, or misbehaves.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::pki::Identity;

/// How many connections a server has had.
pub type Visits = Arc<AtomicU32>;

/// A server with STARTTLS and this certificate.
pub async fn serve(at: SocketAddr, identity: &Identity) -> Visits {
    let acceptor = identity.acceptor();
    answer(at, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Some(stream) = up_to_starttls(stream, "250-STARTTLS\r\n", "220 go\r\n").await
                && let Ok(stream) = acceptor.accept(stream).await
            {
                let mut line = String::new();
                let _ = BufReader::new(stream).read_line(&mut line).await;
                assert!(line.is_empty() || line == "QUIT\r\n", "{line}");
            }
        }
    })
    .await
}

/// A server that says these replies to EHLO and STARTTLS, and no more.
pub async fn says(at: SocketAddr, extensions: &'static str, starttls: &'static str) -> Visits {
    answer(at, move |stream| async move {
        if let Some(mut stream) = up_to_starttls(stream, extensions, starttls).await {
            // What follows STARTTLS is a handshake that nobody answers.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    })
    .await
}

/// A server that says one thing over and over.
pub async fn babbles(at: SocketAddr, what: &'static [u8], pause: std::time::Duration) -> Visits {
    answer(at, move |mut stream| async move {
        while stream.write_all(what).await.is_ok() {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
    })
    .await
}

/// Hands each connection to `talk`.
pub async fn answer<F, R>(at: SocketAddr, talk: F) -> Visits
where
    F: Fn(TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let visits = Visits::default();
    let listener = TcpListener::bind(at).await.unwrap();
    let count = Arc::clone(&visits);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(talk(stream));
        }
    });
    visits
}

/// Speaks up to STARTTLS and its reply; none when the peer did not come so far.
pub async fn up_to_starttls(stream: TcpStream, extensions: &str, starttls: &str) -> Option<TcpStream> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let reply = match line.split_whitespace().next()? {
            "EHLO" => format!("250-mail.test\r\n{extensions}250 8BITMIME\r\n"),
            "STARTTLS" => {
                stream.write_all(starttls.as_bytes()).await.ok()?;
                return Some(stream.into_inner());
            }
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "500 what?\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await.ok()?;
    }
}

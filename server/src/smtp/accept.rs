//! The accept loop: whose connection it is, whether there is room, and an end in order at shutdown.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use metrics::counter;
use smtp::{Limits, Protocol, Session};
use tokio::{
    io::AsyncWriteExt as _,
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Socket, Stream,
    connection::Connection,
    patience::Patience,
    proxy,
    room::{Place, Room, TooMany},
    tls::Certificates,
};
use crate::{http::Shared, telemetry::names};

/// How long a proxy may take to say whose connection it is, and a peer that finds no room to read why.
const BRIEF: Duration = Duration::from_secs(5);

/// How often, and after which time, a peer that has as many sessions as it may is looked at again; and how many such peers are.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
const WAITING: usize = 64;

/// What all connections of one listener have in common.
struct Listener {
    protocol: Protocol,
    certificates: Option<Arc<Certificates>>,
    shared: Shared,
    host: String,
    room: Arc<Room>,
    waiting: Semaphore,
    stop: CancellationToken,
}

/// Takes connections until `stop` is called, then lets messages under way end.
pub(super) async fn serve(
    socket: Socket,
    protocol: Protocol,
    certificates: Option<Arc<Certificates>>,
    shared: &Shared,
    host: &str,
    stop: CancellationToken,
) {
    let settings = &shared.config.smtp;
    let room = Room::new(settings.max_connections.0 as usize, settings.max_connections_per_address.0 as usize);
    let (shared, host) = (shared.clone(), host.to_owned());
    let waiting = Semaphore::new(WAITING);
    let listener = Arc::new(Listener { protocol, certificates, shared, host, room, waiting, stop });
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = listener.stop.cancelled() => break,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let listener = Arc::clone(&listener);
                connections.spawn(async move { listener.welcome(stream, peer).await });
            }
            Err(error) => {
                // Out of file descriptors, as a rule. Waiting lets connections end; looping would only burn the CPU.
                tracing::warn!(%error, "cannot accept a mail connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    if let Socket::Unix(socket, path) = socket {
        drop(socket);
        let _ = fs::remove_file(path);
    }
    connections.close();
    if timeout(listener.shared.config.http.drain_timeout.0, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "mail sessions were cut: http.drain_timeout is over");
    }
}

impl Listener {
    async fn welcome(&self, mut stream: Box<dyn Stream>, peer: Option<SocketAddr>) {
        let Ok(source) = self.source(&mut stream, peer).await else {
            counter!(names::MAIL_SESSIONS_CLOSED, "cause" => "no_proxy_header").increment(1);
            tracing::warn!(?peer, "no PROXY header of version 2 came from a network in smtp.proxy_protocol");
            return;
        };
        let Ok(place) = self.place(source).await else {
            counter!(names::MAIL_SESSIONS_CLOSED, "cause" => "full_for_address").increment(1);
            let word = format!("421 4.7.0 {} Too many connections from your address; come again later\r\n", self.host);
            let _ = timeout(BRIEF, stream.write_all(word.as_bytes())).await;
            return;
        };
        let settings = &self.shared.config.smtp;
        let limits = Limits { message: settings.message.in_memory(), ..Limits::default() };
        let session = Session::new(self.protocol, &self.host, self.certificates.is_some(), limits);
        let connection = Connection {
            shared: &self.shared,
            host: &self.host,
            source,
            certificates: self.certificates.clone(),
            patience: Patience::of(settings),
            place,
            stop: self.stop.clone(),
        };
        connection.run(stream, session).await;
    }

    /// A place for a session. A mail server that keeps as many sessions as it may opens the next one as soon as it has closed
    /// one, which may be heard of a moment later.
    async fn place(&self, source: Option<IpAddr>) -> Result<Place, TooMany> {
        if let Ok(place) = self.room.take(source, Instant::now()) {
            return Ok(place);
        }
        let _permit = self.waiting.try_acquire().map_err(|_| TooMany)?;
        for _ in 0..TRIES {
            sleep(BETWEEN_TRIES).await;
            if let Ok(place) = self.room.take(source, Instant::now()) {
                return Ok(place);
            }
        }
        Err(TooMany)
    }

    /// Whose connection it is; none: of this machine's own mail server. A proxy that does not say so is an error.
    async fn source(&self, stream: &mut Box<dyn Stream>, peer: Option<SocketAddr>) -> io::Result<Option<IpAddr>> {
        let Some(ip) = peer.map(|peer| peer.ip().to_canonical()).filter(|_| self.protocol == Protocol::Smtp) else {
            return Ok(None);
        };
        if !self.shared.config.smtp.proxy_protocol.iter().any(|network| network.contains(&ip)) {
            return Ok(Some(ip));
        }
        let named = timeout(BRIEF, proxy::read(stream)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(Some(named.unwrap_or(ip)))
    }
}

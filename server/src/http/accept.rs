//! The accept loop: connections come in up to a cap, and end in order at shutdown.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use metrics::counter;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    client::Proxies,
    connection,
    pulse::Patience,
    slots::{Full, Slots},
};
use crate::{config, telemetry::names};

/// How long a client that finds no room may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// How many such clients are told why at once; the others find a closed connection.
const FAREWELLS: usize = 64;

/// Binds the listener. The error names the key that chooses another address.
///
/// # Errors
/// When the address is taken, not of this machine, or not allowed to this user.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
            io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
            io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege that this user has not".to_owned(),
            _ => error.to_string(),
        };
        anyhow::anyhow!(
            "cannot listen on {address}: {why}. Choose another address or port with http.listen in waxseal.toml or in \
             the environment, such as WAXSEAL_HTTP__LISTEN=127.0.0.1:{}",
            if address.port() == 3000 { 3001 } else { 3000 }
        )
    })
}

/// Serves `app` until `stop` is called, then lets what is under way end.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    settings: &config::Http,
    patience: Patience,
    proxies: &Proxies,
    stop: CancellationToken,
) {
    let slots = Slots::new(settings.max_connections.0 as usize, settings.max_connections_per_address.0 as usize);
    let farewells = Arc::new(Semaphore::new(FAREWELLS));
    let protocols = Arc::new(connection::protocols());
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, socket) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, as a rule. Waiting lets connections end; looping would only burn the CPU.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let ip = socket.ip().to_canonical();
        let slot = match slots.take(ip, proxies.trust(ip)) {
            Ok(slot) => slot,
            Err(full) => {
                counter!(names::CONNECTIONS_CLOSED, "cause" => full.label()).increment(1);
                if let Ok(permit) = Arc::clone(&farewells).try_acquire_owned() {
                    tokio::spawn(async move {
                        let _ = timeout(FAREWELL, turn_away(stream, full)).await;
                        drop(permit);
                    });
                }
                continue;
            }
        };
        // Answers are small; waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let (protocols, app, stop) = (Arc::clone(&protocols), app.clone(), stop.clone());
        connections.spawn(async move {
            connection::serve(stream, socket, &protocols, app, patience, stop).await;
            drop(slot);
        });
    }
    drop(listener);
    connections.close();
    if timeout(settings.drain_timeout.0, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut: http.drain_timeout is over");
    }
}

/// Says why there is no room, and reads what the client is sending so that it gets to see the answer.
async fn turn_away(mut stream: TcpStream, full: Full) -> io::Result<()> {
    let why = match full {
        Full::Total => "the server has as many connections as it may",
        Full::Address => "there are too many connections from your address",
    };
    let body = format!("Try again in a few seconds: {why}.\n");
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(())
}

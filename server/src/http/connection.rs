//! One connection from accept to close: HTTP/1 or HTTP/2, with every wait of the client timed.

use std::{
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use metrics::counter;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{
    client::Socket,
    paced::Paced,
    pulse::{Patience, Pulse},
};
use crate::telemetry::names;

/// Bytes of one connection that may wait in memory: heads, and bodies not yet asked for.
const BUFFER: u32 = 64 << 10;

/// The protocols, set up once for all connections.
pub(super) fn protocols() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // The head's time is kept by `Pulse`, together with all that hyper does not time.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(BUFFER as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(16 << 10)
        .initial_stream_window_size(BUFFER)
        .initial_connection_window_size(4 * BUFFER);
    builder
}

/// Serves a connection until it ends, is overdue, or has finished what was under way when `stop` was called.
pub(super) async fn serve(
    stream: TcpStream,
    socket: SocketAddr,
    protocols: &auto::Builder<TokioExecutor>,
    app: Router,
    patience: Patience,
    stop: CancellationToken,
) {
    let pulse = SharedPulse::new();
    let service = service_fn(|request: Request<Incoming>| {
        let answering = Answering::begin(&pulse);
        let mut request = request.map(|body| Body::new(Paced::new(body, patience.transfer)));
        request.extensions_mut().insert(Socket(socket));
        let response = app.clone().oneshot(request);
        async move { response.await.map(|response| answering.until_sent(response)) }
    });
    let mut connection = pin!(protocols.serve_connection(TokioIo::new(Watched::new(stream, &pulse)), service));
    let mut tick = interval(patience.tick());
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%socket, %error, "a connection broke");
                }
                return;
            }
            _ = tick.tick() => {
                if let Some(overdue) = pulse.lock().overdue(Instant::now(), &patience) {
                    counter!(names::CONNECTIONS_CLOSED, "cause" => overdue.label()).increment(1);
                    tracing::debug!(%socket, cause = overdue.label(), "a connection was closed");
                    return;
                }
            }
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The pulse of a connection, felt by its socket and by the requests on it.
#[derive(Clone, Debug)]
struct SharedPulse(Arc<Mutex<Pulse>>);

impl SharedPulse {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Pulse::new(Instant::now()))))
    }

    fn lock(&self) -> MutexGuard<'_, Pulse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket whose reads and writes are seen by the pulse.
struct Watched {
    stream: TcpStream,
    pulse: SharedPulse,
}

impl Watched {
    fn new(stream: TcpStream, pulse: &SharedPulse) -> Self {
        Self { stream, pulse: pulse.clone() }
    }

    /// Tells the pulse how a write went.
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending => self.pulse.lock().write_blocks(Instant::now()),
            Poll::Ready(Ok(bytes)) => self.pulse.lock().wrote(*bytes as u64),
            Poll::Ready(Err(_)) => {}
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.lock().read(Instant::now());
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when it has nothing more to write.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pulse.lock().flushed();
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A request under way, from its head to the end of its answer.
struct Answering(SharedPulse);

impl Answering {
    fn begin(pulse: &SharedPulse) -> Self {
        pulse.lock().request_begins();
        Self(pulse.clone())
    }

    /// Keeps the request under way until the answer's body is handed over or dropped.
    fn until_sent(self, response: Response<Body>) -> Response<AnswerBody> {
        response.map(|body| AnswerBody { body, _answering: self })
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.lock().request_ends(Instant::now());
    }
}

/// An answer's body that keeps its request under way.
struct AnswerBody {
    body: Body,
    _answering: Answering,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

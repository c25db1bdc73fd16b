//! One connection from its greeting to its end: bytes in and out, every wait timed.

use std::{net::IpAddr, sync::Arc, time::Duration};

use engine::{Budget, Receiver, intake::Held};
use metrics::counter;
use smtp::{Reply, Session, Step};
use tokio::{
    io::{self, AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{
    Stream,
    mailbox::Mailboxes,
    patience::{Late, Patience},
    room::Place,
    tls::Certificates,
};
use crate::{http::Shared, telemetry::names};

/// Bytes read at once.
const PIECE: usize = 8 << 10;

/// How long a peer that is sent away may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a connection has to do with.
pub(super) struct Connection<'a> {
    pub(super) shared: &'a Shared,
    pub(super) host: &'a str,
    /// Whose it is; none: this machine's own mail server.
    pub(super) source: Option<IpAddr>,
    pub(super) certificates: Option<Arc<Certificates>>,
    pub(super) patience: Patience,
    pub(super) place: Place,
    pub(super) stop: CancellationToken,
}

/// Why a connection ends before its session does.
enum End {
    /// The peer has gone, or breaks the rules of TLS.
    Gone(io::Error),
    /// The peer used up its time.
    Late(Late),
    /// The peer was silent for longest when the place was needed.
    Displaced,
    /// The program ends.
    Stopping,
}

impl Connection<'_> {
    /// Holds a session to its end.
    pub(super) async fn run(self, mut stream: Box<dyn Stream>, mut session: Session<Receiver>) {
        let end = self.hold(&mut stream, &mut session).await;
        // Before the last word: whoever hears it may come again at once, and must find room.
        drop(self.place);
        let (cause, word) = match end {
            Ok(()) => return farewell(stream, &mut session).await,
            Err(End::Gone(error)) => {
                tracing::debug!(source = ?self.source, %error, "a mail session broke off");
                return;
            }
            Err(End::Late(late)) => (late.label(), Reply::new(421, "4.4.2", "Too slow; a line ends with CR LF")),
            Err(End::Displaced) => ("displaced", Reply::new(421, "4.3.2", "The place is needed; come again later")),
            Err(End::Stopping) => ("stopping", Reply::new(421, "4.3.2", "This server is being restarted; come again")),
        };
        counter!(names::MAIL_SESSIONS_CLOSED, "cause" => cause).increment(1);
        tracing::debug!(source = ?self.source, cause, "a mail session was closed");
        session.end(&word);
        farewell(stream, &mut session).await;
    }

    /// Does what the session asks for, until it ends.
    async fn hold(&self, stream: &mut Box<dyn Stream>, session: &mut Session<Receiver>) -> Result<(), End> {
        let mailboxes = Mailboxes { shared: self.shared, host: self.host, source: self.source };
        let budget = self.shared.engine.budget();
        let mut buffer = vec![0; PIECE];
        let mut input: &[u8] = &[];
        let mut held = budget.hold();
        let mut clock = Clock::start();
        loop {
            match session.step(&mut input) {
                Step::Read => {
                    if session.progress() != clock.progress {
                        clock.restart(session.progress());
                        self.place.heard(clock.since);
                    }
                    make_room(session, &mut held, budget);
                    self.send(stream, session).await?;
                    let length = self.read(stream, session, &clock, &mut buffer).await?;
                    input = &buffer[..length];
                }
                Step::Mail => session.answer_mail(mailboxes.may_come()),
                Step::Recipient(mailbox) => session.answer_recipient(mailboxes.recipient(&mailbox).await),
                Step::Message(message) => {
                    let held = std::mem::replace(&mut held, budget.hold());
                    session.answer_message(&mailboxes.store(message, held).await);
                }
                Step::Handshake => {
                    self.send(stream, session).await?;
                    self.secure(stream).await?;
                    session.secured();
                }
                Step::Close => return Ok(()),
            }
        }
    }

    /// Waits for bytes, as long as the peer may take.
    async fn read(
        &self,
        stream: &mut Box<dyn Stream>,
        session: &Session<Receiver>,
        clock: &Clock,
        buffer: &mut [u8],
    ) -> Result<usize, End> {
        let coming = session.coming();
        let (deadline, late) = self.patience.end(clock.opened, clock.since, coming.map(|coming| coming.read));
        tokio::select! {
            read = stream.read(buffer) => match read {
                Ok(0) => Err(End::Gone(io::ErrorKind::UnexpectedEof.into())),
                Ok(length) => Ok(length),
                Err(error) => Err(End::Gone(error)),
            },
            () = sleep_until(deadline) => Err(End::Late(late)),
            () = self.place.lost() => Err(End::Displaced),
            // A message that is under way may come to its end.
            () = self.stop.cancelled(), if coming.is_none() => Err(End::Stopping),
        }
    }

    async fn send(&self, stream: &mut Box<dyn Stream>, session: &mut Session<Receiver>) -> Result<(), End> {
        let output = session.take_output();
        if output.is_empty() {
            return Ok(());
        }
        let sending = async {
            stream.write_all(&output).await?;
            stream.flush().await
        };
        timeout(self.patience.command, sending).await.map_err(|_| End::Late(Late::Command))?.map_err(End::Gone)
    }

    async fn secure(&self, stream: &mut Box<dyn Stream>) -> Result<(), End> {
        let Some(certificates) = &self.certificates else {
            return Err(End::Gone(io::Error::other("there is no certificate")));
        };
        let acceptor = TlsAcceptor::from(certificates.current().await);
        // What is left behind is never read.
        let plain = std::mem::replace(stream, Box::new(io::empty()));
        match timeout(self.patience.command, acceptor.accept(plain)).await {
            Ok(Ok(secured)) => {
                *stream = Box::new(secured);
                Ok(())
            }
            Ok(Err(error)) => {
                counter!(names::MAIL_SESSIONS_CLOSED, "cause" => "tls_failed").increment(1);
                Err(End::Gone(error))
            }
            Err(_) => Err(End::Late(Late::Command)),
        }
    }
}

/// Since when the peer has been at what it is doing.
struct Clock {
    opened: Instant,
    since: Instant,
    progress: u64,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { opened: now, since: now, progress: 0 }
    }

    fn restart(&mut self, progress: u64) {
        (self.since, self.progress) = (Instant::now(), progress);
    }
}

/// Holds memory for as much of a message as has come, or gives the message up; none where nothing is kept.
fn make_room(session: &mut Session<Receiver>, held: &mut Held, budget: &Budget) {
    let kept = session.coming().map_or(0, |coming| coming.kept);
    if kept == 0 {
        *held = budget.hold();
    } else if held.grow_to(kept).is_err() {
        counter!(names::MAIL_REFUSALS, "cause" => "busy").increment(1);
        session.no_room();
    }
}

/// Says the last words. A peer that is still sending when the connection closes may never see them, so a little is read.
async fn farewell(mut stream: Box<dyn Stream>, session: &mut Session<Receiver>) {
    let output = session.take_output();
    let leaving = async {
        stream.write_all(&output).await?;
        stream.shutdown().await?;
        io::copy(&mut stream.take(PIECE as u64), &mut io::sink()).await
    };
    let _ = timeout(FAREWELL, leaving).await;
}

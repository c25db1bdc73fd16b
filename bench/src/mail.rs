//! E-mails: bytes to reports on one core, and durable intake by SMTP beside the disk's own fsync rate.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use model::{Day, Timestamp, format::size, format::thousands};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    disk,
    program::{Program, REPORT_HOST},
    sample,
    table::{self, Table},
};

/// Distinct mails that are read over and over.
const READ: usize = 1_000;
/// How long.
const READING: Duration = Duration::from_secs(3);
/// Connections that deliver at once.
const CONNECTIONS: usize = 32;
/// Mails that they deliver.
const MAILS: usize = 20_000;
/// Domains whose reports they are.
const DOMAINS: usize = 20;
/// Connections that say nothing, held open to see what each costs.
const OPEN: usize = 1_000;

/// MIME, inflate, JSON.
pub(crate) fn reading(table: &mut Table) -> anyhow::Result<()> {
    table.title("Reading e-mails on one core: MIME, inflate, JSON");
    let mails: Vec<_> = (0..READ).map(|index| sample::mail(index, DOMAINS, Day(20_000)).1).collect();
    let limits = ingest::Limits::default();
    let (start, mut read) = (Instant::now(), 0_u64);
    for mail in mails.iter().cycle() {
        let found = ingest::read_named(mail, None, &limits).context("the sample does not read")?;
        ensure!(found.len() == 1, "one report a mail");
        read += 1;
        if start.elapsed() > READING {
            break;
        }
    }
    let bytes: usize = mails.iter().map(Vec::len).sum();
    table.row(
        &format!("e-mails of {}", size((bytes / READ) as u64)),
        &format!("{} /s", thousands(per_second(read, start.elapsed()))),
        "target 5,000 /s",
    );
    Ok(())
}

/// Sessions that deliver one mail after the other, each answered after its commit.
pub(crate) async fn intake(program: &Path, folder: &Path, table: &mut Table) -> anyhow::Result<()> {
    table.title("Durable intake by SMTP (SQLite, synchronous=FULL)");
    let program = Program::start(program, folder).await?;
    let addresses = Arc::new(program.add_domains(DOMAINS).await?);
    #[expect(clippy::disallowed_methods, reason = "a program of its own; its reports are of these days")]
    let last = Timestamp::from(chrono::Utc::now()).day().plus(-1);
    let make = |from: usize| (from..from + MAILS).map(|index| sample::mail(index, DOMAINS, last)).collect::<Vec<_>>();
    let mails = make(0);
    let syncs = disk::syncs_per_second(folder)?;

    let (times, elapsed) = deliver(program.smtp, &addresses, mails).await?;
    let rate = per_second(MAILS as u64, elapsed);
    table.row(&format!("intake over {CONNECTIONS} connections"), &format!("{} /s", thousands(rate)), "target 1,000 /s");
    table.row(
        "from MAIL to the answer",
        &format!("p50 {} p99 {}", table::ms(table::percentile(&times, 50)), table::ms(table::percentile(&times, 99))),
        "the answer comes after the commit",
    );
    table.row(
        "fsync rate of this disk, just before",
        &format!("{} /s", thousands(syncs)),
        &format!("{} reports stored for each sync it could do", table::ratio(rate, syncs)),
    );

    let before = program.resident()?;
    let mut open = Vec::with_capacity(OPEN);
    for _ in 0..OPEN {
        open.push(Session::open(program.smtp).await?);
    }
    let more = program.resident()?.saturating_sub(before);
    table.row(
        &format!("memory with {} sessions open", thousands(OPEN as u64)),
        &format!("{} more", size(more)),
        &format!("{} before, {} a session", size(before), size(more / OPEN as u64)),
    );
    let mails = make(MAILS);
    let idle = program.resident()?;
    let (_, elapsed) = deliver(program.smtp, &addresses, mails).await?;
    let after = program.resident()?;
    table.row(
        &format!("memory after {} more mails beside them", thousands(MAILS as u64)),
        &format!("{} more", size(after.saturating_sub(idle))),
        &format!(
            "{} in all, {} /s meanwhile; flat is the target",
            size(after),
            thousands(per_second(MAILS as u64, elapsed))
        ),
    );
    drop(open);
    program.stop().await
}

/// Delivers all of them as fast as they are taken; the time of each, sorted, and of all.
async fn deliver(
    server: SocketAddr,
    addresses: &Arc<Vec<String>>,
    mails: Vec<(usize, Vec<u8>)>,
) -> anyhow::Result<(Vec<Duration>, Duration)> {
    let (mails, next) = (Arc::new(mails), Arc::new(AtomicUsize::new(0)));
    let (start, mut connections) = (Instant::now(), JoinSet::new());
    for _ in 0..CONNECTIONS {
        let (mails, addresses, next) = (mails.clone(), addresses.clone(), next.clone());
        connections.spawn(async move {
            let mut session = Session::open(server).await?;
            let mut times = Vec::new();
            while let Some((domain, mail)) = mails.get(next.fetch_add(1, Relaxed)) {
                let begun = Instant::now();
                session.deliver(&addresses[*domain], mail).await?;
                times.push(begun.elapsed());
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::with_capacity(mails.len());
    while let Some(done) = connections.join_next().await {
        times.extend(done??);
    }
    times.sort_unstable();
    Ok((times, start.elapsed()))
}

fn per_second(count: u64, time: Duration) -> u64 {
    count * 1000 / u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// A session of a client that pipelines (RFC 2920).
struct Session {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Session {
    async fn open(server: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server).await.context("nobody receives mail")?;
        stream.set_nodelay(true)?;
        let mut session = Self { stream, read: Vec::new() };
        session.expect(220).await?;
        session.stream.write_all(b"EHLO bench.example\r\n").await?;
        session.expect(250).await?;
        Ok(session)
    }

    async fn deliver(&mut self, address: &str, mail: &[u8]) -> anyhow::Result<()> {
        let envelope = format!("MAIL FROM:<>\r\nRCPT TO:<{address}@{REPORT_HOST}>\r\nDATA\r\n");
        self.stream.write_all(envelope.as_bytes()).await?;
        for code in [250, 250, 354] {
            self.expect(code).await?;
        }
        self.stream.write_all(&[mail, b".\r\n"].concat()).await?;
        self.expect(250).await
    }

    /// Reads one answer.
    async fn expect(&mut self, code: u16) -> anyhow::Result<()> {
        loop {
            if let Some(end) = self.read.windows(2).position(|window| window == b"\r\n") {
                let line: Vec<u8> = self.read.drain(..end + 2).collect();
                if line.get(3) == Some(&b'-') {
                    continue;
                }
                let line = String::from_utf8_lossy(&line);
                ensure!(line.starts_with(&code.to_string()), "{code} was expected: {line}");
                return Ok(());
            }
            ensure!(self.stream.read_buf(&mut self.read).await? > 0, "the program closed the session");
        }
    }
}

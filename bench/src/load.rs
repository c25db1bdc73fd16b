//! The load generator: distinct reports, made before the clock starts, over kept-alive connections.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use indicatif::{ProgressBar, ProgressStyle};
use model::{Day, Timestamp};
use tokio::task::JoinSet;

use crate::{
    CONNECTIONS,
    client::Connection,
    program::{self, Program},
    sample, table,
};

/// Reports made at once, and then sent.
const BATCH: usize = 50_000;

/// All that is sent to one program.
pub(crate) struct Load {
    server: SocketAddr,
    process: u32,
    addresses: Arc<Vec<String>>,
    last: Day,
    sent: usize,
    refused: Arc<AtomicU64>,
    peak: u64,
}

/// One timed run.
pub(crate) struct Run {
    /// Processor time of the program, in cores.
    pub(crate) cores: f64,
    elapsed: Duration,
    /// Of each request, sorted.
    times: Vec<Duration>,
}

impl Run {
    pub(crate) fn per_second(&self) -> u64 {
        self.times.len() as u64 * 1000 / u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX).max(1)
    }

    pub(crate) fn percentile(&self, per_cent: usize) -> Duration {
        table::percentile(&self.times, per_cent)
    }
}

impl Load {
    pub(crate) fn new(program: &Program, addresses: Vec<String>) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a program of its own; reports of these days are what the pages show"
        )]
        let now = Timestamp::from(chrono::Utc::now());
        Self {
            server: program.address,
            process: program.process().unwrap_or_default(),
            addresses: Arc::new(addresses),
            last: now.day().plus(-1),
            sent: 0,
            refused: Arc::default(),
            peak: 0,
        }
    }

    /// Answers other than 2xx so far.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// The most resident memory seen while sending.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }

    /// Sends until so many reports have been sent in all.
    pub(crate) async fn fill(&mut self, reports: usize) -> anyhow::Result<()> {
        let bar = ProgressBar::new(reports as u64).with_style(ProgressStyle::with_template(
            "  storing reports {bar:30} {human_pos} of {human_len}, {per_sec}, {eta} left",
        )?);
        bar.set_position(self.sent as u64);
        bar.reset_eta();
        while self.sent < reports {
            self.measure(BATCH.min(reports - self.sent)).await?;
            bar.set_position(self.sent as u64);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Makes so many reports, then sends them as fast as they are taken.
    pub(crate) async fn measure(&mut self, reports: usize) -> anyhow::Result<Run> {
        let batch = Arc::new(self.make(reports).await?);
        let next = Arc::new(AtomicUsize::new(0));
        let mut connections = JoinSet::new();
        let (start, worked) = (Instant::now(), program::worked(self.process)?);
        for _ in 0..CONNECTIONS {
            let (batch, next, addresses) = (batch.clone(), next.clone(), self.addresses.clone());
            let (server, refused) = (self.server, self.refused.clone());
            connections.spawn(async move {
                let mut connection = Connection::open(server).await?;
                let mut times = Vec::new();
                while let Some((domain, body)) = batch.get(next.fetch_add(1, Relaxed)) {
                    let path = format!("/r/{}", addresses[*domain]);
                    let begun = Instant::now();
                    let answer = connection.post(&path, "application/tlsrpt+gzip", body.clone()).await?;
                    times.push(begun.elapsed());
                    if !answer.status.is_success() {
                        refused.fetch_add(1, Relaxed);
                    }
                }
                anyhow::Ok(times)
            });
        }
        let mut times = Vec::with_capacity(reports);
        let mut watch = tokio::time::interval(Duration::from_millis(100));
        loop {
            tokio::select! {
                done = connections.join_next() => match done {
                    Some(done) => times.extend(done??),
                    None => break,
                },
                _ = watch.tick() => self.peak = self.peak.max(program::resident(self.process)?),
            }
        }
        let elapsed = start.elapsed();
        self.sent += reports;
        times.sort_unstable();
        let cores = program::worked(self.process)?.saturating_sub(worked).as_secs_f64() / elapsed.as_secs_f64();
        Ok(Run { cores, elapsed, times })
    }

    async fn make(&self, reports: usize) -> anyhow::Result<Vec<(usize, Bytes)>> {
        let (sent, domains, last) = (self.sent, self.addresses.len(), self.last);
        let make = move || (sent..sent + reports).map(|i| sample::compressed(i, domains, last)).collect();
        Ok(tokio::task::spawn_blocking(make).await?)
    }
}

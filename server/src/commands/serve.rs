//! `waxseal serve`: receives reports and shows pages until it is told to stop.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    config::Config,
    http,
    running::{self, Server},
    telemetry::logs,
};

/// As a shell reports a program that was ended by SIGINT.
const INTERRUPTED: u8 = 130;

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    logs::start(&config.log);
    let mut signals = Signals::listen()?;
    // The port first: when it is taken, nothing else has happened.
    let listener = http::bind(config.http.listen.0).await?;
    let server = Server::start(config, listener, app::Clock(running::now)).await?;
    tracing::info!(listen = %server.address(), base_url = server.base_url(), "receiving reports");
    greet(&server).await?;

    signals.next().await;
    Ok(stop(server, signals).await)
}

/// Ends in order, or at once when another signal comes; gives the exit code.
pub(super) async fn stop(server: Server, mut signals: Signals) -> ExitCode {
    tracing::info!("stopping; a second signal ends at once");
    tokio::select! {
        () = server.stop() => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        () = signals.next() => {
            tracing::warn!("ended at once; what was not acknowledged will be sent again");
            ExitCode::from(INTERRUPTED)
        }
    }
}

/// The last line printed at start is a link: to create the first user while there is none, else to the first page.
async fn greet(server: &Server) -> anyhow::Result<()> {
    let base_url = server.base_url();
    let code = server.engine().setup_code(running::now()).await?;
    let mut out = io::stdout().lock();
    match code {
        Some(code) => {
            writeln!(out, "Waxseal is running. Create the first user, with this link that holds the set-up code:")?;
            writeln!(out, "{base_url}/setup?code={code}")?;
        }
        None => writeln!(out, "Waxseal is running at {base_url}/")?,
    }
    Ok(out.flush()?)
}

/// The signals that ask a program to end.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

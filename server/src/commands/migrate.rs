//! `waxseal migrate`: creates or upgrades the database and ends.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use engine::Engine;

use crate::{config::Config, running, telemetry::logs};

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    logs::start(&config.log);
    let engine = Engine::open(running::engine_settings(&config, config.http.listen.0, true)).await?;
    engine.close().await;
    writeln!(io::stdout(), "The database is up to date.")?;
    Ok(ExitCode::SUCCESS)
}

//! `waxseal user`: helps people who cannot sign in, also while the server runs.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::bail;
use engine::Engine;
use serde::Serialize;

use super::open;
use crate::{cli, config::Config, running};

pub(super) async fn run(command: cli::User, config: Config) -> anyhow::Result<ExitCode> {
    let engine = open(&config).await?;
    let done = match command {
        cli::User::Reset { email, second_step, json } => reset(&engine, &email, second_step, json).await,
    };
    engine.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// What `user reset --json` prints.
#[derive(Serialize)]
struct Reset<'a> {
    link: &'a str,
    second_step_removed: bool,
}

async fn reset(engine: &Engine, email: &str, second_step: bool, json: bool) -> anyhow::Result<()> {
    let Some(link) = engine.reset_link(email, running::now()).await? else {
        bail!("there is no user with the e-mail address {email:?}");
    };
    let second_step_removed = second_step && engine.remove_second_step(email).await?;
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &Reset { link: &link, second_step_removed })?;
        writeln!(out)?;
        return Ok(());
    }
    if second_step {
        let what = if second_step_removed { "Signing in no longer asks for a code." } else { "There was no second step to switch off." };
        writeln!(out, "{what}")?;
    }
    writeln!(out, "This link sets a new password, once, within an hour:")?;
    writeln!(out, "{link}")?;
    Ok(())
}

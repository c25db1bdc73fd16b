//! `waxseal import`: takes in what lies in files, folders and mailboxes, also while the server runs.
//!
//! Files are read one by one and mailboxes message by message, so that memory does not grow with them. What is no
//! report at all is left where it is; anything that may be one is stored, even when it cannot be read.

pub(crate) mod pipe;
mod progress;
mod sources;
mod tally;

use std::process::ExitCode;

use anyhow::Context as _;
use engine::{Arrival, Destination, Engine, Settings};
use futures::{StreamExt as _, stream};
use model::{Channel, WorkspaceId};
use tokio::sync::mpsc;

use self::{
    progress::Progress,
    sources::{Item, Lack},
    tally::{Outcome, Tally},
};
use super::{open_with, workspace_named};
use crate::{
    cli,
    config::Config,
    running::{self, engine_settings, key_finder},
};

/// Reports on their way into the database at the same time: enough for one commit to take several.
const AT_ONCE: usize = 16;

pub(super) async fn run(command: cli::Import, config: Config) -> anyhow::Result<ExitCode> {
    let settings = engine_settings(&config, config.http.listen.0, false);
    let limits = settings.limits.clone();
    let keys = if command.is_pipe() { key_finder(&config.checks)? } else { None };
    let engine = open_with(Settings { keys, ..settings }).await?;
    let done = take_in(&engine, &command, limits).await;
    engine.close().await;
    let tally = done?;
    tally.print(command.json)?;
    Ok(match tally.all_taken_in() {
        all if command.is_pipe() => pipe::code(all || tally.is_kept()),
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn take_in(engine: &Engine, command: &cli::Import, limits: ingest::Limits) -> anyhow::Result<Tally> {
    let workspace = workspace_named(engine, command.workspace.as_deref()).await?;
    let (sender, mut receiver) = mpsc::channel(AT_ONCE);
    let progress = Progress::start(&command.paths, command.json);
    let reading = tokio::task::spawn_blocking({
        let (paths, limits, progress) = (command.paths.clone(), limits.clone(), progress.clone());
        move || sources::read(&paths, &limits, &progress, |item| sender.blocking_send(item).is_ok())
    });
    let items = stream::poll_fn(move |cx| receiver.poll_recv(cx));
    let piped = command.is_pipe();
    let mut outcomes = items.map(|item| store(engine, workspace, item, piped)).buffer_unordered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some(outcome) = outcomes.next().await {
        let (name, outcome) = outcome?;
        progress.suspend(|| tally.add(&name, &outcome, command.json))?;
    }
    reading.await?;
    progress.finish();
    Ok(tally)
}

/// Brings one item in. A database that cannot be used ends the import: what was told is durable, the rest can be
/// imported again without counting twice.
///
/// A mail on a pipe comes from a mail server, and must prove who sent it; for all else whoever types the command answers.
async fn store(engine: &Engine, workspace: WorkspaceId, item: Item, piped: bool) -> anyhow::Result<(String, Outcome)> {
    let Item { name, bytes } = item;
    let body = match bytes {
        Ok(body) => body,
        // Half a mail says nothing about the whole: whoever hands it over keeps it and comes again.
        Err(Lack::Unreadable(error)) if piped => return Err(error).context("standard input cannot be read to its end"),
        Err(Lack::Unreadable(error)) => return Ok((name, Outcome::refused(error.to_string()))),
        Err(Lack::NoReport(reason)) => return Ok((name, Outcome::refused(reason))),
    };
    let arrival = Arrival {
        to: Destination::Workspace(workspace),
        channel: if piped && ingest::is_mail(&body) { Channel::Pipe } else { Channel::Import },
        remote: Some(name.clone()),
        body,
        received: running::now(),
        in_mailbox: None,
    };
    let receipt = engine.receive(arrival).await?;
    Ok((name, receipt.into()))
}

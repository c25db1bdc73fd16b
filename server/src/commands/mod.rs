//! What the program can be asked to do, one file for a command.

pub(crate) mod backup;
mod check;
mod config;
pub(crate) mod demo;
mod doctor;
mod domain;
pub(crate) mod expire;
mod health;
pub(crate) mod import;
pub(crate) mod inspect;
mod json;
pub(crate) mod lint;
mod mail;
mod migrate;
mod password;
mod serve;
mod token;
mod user;
mod workspace;

use std::{
    future::Future,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Context as _;
use engine::{Engine, Settings};
use model::{Actor, WorkspaceId, text::visible};

use crate::{
    cli::{Cli, Command},
    config::{Config, ConfigError, load},
    running,
};

/// Wrong usage or configuration, as clap says it, too.
const USAGE: u8 = 2;

/// Runs a command to its end.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if matches!(&cli.command, Command::Import(import) if import.is_pipe()) {
        return Ok(import::pipe::ended(run_any(cli)));
    }
    run_any(cli)
}

fn run_any(cli: Cli) -> anyhow::Result<ExitCode> {
    // These two need no configuration, and must not fail on a bad one.
    match &cli.command {
        Command::Inspect(args) => return inspect::run(args),
        Command::Lint(command) => return lint::run(command),
        _ => {}
    }
    let loaded = load(cli.config.as_deref(), std::env::vars())?;
    let config = loaded.config.clone();
    match cli.command {
        Command::Inspect(args) => inspect::run(&args),
        Command::Lint(command) => lint::run(&command),
        Command::Config(command) => config::run(command, &loaded),
        Command::Doctor(args) => block_on(doctor::run(args, config)),
        Command::Check(args) => block_on(check::run(args, config)),
        Command::Health => health::run(&config),
        Command::Serve => block_on(serve::run(config)),
        Command::Migrate => block_on(migrate::run(config)),
        Command::Domain(command) => block_on(domain::run(command, config)),
        Command::User(command) => block_on(user::run(command, config)),
        Command::Mail(command) => block_on(mail::run(command, config)),
        Command::Workspace(command) => block_on(workspace::run(command, config)),
        Command::Token(command) => block_on(token::run(command, config)),
        Command::Import(command) => block_on(import::run(command, config)),
        Command::Backup(args) => block_on(backup::run(args, config)),
        Command::Expire(args) => block_on(expire::run(args, config)),
        Command::Demo(args) => block_on(demo::run(args, config)),
    }
}

fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let done = runtime.block_on(command);
    // What a command leaves under way, it does not wait for.
    runtime.shutdown_background();
    done
}

/// Says on standard error what went wrong, safe for a terminal, and gives the exit code.
pub(crate) fn explain(error: &anyhow::Error) -> ExitCode {
    // `waxseal … | head` is no error: the reader has seen enough.
    if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    let text = format!("error: {error:#}");
    let mut stderr = io::stderr().lock();
    for line in text.trim_end().lines() {
        let _ = writeln!(stderr, "{}", visible(line));
    }
    let usage = error.is::<ConfigError>() || error.is::<Usage>();
    if usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

/// The command was used wrongly: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Opens the database for a command other than `serve` and `migrate`: these alone upgrade it. What the command changes is
/// written into the audit log as done from the command line.
async fn open(config: &Config) -> anyhow::Result<Engine> {
    open_with(running::engine_settings(config, config.http.listen.0, false)).await
}

async fn open_with(settings: Settings) -> anyhow::Result<Engine> {
    Ok(Engine::open(settings).await?.acting(Actor::command_line(running::now())))
}

/// The workspace of that name, or the only one.
async fn workspace_named(engine: &Engine, name: Option<&str>) -> anyhow::Result<WorkspaceId> {
    engine.workspace(name).await?.ok_or_else(|| {
        Usage(match name {
            Some(name) => format!("there is no workspace {name:?}"),
            None => "there are several workspaces; say which one with --workspace NAME".to_owned(),
        })
        .into()
    })
}

/// Characters in a line of explanation.
const WIDTH: usize = 100;

/// Prints a text in lines of [`WIDTH`] characters, broken at blanks. What strangers wrote in it was made
/// [`visible`] before.
fn wrapped(out: &mut impl Write, indent: &str, text: &str) -> io::Result<()> {
    let mut length = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if length == 0 {
            write!(out, "{indent}{word}")?;
        } else if indent.len() + length + 1 + width > WIDTH {
            length = 0;
            write!(out, "\n{indent}  {word}")?;
        } else {
            write!(out, " {word}")?;
        }
        length += width + 1;
    }
    writeln!(out)
}

//! The `waxseal` program: reads its command line and configuration, joins the crates, and runs.
//!
//! * [`cli`] and `commands`: what can be typed. [`config`]: what can be set.
//! * [`http`]: the web server, from socket to answer. `smtp`: the mail listener. `background`: what happens by itself.
//! * `openid_connect`: signing in at an identity provider. `picture`: charts as PNG.
//! * [`running`]: one server as a value, with a beginning and an end. [`telemetry`]: logs and metrics.
//!
//! `anyhow` carries errors here, where they end up before a person; the crates below have types of their own.

mod background;
pub mod cli;
mod commands;
pub mod config;
pub mod http;
mod openid_connect;
mod picture;
pub mod running;
mod smtp;
pub mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

/// Runs the command that was typed and says how it ended: 0 well, 1 not (entirely), 2 used or configured wrongly.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => commands::explain(&error),
    }
}

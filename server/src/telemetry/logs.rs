//! Logs: events with fields, to standard error, as text or as JSON.
//!
//! Both forms escape control characters, so that nothing a sender wrote acts on a terminal or forges a line. Bodies,
//! passwords, tokens and set-up codes are never logged.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// What the DNS library calls errors are other people's broken zones; checks tell them as findings.
const OF_OTHERS: &str = "hickory_net=off,hickory_proto=off,hickory_resolver=off";

/// What is never logged, whatever level is asked for: the IMAP library would write down commands with their passwords.
const NEVER: &str = "async_imap=off";

/// Starts logging for the rest of the program's life. A second call changes nothing.
pub fn start(settings: &Log) {
    // The level was checked when the configuration was read.
    // What it says comes last, so that it wins.
    let filter = EnvFilter::try_new(format!("{OF_OTHERS},{},{NEVER}", settings.level));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let _ = match settings.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
}

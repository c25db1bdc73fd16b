//! `waxseal backup`: a copy of the whole database in one file, made while the server runs.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use model::{Timestamp, format, text::visible};
use serde::Serialize;

use super::json;
use crate::{config::Config, running};

/// `waxseal backup`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write, or a folder, in which the copy gets a name with the time. Nothing is overwritten.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// What `backup --json` prints.
#[derive(Serialize)]
struct Made<'a> {
    file: &'a str,
    bytes: u64,
}

pub(super) async fn run(args: Args, config: Config) -> anyhow::Result<ExitCode> {
    let url = &config.database.url;
    let to = if args.path.is_dir() {
        args.path.join(name(running::now(), engine::backup::backup_extension(url)?))
    } else {
        args.path
    };
    let made = engine::backup::backup(url, &to).await?;
    let file = to.to_string_lossy();
    let mut out = io::stdout().lock();
    if args.json {
        json::write(&mut out, &Made { file: &file, bytes: made.bytes })?;
        writeln!(out)?;
    } else {
        writeln!(out, "Wrote {} ({}), and read it again: it is whole.", visible(&file), format::size(made.bytes))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `waxseal-20261126T153000Z.db`: sorted by name is sorted by time.
fn name(now: Timestamp, extension: &str) -> String {
    let instant = now.to_string();
    let second: String =
        instant.chars().take_while(|c| !matches!(c, '.' | 'Z')).filter(|c| !"-:".contains(*c)).collect();
    format!("waxseal-{second}Z.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_second() {
        assert_eq!(name(Timestamp(1_795_262_400_123), "db"), "waxseal-20261121T120000Z.db");
        assert_eq!(name(Timestamp(1_795_262_400_000), "dump"), "waxseal-20261121T120000Z.dump");
    }
}

//! `waxseal config`: what is set, from where, and whether it is right.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{
    cli,
    config::{Loaded, Setting},
};

/// A configuration that could be loaded has no mistakes: `check` has nothing left to find.
pub(super) fn run(command: cli::Config, loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    match command {
        cli::Config::Check => writeln!(out, "The configuration is in order.")?,
        cli::Config::Show => show(&loaded.settings(), &mut out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints TOML that can be used as a file; a comment tells where each value comes from.
fn show(settings: &[Setting], out: &mut impl io::Write) -> io::Result<()> {
    let mut section = "";
    for Setting { key, value, origin } in settings {
        let (of, name) = key.split_once('.').unwrap_or(("", key));
        if of != section {
            writeln!(out, "{}[{of}]", if section.is_empty() { "" } else { "\n" })?;
            section = of;
        }
        writeln!(out, "{:<50} # {origin}", format!("{name} = {value}"))?;
    }
    Ok(())
}

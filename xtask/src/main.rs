//! Tasks of this workspace: `cargo run -p xtask -- <task>`. The Makefile calls them by name.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};

mod site;
mod wasm_tree;

const USAGE: &str = "\
Usage: cargo run -p xtask -- <task>

  site       build what browsers load into target/site: WASM, CSS, icons, compressed ahead
  wasm-tree  prove that nothing of the server reaches the browser";

#[expect(clippy::print_stderr, reason = "a command-line tool reports on standard error")]
fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<()> {
    match args.next().as_deref() {
        Some("site") => site::build(&workspace()?),
        Some("wasm-tree") => wasm_tree::check(&workspace()?),
        Some(unknown) => bail!("there is no task `{unknown}`\n\n{USAGE}"),
        None => bail!("{USAGE}"),
    }
}

/// The root of the workspace, as Cargo says now: where it was compiled, the checkout may have lain elsewhere.
fn workspace() -> Result<PathBuf> {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").context("run it by `cargo xtask`")?;
    Ok(Path::new(&xtask).parent().context("xtask lies in the workspace")?.to_owned())
}

/// Says what is going on.
#[expect(clippy::print_stderr, reason = "progress goes to standard error, results to standard output")]
fn say(text: &str) {
    eprintln!("{text}");
}

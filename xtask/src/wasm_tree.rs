//! The proof that dependencies point one way: nothing of the server is compiled into the browser's part.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};

/// Crates that must never reach the browser: databases, sockets, name servers, TLS.
const SERVER_ONLY: [&str; 12] = [
    "axum", "checks", "engine", "hickory", "hyper", "ingest", "reqwest", "rustls", "sea-orm", "sqlx", "storage",
    "tokio",
];

/// Fails when the browser's dependency tree names a crate of the server.
pub(crate) fn check(workspace: &Path) -> Result<()> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(workspace)
        .args([
            "tree",
            "--locked",
            "--target",
            "wasm32-unknown-unknown",
            "-p",
            "frontend",
            "-e",
            "normal",
            "--prefix",
            "none",
        ])
        .output()
        .context("cargo tree could not be started")?;
    ensure!(tree.status.success(), "cargo tree failed:\n{}", String::from_utf8_lossy(&tree.stderr));

    let tree = String::from_utf8(tree.stdout).context("cargo tree did not write UTF-8")?;
    let intruders = intruders(&tree);
    if !intruders.is_empty() {
        bail!(
            "the browser's part depends on {}; `cargo tree --target wasm32-unknown-unknown -p frontend -i <crate>` shows why",
            intruders.join(", ")
        );
    }
    crate::say("wasm-tree: nothing of the server reaches the browser");
    Ok(())
}

/// The crates in a flat listing of `cargo tree` that belong to the server. `sqlx` stands for `sqlx-core` too.
fn intruders(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| {
            SERVER_ONLY
                .iter()
                .any(|bad| name == bad || name.strip_prefix(bad).is_some_and(|rest| rest.starts_with('-')))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_of_the_server_is_found_with_its_parts() {
        let tree = "frontend v0.1.0 (/src/frontend)\napp v0.1.0 (/src/app)\nleptos v0.8.23\nsqlx-core v0.9.0\ntokio v1.48.0 (*)";
        assert_eq!(intruders(tree), ["sqlx-core", "tokio"]);
    }

    #[test]
    fn a_similar_name_is_no_intruder() {
        assert!(intruders("storagebox v1.0.0\nany_spawner v0.3.0\ntokionize v1.0.0").is_empty());
    }
}

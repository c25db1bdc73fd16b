//! The browser's part: `frontend` as WASM, and the JavaScript that loads it.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::{NAME, folder::Folder};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// Compiles `frontend` and binds it: a `.js` and a `_bg.wasm`.
pub(super) fn compile(workspace: &Path) -> Result<Folder> {
    require_target()?;
    crate::say("site: compiling the browser's part");
    let built = Command::new(env!("CARGO"))
        .current_dir(workspace)
        .args(["build", "--package", "frontend", "--target", TARGET, "--profile", PROFILE])
        .status()
        .context("cargo could not be started")?;
    ensure!(built.success(), "the browser's part does not compile; cargo's message is above");

    let wasm = target_folder(workspace).join(TARGET).join(PROFILE).join("frontend.wasm");
    let bound = workspace.join("target/site.bound");
    if bound.exists() {
        std::fs::remove_dir_all(&bound).with_context(|| format!("{} cannot be emptied", bound.display()))?;
    }
    // This library and the `wasm-bindgen` inside the WASM come from one Cargo.lock, so their versions agree.
    Bindgen::new()
        .input_path(&wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&bound)
        .with_context(|| format!("wasm-bindgen cannot bind {}", wasm.display()))?;
    Folder::default().with(&bound, "")
}

/// Where cargo puts what it builds.
fn target_folder(workspace: &Path) -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), Into::into)
}

/// Says how to get the target when it is missing: cargo's own message speaks of a missing `core`.
fn require_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let found = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .context("rustc could not be started")?;
    let folder = String::from_utf8_lossy(&found.stdout);
    if !found.status.success() || !Path::new(folder.trim()).is_dir() {
        bail!(
            "this toolchain cannot compile for browsers yet; install its target with\n\n    rustup target add {TARGET}"
        );
    }
    Ok(())
}

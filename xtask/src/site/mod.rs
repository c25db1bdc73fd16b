//! Builds what browsers load into `target/site`, which the server embeds.
//!
//! ```text
//! target/site/favicon.svg …            public/ as it is
//! target/site/pkg/<hash>/waxseal.css   style/, bundled and minified
//! target/site/pkg/<hash>/waxseal.js    frontend/, by wasm-bindgen
//! target/site/pkg/<hash>/waxseal_bg.wasm
//! ```
//!
//! Each file has a `.br` and a `.gz` beside it where that is smaller. The folder's name is the hash of what is in it, so
//! browsers may keep it for ever. When nothing changed, nothing is built and no file is touched.

mod browser;
mod folder;
mod style;

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use folder::Folder;

/// What the site is made of. Anything else leaves it as it is.
const SOURCES: [&str; 8] =
    ["app", "frontend", "style", "public", "xtask/src/site", "Cargo.lock", "Cargo.toml", "rust-toolchain.toml"];

/// The stem of the package's files; the server's `LeptosOptions` name it too.
const NAME: &str = "waxseal";

/// Builds the site unless it is as new as its sources.
pub(crate) fn build(workspace: &Path) -> Result<()> {
    let site = workspace.join("target/site");
    let stamp = workspace.join("target/site.stamp");

    let sources = SOURCES
        .iter()
        .try_fold(Folder::default(), |folder, source| folder.with(workspace, source))
        .context("the sources of the site cannot be read")?;
    let fingerprint = sources.hash();
    if site.is_dir() && fs::read_to_string(&stamp).is_ok_and(|built| built == fingerprint) {
        crate::say("site: nothing changed");
        return Ok(());
    }

    let mut package = browser::compile(workspace)?;
    package.insert(format!("{NAME}.css"), style::bundle(&workspace.join("style"))?.into_bytes());

    let mut made = Folder::default().with(workspace, "public")?.below("public");
    let prefix = format!("pkg/{}", &package.hash()[..16]);
    made.add(&prefix, package);
    made.compress()?;
    crate::say(&made.weights());
    made.write_to(&site)?;
    fs::write(&stamp, fingerprint).with_context(|| format!("{} cannot be written", stamp.display()))
}

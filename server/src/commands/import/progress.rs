//! A progress bar over the bytes to read, for people who watch.

use std::{
    fs,
    io::{IsTerminal as _, Read, stderr},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};

/// The bar; hidden where nobody watches.
#[derive(Clone, Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Begins a bar on standard error when that is a terminal.
    pub(super) fn start(paths: &[PathBuf], json: bool) -> Self {
        if json || !stderr().is_terminal() {
            return Self::hidden();
        }
        let bar = ProgressBar::new(paths.iter().map(|path| size(path)).sum());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}  {elapsed}, {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// A bar that nobody sees.
    pub(super) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// A reader that moves the bar.
    pub(super) fn wrap<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }

    /// Prints without the bar in between.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Bytes below a path; what cannot be read is told when its turn comes.
fn size(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| size(&entry.path())).sum()
        }
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    }
}

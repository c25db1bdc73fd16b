//! What is being looked at, for people who watch.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use checks::Event;
use indicatif::{ProgressBar, ProgressStyle};
use model::{DomainName, text::visible};

/// A line on standard error that tells what is going on; hidden where nobody watches.
#[derive(Clone, Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start(domains: usize, json: bool) -> Self {
        if json || !stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(domains as u64);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {elapsed}  {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Tells what happens to a domain.
    pub(super) fn tell(&self, domain: &DomainName, event: Event<'_>) {
        let message = match event {
            Event::Looking(check, None) => format!("{domain}: {}…", check.word()),
            Event::Looking(check, Some(host)) => format!("{domain}: {} on {host}…", check.word()),
            Event::Found(section) => {
                let host = section.host.as_ref().map(|host| format!(" of {host}")).unwrap_or_default();
                format!("{domain}: {}{host}: {}", section.check.word(), section.status.word())
            }
        };
        self.0.set_message(visible(&message).into_owned());
    }

    /// One domain is done.
    pub(super) fn done(&self) {
        self.0.inc(1);
    }

    /// Prints without the line in between.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

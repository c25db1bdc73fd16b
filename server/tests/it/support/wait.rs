//! Waiting for what the program does by itself.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Asks until it is so; fails after twenty seconds.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

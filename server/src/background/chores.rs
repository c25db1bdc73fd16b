//! Adds the domains of large additions and deletes what removed domains leave behind, some at a time.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::http::Shared;

/// The longest pause: another process may have begun something and died.
const LONGEST: Duration = Duration::from_secs(10);

/// Does chores until `stop` is called. What is under way then goes on when the program runs again.
pub(super) async fn run(shared: &Shared, stop: &CancellationToken) {
    let engine = &shared.engine;
    loop {
        let more = tokio::select! {
            () = stop.cancelled() => return,
            done = engine.do_chores((shared.clock.0)()) => done.unwrap_or_else(|error| {
                tracing::error!(%error, "domains cannot be added or removed just now; tried again in ten seconds");
                false
            }),
        };
        if more {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(LONGEST) => {}
            () = engine.chore_wanted() => {}
        }
    }
}

//! Asks again for the keys of DKIM signatures that DNS did not tell when a mail came.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::http::Shared;

/// The pause when nothing is due.
const PAUSE: Duration = Duration::from_secs(15);

/// Does so until `stop` is called. What is under way then is due again in a while.
pub(super) async fn run(shared: &Shared, stop: &CancellationToken) {
    loop {
        let due = tokio::select! {
            () = stop.cancelled() => return,
            due = shared.engine.judge_waiting((shared.clock.0)()) => due.unwrap_or_else(|error| {
                tracing::error!(%error, "mails that wait for a key cannot be judged just now; tried again in a while");
                0
            }),
        };
        if due > 0 {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
    }
}

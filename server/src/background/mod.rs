//! What happens by itself: a handful of small duties, each due again after its own time.
//!
//! A duty is a function that can be called; the schedule only says when. Its failure is logged and it is tried again
//! at its next turn.

mod checker;
mod chores;
mod duties;
mod mailboxes;
mod schedule;
mod signatures;

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use self::{duties::Duty, schedule::Schedule};
use crate::http::Shared;

/// How long the program runs before its first duty, so that starting is not slowed by them.
const FIRST: Duration = Duration::from_secs(30);

/// Does what is due until `stop` is called: duties, checks of domains, mailboxes, what forms have left to do, and what waits for a
/// key.
pub(crate) async fn run(shared: Shared, stop: CancellationToken) {
    tokio::join!(
        duties(&shared, &stop),
        checker::run(&shared, &stop),
        chores::run(&shared, &stop),
        mailboxes::run(&shared, &stop),
        signatures::run(&shared, &stop),
    );
}

async fn duties(shared: &Shared, stop: &CancellationToken) {
    let start = Instant::now();
    let mut schedule = Schedule::new(Duty::ALL.map(|duty| (duty, FIRST, duty.every())));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(schedule.next_in(start.elapsed())) => {}
        }
        for duty in schedule.due(start.elapsed()) {
            if let Err(error) = duty.perform(shared).await {
                tracing::error!(%error, ?duty, "a duty failed; it is tried again at its next turn");
            }
        }
    }
}

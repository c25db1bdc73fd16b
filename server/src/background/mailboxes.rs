//! Reads mailboxes when they are due: several at once, each in one process at a time.

use std::{collections::HashMap, time::Duration};

use engine::{ClaimedMailbox, Engine, Receipt};
use metrics::{counter, histogram};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{http::Shared, telemetry::names};

/// Mailboxes that are read at one time, with those whose servers are to tell of new messages.
const AT_ONCE: usize = 32;
/// The longest pause: another process may have added a mailbox, or fallen silent.
const LONGEST: Duration = Duration::from_secs(5);
/// The pause after the database did not answer.
const AFTER_ERROR: Duration = Duration::from_secs(30);

/// Reads mailboxes until `stop` is called; those under way then are given back for others to read.
pub(super) async fn run(shared: &Shared, stop: &CancellationToken) {
    let (engine, clock) = (&shared.engine, shared.clock.0);
    let mut running = JoinSet::new();
    let mut claims: HashMap<tokio::task::Id, ClaimedMailbox> = HashMap::new();
    while !stop.is_cancelled() {
        let now = clock();
        let pause = match take(engine, now, AT_ONCE - running.len()).await {
            Ok(taken) => {
                for claim in taken {
                    let (engine, mine) = (engine.clone(), claim.clone());
                    let task = running.spawn(async move { engine.read_mailbox(&mine, clock, &tell).await });
                    claims.insert(task.id(), claim);
                }
                pause(engine, now).await
            }
            Err(error) => {
                tracing::error!(%error, "no mailboxes can be read; tried again in half a minute");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(pause) => {}
            () = engine.mailbox_wanted(), if running.len() < AT_ONCE => {}
            Some(done) = running.join_next_with_id() => {
                let id = match done {
                    Ok((id, Ok(()))) => id,
                    Ok((id, Err(error))) => {
                        tracing::error!(%error, "how reading a mailbox went could not be stored");
                        id
                    }
                    Err(error) => {
                        tracing::error!(%error, "reading a mailbox ended badly; please report this");
                        error.id()
                    }
                };
                claims.remove(&id);
            }
        }
    }
    running.shutdown().await;
    for claim in claims.into_values() {
        if let Err(error) = engine.give_back_mailbox(&claim).await {
            tracing::warn!(%error, "a mailbox is read again only when its lease is over");
        }
    }
}

/// Counts what was taken in, as for the other channels.
fn tell(receipt: &Receipt, took: Duration) {
    histogram!(names::COMMIT_SECONDS).record(took);
    counter!(names::DELIVERIES, "outcome" => receipt.outcome.word()).increment(1);
}

/// Takes as many mailboxes as there is room for.
async fn take(engine: &Engine, now: model::Timestamp, room: usize) -> Result<Vec<ClaimedMailbox>, engine::Error> {
    if room == 0 { Ok(vec![]) } else { engine.due_mailboxes(now, room).await }
}

/// Until the next mailbox is due, within bounds.
async fn pause(engine: &Engine, now: model::Timestamp) -> Duration {
    let next = engine.next_mailbox().await.ok().flatten();
    let wait = next.map_or(LONGEST, |next| Duration::from_millis(u64::try_from(next.0 - now.0).unwrap_or(0)));
    wait.clamp(Duration::from_millis(200), LONGEST)
}

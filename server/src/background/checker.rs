//! Looks at domains when they are due: several at once, and at once when someone asks for it.

use std::{collections::HashMap, time::Duration};

use engine::{ClaimedCheck, Engine};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::http::Shared;

/// Domains that are looked at at one time.
const AT_ONCE: usize = 32;
/// The longest pause: another process may have added a domain, or asked for a check.
const LONGEST: Duration = Duration::from_secs(5);
/// The pause after the database did not answer.
const AFTER_ERROR: Duration = Duration::from_secs(30);

/// Does checks until `stop` is called; what is under way then is given back for others to do.
pub(super) async fn run(shared: &Shared, stop: &CancellationToken) {
    let engine = &shared.engine;
    let mut running = JoinSet::new();
    let mut claims: HashMap<tokio::task::Id, ClaimedCheck> = HashMap::new();
    while !stop.is_cancelled() {
        let now = (shared.clock.0)();
        let pause = match take(engine, now, AT_ONCE - running.len()).await {
            Ok(taken) => {
                for claim in taken {
                    let (engine, mine) = (engine.clone(), claim.clone());
                    let task = running.spawn(async move { engine.perform_check(&mine, now).await });
                    claims.insert(task.id(), claim);
                }
                pause(engine, now).await
            }
            Err(error) => {
                tracing::error!(%error, "no checks can be taken; tried again in half a minute");
                AFTER_ERROR
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(pause) => {}
            () = engine.check_wanted(), if running.len() < AT_ONCE => {}
            Some(done) = running.join_next_with_id() => {
                let id = match done {
                    Ok((id, Ok(()))) => id,
                    Ok((id, Err(error))) => {
                        tracing::error!(%error, "what a check found could not be stored");
                        id
                    }
                    Err(error) => {
                        tracing::error!(%error, "a check ended badly; please report this");
                        error.id()
                    }
                };
                claims.remove(&id);
            }
        }
    }
    running.shutdown().await;
    for claim in claims.into_values() {
        if let Err(error) = engine.give_back_check(&claim).await {
            tracing::warn!(%error, "a check is due again only when its lease is over");
        }
    }
}

/// Takes as many checks as there is room for.
async fn take(engine: &Engine, now: model::Timestamp, room: usize) -> Result<Vec<ClaimedCheck>, engine::Error> {
    if room == 0 { Ok(vec![]) } else { engine.due_checks(now, room).await }
}

/// Until the next check is due, within bounds.
async fn pause(engine: &Engine, now: model::Timestamp) -> Duration {
    let next = engine.next_check().await.ok().flatten();
    let wait = next.map_or(LONGEST, |next| Duration::from_millis(u64::try_from(next.0 - now.0).unwrap_or(0)));
    wait.clamp(Duration::from_millis(200), LONGEST)
}

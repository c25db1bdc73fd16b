//! Pages take turns: a few are drawn at once. If all were, the look-ups that each begins with would wait behind the drawing
//! of all the others, until the database seemed to be gone.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::Shared;

/// Drawn at once: enough that some may wait for the database while others are drawn.
const AT_ONCE: usize = 16;
/// Who has waited for so long goes ahead: those before may be waiting for name servers, which keeps nobody busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turns there are.
#[derive(Debug)]
pub(super) struct Turns(Semaphore);

impl Turns {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }

    /// Waits for a turn, which is given back when dropped; none for who has waited long enough.
    async fn take(&self) -> Option<SemaphorePermit<'_>> {
        timeout(PATIENCE, self.0.acquire()).await.ok()?.ok()
    }
}

/// Middleware: a page waits for its turn. What is sent takes none, as a slow sender would keep it.
pub(super) async fn wait(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let _turn = if reads { shared.turns.take().await } else { None };
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_page_waits_for_its_turn_but_not_for_ever() {
        let (turns, begun) = (Turns::new(), Instant::now());
        let mut drawn = Vec::new();
        for _ in 0..AT_ONCE {
            drawn.push(turns.take().await);
        }
        assert!(drawn.iter().all(Option::is_some) && begun.elapsed() < PATIENCE);

        assert!(turns.take().await.is_none());
        assert_eq!(begun.elapsed(), PATIENCE);

        drawn.pop();
        assert!(turns.take().await.is_some());
        assert_eq!(begun.elapsed(), PATIENCE);
    }
}

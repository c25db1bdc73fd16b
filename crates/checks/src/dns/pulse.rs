//! Whether our name servers are there at all: a circuit breaker, so that dead ones cost seconds and not a wait for each
//! question.
//!
//! A question without an answer may lie with the name servers of the domain it is about, which are anybody's, or with ours.
//! Ours are then asked for the root, which every resolver has at hand. If that has no answer either, nothing is asked for a
//! while, by any check; what is asked first after that finds out anew. So no silent domain stops the checks of others.

use std::{future::Future, time::Duration};

use crate::share::Shared;

/// How long a finding holds, from when the root was asked.
const HOLDS: Duration = Duration::from_secs(15);

/// What is known of our name servers, shared by all checks.
#[derive(Debug)]
pub(super) struct Pulse(Shared<(), bool>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Shared::new(HOLDS))
    }
}

impl Pulse {
    /// Whether it is known that none of them answers.
    pub(super) fn is_lost(&self) -> bool {
        self.0.kept(&()) == Some(false)
    }

    /// Whether they are there, when a question had no answer. `root_answers` is awaited once for all who ask at the same
    /// time.
    pub(super) async fn beats(&self, root_answers: impl Future<Output = bool>) -> bool {
        self.0.get(&(), async || Some(root_answers.await)).await.unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_loss_is_found_once_for_all_and_forgotten_after_a_while() {
        let (pulse, asked) = (Pulse::default(), AtomicU32::new(0));
        let root = |answers: bool| {
            let asked = &asked;
            async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(3)).await;
                answers
            }
        };
        assert!(!pulse.is_lost());
        let all = futures::future::join_all((0..50).map(|_| pulse.beats(root(false)))).await;
        assert!(all.iter().all(|beats| !beats) && pulse.is_lost());
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(pulse.is_lost());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!pulse.is_lost(), "it is time to try again");
        assert!(pulse.beats(root(true)).await);
        assert!(!pulse.is_lost());
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}

//! How often one address may be dialled, so that nobody is dialled through us more than a curious neighbour would.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};

use tokio::time::Instant;

/// How many addresses are remembered.
const MAX_ENTRIES: usize = 65_536;

/// Counts connections to each address: a few at once, then one in each pause.
#[derive(Debug)]
pub(crate) struct Gate {
    at_once: u32,
    pause: Duration,
    /// When an address that is dialled no more would have all its connections back.
    full: Mutex<HashMap<IpAddr, Instant>>,
}

impl Gate {
    pub(crate) fn new(at_once: u32, pause: Duration) -> Self {
        Self { at_once, pause, full: Mutex::default() }
    }

    /// Whether the address may be dialled now; counts it if so.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        let now = Instant::now();
        let Ok(mut full) = self.full.lock() else {
            return false;
        };
        if full.len() >= MAX_ENTRIES {
            full.retain(|_, at| *at > now);
            if full.len() >= MAX_ENTRIES {
                return false;
            }
        }
        let at = full.get(&address).copied().unwrap_or(now).max(now);
        let admitted = at + self.pause <= now + self.pause * self.at_once;
        if admitted {
            full.insert(address, at + self.pause);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_few_at_once_and_then_one_a_pause() {
        let gate = Gate::new(4, Duration::from_mins(1));
        let address = IpAddr::from([192, 0, 2, 1]);
        let admitted = |gate: &Gate| (0..100).filter(|_| gate.admits(address)).count();
        assert_eq!(admitted(&gate), 4);
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(admitted(&gate), 0);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(admitted(&gate), 1);
        assert!(gate.admits([192, 0, 2, 2].into()));
        tokio::time::advance(Duration::from_mins(10)).await;
        assert_eq!(admitted(&gate), 4);
    }
}

//! The names of addresses (reverse DNS), on demand. It costs others something, so few are asked for at once, and what was told is
//! kept for a while.

use std::{net::IpAddr, time::Duration};

pub use ::checks::Names;
use ::checks::Shared;
use tokio::sync::Semaphore;

use crate::{Engine, Error};

/// How long names are kept, and of how many addresses.
const KEEP: Duration = Duration::from_mins(10);
const KEPT: usize = 500;
/// Addresses that are asked for at once.
const AT_ONCE: usize = 4;

/// Names that were told just now, and room for more.
#[derive(Debug)]
pub(crate) struct ReverseNames {
    told: Shared<IpAddr, Names>,
    room: Semaphore,
}

impl Default for ReverseNames {
    fn default() -> Self {
        Self { told: Shared::new(KEEP).at_most(KEPT), room: Semaphore::new(AT_ONCE) }
    }
}

impl Engine {
    /// Whether names of addresses can be asked for.
    #[must_use]
    pub fn tells_names(&self) -> bool {
        self.checks.runner().is_some()
    }

    /// The names of an address; of one that is not public nothing is asked. None where checks are switched off.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many are asked for just now.
    pub async fn names_of(&self, address: IpAddr) -> Result<Option<Names>, Error> {
        let Some(runner) = self.checks.runner() else { return Ok(None) };
        let ask = async || {
            let _room = self.reverse_names.room.try_acquire().ok()?;
            Some(runner.names_of(address).await)
        };
        self.reverse_names.told.get(&address, ask).await.map(Some).ok_or(Error::Busy)
    }
}

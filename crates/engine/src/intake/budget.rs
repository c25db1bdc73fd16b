//! One budget of bytes for everything that is held in memory while reports come in, whatever is sent.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits are handed out in KiB, since a semaphore counts in 32 bits.
const UNIT: usize = 1 << 10;

/// Bytes that may be held at once, by all deliveries together. Cheap to clone; all clones are one budget.
#[derive(Clone, Debug)]
pub struct Budget {
    units: Arc<Semaphore>,
    total: usize,
}

/// Bytes held of a [`Budget`]; given back when dropped.
#[derive(Debug)]
pub struct Held {
    budget: Budget,
    permit: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

/// The budget is used up: answer 503 with Retry-After.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much is being received just now")]
pub struct UsedUp;

impl Budget {
    /// What of each delivery is free of charge: nearly all reports are smaller, and a budget that anyone with a thousand
    /// idle connections could use up would protect nothing.
    pub const FREE: usize = 64 << 10;

    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let total = bytes / UNIT;
        Self { units: Arc::new(Semaphore::new(total)), total }
    }

    /// Begins to hold for one delivery. Nothing is taken yet.
    #[must_use]
    pub fn hold(&self) -> Held {
        Held { budget: self.clone(), permit: None, bytes: Self::FREE }
    }

    /// Bytes there are in all.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total * UNIT
    }

    /// Bytes held now.
    #[must_use]
    pub fn held(&self) -> usize {
        (self.total - self.units.available_permits().min(self.total)) * UNIT
    }
}

impl Held {
    /// Makes sure that so many bytes are held altogether.
    ///
    /// # Errors
    /// There are not so many left. What was held before still is.
    pub fn grow_to(&mut self, bytes: usize) -> Result<(), UsedUp> {
        if bytes <= self.bytes {
            return Ok(());
        }
        let units = (bytes - self.bytes).div_ceil(UNIT);
        let more = u32::try_from(units)
            .ok()
            .and_then(|units| Arc::clone(&self.budget.units).try_acquire_many_owned(units).ok());
        let more = more.ok_or(UsedUp)?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        self.bytes += units * UNIT;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn small_deliveries_are_free() {
        let budget = Budget::new(MIB);
        let mut all = (0..10_000).map(|_| budget.hold()).collect::<Vec<_>>();
        assert!(all.iter_mut().all(|held| held.grow_to(Budget::FREE).is_ok()));
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn no_more_is_held_than_there_is() {
        let budget = Budget::new(MIB);
        let (mut one, mut other) = (budget.hold(), budget.hold());
        one.grow_to(MIB / 2).unwrap();
        one.grow_to(MIB).unwrap();
        assert_eq!(budget.held(), MIB - Budget::FREE);
        assert_eq!(other.grow_to(MIB / 4), Err(UsedUp));
        drop(one);
        other.grow_to(MIB / 4).unwrap();
        assert_eq!(budget.held(), MIB / 4 - Budget::FREE);
    }

    #[test]
    fn growing_to_less_takes_nothing() {
        let budget = Budget::new(MIB);
        let mut held = budget.hold();
        held.grow_to(200 << 10).unwrap();
        let before = budget.held();
        held.grow_to(100 << 10).unwrap();
        assert_eq!(budget.held(), before);
    }
}

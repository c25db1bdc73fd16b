//! How many connections may be open, all together and from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use metrics::gauge;

use super::client::network;
use crate::telemetry::names;

/// The connections that may be open.
#[derive(Debug)]
pub(super) struct Slots {
    total: usize,
    per_address: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// Why there is no room for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The server has as many as it may.
    Total,
    /// This client has.
    Address,
}

impl Full {
    /// As metrics name it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Total => "full",
            Self::Address => "full_for_address",
        }
    }
}

/// Room for one connection; given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    network: Option<IpAddr>,
}

impl Slots {
    pub(super) fn new(total: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { total, per_address, open: Mutex::default() })
    }

    /// Takes room for a connection from `ip`. Trusted proxies are exempt from the cap on one address.
    pub(super) fn take(self: &Arc<Self>, ip: IpAddr, exempt: bool) -> Result<Slot, Full> {
        let network = (!exempt).then(|| network(ip));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.total >= self.total {
            return Err(Full::Total);
        }
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= self.per_address {
                return Err(Full::Address);
            }
            *count += 1;
        }
        open.total += 1;
        gauge!(names::CONNECTIONS_OPEN).increment(1.0);
        Ok(Slot { slots: Arc::clone(self), network })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.slots.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total -= 1;
        gauge!(names::CONNECTIONS_OPEN).decrement(1.0);
        let Some(network) = self.network else { return };
        if let Some(count) = open.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all() {
        let slots = Slots::new(3, 2);
        let take = |ip: &str, exempt| slots.take(ip.parse().unwrap(), exempt);
        let first = take("2001:db8::1", false).unwrap();
        let _second = take("2001:db8::2", false).unwrap();
        assert_eq!(take("2001:db8::3", false).unwrap_err(), Full::Address, "the same /64");
        let _third = take("192.0.2.1", false).unwrap();
        assert_eq!(take("192.0.2.2", false).unwrap_err(), Full::Total);
        drop(first);
        assert!(take("2001:db8::3", false).is_ok(), "a closed connection gives its room back");
        assert_eq!(slots.open.lock().unwrap().total, 2);
    }

    #[test]
    fn a_trusted_proxy_is_bound_by_the_total_alone() {
        let slots = Slots::new(3, 1);
        let held: Vec<_> = (0..3).map(|_| slots.take("10.0.0.1".parse().unwrap(), true).unwrap()).collect();
        assert_eq!(slots.take("10.0.0.1".parse().unwrap(), true).unwrap_err(), Full::Total);
        drop(held);
        assert!(slots.open.lock().unwrap().by_network.is_empty());
    }
}

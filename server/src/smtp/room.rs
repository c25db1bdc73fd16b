//! How many sessions may be open. When there is no room, whoever has been silent for longest leaves: a thousand peers that say
//! nothing must not keep one out that has something to say.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use metrics::gauge;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use crate::{http::network, telemetry::names};

/// The sessions that may be open.
#[derive(Debug)]
pub(super) struct Room {
    total: usize,
    per_address: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    sessions: BTreeMap<u64, Entry>,
    by_network: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Entry {
    network: Option<IpAddr>,
    heard: Instant,
    leave: CancellationToken,
}

/// One peer has as many sessions as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// The place of one session; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    room: Arc<Room>,
    number: u64,
    leave: CancellationToken,
}

impl Room {
    pub(super) fn new(total: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { total, per_address, open: Mutex::default() })
    }

    /// A place for a session from `ip`; none: from this machine's own mail server, which is not bound by the cap on one
    /// address. When all are taken, the session that was silent for longest is asked to leave, and no longer counts.
    pub(super) fn take(self: &Arc<Self>, ip: Option<IpAddr>, now: Instant) -> Result<Place, TooMany> {
        let network = ip.map(network);
        let mut open = self.lock();
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= self.per_address {
                return Err(TooMany);
            }
            *count += 1;
        }
        if open.sessions.len() >= self.total {
            let silent = open.sessions.iter().min_by_key(|(_, entry)| entry.heard).map(|(number, _)| *number);
            if let Some(entry) = silent.and_then(|number| open.remove(number)) {
                entry.leave.cancel();
            }
        }
        let (number, leave) = (open.next, CancellationToken::new());
        open.next += 1;
        open.sessions.insert(number, Entry { network, heard: now, leave: leave.clone() });
        gauge!(names::MAIL_SESSIONS_OPEN).increment(1.0);
        Ok(Place { room: Arc::clone(self), number, leave })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.sessions.remove(&number)?;
        gauge!(names::MAIL_SESSIONS_OPEN).decrement(1.0);
        if let Some(network) = entry.network
            && let Some(count) = self.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
        Some(entry)
    }
}

impl Place {
    /// The peer has said something whole.
    pub(super) fn heard(&self, now: Instant) {
        if let Some(entry) = self.room.lock().sessions.get_mut(&self.number) {
            entry.heard = now;
        }
    }

    /// Ends when the place is needed for somebody else.
    pub(super) fn lost(&self) -> WaitForCancellationFuture<'_> {
        self.leave.cancelled()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.lock().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn take(room: &Arc<Room>, ip: &str, now: Instant) -> Result<Place, TooMany> {
        room.take(Some(ip.parse().unwrap()), now)
    }

    #[test]
    fn one_address_cannot_take_all() {
        let (room, now) = (Room::new(10, 2), Instant::now());
        let first = take(&room, "2001:db8::1", now).unwrap();
        let _second = take(&room, "2001:db8::2", now).unwrap();
        assert_eq!(take(&room, "2001:db8::3", now).unwrap_err(), TooMany, "the same /64");
        assert!(take(&room, "192.0.2.1", now).is_ok());
        drop(first);
        assert!(take(&room, "2001:db8::3", now).is_ok(), "a closed session gives its place back");
        let local: Vec<_> = (0..5).map(|_| room.take(None, now).unwrap()).collect();
        drop(local);
        assert_eq!(room.lock().sessions.len(), 1);
    }

    #[test]
    fn who_was_silent_for_longest_leaves() {
        let (room, start) = (Room::new(3, 1), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let places: Vec<_> = (1..=3).map(|n| take(&room, &format!("192.0.2.{n}"), at(n)).unwrap()).collect();
        places[0].heard(at(10));
        let newcomer = take(&room, "192.0.2.4", at(11)).unwrap();
        let asked: Vec<_> = places.iter().map(|place| place.leave.is_cancelled()).collect();
        assert_eq!(asked, [false, true, false]);
        assert!(!newcomer.leave.is_cancelled());
        assert_eq!(room.lock().sessions.len(), 3);
        assert!(take(&room, "192.0.2.2", at(12)).is_ok(), "who was asked to leave no longer counts");
        drop((places, newcomer));
        assert!(room.lock().sessions.is_empty() && room.lock().by_network.is_empty());
    }
}

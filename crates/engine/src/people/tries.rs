//! How often passwords and codes may be tried, per network and per account, and how many mails one account may cause.
//!
//! Both limits refill steadily, so nobody is locked out for long. The account's limit is for strangers alone: whoever
//! tries from an address that holds a session of that account is only held to the network's limit, so an attack on an
//! account does not keep its owner out.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use model::UserId;

/// Tries a network may make at once, and how long it then waits for each further one.
const NETWORK: (u32, Duration) = (20, Duration::from_secs(3));

/// Tries an account takes from strangers at once, and how long until it takes one more.
const ACCOUNT: (u32, Duration) = (10, Duration::from_secs(5));

/// Codes of the second step that an account takes at once, and how long until it takes one more. Of a million codes three are
/// right at a time, so guessing for a day finds one with less than half a percent; strangers and each known network by itself.
const CODES: (u32, Duration) = (10, Duration::from_mins(1));

/// Mails that somebody without a password may cause at once for an account, and how long until one more.
const MAILS: (u32, Duration) = (3, Duration::from_mins(10));

/// What counts as one neighbour: an IPv4 address, or the /64 that one customer holds of IPv6 (RFC 6177).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Network {
    V4([u8; 4]),
    V6([u16; 4]),
    /// Not an address: a socket without one.
    Other(String),
}

impl Network {
    pub(super) fn of(ip: &str) -> Self {
        match ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(IpAddr::V4(ip)) => Self::V4(ip.octets()),
            Ok(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                Self::V6([a, b, c, d])
            }
            Err(_) => Self::Other(ip.to_owned()),
        }
    }
}

/// Counts tries. Keys are kept as 16 bits of a seeded hash: memory stays below a few megabytes whatever is tried, and
/// the rare two that share a cell share its limit.
#[derive(Debug)]
pub(crate) struct Tries<C: Clock = DefaultClock> {
    networks: Cells<C>,
    accounts: Cells<C>,
    codes: Cells<C>,
    mails: Cells<C>,
    seed: RandomState,
}

type Cells<C> = RateLimiter<u16, DashMapStateStore<u16>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Tries {
    pub(crate) fn new() -> Self {
        Self::by(&DefaultClock::default())
    }
}

impl<C: Clock + Clone> Tries<C> {
    fn by(clock: &C) -> Self {
        let cells = |(burst, refill): (u32, Duration)| {
            let quota = Quota::with_period(refill).expect("a refill takes time");
            let burst = NonZeroU32::new(burst).expect("at least one try is allowed");
            RateLimiter::new(quota.allow_burst(burst), DashMapStateStore::default(), clock.clone())
        };
        Self {
            networks: cells(NETWORK),
            accounts: cells(ACCOUNT),
            codes: cells(CODES),
            mails: cells(MAILS),
            seed: RandomState::new(),
        }
    }

    /// Counts a try from this network; false means: too many.
    pub(super) fn admits_from(&self, network: &Network) -> bool {
        self.networks.check_key(&self.key(network)).is_ok()
    }

    /// Counts a stranger's try at this account, whether or not it exists; false means: too many.
    pub(super) fn admits_to(&self, email: &str) -> bool {
        self.accounts.check_key(&self.key(email)).is_ok()
    }

    /// Counts a code for this account, from a network that is known to be its owner's or from strangers all together; false means:
    /// too many.
    pub(super) fn admits_code(&self, user: UserId, known: Option<&Network>) -> bool {
        self.codes.check_key(&self.key((user.0, known))).is_ok()
    }

    /// Counts a mail to this address, whether or not it is anybody's; false means: too many.
    pub(super) fn admits_mail(&self, email: &str) -> bool {
        self.mails.check_key(&self.key(email)).is_ok()
    }

    fn key(&self, value: impl std::hash::Hash) -> u16 {
        u16::try_from(self.seed.hash_one(value) & 0xffff).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn admitted(mut try_it: impl FnMut() -> bool) -> usize {
        (0..1000).filter(|_| try_it()).count()
    }

    #[test]
    fn a_network_gets_a_burst_and_then_one_try_every_three_seconds() {
        let clock = FakeRelativeClock::default();
        let tries = Tries::by(&clock);
        assert_eq!(admitted(|| tries.admits_from(&Network::of("192.0.2.1"))), 20);
        clock.advance(Duration::from_secs(30));
        assert_eq!(admitted(|| tries.admits_from(&Network::of("192.0.2.1"))), 10);
        clock.advance(Duration::from_hours(1));
        assert_eq!(admitted(|| tries.admits_from(&Network::of("192.0.2.1"))), 20, "nobody is locked out for long");
    }

    #[test]
    fn a_network_is_a_slash_64_and_a_mapped_address_is_the_one_it_maps() {
        let tries = Tries::by(&FakeRelativeClock::default());
        let mut host = 0;
        let spent = admitted(|| {
            host += 1;
            tries.admits_from(&Network::of(&format!("2001:db8::{host:x}")))
        });
        assert_eq!(spent, 20);
        assert_eq!(admitted(|| tries.admits_from(&Network::of("192.0.2.1"))), 20);
        assert!(!tries.admits_from(&Network::of("::ffff:192.0.2.1")));
    }

    #[test]
    fn ten_thousand_tries_in_a_minute_reach_an_account_less_than_thirty_times() {
        let clock = FakeRelativeClock::default();
        let tries = Tries::by(&clock);
        let reached = (0..10_000).filter(|_| {
            clock.advance(Duration::from_millis(6));
            tries.admits_to("owner@example.com")
        });
        assert!(reached.count() <= 30);
    }

    #[test]
    fn guessing_codes_from_elsewhere_does_not_keep_the_owner_from_trying() {
        let tries = Tries::by(&FakeRelativeClock::default());
        let home = Network::of("192.0.2.1");
        assert_eq!(admitted(|| tries.admits_code(UserId(1), None)), 10);
        assert_eq!(admitted(|| tries.admits_code(UserId(1), Some(&home))), 10);
        assert_eq!(admitted(|| tries.admits_code(UserId(2), None)), 10);
    }

    #[test]
    fn a_mailbox_is_not_filled() {
        let clock = FakeRelativeClock::default();
        let tries = Tries::by(&clock);
        assert_eq!(admitted(|| tries.admits_mail("ada@example.com")), 3);
        clock.advance(Duration::from_mins(20));
        assert_eq!(admitted(|| tries.admits_mail("ada@example.com")), 2);
    }

    #[test]
    fn invented_accounts_do_not_fill_memory() {
        let tries = Tries::by(&FakeRelativeClock::default());
        for n in 0..300_000 {
            tries.admits_to(&format!("{n}@example.com"));
        }
        assert!(tries.accounts.len() <= 1 << 16);
    }
}

//! How often reports may come, by POST and by mail alike: from one client address and for one report address.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use model::DomainId;

use crate::{
    config::{Count, Receiving},
    http::client::network,
};

/// Both limits. Only POSTs to known addresses count, so that guessing costs no honest sender its turn.
#[derive(Debug)]
pub(crate) struct Rates {
    /// Made once: making it asks the processor what it can, which costs as much as a whole request.
    clock: DefaultClock,
    sources: DefaultKeyedRateLimiter<IpAddr>,
    addresses: DefaultKeyedRateLimiter<DomainId>,
}

impl Rates {
    pub(crate) fn new(settings: &Receiving) -> Self {
        let number = |count: Count| NonZeroU32::new(count.0).unwrap_or(NonZeroU32::MIN);
        let quota = |minute, burst| Quota::per_minute(number(minute)).allow_burst(number(burst));
        Self {
            clock: DefaultClock::default(),
            sources: RateLimiter::keyed(quota(settings.source_per_minute, settings.source_burst)),
            addresses: RateLimiter::keyed(quota(settings.address_per_minute, settings.address_burst)),
        }
    }

    /// Counts one report, or says how long to wait. Without a source it came through this machine's own mail server, which
    /// speaks for many.
    pub(crate) fn check(&self, source: Option<IpAddr>, domain: DomainId) -> Result<(), Duration> {
        let now = self.clock.now();
        if let Some(source) = source {
            self.sources.check_key(&network(source)).map_err(|until| until.wait_time_from(now))?;
        }
        self.addresses.check_key(&domain).map_err(|until| until.wait_time_from(now))
    }

    /// Forgets who has been quiet long enough to have a full burst again.
    pub(crate) fn forget_the_quiet(&self) {
        self.sources.retain_recent();
        self.sources.shrink_to_fit();
        self.addresses.retain_recent();
        self.addresses.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Size;

    fn rates(source_burst: u32, address_burst: u32) -> Rates {
        let [source_per_minute, address_per_minute] = [Count(1); 2];
        let (source_burst, address_burst) = (Count(source_burst), Count(address_burst));
        Rates::new(&Receiving {
            source_burst,
            source_per_minute,
            address_burst,
            address_per_minute,
            domain_per_day: Count(1),
            domain_bytes_per_day: Size(1),
        })
    }

    #[test]
    fn one_sender_cannot_take_the_turns_of_others() {
        let rates = rates(2, 100);
        let check = |ip: &str| rates.check(Some(ip.parse().unwrap()), DomainId(1));
        assert!(check("2001:db8::1").is_ok());
        assert!(check("2001:db8::2").is_ok());
        let wait = check("2001:db8::3").unwrap_err();
        assert!((50..=60).contains(&wait.as_secs()), "{wait:?}");
        assert!(check("192.0.2.1").is_ok());
    }

    #[test]
    fn one_address_cannot_take_the_turns_of_others() {
        let rates = rates(100, 1);
        let check = |domain| rates.check(Some([192, 0, 2, 1].into()), DomainId(domain));
        assert!(check(1).is_ok());
        assert!(check(1).is_err());
        assert!(check(2).is_ok());
    }
}

//! How often programs may ask: with one token, and without a valid one from one client network.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use http::{HeaderMap, HeaderName};
use model::TokenId;

use crate::{
    config::{Api, Count},
    http::client::network,
};

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Counts requests.
#[derive(Debug)]
pub(crate) struct ApiRates {
    /// Made once: making it asks the processor what it can, which costs as much as a whole request.
    clock: DefaultClock,
    quota: Quota,
    tokens: Limiter<TokenId>,
    strangers: Limiter<IpAddr>,
}

/// What is left after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    /// Requests that may be made at once.
    limit: u32,
    /// How many of them are left.
    remaining: u32,
    /// Until all of them are there again.
    reset: Duration,
}

impl ApiRates {
    pub(crate) fn new(settings: Api) -> Self {
        let number = |count: Count| NonZeroU32::new(count.0).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(number(settings.per_minute)).allow_burst(number(settings.burst));
        Self {
            clock: DefaultClock::default(),
            quota,
            tokens: RateLimiter::keyed(quota).with_middleware(),
            strangers: RateLimiter::keyed(quota).with_middleware(),
        }
    }

    /// Counts a request with this token. In any case says what is left, and for one too many how long to wait.
    pub(super) fn with_token(&self, token: TokenId) -> (Left, Result<(), Duration>) {
        self.judge(self.tokens.check_key(&token).map(|now| now.remaining_burst_capacity()))
    }

    /// The same for a request without a valid token.
    pub(super) fn without_token(&self, client: IpAddr) -> (Left, Result<(), Duration>) {
        self.judge(self.strangers.check_key(&network(client)).map(|now| now.remaining_burst_capacity()))
    }

    fn judge(
        &self,
        answer: Result<u32, governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>>,
    ) -> (Left, Result<(), Duration>) {
        let (remaining, admitted) = match answer {
            Ok(remaining) => (remaining, Ok(())),
            Err(until) => (0, Err(until.wait_time_from(self.clock.now()))),
        };
        let limit = self.quota.burst_size().get();
        let reset = self.quota.replenish_interval() * limit.saturating_sub(remaining);
        (Left { limit, remaining, reset }, admitted)
    }

    /// Forgets who has been quiet long enough to have a full burst again.
    pub(crate) fn forget_the_quiet(&self) {
        self.tokens.retain_recent();
        self.tokens.shrink_to_fit();
        self.strangers.retain_recent();
        self.strangers.shrink_to_fit();
    }
}

impl Left {
    /// Tells it in the headers that clients commonly know.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let Self { limit, remaining, reset } = self;
        let seconds = reset.as_secs() + u64::from(reset.subsec_nanos() > 0);
        headers.insert(HeaderName::from_static("ratelimit-limit"), limit.into());
        headers.insert(HeaderName::from_static("ratelimit-remaining"), remaining.into());
        headers.insert(HeaderName::from_static("ratelimit-reset"), seconds.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_burst_and_is_told_what_is_left() {
        let rates = ApiRates::new(Api { burst: Count(3), per_minute: Count(1) });
        for remaining in [2, 1, 0] {
            let (left, admitted) = rates.with_token(TokenId(1));
            assert_eq!((left.limit, left.remaining, admitted), (3, remaining, Ok(())));
        }
        let (left, admitted) = rates.with_token(TokenId(1));
        let wait = admitted.unwrap_err();
        assert!((50..=60).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!((left.remaining, left.reset), (0, Duration::from_mins(3)));
        assert!(rates.with_token(TokenId(2)).1.is_ok(), "another token has its own");
        assert!(rates.without_token([192, 0, 2, 1].into()).1.is_ok());
    }
}

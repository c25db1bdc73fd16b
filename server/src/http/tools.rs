//! The tools for strangers, where the operator lets them: which paths these are, and how much one client may ask.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use axum::response::Response;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use http::{StatusCode, Uri, header};

use super::{client::network, plain};

const LOOK_UP: &str = "/tools/look-up";
const TOOLS: [&str; 4] = ["/tools", LOOK_UP, "/tools/lint", "/tools/build"];

/// Pages that one client may ask for at once, and in each minute: linting as one types asks for many.
const PAGES: NonZeroU32 = NonZeroU32::new(120).unwrap();
/// How many of these a look-up takes: it sends questions to the servers of others.
const COST_OF_LOOK_UP: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Whether a path is one of the tools.
pub(super) fn is_tool(path: &str) -> bool {
    TOOLS.contains(&path)
}

/// How much strangers ask, by client network.
#[derive(Debug)]
pub(crate) struct Strangers {
    /// Made once: making it asks the processor what it can, which costs as much as a whole request.
    clock: DefaultClock,
    asked: DefaultKeyedRateLimiter<IpAddr>,
}

impl Strangers {
    pub(super) fn new() -> Self {
        Self { clock: DefaultClock::default(), asked: RateLimiter::keyed(Quota::per_minute(PAGES)) }
    }

    /// Counts one request, or says how long to wait.
    pub(super) fn admit(&self, client: IpAddr, uri: &Uri) -> Result<(), Duration> {
        let looks_up = uri.path() == LOOK_UP && uri.query().is_some();
        let cost = if looks_up { COST_OF_LOOK_UP } else { NonZeroU32::MIN };
        match self.asked.check_key_n(&network(client), cost) {
            Ok(Err(until)) => Err(until.wait_time_from(self.clock.now())),
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Forgets who has been quiet long enough to have a full burst again.
    pub(crate) fn forget_the_quiet(&self) {
        self.asked.retain_recent();
        self.asked.shrink_to_fit();
    }
}

/// The answer to who asks too much.
pub(super) fn too_often(wait: Duration) -> Response {
    let mut response = plain(
        StatusCode::TOO_MANY_REQUESTS,
        "Much was asked from your network just now. Wait a minute, then try again; with an account there is no such limit.",
    );
    response.headers_mut().insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_costs_as_much_as_many_pages() {
        let strangers = Strangers::new();
        let ask = |ip: &str, uri: &'static str| strangers.admit(ip.parse().unwrap(), &Uri::from_static(uri));
        for _ in 0..6 {
            assert!(ask("2001:db8::1", "/tools/look-up?domain=example.com").is_ok());
        }
        let wait = ask("2001:db8::2", "/tools/look-up?domain=example.com").unwrap_err();
        assert!((5..=10).contains(&wait.as_secs()), "{wait:?}");
        assert!(ask("192.0.2.1", "/tools/look-up").is_ok());
        for _ in 0..119 {
            assert!(ask("192.0.2.1", "/tools/lint?text=v").is_ok());
        }
        assert!(ask("192.0.2.1", "/tools").is_err());
    }
}

//! Going to the policy host: resolve, judge, fetch, over IPv4 and IPv6 apart.

use model::{DomainName, Timestamp};

use crate::{
    Limits,
    dns::{Answer, Dns, Failure, Type, ask, below},
    https::{FetchError, Fetched, fetch},
    outbound::{Connector, Judged, Purpose, Refusal},
    tls::Roots,
};

/// What came of going to the policy host.
#[derive(Debug)]
pub(crate) struct Visit {
    /// `mta-sts.<domain>`
    pub(crate) host: Option<DomainName>,
    /// Its IPv4 and IPv6 addresses.
    pub(crate) answers: Vec<Answer>,
    /// Why it was not dialled.
    pub(crate) refusal: Option<Refusal>,
    /// What came of each family that has an address: its word, and the policy or why not.
    pub(crate) attempts: Vec<(&'static str, Result<Fetched, FetchError>)>,
}

impl Visit {
    /// Whether it is known that the host does not exist.
    pub(crate) fn is_absent(&self) -> bool {
        self.attempts.is_empty() && self.refusal.is_none() && self.failure().is_none()
    }

    /// Why its addresses are not known.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.answers.iter().find_map(Answer::failure)
    }

    /// The policy, over whichever family it came.
    pub(crate) fn fetched(&self) -> Option<&Fetched> {
        self.attempts.iter().find_map(|(_, attempt)| attempt.as_ref().ok())
    }
}

/// Goes there once for each family of addresses.
pub(crate) async fn visit(
    dns: &dyn Dns,
    domain: &DomainName,
    (connector, roots, limits): (&Connector, &Roots, &Limits),
    now: Timestamp,
) -> Visit {
    let host = below("mta-sts", domain);
    let (v4, v6) = tokio::join!(ask(dns, host.clone(), Type::A), ask(dns, host.clone(), Type::Aaaa));
    let answers: Vec<Answer> = v4.into_iter().chain(v6).collect();
    let mut visit = Visit { host, answers, refusal: None, attempts: vec![] };
    let Some(host) = visit.host.clone() else {
        return visit;
    };
    let mut addresses: Vec<_> = visit.answers.iter().flat_map(Answer::addresses).collect();
    // In order, since name servers shuffle them and two looks should be alike.
    addresses.sort_unstable();
    let judged = match connector.judge(&host, &addresses, Purpose::Policy) {
        Ok(judged) => judged,
        Err(refusal) => return Visit { refusal: Some(refusal), ..visit },
    };
    let attempt = async |family: &'static str, first: Option<&Judged>| {
        let address = first?;
        Some((family, fetch(connector, roots, limits, now, &host, *address).await))
    };
    let (v4, v6) = tokio::join!(
        attempt("IPv4", judged.iter().find(|address| address.ip().is_ipv4())),
        attempt("IPv6", judged.iter().find(|address| address.ip().is_ipv6())),
    );
    visit.attempts = v4.into_iter().chain(v6).collect();
    visit
}

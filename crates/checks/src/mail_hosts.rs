//! Looking at mail hosts on behalf of all checks: each address once in a while, few at the same time, and whether port 25
//! works from here at all.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use futures::future::join_all;
use model::{DomainName, Timestamp};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use crate::{
    Settings,
    outbound::{Connector, Judged, Purpose, gate::Gate},
    share::Shared,
    smtp::{Manner, Obstacle, Seen, probe},
    tls::Roots,
};

/// What is known of mail hosts.
pub(crate) struct MailHosts {
    connector: Connector,
    roots: Roots,
    settings: Settings,
    /// What was seen at an address of a host, for all domains that name it.
    seen: Shared<(DomainName, IpAddr), Seen>,
    gate: Gate,
    /// Connections that may be open.
    open: Semaphore,
    /// Whether any mail host ever answered, and whether one was dialled in vain: if none did, it may well be this network.
    ever_answered: AtomicBool,
    ever_in_vain: AtomicBool,
}

impl MailHosts {
    pub(crate) fn new(connector: Connector, roots: Roots, settings: Settings) -> Self {
        let limits = &settings.limits;
        Self {
            seen: Shared::new(limits.keep),
            gate: Gate::new(limits.dials_at_once, limits.dial_pause),
            open: Semaphore::new(limits.parallel),
            ever_answered: AtomicBool::new(false),
            ever_in_vain: AtomicBool::new(false),
            connector,
            roots,
            settings,
        }
    }

    /// What is known of a host at its addresses, or is seen there now; a host that is not dialled at all is told so once.
    pub(crate) async fn look(
        &self,
        host: &DomainName,
        addresses: &[IpAddr],
        may_dial: bool,
        now: Timestamp,
        deadline: Instant,
    ) -> Vec<(IpAddr, Seen)> {
        let judged = if may_dial {
            self.connector.judge(host, addresses, Purpose::Mail).map_err(Obstacle::Judged)
        } else {
            Err(Obstacle::NotAllowed)
        };
        let judged = match judged {
            Ok(judged) => judged,
            Err(obstacle) => {
                return addresses.first().map(|address| (*address, Seen::NotDialled(obstacle))).into_iter().collect();
            }
        };
        let some = judged.into_iter().take(self.settings.limits.addresses);
        join_all(some.map(async |address| {
            let seen = timeout_at(deadline, self.at(host, address, now)).await;
            (address.ip(), seen.unwrap_or(Seen::TooSlow))
        }))
        .await
    }

    async fn at(&self, host: &DomainName, address: Judged, now: Timestamp) -> Seen {
        let look = async || {
            let _permit = self.open.acquire().await.ok()?;
            if !self.gate.admits(address.ip()) {
                return None;
            }
            let manner = Manner {
                connector: &self.connector,
                roots: &self.roots,
                limits: &self.settings.limits,
                helo: self.settings.helo.as_deref(),
                now,
            };
            let seen = probe(&manner, host, address).await;
            if seen.answered() {
                self.ever_answered.store(true, Ordering::Relaxed);
            } else if in_vain(address.ip(), &seen) {
                self.ever_in_vain.store(true, Ordering::Relaxed);
            }
            Some(seen)
        };
        let seen = self.seen.get(&(host.clone(), address.ip()), look).await;
        seen.unwrap_or(Seen::NotDialled(Obstacle::TooOften))
    }

    /// Whether port 25 can be reached from here: as long as any mail host ever answered, or none of these was dialled in
    /// vain.
    pub(crate) fn port_works<'a>(&self, seen: impl IntoIterator<Item = &'a (IpAddr, Seen)>) -> bool {
        let in_vain = |(address, seen): &(IpAddr, Seen)| in_vain(*address, seen);
        self.ever_answered.load(Ordering::Relaxed) || !seen.into_iter().any(in_vain)
    }

    /// The same of all hosts that were ever dialled.
    pub(crate) fn port_ever_worked(&self) -> bool {
        self.ever_answered.load(Ordering::Relaxed) || !self.ever_in_vain.load(Ordering::Relaxed)
    }
}

/// Whether an address was dialled without any answer. That a machine lacks IPv6 has nothing to do with the port.
const fn in_vain(address: IpAddr, seen: &Seen) -> bool {
    match seen {
        Seen::Silent | Seen::Refused => true,
        Seen::NoRoute => address.is_ipv4(),
        _ => false,
    }
}

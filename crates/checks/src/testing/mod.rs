//! A small Internet on loopback: name servers with signed zones, web servers, mail servers, and a CA.
//!
//! Each [`World`] has a /24 of 127.0.0.0/8 to itself, so that hosts differ by address and all share one port, as real ones do.

#![expect(clippy::missing_panics_doc, reason = "a test ends where this cannot go on")]

pub mod dns;
pub mod mail;
pub mod pki;
pub mod web;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use model::{
    Day, DomainName, Finding, Timestamp,
    check::{Check, Section},
};

use self::{dns::Zones, pki::Ca};
use crate::{Context, Limits, Outcome, Runner, Settings};

/// The port of all policy hosts.
pub const HTTPS: u16 = 8443;
/// The port of all mail hosts.
pub const SMTP: u16 = 2525;
/// The port of name servers.
pub const DNS: u16 = 5353;

/// The hour at which all checks of the tests are made; certificates are valid around it.
#[must_use]
pub fn now() -> Timestamp {
    Day::from_ymd(2026, 6, 1).unwrap().start()
}

/// A small Internet.
pub struct World {
    net: [u8; 2],
    /// The one CA that is trusted.
    pub ca: Ca,
    /// All zones.
    pub zones: Zones,
    /// How checks reach this world; what a test changes before it starts counts.
    pub settings: Settings,
    /// What is known of the domains.
    pub context: Context,
    sections: Mutex<Vec<String>>,
}

impl World {
    /// An empty world whose network checks may dial.
    #[must_use]
    pub fn new() -> Self {
        static WORLDS: AtomicU32 = AtomicU32::new(0);
        let number = std::process::id().wrapping_mul(31).wrapping_add(WORLDS.fetch_add(1, Ordering::Relaxed));
        let [.., b, c] = number.to_be_bytes();
        let ca = Ca::new("Test CA");
        let limits = Limits {
            connect_time: Duration::from_millis(700),
            smtp_time: Duration::from_secs(2),
            fetch_time: Duration::from_secs(2),
            ..Limits::default()
        };
        let settings = Settings {
            extra_ca: Some(ca.pem()),
            allow: vec!["127.0.0.0/8".parse().unwrap()],
            dns_port: DNS,
            https_port: HTTPS,
            smtp_port: SMTP,
            helo: Some("waxseal.test".to_owned()),
            limits,
            ..Settings::default()
        };
        let context = Context { now: now(), dial_mail: true, ..Context::default() };
        // 127.0.0.0/16 is left to the machine.
        Self { net: [b | 1, c], ca, zones: Zones::default(), settings, context, sections: Mutex::default() }
    }

    /// The address of host number `n`.
    #[must_use]
    pub fn ip(&self, n: u8) -> IpAddr {
        Ipv4Addr::new(127, self.net[0], self.net[1], n).into()
    }

    /// A port of host number `n`.
    #[must_use]
    pub fn at(&self, n: u8, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip(n), port)
    }

    /// A zone; `$n` in the text stands for the address of host number n.
    pub fn zone(&mut self, origin: &str, signing: dns::Signing, records: &str) -> &mut Self {
        let mut text = records.to_owned();
        for n in (1..=40).rev() {
            text = text.replace(&format!("${n}"), &self.ip(n).to_string());
        }
        self.zones.add(origin, signing, &text);
        self
    }

    /// Starts the name server and gives a runner that asks it.
    pub async fn runner(&mut self) -> Runner {
        let server = self.at(53, DNS);
        self.settings.trust_anchor = Some(self.zones.trust_anchor());
        self.zones.serve(server).await;
        self.settings.name_servers = vec![server];
        Runner::new(self.settings.clone()).unwrap()
    }

    /// Looks at a domain.
    pub async fn check(&mut self, domain: &str) -> Outcome {
        let runner = self.runner().await;
        self.check_with(&runner, domain).await
    }

    /// Looks at a domain with a runner that may have seen others.
    pub async fn check_with(&self, runner: &Runner, domain: &str) -> Outcome {
        let domain = DomainName::parse(domain).unwrap();
        let outcome = runner.check(&domain, &self.context, &|_| {}).await;
        *self.sections.lock().unwrap() = outcome.sections.iter().map(|section| format!("{section:#?}")).collect();
        outcome
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// When a test fails, what was found is worth reading.
impl Drop for World {
    #[expect(clippy::print_stderr, reason = "shown only for a test that fails")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            for section in self.sections.lock().unwrap().iter() {
                eprintln!("{section}");
            }
        }
    }
}

/// Records by number, one a line or more.
#[must_use]
pub fn records(numbers: std::ops::Range<u16>, record: impl Fn(u16) -> String) -> String {
    numbers.map(record).collect::<Vec<_>>().join("\n")
}

/// The section of a check; of the first host, where there are several.
#[must_use]
pub fn section(outcome: &Outcome, check: Check) -> &Section {
    outcome.sections.iter().find(|section| section.check == check).unwrap()
}

/// The codes of a section's findings.
#[must_use]
pub fn codes(outcome: &Outcome, check: Check) -> Vec<&str> {
    section(outcome, check).findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// A finding by its code.
#[must_use]
pub fn finding<'a>(outcome: &'a Outcome, code: &str) -> &'a Finding {
    let mut all = outcome.sections.iter().flat_map(|section| &section.findings).chain(&outcome.notices);
    all.find(|finding| finding.code == code).unwrap_or_else(|| panic!("no finding {code}"))
}

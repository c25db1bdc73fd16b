//! The hosts that take mail for a domain (RFC 5321 §5.1), and where they are.

mod hosts;
mod listed;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use futures::future::join_all;
use model::{
    DomainName, Status,
    check::{Check, Section},
};

use self::listed::Named;
use crate::{
    Limits,
    dns::{Answer, Dns, Question, Reply, Security, Type},
    words::finding,
};

const SOURCE: &str = "RFC 5321 §5.1";

/// An MX host, as far as DNS tells.
#[derive(Clone, Debug)]
pub(crate) struct MxHost {
    /// Lower is tried first.
    pub(crate) preference: u16,
    /// The name.
    pub(crate) name: DomainName,
    /// Its IPv4 addresses.
    pub(crate) v4: Answer,
    /// Its IPv6 addresses.
    pub(crate) v6: Answer,
}

impl MxHost {
    /// All its addresses, those of IPv4 first; in order, since name servers shuffle them.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<_> = self.v4.addresses().chain(self.v6.addresses()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }

    /// What DNSSEC says of its addresses: of the weaker of both answers.
    pub(crate) fn security(&self) -> Security {
        self.v4.security.max(self.v6.security)
    }
}

/// Where mail for a domain goes.
#[derive(Clone, Debug)]
pub(crate) struct MxSet {
    /// The hosts that were looked at, by preference.
    pub(crate) hosts: Vec<MxHost>,
    /// What DNSSEC says of the list: DANE rests on it (RFC 7672 §2.2.1).
    pub(crate) security: Security,
    /// Whether the domain says that it takes no mail (RFC 7505).
    pub(crate) takes_no_mail: bool,
    /// Whether there is no telling.
    pub(crate) unknown: bool,
}

/// Looks at the MX hosts of a domain.
pub(crate) async fn check(dns: &dyn Dns, domain: &DomainName, limits: &Limits) -> (Section, MxSet) {
    let answer = dns.ask(Question { name: domain.clone(), kind: Type::Mx }).await;
    let mut set = MxSet { hosts: vec![], security: answer.security, takes_no_mail: false, unknown: false };
    let mut evidence = answer.evidence();
    let (goal, mut findings) = listed::named(&answer, domain, limits);
    match goal {
        Named::Unknown => set.unknown = true,
        Named::NoMail => set.takes_no_mail = true,
        Named::Hosts(hosts) => {
            set.hosts =
                join_all(hosts.into_iter().map(|(preference, name)| hosts::located(dns, preference, name))).await;
        }
    }
    for host in &set.hosts {
        evidence.extend(host.v4.evidence());
        evidence.extend(host.v6.evidence());
        findings.extend(hosts::judge(host));
    }
    let implicit = matches!(answer.reply, Reply::NoData);
    if implicit && set.hosts.iter().all(|host| host.addresses().is_empty() && host.v4.failure().is_none()) {
        findings = vec![finding(
            "mx-none",
            Status::NotApplicable,
            "There is no MX record and no address: the domain takes no mail",
            "Nothing below matters until it does.",
            SOURCE,
        )];
        set.hosts.clear();
        set.takes_no_mail = true;
    }
    let all_well = !findings.iter().any(|finding| matches!(finding.status, Status::Error | Status::Warning));
    if all_well && !set.hosts.is_empty() {
        let names: Vec<_> = set.hosts.iter().map(|host| host.name.as_str()).collect();
        let title = format!("Mail goes to {}", names.join(", "));
        findings.insert(0, finding("mx-found", Status::Ok, title, "Every MX host has an address.", SOURCE));
    }
    (Section::new(Check::Mx, None, findings, evidence), set)
}

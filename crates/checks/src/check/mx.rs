//! The hosts that take mail for a domain (RFC 5321 §5.1), and where they are.

use std::net::IpAddr;

use futures::future::join_all;
use model::{
    DomainName, Finding, Status,
    check::{Check, Section},
};

use crate::{
    Limits,
    dns::{Answer, Data, Dns, Question, Reply, Security, Type},
    words::{With as _, finding, unanswered},
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
    let (goal, mut findings) = named(&answer, domain, limits);
    match goal {
        Named::Unknown => set.unknown = true,
        Named::NoMail => set.takes_no_mail = true,
        Named::Hosts(hosts) => {
            set.hosts = join_all(hosts.into_iter().map(|(preference, name)| located(dns, preference, name))).await;
        }
    }
    for host in &set.hosts {
        evidence.extend(host.v4.evidence());
        evidence.extend(host.v6.evidence());
        findings.extend(judge(host));
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

/// What the answer to the MX question names.
enum Named {
    Unknown,
    NoMail,
    Hosts(Vec<(u16, DomainName)>),
}

fn named(answer: &Answer, domain: &DomainName, limits: &Limits) -> (Named, Vec<Finding>) {
    if let Some(unanswered) = unanswered("mx", answer, SOURCE) {
        return (Named::Unknown, vec![unanswered]);
    }
    match &answer.reply {
        Reply::NoName => {
            let gone = finding(
                "mx-no-domain",
                Status::Error,
                format!("There is no domain {domain} in DNS"),
                "Mail to it comes back at once.",
                SOURCE,
            )
            .remedy("Register the domain, or correct its name here.");
            (Named::NoMail, vec![gone])
        }
        Reply::Found(records) => listed(records, limits),
        // Without MX records the domain itself is the host (RFC 5321 §5.1).
        Reply::NoData | Reply::Failed(_) => {
            let implicit = finding(
                "mx-implicit",
                Status::Suggestion,
                "There is no MX record: mail goes to the domain itself",
                "It works, yet whether mail is meant to arrive is left to guess.",
                SOURCE,
            )
            .record(domain.as_str(), "MX", format!("10 {domain}."));
            (Named::Hosts(vec![(0, domain.clone())]), vec![implicit])
        }
    }
}

fn listed(records: &[Data], limits: &Limits) -> (Named, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut listed: Vec<(u16, &str)> = records
        .iter()
        .filter_map(
            |data| if let Data::Mx { preference, host } = data { Some((*preference, host.as_str())) } else { None },
        )
        .collect();
    listed.sort_unstable();
    if let [(_, "")] = listed.as_slice() {
        let null = finding(
            "mx-null",
            Status::NotApplicable,
            "The domain says that it takes no mail (null MX)",
            "Policies and reports about mail are of no use to it.",
            "RFC 7505 §3",
        );
        return (Named::NoMail, vec![null]);
    }
    let mut hosts = Vec::new();
    for (preference, host) in &listed {
        match DomainName::parse_lenient(host) {
            Some(name) => hosts.push((*preference, name)),
            None if host.is_empty() => findings.push(
                finding(
                    "mx-null-among-others",
                    Status::Error,
                    "A null MX stands among other MX records",
                    "Senders may take it to mean that there is no mail, or try to deliver to nowhere.",
                    "RFC 7505 §3",
                )
                .remedy("Remove the record \"MX 0 .\", or all the others."),
            ),
            None => findings.push(
                finding(
                    "mx-not-a-host",
                    Status::Error,
                    "An MX record names something that is no host name",
                    "No sender can deliver there.",
                    SOURCE,
                )
                .evidence(*host),
            ),
        }
    }
    if hosts.len() > limits.mx_hosts {
        findings.push(finding(
            "mx-many",
            Status::Warning,
            format!("There are {} MX hosts; the first {} were looked at", hosts.len(), limits.mx_hosts),
            "Most senders try only a few of them.",
            SOURCE,
        ));
        hosts.truncate(limits.mx_hosts);
    }
    (Named::Hosts(hosts), findings)
}

async fn located(dns: &dyn Dns, preference: u16, name: DomainName) -> MxHost {
    let ask = |kind| dns.ask(Question { name: name.clone(), kind });
    let (v4, v6) = tokio::join!(ask(Type::A), ask(Type::Aaaa));
    MxHost { preference, name, v4, v6 }
}

fn judge(host: &MxHost) -> Vec<Finding> {
    let name = &host.name;
    let mut findings: Vec<_> =
        [&host.v4, &host.v6].into_iter().filter_map(|answer| unanswered("mx-address", answer, SOURCE)).collect();
    if name.as_str().rsplit('.').next().is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_digit())) {
        findings.push(
            finding(
                "mx-is-address",
                Status::Error,
                format!("An MX record names the address {name} instead of a host"),
                "DNS has no such host, so no sender can deliver there.",
                SOURCE,
            )
            .remedy("Give the host a name with an A record, and name that in the MX record."),
        );
    } else if findings.is_empty() && host.addresses().is_empty() {
        findings.push(
            finding(
                "mx-no-address",
                Status::Error,
                format!("The MX host {name} has no address"),
                "No sender can deliver there.",
                SOURCE,
            )
            .remedy("Give it an A or AAAA record, or remove its MX record."),
        );
    }
    if let Some(target) = host.v4.aliases.last().or(host.v6.aliases.last()) {
        findings.push(
            finding(
                "mx-is-alias",
                Status::Warning,
                format!("The MX host {name} is an alias of {target}"),
                "Some senders refuse to deliver to an alias.",
                "RFC 2181 §10.3",
            )
            .remedy("Name a host with addresses of its own in the MX record."),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{
        Failure,
        scripted::{Script, name},
    };

    async fn look(script: Script) -> (Vec<String>, MxSet) {
        let (section, set) = check(&script, &name("example.test"), &Limits::default()).await;
        (section.findings.into_iter().map(|finding| finding.code).collect(), set)
    }

    #[tokio::test]
    async fn hosts_come_by_preference() {
        let script = Script::default()
            .mx("example.test", 20, "b.test")
            .mx("example.test", 10, "a.test")
            .address("a.test", "192.0.2.1")
            .address("b.test", "2001:db8::1");
        let (codes, set) = look(script).await;
        assert_eq!(codes, ["mx-found"]);
        assert_eq!(set.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["a.test", "b.test"]);
    }

    #[tokio::test]
    async fn the_domain_is_its_own_host_without_mx() {
        let script = Script::default().address("example.test", "192.0.2.1").with("example.test", Type::A, |_| {});
        let no_data = |answer: &mut Answer| answer.reply = Reply::NoData;
        let script = script.mx("example.test", 0, "x").with("example.test", Type::Mx, no_data);
        let (codes, set) = look(script).await;
        assert_eq!(codes, ["mx-found", "mx-implicit"]);
        assert_eq!(set.hosts[0].name.as_str(), "example.test");
    }

    #[tokio::test]
    async fn null_mx_is_no_mail_unless_others_stand_beside_it() {
        let (codes, set) = look(Script::default().mx("example.test", 0, "")).await;
        assert_eq!(codes, ["mx-null"]);
        assert!(set.takes_no_mail);
        let both = Script::default().mx("example.test", 0, "").mx("example.test", 1, "a.test");
        let (codes, set) = look(both.address("a.test", "192.0.2.1")).await;
        assert_eq!(codes, ["mx-null-among-others"]);
        assert_eq!(set.hosts.len(), 1);
    }

    #[tokio::test]
    async fn what_no_mail_can_reach_is_named() {
        assert_eq!(look(Script::default()).await.0, ["mx-no-domain"]);
        assert_eq!(look(Script::default().mx("example.test", 1, "a.test")).await.0, ["mx-no-address"]);
        assert_eq!(look(Script::default().mx("example.test", 1, "192.0.2.1")).await.0, ["mx-is-address"]);
        assert_eq!(look(Script::default().mx("example.test", 1, "a b.test")).await.0, ["mx-not-a-host"]);
        let servfail = Script::default().fails("example.test", Type::Mx, Failure::ServFail);
        let (codes, set) = look(servfail).await;
        assert_eq!(codes, ["mx-no-answer"]);
        assert!(set.unknown);
    }

    #[tokio::test]
    async fn of_very_many_hosts_the_first_are_looked_at() {
        let add = |script: Script, n: u16| {
            let host = format!("mx{n}.test");
            script.mx("example.test", n, &host).address(&host, "192.0.2.1")
        };
        let (codes, set) = look((0..1000).fold(Script::default(), add)).await;
        assert_eq!(codes, ["mx-many"]);
        assert_eq!(set.hosts.len(), 20);
    }

    #[tokio::test]
    async fn an_alias_is_named() {
        let script = Script::default().mx("example.test", 1, "a.test").address("a.test", "192.0.2.1");
        let script = script.with("a.test", Type::A, |answer| answer.aliases = vec!["b.test".to_owned()]);
        assert_eq!(look(script).await.0, ["mx-is-alias"]);
    }
}

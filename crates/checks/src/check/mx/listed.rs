//! What the answer to the MX question names: hosts, the domain itself, or nothing. Pure.

use model::{DomainName, Finding, Status};

use super::SOURCE;
use crate::{
    Limits,
    dns::{Answer, Data, Reply},
    words::{With as _, finding, unanswered},
};

/// Where mail goes, as far as the list says.
pub(super) enum Named {
    /// There is no telling.
    Unknown,
    /// Nowhere.
    NoMail,
    /// To these hosts, by preference.
    Hosts(Vec<(u16, DomainName)>),
}

/// Reads the answer.
pub(super) fn named(answer: &Answer, domain: &DomainName, limits: &Limits) -> (Named, Vec<Finding>) {
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
    let (mut hosts, mut no_hosts) = (Vec::new(), Vec::new());
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
            None => no_hosts.push(*host),
        }
    }
    if !no_hosts.is_empty() {
        no_hosts.truncate(limits.mx_hosts);
        findings.push(
            finding(
                "mx-not-a-host",
                Status::Error,
                "An MX record names something that is no host name",
                "No sender can deliver there.",
                SOURCE,
            )
            .evidence(no_hosts.join("\n")),
        );
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

//! STARTTLS on one MX host, at each of its addresses. Pure: what was seen is judged here.

use std::net::IpAddr;

use model::{
    DomainName, Finding, Status, Timestamp,
    check::{Check, Fault, Section, Session},
    lint::advice,
};

use crate::{
    outbound::Refusal,
    smtp::{Obstacle, Seen},
    words::{With as _, finding},
};

const SOURCE: &str = "RFC 3207 §4";

/// What follows from what was seen at the addresses of a host. `port_works` says whether any host ever answered on port 25:
/// until one does, it may be this network that refuses.
pub(crate) fn judge(host: &DomainName, seen: &[(IpAddr, Seen)], port_works: bool, now: Timestamp) -> Section {
    let mut findings: Vec<Finding> = Vec::new();
    let told = seen.iter().any(|(_, seen)| seen.answered());
    for (address, seen) in seen {
        for mut finding in at(host, *address, seen, now) {
            match seen {
                Seen::Refused if !port_works => finding.status = Status::CannotTell,
                // That this machine lacks IPv6 says nothing, where another address says all.
                Seen::NoRoute if told => finding.status = Status::NotApplicable,
                _ => {}
            }
            // The same at several addresses is said once.
            match findings.iter_mut().find(|known| known.code == finding.code && known.title == finding.title) {
                Some(known) => {
                    let evidence = [known.evidence.take(), finding.evidence].into_iter().flatten();
                    known.evidence = Some(evidence.collect::<Vec<_>>().join("\n"));
                }
                None => findings.push(finding),
            }
        }
    }
    if findings.is_empty() {
        findings.push(finding(
            "starttls-no-address",
            Status::NotApplicable,
            format!("{host} has no address to look at"),
            "There is nothing to connect to.",
            SOURCE,
        ));
    }
    let evidence = seen.iter().map(|(address, seen)| format!("{host} [{address}] {seen}")).collect();
    Section::new(Check::Starttls, Some(host.to_string()), findings, evidence)
}

fn at(host: &DomainName, address: IpAddr, seen: &Seen, now: Timestamp) -> Vec<Finding> {
    let found = match seen {
        Seen::Tls(session) => return tls(host, address, session, now),
        Seen::NotDialled(obstacle) => return vec![not_dialled(host, obstacle)],
        Seen::Silent => finding(
            "starttls-silent",
            Status::CannotTell,
            format!("{host} does not answer from here"),
            "Either it is down, or this network lets nobody out to port 25.",
            SOURCE,
        ),
        Seen::NoRoute => finding(
            "starttls-no-route",
            Status::CannotTell,
            format!("{host} cannot be reached over {} from here", family(address)),
            "This machine has no way there; senders that have one may fare otherwise.",
            SOURCE,
        ),
        Seen::Refused => finding(
            "starttls-refused",
            Status::Warning,
            format!("{host} refuses connections"),
            "Senders go to the next MX host, or wait.",
            "RFC 5321 §5.1",
        )
        .remedy("Start the mail server there, or remove the address or the MX record."),
        Seen::TooSlow => finding(
            "starttls-slow",
            Status::CannotTell,
            format!("{host} took too long to speak with"),
            "Some servers make strangers wait on purpose; senders may be more patient.",
            SOURCE,
        ),
        Seen::BrokeOff(what) => finding(
            "starttls-broke-off",
            Status::CannotTell,
            format!("{host} broke the conversation off"),
            "How it takes mail cannot be told from here.",
            SOURCE,
        )
        .evidence(what.clone()),
        Seen::Rejected(reply) => finding(
            "starttls-rejected",
            Status::CannotTell,
            format!("{host} will not speak with this machine"),
            "It may refuse strangers, or this machine's address; senders may fare otherwise.",
            "RFC 5321 §3.1",
        )
        .evidence(reply.clone()),
        Seen::NoStartTls => finding(
            "starttls-missing",
            Status::Error,
            format!("{host} does not offer STARTTLS"),
            "Mail arrives in clear text, and not at all from senders that insist on TLS.",
            SOURCE,
        )
        .remedy("Switch TLS on in the mail server, with a certificate for its name."),
        Seen::Declined(reply) => finding(
            "starttls-declined",
            Status::Error,
            format!("{host} offers STARTTLS and then declines"),
            "Mail arrives in clear text, and not at all from senders that insist on TLS.",
            SOURCE,
        )
        .evidence(reply.clone())
        .remedy("See in the mail server's log why: most often a certificate or key cannot be read."),
        Seen::Injected => finding(
            "starttls-injection",
            Status::Error,
            format!("{host} sends clear text after it agreed to TLS"),
            "Someone on the way could slip in words that pass for the server's own (CVE-2011-0411).",
            SOURCE,
        )
        .remedy("Update the mail server, and look for a device on the way that meddles with SMTP."),
        Seen::NoTls(why) => finding(
            "starttls-handshake",
            Status::Error,
            format!("{host} offers STARTTLS, and the handshake fails"),
            "Mail arrives in clear text or late, and not at all from senders that insist on TLS.",
            "RFC 8460 §4.3.1",
        )
        .evidence(why.clone())
        .remedy("Let the mail server offer TLS 1.2 and 1.3 with a sound certificate."),
    };
    let evidence = found.evidence.as_ref().map_or_else(|| address.to_string(), |what| format!("{address}: {what}"));
    vec![found.evidence(evidence)]
}

fn not_dialled(host: &DomainName, obstacle: &Obstacle) -> Finding {
    let title = match obstacle {
        Obstacle::Judged(refusal) => refusal.to_string(),
        Obstacle::TooOften | Obstacle::NotAllowed => format!("{host} was not looked at"),
    };
    let not_dialled = finding(
        "starttls-not-dialled",
        Status::CannotTell,
        title,
        "How it takes mail cannot be told from here; reports still tell how senders fare.",
        SOURCE,
    )
    .evidence(obstacle.to_string());
    match obstacle {
        Obstacle::Judged(_) => not_dialled.remedy(Refusal::REMEDY),
        Obstacle::TooOften => not_dialled.remedy("Look again in a few minutes."),
        Obstacle::NotAllowed => not_dialled,
    }
}

fn tls(host: &DomainName, address: IpAddr, session: &Session, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> = session.faults.iter().map(|fault| faulty(host, address, fault, session)).collect();
    if findings.is_empty() {
        findings.push(
            finding(
                "starttls-ok",
                Status::Ok,
                format!("{host} offers STARTTLS with a valid certificate ({})", session.version),
                "Senders that insist on TLS deliver here.",
                SOURCE,
            )
            .evidence(address.to_string()),
        );
    }
    let leaf = session.leaf();
    findings.extend(leaf.and_then(|leaf| advice::certificate(host.as_str(), leaf.not_before, leaf.not_after, now)));
    findings
}

/// A fault of the certificate is a Warning, not an Error: without MTA-STS in enforce, mail arrives all the same; and DANE has
/// its own measure (RFC 7672 §3.1.1).
fn faulty(host: &DomainName, address: IpAddr, fault: &Fault, session: &Session) -> Finding {
    let (code, remedy) = match fault {
        Fault::Expired => ("expired", "Renew the certificate."),
        Fault::NotYetValid => {
            ("not-yet-valid", "Set the clock right, or wait before a new certificate is put in place.")
        }
        Fault::WrongName => ("wrong-name", "Get a certificate for the MX host's name, as the MX record has it."),
        Fault::SelfSigned => ("self-signed", "Get a certificate of a public CA, or publish TLSA records (DANE)."),
        Fault::Untrusted => (
            "untrusted",
            "Let the server send the intermediate certificates, too; or get a certificate of a public CA.",
        ),
        Fault::Unusable(_) => ("unusable", "Get a new certificate of a public CA."),
    };
    let names = session.leaf().map(|leaf| format!(": {} for {}", leaf.issuer, leaf.names.join(", ")));
    finding(
        format!("starttls-certificate-{code}"),
        Status::Warning,
        format!("The certificate of {host} {fault}"),
        "Senders that follow an MTA-STS policy in enforce do not deliver here; others encrypt without knowing to whom.",
        "RFC 8461 §4.2",
    )
    .evidence(format!("{address}{}", names.unwrap_or_default()))
    .remedy(remedy)
}

const fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

//! DANE of one MX host (RFC 7672): is the chain MX → address → TLSA secure, can senders use the records, and do they match
//! what the host shows. Pure.

use std::net::IpAddr;

use model::{
    DomainName, Finding, Status,
    check::{Check, Section, Session},
};

use super::{
    mx::MxHost,
    tlsa::{matches, strongest, unusable},
};
use crate::{
    dns::{Answer, Failure, Reply, Security, Tlsa},
    smtp::Seen,
    words::{With as _, finding, unanswered},
};

const SOURCE: &str = "RFC 7672 §2.2";

/// What DANE of a host rests on.
pub(crate) struct Host<'a> {
    /// The domain whose mail goes there.
    pub(crate) domain: &'a DomainName,
    pub(crate) mx: &'a MxHost,
    /// What DNSSEC says of the list of MX hosts.
    pub(crate) list: Security,
    /// TLSA at `_25._tcp.<host>`.
    pub(crate) tlsa: &'a Answer,
    /// What was seen at its addresses.
    pub(crate) seen: &'a [(IpAddr, Seen)],
    /// How many records are looked at.
    pub(crate) max_records: usize,
}

/// Whether senders apply DANE to this host: there are records, and all of the chain is secure.
pub(crate) fn is_in_use(host: &Host<'_>) -> bool {
    chain(host) == Security::Secure && matches!(host.tlsa.reply, Reply::Found(_))
}

/// The weakest link.
fn chain(host: &Host<'_>) -> Security {
    host.list.max(host.mx.security()).max(host.tlsa.security)
}

/// What follows.
pub(crate) fn judge(host: &Host<'_>) -> Section {
    let findings = match &host.tlsa.reply {
        Reply::Failed(failure) => vec![failed(host, failure)],
        Reply::NoData | Reply::NoName => vec![absent(host)],
        Reply::Found(_) => present(host),
    };
    Section::new(Check::Dane, Some(host.mx.name.to_string()), findings, host.tlsa.evidence())
}

/// No answer about TLSA: senders that use DANE must not deliver to such a host (RFC 7672 §2.1), unless its addresses are
/// insecure, for then they do not even ask.
fn failed(host: &Host<'_>, failure: &Failure) -> Finding {
    let name = &host.mx.name;
    let Some(mut unanswered) = unanswered("dane-tlsa", host.tlsa, "RFC 7672 §2.1") else {
        return absent(host);
    };
    if host.mx.security() == Security::Insecure && *failure != Failure::Bogus {
        unanswered = finding(
            "dane-tlsa-moot",
            Status::NotApplicable,
            format!("The zone of {name} is not signed, so DANE does not apply"),
            "Senders do not ask for TLSA records there.",
            SOURCE,
        );
    } else if matches!(failure, Failure::ServFail | Failure::Timeout | Failure::Bogus) {
        "Senders that use DANE do not deliver to a host whose TLSA records they cannot look up."
            .clone_into(&mut unanswered.consequence);
        unanswered.remedy =
            Some("Let the zone's name servers answer TLSA questions, if only with \"none\".".to_owned());
    }
    unanswered
}

fn absent(host: &Host<'_>) -> Finding {
    let name = &host.mx.name;
    if host.list.max(host.mx.security()) != Security::Secure {
        return finding(
            "dane-none",
            Status::NotApplicable,
            format!("{name} has no TLSA records"),
            "DANE is not used here; it needs zones signed with DNSSEC.",
            SOURCE,
        );
    }
    let missing = finding(
        "dane-could-be",
        Status::Suggestion,
        format!("{name} has no TLSA records, though its zone is signed"),
        "Senders that use DANE could insist on TLS here, and do not.",
        SOURCE,
    );
    match sessions(host).find_map(Session::leaf) {
        Some(leaf) => missing
            .remedy(
                "Publish the hash of the certificate's key, and see to it that renewals keep the key or announce it.",
            )
            .record(format!("_25._tcp.{name}"), "TLSA", format!("3 1 1 {}", leaf.key_sha256)),
        None => missing,
    }
}

fn present(host: &Host<'_>) -> Vec<Finding> {
    let name = &host.mx.name;
    match chain(host) {
        Security::Secure => {}
        Security::Indeterminate | Security::Bogus => {
            return vec![
                finding(
                    "dane-no-dnssec-here",
                    Status::CannotTell,
                    format!("{name} has TLSA records; whether DNSSEC proves them cannot be told from here"),
                    "The name server asked strips signatures, or part of the chain could not be fetched.",
                    SOURCE,
                )
                .remedy("Name a resolver that passes DNSSEC on in checks.name_servers."),
            ];
        }
        Security::Insecure => {
            let link = match (host.list, host.mx.security()) {
                (Security::Secure, Security::Secure) => "the TLSA records themselves are",
                (Security::Secure, _) => "the addresses of the host are",
                _ => "the domain's list of MX hosts is",
            };
            return vec![
                finding(
                    "dane-insecure",
                    Status::Warning,
                    format!("{name} has TLSA records that senders ignore: {link} not signed"),
                    "Without DNSSEC all the way, DANE protects nothing.",
                    "RFC 7672 §2.2.1",
                )
                .remedy("Sign the zone with DNSSEC, and hand the DS record to the registrar."),
            ];
        }
    }
    let records: Vec<&Tlsa> = host.tlsa.tlsa().take(host.max_records).collect();
    let mut findings: Vec<Finding> = records.iter().filter_map(|tlsa| flawed(host, tlsa)).collect();
    let usable: Vec<&Tlsa> = records.into_iter().filter(|tlsa| unusable(tlsa).is_none()).collect();
    let usable = strongest(&usable);
    if usable.is_empty() {
        findings.insert(
            0,
            finding(
                "dane-nothing-usable",
                Status::Error,
                format!("None of the TLSA records of {name} can be used"),
                "Senders that use DANE insist on TLS, and cannot tell whether it is you.",
                SOURCE,
            )
            .remedy("Publish \"3 1 1\" with the SHA-256 of the certificate's key."),
        );
        return findings;
    }
    findings.insert(0, compared(host, &usable));
    findings.extend(advice(host, &usable));
    findings
}

fn flawed(host: &Host<'_>, tlsa: &Tlsa) -> Option<Finding> {
    let why = unusable(tlsa)?;
    Some(
        finding(
            "dane-record-unusable",
            Status::Warning,
            format!("A TLSA record of {} cannot be used: {why}", host.mx.name),
            "Senders pass it over.",
            "RFC 7672 §3.1",
        )
        .evidence(tlsa.to_string())
        .remedy("Remove it."),
    )
}

fn sessions<'a>(host: &'a Host<'_>) -> impl Iterator<Item = &'a Session> {
    host.seen.iter().filter_map(|(_, seen)| seen.session())
}

/// The records against what the host shows now.
fn compared(host: &Host<'_>, usable: &[&Tlsa]) -> Finding {
    let name = &host.mx.name;
    let unmatched: Vec<_> = host
        .seen
        .iter()
        .filter(|(_, seen)| {
            seen.session().is_some_and(|session| !usable.iter().any(|tlsa| matches(tlsa, session, host.domain)))
        })
        .collect();
    if let Some((address, seen)) = unmatched.first() {
        let shown = seen.session().and_then(Session::leaf).map(|leaf| leaf.key_sha256.clone());
        let records: Vec<_> = usable.iter().map(ToString::to_string).collect();
        let mismatch = finding(
            "dane-mismatch",
            Status::Error,
            format!("No TLSA record of {name} matches its certificate"),
            "Senders that use DANE do not deliver here.",
            "RFC 7672 §2.2",
        )
        .evidence(format!("at {address}; published: {}", records.join("; ")))
        .remedy("Publish the hash of the key in use, and from now on a second record before each change of key.");
        return match shown {
            Some(hash) => mismatch.record(format!("_25._tcp.{name}"), "TLSA", format!("3 1 1 {hash}")),
            None => mismatch,
        };
    }
    if host.seen.iter().any(|(_, seen)| matches!(seen, Seen::NoStartTls | Seen::Declined(_) | Seen::NoTls(_))) {
        return finding(
            "dane-no-starttls",
            Status::Error,
            format!("{name} has TLSA records, and does not take TLS"),
            "Senders that use DANE do not deliver here.",
            "RFC 7672 §2.2",
        )
        .remedy("Switch TLS on in the mail server; until then remove the TLSA records.");
    }
    if sessions(host).next().is_none() {
        return finding(
            "dane-not-compared",
            Status::CannotTell,
            format!("{name} has TLSA records; its certificate could not be looked at"),
            "Whether they match cannot be told from here.",
            SOURCE,
        );
    }
    finding(
        "dane-ok",
        Status::Ok,
        format!("The TLSA records of {name} match its certificate"),
        "Senders that use DANE deliver here, and nowhere else.",
        SOURCE,
    )
}

/// What could be better.
fn advice(host: &Host<'_>, usable: &[&Tlsa]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let advise = |code: &str, tlsa: &Tlsa, title: String, consequence: &str| {
        finding(code, Status::Suggestion, title, consequence, "RFC 7672 §3.1").evidence(tlsa.to_string())
    };
    if let Some(tlsa) = usable.iter().find(|tlsa| tlsa.matching == 0) {
        let title = format!("A TLSA record of {} holds a whole certificate or key", host.mx.name);
        findings.push(advise("dane-full", tlsa, title, "Large answers get lost on the way; a hash does the same."));
    }
    if let Some(tlsa) = usable.iter().find(|tlsa| tlsa.usage == 3 && tlsa.selector == 0) {
        let title = format!("A TLSA record of {} is about the certificate, not its key", host.mx.name);
        findings.push(advise(
            "dane-selector",
            tlsa,
            title,
            "Every renewal needs a new record, even with the same key.",
        ));
    }
    let is_in_use = |tlsa: &&&Tlsa| sessions(host).any(|session| matches(tlsa, session, host.domain));
    let in_use = usable.iter().filter(is_in_use).count();
    if (1..usable.len()).contains(&in_use) {
        findings.push(finding(
            "dane-next-key",
            Status::Ok,
            "There is a record for another key, too",
            "So the key can be changed without a gap.",
            "RFC 7672 §8.1",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Limits,
        check::mx,
        dns::{
            Type, ask, below,
            scripted::{Script, name},
        },
    };
    use model::check::{Certificate, Digest, Fault, Version};

    const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn tlsa(usage: u8, selector: u8, matching: u8, data: &[u8]) -> Tlsa {
        Tlsa { usage, selector, matching, data: data.to_vec() }
    }

    fn certificate(byte: u8) -> Certificate {
        Certificate {
            subject: String::new(),
            issuer: String::new(),
            names: vec![],
            not_before: model::Timestamp(0),
            not_after: model::Timestamp(0),
            sha256: Digest(vec![byte; 32]),
            sha512: Digest(vec![byte; 64]),
            key_sha256: Digest(vec![byte + 1; 32]),
            key_sha512: Digest(vec![byte + 1; 64]),
            self_issued: false,
            anchors_leaf: byte > 10,
        }
    }

    /// A leaf (certificate 1, key 2), an intermediate (11, 12), a root (21, 22).
    fn shown(faults: &[Fault]) -> Seen {
        let chain = vec![certificate(1), certificate(11), certificate(21)];
        Seen::Tls(Session { version: Version::Tls13, chain, faults: faults.to_vec() })
    }

    async fn look(script: Script, seen: Seen) -> Vec<String> {
        let (domain, host) = (name("example.test"), name("mx.example.test"));
        let script = script.mx("example.test", 10, "mx.example.test").address("mx.example.test", "192.0.2.1");
        let (_, set) = mx::check(&script, &domain, &Limits::default()).await;
        let tlsa = ask(&script, below("_25._tcp", &host), Type::Tlsa).await.unwrap();
        let seen = [(IpAddr::from([192, 0, 2, 1]), seen)];
        let host =
            Host { domain: &domain, mx: &set.hosts[0], list: set.security, tlsa: &tlsa, seen: &seen, max_records: 100 };
        judge(&host).findings.into_iter().map(|finding| finding.code).collect()
    }

    async fn records(records: &[Tlsa], seen: Seen) -> Vec<String> {
        let add = |script: Script, tlsa: &Tlsa| script.tlsa("mx.example.test", tlsa.clone());
        look(records.iter().fold(Script::secure(), add), seen).await
    }

    #[tokio::test]
    async fn a_key_that_matches_is_enough_whatever_the_certificate() {
        let faults = [Fault::Expired, Fault::WrongName, Fault::SelfSigned];
        assert_eq!(records(&[tlsa(3, 1, 1, &[2; 32])], shown(&faults)).await, ["dane-ok"]);
        assert_eq!(records(&[tlsa(3, 1, 2, &[2; 64])], shown(&[])).await, ["dane-ok"]);
        assert_eq!(records(&[tlsa(3, 0, 1, &[1; 32])], shown(&[])).await, ["dane-ok", "dane-selector"]);
    }

    #[tokio::test]
    async fn an_anchor_must_be_sent_and_the_name_must_fit() {
        assert_eq!(records(&[tlsa(2, 0, 1, &[21; 32])], shown(&[])).await, ["dane-ok"]);
        assert_eq!(records(&[tlsa(2, 1, 1, &[12; 32])], shown(&[Fault::Untrusted])).await, ["dane-ok"]);
        assert_eq!(records(&[tlsa(2, 0, 1, &[21; 32])], shown(&[Fault::WrongName])).await, ["dane-mismatch"]);
        assert_eq!(records(&[tlsa(2, 0, 1, &[31; 32])], shown(&[])).await, ["dane-mismatch"]);
        // The name of the domain fits as well as that of the host.
        let Seen::Tls(mut session) = shown(&[Fault::WrongName]) else { unreachable!() };
        session.chain[0].names = vec!["example.test".to_owned()];
        assert_eq!(records(&[tlsa(2, 0, 1, &[21; 32])], Seen::Tls(session)).await, ["dane-ok"]);
        // The leaf is no anchor of itself.
        assert_eq!(records(&[tlsa(2, 0, 1, &[1; 32])], shown(&[])).await, ["dane-mismatch"]);
    }

    #[tokio::test]
    async fn a_second_record_for_the_next_key_is_no_fault() {
        let pair = [tlsa(3, 1, 1, &[2; 32]), tlsa(3, 1, 1, &[9; 32])];
        assert_eq!(records(&pair, shown(&[])).await, ["dane-ok", "dane-next-key"]);
    }

    #[tokio::test]
    async fn the_stronger_hash_alone_counts() {
        let weak = tlsa(3, 1, 1, &[2; 32]);
        assert_eq!(records(&[weak.clone(), tlsa(3, 1, 2, &[9; 64])], shown(&[])).await, ["dane-mismatch"]);
        assert_eq!(records(&[weak.clone(), tlsa(3, 1, 2, &[2; 64])], shown(&[])).await, ["dane-ok"]);
        // Of another kind, it is no stronger.
        assert_eq!(records(&[weak, tlsa(2, 1, 2, &[9; 64])], shown(&[])).await, ["dane-ok", "dane-next-key"]);
    }

    #[tokio::test]
    async fn records_that_cannot_be_used_are_named() {
        let nothing = data_encoding::HEXLOWER.decode(EMPTY_SHA256.as_bytes()).unwrap();
        for bad in [
            tlsa(3, 1, 1, &nothing),
            tlsa(3, 1, 1, &[2; 31]),
            tlsa(3, 1, 2, &[2; 32]),
            tlsa(1, 1, 1, &[2; 32]),
            tlsa(0, 0, 1, &[2; 32]),
            tlsa(4, 1, 1, &[2; 32]),
            tlsa(3, 2, 1, &[2; 32]),
            tlsa(3, 1, 3, &[2; 32]),
            tlsa(3, 1, 0, &[]),
        ] {
            let alone = records(std::slice::from_ref(&bad), shown(&[])).await;
            assert_eq!(alone, ["dane-nothing-usable", "dane-record-unusable"], "{bad}");
            let beside = records(&[bad, tlsa(3, 1, 1, &[2; 32])], shown(&[])).await;
            assert_eq!(beside, ["dane-ok", "dane-record-unusable"]);
        }
    }

    #[tokio::test]
    async fn every_link_of_the_chain_must_be_secure() {
        let with = |at: &str, kind, security| {
            Script::secure()
                .mx("example.test", 10, "mx.example.test")
                .address("mx.example.test", "192.0.2.1")
                .tlsa("mx.example.test", tlsa(3, 1, 1, &[2; 32]))
                .with(at, kind, |answer| answer.security = security)
        };
        let links =
            [("example.test", Type::Mx), ("mx.example.test", Type::A), ("_25._tcp.mx.example.test", Type::Tlsa)];
        for (at, kind) in links {
            assert_eq!(look(with(at, kind, Security::Insecure), shown(&[])).await, ["dane-insecure"], "{at}");
            assert_eq!(
                look(with(at, kind, Security::Indeterminate), shown(&[])).await,
                ["dane-no-dnssec-here"],
                "{at}"
            );
        }
    }

    #[tokio::test]
    async fn a_lookup_that_fails_is_not_none() {
        let failing = |script: Script, failure| script.fails("_25._tcp.mx.example.test", Type::Tlsa, failure);
        for failure in [Failure::ServFail, Failure::Timeout, Failure::Budget] {
            assert_eq!(look(failing(Script::secure(), failure), shown(&[])).await, ["dane-tlsa-no-answer"]);
        }
        assert_eq!(look(failing(Script::secure(), Failure::Bogus), shown(&[])).await, ["dane-tlsa-bogus"]);
        assert_eq!(look(failing(Script::default(), Failure::ServFail), shown(&[])).await, ["dane-tlsa-moot"]);
    }

    #[tokio::test]
    async fn without_records_a_signed_zone_could_have_some() {
        assert_eq!(records(&[], shown(&[])).await, ["dane-could-be"]);
        assert_eq!(look(Script::default(), shown(&[])).await, ["dane-none"]);
    }

    #[tokio::test]
    async fn records_without_tls_stop_mail_and_without_a_look_cannot_tell() {
        let record = [tlsa(3, 1, 1, &[2; 32])];
        assert_eq!(records(&record, Seen::NoStartTls).await, ["dane-no-starttls"]);
        assert_eq!(records(&record, Seen::Silent).await, ["dane-not-compared"]);
    }
}

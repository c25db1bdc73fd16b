//! Every form of records against every look at a host.

use model::check::{Certificate, Digest, Fault, Version};

use super::*;
use crate::{
    Limits,
    check::mx,
    dns::{
        Failure, Tlsa, Type, ask, below,
        scripted::{Script, name},
    },
};

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
    let host = Host {
        domain: &domain,
        mx: &set.hosts[0],
        list: set.security,
        tlsa: &tlsa,
        seen: &seen,
        max_records: 100,
        used_elsewhere: false,
    };
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
    let links = [("example.test", Type::Mx), ("mx.example.test", Type::A), ("_25._tcp.mx.example.test", Type::Tlsa)];
    for (at, kind) in links {
        assert_eq!(look(with(at, kind, Security::Insecure), shown(&[])).await, ["dane-insecure"], "{at}");
        assert_eq!(look(with(at, kind, Security::Indeterminate), shown(&[])).await, ["dane-no-dnssec-here"], "{at}");
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

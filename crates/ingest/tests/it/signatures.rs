//! Whose signature a mail bears (RFC 8460 §3): mails signed by a real signer, keys handed in as DNS would have them.

#![expect(clippy::similar_names, reason = "a signer, and what is signed")]

use std::collections::HashMap;

use ingest::{
    Limits,
    signature::{self, Key},
    testing::Signer,
};
use mail_auth::dkim::Canonicalization;
use model::{
    DomainName, Timestamp,
    dkim::{Judgement, Verdict},
};

use crate::samples;

/// When mails come unless a test says otherwise; signers sign by the real clock.
const NOW: Timestamp = Timestamp(0);

/// A mail with the usual report, whose contact is at `sender.example`.
fn mail() -> String {
    mail_of(&samples::report(), "sender.example")
}

fn mail_of(report: &str, submitter: &str) -> String {
    format!(
        "From: TLS reports <reports@sender.example>\r\nTo: tls@example.org\r\nSubject: Report Domain: example.org\r\n \
         Submitter: {submitter} Report-ID: <1@{submitter}>\r\nDate: Fri, 02 Jan 2026 04:00:00 +0000\r\nMessage-ID: \
         <1@{submitter}>\r\nTLS-Report-Domain: example.org\r\nTLS-Report-Submitter: {submitter}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=tlsrpt; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         A report.\r\n--b\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
         --b--\r\n",
        samples::base64(samples::gzip(report))
    )
}

fn sender() -> Signer {
    Signer::of("sender.example")
}

/// What DNS has of these signers.
fn keys(signers: &[&Signer]) -> HashMap<DomainName, Key> {
    signers
        .iter()
        .map(|signer| {
            let (place, text) = signer.record();
            (DomainName::parse_lenient(&format!("{place}.{}", signer.domain)).unwrap(), Key::Found(vec![text]))
        })
        .collect()
}

fn verdict(mail: &[u8], keys: &HashMap<DomainName, Key>, received: Timestamp) -> Verdict {
    let reports = samples::read(mail).expect("a report");
    let reports = reports.iter().map(|read| &read.report);
    signature::examine(mail, reports, received, Limits::default().mail_headers).judge(mail, keys)
}

/// What is said of the one signature of a mail.
#[track_caller]
fn judged(mail: &[u8], keys: &HashMap<DomainName, Key>) -> Judgement {
    let verdict = verdict(mail, keys, NOW);
    assert_eq!(verdict.signatures.len(), 1, "{verdict:?}");
    verdict.signatures[0].judgement
}

/// What is said of the mail when this signer, and what it publishes, are as a test wants them.
#[track_caller]
fn by(signer: &Signer) -> Judgement {
    judged(&signer.sign(mail().as_bytes()), &keys(&[signer]))
}

/// The same, with another text in DNS.
#[track_caller]
fn with_key(change: impl Fn(String) -> String) -> Judgement {
    let signer = sender();
    let mut keys = keys(&[&signer]);
    for key in keys.values_mut() {
        *key = Key::Found(vec![change(signer.record().1)]);
    }
    judged(&signer.sign(mail().as_bytes()), &keys)
}

#[test]
fn a_signature_of_the_reporting_domain_holds() {
    for canonical in [Canonicalization::Relaxed, Canonicalization::Simple] {
        let signer = Signer { canonical, ..sender() };
        let verdict = verdict(&signer.sign(mail().as_bytes()), &keys(&[&signer]), NOW);
        assert_eq!(verdict.signer().map(|domain| domain.to_string()).as_deref(), Some("sender.example"));
    }
}

/// RFC 8460 §3: "Reports sent via SMTP MUST contain a valid DKIM signature".
#[test]
fn without_a_signature_there_is_no_signer() {
    let verdict = verdict(mail().as_bytes(), &HashMap::new(), NOW);
    assert_eq!(verdict, Verdict::default());
    assert!(!verdict.waits());
}

/// RFC 8460 §3: "DKIM signatures MUST NOT use the "l=" attribute".
#[test]
fn a_signature_of_a_beginning_does_not_hold() {
    assert_eq!(by(&Signer { length: true, ..sender() }), Judgement::LengthLimited);
    let signer = sender();
    for length in ["l=0", "L=0", "l=none"] {
        let signed =
            String::from_utf8(signer.sign(mail().as_bytes())).unwrap().replacen("v=1;", &format!("v=1; {length};"), 1);
        assert_eq!(judged(signed.as_bytes(), &keys(&[&signer])), Judgement::LengthLimited, "{length}");
    }
}

/// RFC 8460 §3: `s=tlsrpt` is asked for, and what lacks it may be taken all the same.
#[test]
fn the_key_must_be_for_mail_or_for_reports() {
    for services in ["", "s=tlsrpt;", "s=email:other;", "s=*;"] {
        assert_eq!(with_key(|key| format!("{services} {}", &key["v=DKIM1;".len()..])), Judgement::Valid, "{services}");
    }
    assert_eq!(with_key(|key| format!("{key}; s=chat")), Judgement::OtherService);
}

#[test]
fn what_is_wrong_with_a_key_is_told() {
    assert_eq!(with_key(|_| "v=DKIM1; p=".to_owned()), Judgement::KeyRevoked);
    assert_eq!(with_key(|_| "v=spf1 -all".to_owned()), Judgement::KeyUnusable);
    assert_eq!(with_key(|key| format!("{key}; t=y")), Judgement::KeyTesting);
    assert_eq!(with_key(|_| sender().record().1), Judgement::Mismatch, "the key of somebody else");
    let signer = sender();
    let signed = signer.sign(mail().as_bytes());
    let absent = keys(&[&signer]).into_keys().map(|name| (name, Key::Absent)).collect();
    assert_eq!(judged(&signed, &absent), Judgement::KeyMissing);
    let waiting = verdict(&signed, &HashMap::new(), NOW);
    assert_eq!((waiting.signatures[0].judgement, waiting.waits()), (Judgement::KeyNotTold, true));
}

#[test]
fn the_signature_is_that_of_the_reports_contact_or_of_its_organisation() {
    for domain in ["sender.example", "mail.sender.example"] {
        assert_eq!(by(&Signer::of(domain)), Judgement::Valid, "{domain}");
    }
    for domain in ["list.example", "example", "sender.example.net", "othersender.example"] {
        assert_eq!(by(&Signer::of(domain)), Judgement::NotAligned, "{domain}");
    }
}

/// Mail.ru: `d=corp.mail.ru`, submitter `mail.ru`. A report need not name a contact at all.
#[test]
fn the_signature_is_that_of_a_signed_submitter() {
    let nameless = samples::report().replace("\"contact-info\":\"tls@sender.example\",", "");
    let mail = mail_of(&nameless, "sender.example");
    let signer = Signer::of("corp.sender.example");
    assert_eq!(judged(&signer.sign(mail.as_bytes()), &keys(&[&signer])), Judgement::Valid);
    // RFC 8460 §5.3: a field that is not signed can be written by anyone.
    let signer = Signer { covers: vec!["From", "Subject"], ..signer };
    assert_eq!(judged(&signer.sign(mail.as_bytes()), &keys(&[&signer])), Judgement::NotAligned);
    let signer = Signer::of("list.example");
    let forged = mail_of(&samples::report(), "list.example");
    let once_more = format!("TLS-Report-Submitter: list.example\r\n{}", mail_of(&samples::report(), "sender.example"));
    assert_eq!(
        judged(&signer.sign(forged.as_bytes()), &keys(&[&signer])),
        Judgement::Valid,
        "it is its own report then"
    );
    assert_eq!(
        judged(&signer.sign(once_more.as_bytes()), &keys(&[&signer])),
        Judgement::NotAligned,
        "which of the two?"
    );
}

#[test]
fn the_signature_expires_by_the_time_at_which_the_mail_came() {
    let signer = Signer { expires: 604_800, ..sender() };
    let signed = signer.sign(mail().as_bytes());
    let text = String::from_utf8_lossy(&signed).into_owned();
    let (_, expires) = text.split_once("x=").expect("an expiry");
    let expires: i64 = expires.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let at = |seconds: i64| verdict(&signed, &keys(&[&signer]), Timestamp(seconds * 1_000)).signatures[0].judgement;
    assert_eq!(at(expires), Judgement::Valid);
    assert_eq!(at(expires + 1), Judgement::Expired);
}

#[test]
fn what_was_changed_on_the_way_does_not_hold() {
    let signer = sender();
    let signed = String::from_utf8(signer.sign(mail().as_bytes())).unwrap();
    for (from, to, fault) in [
        ("A report.", "A rep0rt.", Judgement::BodyChanged),
        ("Date: Fri", "Date: Thu", Judgement::Mismatch),
        ("TLS-Report-Domain: example.org", "TLS-Report-Domain: example.net", Judgement::Mismatch),
        ("a=ed25519-sha256", "a=rsa-sha256", Judgement::Mismatch),
        ("a=ed25519-sha256", "a=rsa-sha1", Judgement::Algorithm),
        ("; d=sender.example", "; d=sender.example; d=sender.example", Judgement::Malformed),
    ] {
        let changed = signed.replacen(from, to, 1);
        assert_ne!(changed, signed, "{from}");
        assert_eq!(judged(changed.as_bytes(), &keys(&[&signer])), fault, "{to}");
    }
    let appended = format!("{signed}--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n{}", samples::report());
    assert_eq!(judged(appended.as_bytes(), &keys(&[&signer])), Judgement::BodyChanged);
}

#[test]
fn a_signature_covers_from_and_its_identity_is_its_own() {
    assert_eq!(by(&Signer { covers: vec!["Subject", "Date"], ..sender() }), Judgement::FromNotSigned);
    assert_eq!(by(&Signer { identity: "a@list.example".to_owned(), ..sender() }), Judgement::IdentityElsewhere);
    let below = Signer { identity: "a@mx.sender.example".to_owned(), ..sender() };
    assert_eq!(by(&below), Judgement::Valid);
    let strict = keys(&[&below]).into_iter().map(|(name, key)| {
        let Key::Found(texts) = key else { panic!("a key") };
        (name, Key::Found(texts.into_iter().map(|text| format!("{text}; t=s")).collect()))
    });
    assert_eq!(judged(&below.sign(mail().as_bytes()), &strict.collect()), Judgement::IdentityElsewhere);
}

#[test]
fn of_several_signatures_one_that_holds_is_enough() {
    let (list, sender) = (Signer::of("list.example"), sender());
    let twice = list.sign(&sender.sign(mail().as_bytes()));
    let verdict = verdict(&twice, &keys(&[&list, &sender]), NOW);
    let said: Vec<_> = verdict.signatures.iter().map(|signature| signature.judgement).collect();
    assert_eq!(said, [Judgement::NotAligned, Judgement::Valid]);
    assert_eq!(verdict.signer().unwrap().as_str(), "sender.example");
}

/// Keys are asked for where something may come of it, and never for a crowd of signatures.
#[test]
fn few_keys_are_asked_for() {
    let sender = sender();
    let mut crowd = sender.sign(mail().as_bytes());
    for number in 0..40 {
        crowd = Signer { selector: format!("s{number}"), ..sender.clone() }.sign(&crowd);
    }
    crowd = Signer::of("list.example").sign(&crowd);
    let reports = samples::read(&crowd).expect("a report");
    let examined = signature::examine(&crowd, reports.iter().map(|read| &read.report), NOW, 1 << 20);
    let keys = examined.keys();
    assert_eq!(keys.len(), 7, "{keys:?}");
    assert!(keys.iter().all(|key| key.as_str().ends_with("._domainkey.sender.example")), "{keys:?}");
    let longer_than_is_read = signature::examine(&crowd, [], NOW, 4_096);
    assert!(longer_than_is_read.keys().is_empty());
}

/// Programs that get mail on a pipe get it with the line ends of this system, and perhaps with the envelope in front.
#[test]
fn a_signature_outlives_the_line_ends_of_a_pipe() {
    let signer = sender();
    let signed = String::from_utf8(signer.sign(mail().as_bytes())).unwrap();
    let piped = format!("From reports@sender.example  Fri Jan  2 04:00:00 2026\n{}", signed.replace("\r\n", "\n"));
    assert_eq!(judged(piped.as_bytes(), &keys(&[&signer])), Judgement::Valid);
}

#[test]
fn nothing_makes_it_panic() {
    let signer = sender();
    let signed = signer.sign(mail().as_bytes());
    let reports = samples::read(&signed).expect("a report");
    let keys = keys(&[&signer]);
    for at in 0..signed.len() {
        let mut broken = signed.clone();
        broken[at] = b";=\r\n\0\xff:"[at % 7];
        for bytes in [&broken[..], &signed[..at]] {
            let examined = signature::examine(bytes, reports.iter().map(|read| &read.report), NOW, 64 << 10);
            let _ = examined.judge(bytes, &keys);
        }
    }
}

//! DKIM of a mail (RFC 6376), as RFC 8460 §3 asks for it of mails that carry reports.
//!
//! It goes in two steps, so that whoever has DNS asks it between them: [`examine`] judges all that needs no key and says
//! which keys are wanted, [`Examined::judge`] says the rest. Header, body and signature are read and checked by `mail-auth`;
//! what is ours is what RFC 8460 adds: no `l=`, the service type, whose signature it must be, and that a signature expires
//! by the time at which the mail came, not by the time at which it is looked at.

mod key;
mod tags;

use std::{borrow::Cow, collections::HashMap};

use mail_auth::{AuthenticatedMessage, common::crypto::HashAlgorithm};
use model::{
    DomainName, Reporter, Timestamp,
    dkim::{Judgement, Signature, Verdict},
    text::visible_short,
};
use tlsrpt::Report;

use self::tags::{Tags, without_signature};
pub use key::Key;

/// Signatures of one mail that are looked at: senders make one or two, and each may cost a question to DNS.
const MOST_SIGNATURES: usize = 8;
/// Fields that one signature may cover: each is looked for in the header.
const MOST_FIELDS: usize = 100;
/// The field in which the reporting domain names itself (RFC 8460 §5.3).
const SUBMITTER: &str = "tls-report-submitter";

/// The signatures of a mail, judged as far as that needs no key.
#[derive(Debug)]
pub struct Examined(Vec<Candidate>);

#[derive(Debug)]
struct Candidate {
    domain: String,
    selector: String,
    /// The field as it stands in the mail.
    field: Vec<u8>,
    /// What it says, or what is wrong with it already.
    said: Result<Said, Judgement>,
}

/// What a signature says that goes on to its second step.
#[derive(Debug)]
struct Said {
    /// Where its key is.
    key: DomainName,
    /// The fields it covers, in lower case.
    covers: Vec<String>,
    /// Whether `i=` names a domain below `d=`.
    below: bool,
}

/// Looks at the signatures of a mail that carries these reports and came at `received`. `most` bytes of header are read.
#[must_use]
pub fn examine<'r>(
    message: &[u8],
    reports: impl IntoIterator<Item = &'r Report>,
    received: Timestamp,
    most: usize,
) -> Examined {
    let message = as_sent(message);
    let head = head(&message, most);
    let Some(mail) = head.and_then(|head| AuthenticatedMessage::parse_with_opts(head, None, false)) else {
        return Examined(vec![]);
    };
    let fields = |wanted: &'static str| {
        let is_it = move |name: &[u8]| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes());
        mail.headers.iter().filter(move |(name, _)| is_it(name)).map(|(_, value)| *value)
    };
    // Of two submitters, only one could be the one that was signed.
    let mut submitters = fields(SUBMITTER);
    let submitter = submitters.next().filter(|_| submitters.next().is_none());
    let whose = Whose {
        contacts: reports.into_iter().map(claimed_domain).collect(),
        submitter: submitter
            .and_then(|value| DomainName::parse_lenient(String::from_utf8_lossy(value).trim()))
            .map(|domain| domain.organizational()),
    };
    let examine = |field: &[u8]| {
        let tags = Tags::parse(field);
        let text =
            |name| tags.as_ref().and_then(|tags| tags.get(name)).map(|text| visible_short(text, 253).into_owned());
        Candidate {
            domain: text("d").unwrap_or_default().to_lowercase(),
            selector: text("s").unwrap_or_default(),
            field: field.to_vec(),
            said: tags.ok_or(Judgement::Malformed).and_then(|tags| said(&tags, &whose, received)),
        }
    };
    Examined(fields("dkim-signature").take(MOST_SIGNATURES).map(examine).collect())
}

/// Whose signature may stand under a report.
struct Whose {
    /// The organisational domain that each report claims to be from.
    contacts: Vec<Option<DomainName>>,
    /// That of the mail's one submitter field.
    submitter: Option<DomainName>,
}

impl Whose {
    /// Whether the signature is of the reporting domain (RFC 8460 §3). The submitter field counts only where it is signed
    /// itself; one organisation may sign for all of its names, as `corp.mail.ru` does for `mail.ru`.
    fn is_aligned(&self, domain: &DomainName, covers: &[String]) -> bool {
        let organization = domain.organizational();
        let by_submitter =
            covers.iter().any(|field| field == SUBMITTER) && self.submitter.as_ref() == Some(&organization);
        by_submitter || self.contacts.iter().all(|contact| contact.as_ref() == Some(&organization))
    }
}

/// The domain that a report claims to be from.
fn claimed_domain(report: &Report) -> Option<DomainName> {
    Reporter::of(report.organization_name.as_deref(), report.contact_info.as_deref()).domain
}

fn said(tags: &Tags, whose: &Whose, received: Timestamp) -> Result<Said, Judgement> {
    let malformed = Judgement::Malformed;
    // RFC 8460 §3: no l=, not even one of all bytes.
    if tags.get("l").is_some() {
        return Err(Judgement::LengthLimited);
    }
    // RFC 8301 §3.1: signatures with SHA-1 must not be taken for valid.
    if !matches!(tags.get("a").map(str::to_ascii_lowercase).as_deref(), Some("rsa-sha256" | "ed25519-sha256")) {
        return Err(Judgement::Algorithm);
    }
    let domain = tags.get("d").and_then(DomainName::parse_lenient).ok_or(malformed)?;
    let selector = tags.get("s").filter(|selector| !selector.is_empty()).ok_or(malformed)?;
    let key = DomainName::parse_lenient(&format!("{selector}._domainkey.{domain}")).ok_or(malformed)?;
    let covers = tags.items("h").filter(|covers| covers.len() <= MOST_FIELDS).ok_or(malformed)?;
    if !covers.iter().any(|field| field == "from") {
        return Err(Judgement::FromNotSigned);
    }
    let identity = match tags.get("i") {
        None => domain.clone(),
        Some(identity) => {
            let (_, domain) = identity.rsplit_once('@').ok_or(malformed)?;
            DomainName::parse_lenient(domain).ok_or(malformed)?
        }
    };
    if identity != domain && !identity.is_subdomain_of(&domain) {
        return Err(Judgement::IdentityElsewhere);
    }
    let (signed, expires) = (tags.number("t").map_err(|()| malformed)?, tags.number("x").map_err(|()| malformed)?);
    if let Some(expires) = expires {
        if signed.is_some_and(|signed| expires < signed) {
            return Err(malformed);
        }
        if received.0.div_euclid(1_000) > expires.cast_signed() {
            return Err(Judgement::Expired);
        }
    }
    if !whose.is_aligned(&domain, &covers) {
        return Err(Judgement::NotAligned);
    }
    Ok(Said { key, covers, below: identity != domain })
}

impl Examined {
    /// Where the keys are that are needed, each once: names of TXT records.
    #[must_use]
    pub fn keys(&self) -> Vec<DomainName> {
        let mut keys = Vec::new();
        for said in self.0.iter().filter_map(|candidate| candidate.said.as_ref().ok()) {
            if !keys.contains(&said.key) {
                keys.push(said.key.clone());
            }
        }
        keys
    }

    /// Judges the signatures of the same mail with the keys that were found. One that is not among them is not told.
    #[must_use]
    pub fn judge(self, message: &[u8], keys: &HashMap<DomainName, Key>) -> Verdict {
        // Hashing the body is worth its while only where something may come of it.
        let open = self.0.iter().any(|candidate| candidate.said.is_ok());
        let message = if open { as_sent(message) } else { Cow::Borrowed(&[][..]) };
        let mail = AuthenticatedMessage::parse_with_opts(&message, None, true).filter(|_| open);
        let judge = |candidate: Candidate| {
            let judgement = match (&candidate.said, &mail) {
                (Err(fault), _) => *fault,
                (Ok(said), Some(mail)) => match keys.get(&said.key) {
                    None => Judgement::KeyNotTold,
                    Some(key) => holds(mail, &candidate, said, key).err().unwrap_or(Judgement::Valid),
                },
                (Ok(_), None) => Judgement::Malformed,
            };
            Signature { domain: candidate.domain, selector: candidate.selector, judgement }
        };
        Verdict { signatures: self.0.into_iter().map(judge).collect() }
    }
}

/// Whether a signature holds; else what is wrong.
fn holds(mail: &AuthenticatedMessage<'_>, candidate: &Candidate, said: &Said, key: &Key) -> Result<(), Judgement> {
    let known = mail.dkim_headers.iter().find(|header| header.value == candidate.field).ok_or(Judgement::Malformed)?;
    let signature = &known.header;
    // The library reads the field by itself: what it checks must be what was judged.
    if !signature.h.iter().map(|field| field.to_ascii_lowercase()).eq(said.covers.iter().cloned()) {
        return Err(Judgement::Malformed);
    }
    let key = key.usable(said.below)?;
    let algorithm = HashAlgorithm::from(signature.a);
    let of_body =
        |(canonical, hash, length, _): &&_| (canonical, hash, length) == (&signature.cb, &algorithm, &signature.l);
    let body = mail.body_hashes.iter().find(of_body).ok_or(Judgement::Malformed)?;
    if body.3 != signature.bh {
        return Err(Judgement::BodyChanged);
    }
    let unsigned = without_signature(known.value);
    let mut header = mail.signed_headers(&signature.h, known.name, &unsigned);
    key.p.verify(&mut header, &signature.b, signature.ch, signature.a).map_err(|_| Judgement::Mismatch)
}

/// A mail with the line ends it had on the wire: a mail server that hands it to a program or a file may have put its own.
fn as_sent(message: &[u8]) -> Cow<'_, [u8]> {
    // Of programs that hand on the envelope in front (RFC 4155).
    let message = match message.strip_prefix(b"From ") {
        Some(rest) => rest.iter().position(|byte| *byte == b'\n').map_or(message, |end| &rest[end + 1..]),
        None => message,
    };
    let bare = message.iter().position(|byte| *byte == b'\n').is_some_and(|at| at == 0 || message[at - 1] != b'\r');
    if !bare {
        return Cow::Borrowed(message);
    }
    let mut sent = Vec::with_capacity(message.len() + message.len() / 40);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n").filter(|line| !line.ends_with(b"\r")) {
            Some(line) => {
                sent.extend_from_slice(line);
                sent.extend_from_slice(b"\r\n");
            }
            None => sent.extend_from_slice(line),
        }
    }
    Cow::Owned(sent)
}

/// The header of a mail with the blank line after it; none where it is longer than that.
fn head(message: &[u8], most: usize) -> Option<&[u8]> {
    let within = &message[..message.len().min(most)];
    match within.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(end) => Some(&within[..end + 4]),
        None => (message.len() <= most).then_some(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_those_of_the_wire() {
        assert!(matches!(as_sent(b"A: b\r\n\r\nc\r\n"), Cow::Borrowed(_)));
        assert_eq!(&*as_sent(b"A: b\n\nc\n"), b"A: b\r\n\r\nc\r\n");
        assert_eq!(&*as_sent(b"From x@example.org  Thu\nA: b\n\nc"), b"A: b\r\n\r\nc");
        assert_eq!(&*as_sent(b"From x"), b"From x");
        assert_eq!(&*as_sent(b""), b"");
    }

    #[test]
    fn the_header_ends_at_the_blank_line_or_is_too_long() {
        assert_eq!(head(b"A: b\r\n\r\nc", 8), Some(&b"A: b\r\n\r\n"[..]));
        assert_eq!(head(b"A: b\r\n\r\nc", 7), None);
        assert_eq!(head(b"A: b", 7), Some(&b"A: b"[..]));
    }
}

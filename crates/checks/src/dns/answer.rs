//! A question and its answer, in our words.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use data_encoding::HEXLOWER;
use model::DomainName;
use serde::Serialize;

/// How many records of an answer are shown as evidence, and how many characters of one: a sound one has less.
const MAX_LINES: usize = 50;
const MAX_LINE: usize = 4_096;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// The name.
    pub(crate) name: DomainName,
    /// The type of record.
    pub(crate) kind: Type,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind.word())
    }
}

/// The types of record that checks look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A host that takes mail.
    Mx,
    /// A name server.
    Ns,
    /// The name of an address.
    Ptr,
    /// Text.
    Txt,
    /// A certificate association (RFC 6698).
    Tlsa,
}

impl Type {
    /// As zone files write it.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
            Self::Tlsa => "TLSA",
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What was asked.
    pub(crate) question: Question,
    /// What came back.
    pub(crate) reply: Reply,
    /// The names that CNAME records led to, in order; empty where there was none.
    pub(crate) aliases: Vec<String>,
    /// What DNSSEC says of it: of the weakest link, where aliases were followed.
    pub(crate) security: Security,
    /// The shortest time to live, in seconds, as the name server we asked states it.
    pub(crate) ttl: Option<u32>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Records of the type asked for; at least one.
    Found(Vec<Data>),
    /// The name exists, without such a record.
    NoData,
    /// The name does not exist.
    NoName,
    /// There is no telling. Never to be taken for "absent".
    Failed(Failure),
}

/// Why there is no telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The name servers of the domain do not answer, or answer with an error.
    ServFail,
    /// The name server asked refuses to answer.
    Refused,
    /// No answer in time, though the name servers asked are there: those of the domain do not answer them.
    Timeout,
    /// None of the name servers asked answers anything: it is not about this domain.
    NoNameServer,
    /// The answer does not stand up to DNSSEC: forged, expired or wrongly signed.
    Bogus,
    /// The name server asked knows nothing of the name and points to others instead: a lame delegation (RFC 1912 §2.8).
    Referral,
    /// Part of the chain of DNSSEC that would prove the answer could not be fetched.
    Unproven,
    /// CNAME records lead in a circle, or too far.
    Loop,
    /// The check has used up what one domain may cost.
    Budget,
    /// Something else.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServFail => "the name servers answered SERVFAIL",
            Self::Refused => "the name server refused to answer",
            Self::Timeout => "no answer came in time",
            Self::NoNameServer => "none of our name servers answers",
            Self::Bogus => "the answer does not stand up to DNSSEC (bogus)",
            Self::Referral => "the name server points to others instead of answering (lame delegation)",
            Self::Unproven => "part of what would prove the answer with DNSSEC could not be fetched",
            Self::Loop => "CNAME records lead in a circle or too far",
            Self::Budget => "this check has used up its queries or its time",
            Self::Other(what) => what,
        })
    }
}

/// What DNSSEC says of an answer (RFC 4033 §5), from the most to the least trustworthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Security {
    /// Signed, and the chain from the trust anchor holds.
    Secure,
    /// Proven not to be signed.
    Insecure,
    /// Cannot be told: the name server strips signatures, or part of the chain could not be fetched.
    Indeterminate,
    /// Signed, and the signatures do not hold.
    Bogus,
}

impl Security {
    /// In one word.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Indeterminate => "indeterminate",
            Self::Bogus => "bogus",
        }
    }
}

/// The data of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// A or AAAA.
    Address(IpAddr),
    /// MX: the host in lower case, without the final dot. Empty is the root: no mail (RFC 7505).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host.
        host: String,
    },
    /// NS: the host in lower case, without the final dot.
    Ns(String),
    /// PTR: the name in lower case, without the final dot.
    Ptr(String),
    /// TXT, its strings joined without blanks (RFC 8460 §3, RFC 8461 §3.1); bytes that are no UTF-8 are replaced.
    Txt(String),
    /// TLSA.
    Tlsa(Tlsa),
}

/// A TLSA record (RFC 6698 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tlsa {
    /// 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE.
    pub(crate) usage: u8,
    /// 0 the whole certificate, 1 its public key.
    pub(crate) selector: u8,
    /// 0 as it is, 1 its SHA-256, 2 its SHA-512.
    pub(crate) matching: u8,
    /// What must match.
    pub(crate) data: Vec<u8>,
}

/// As zone files write it; long data is cut.
impl fmt::Display for Tlsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.data[..self.data.len().min(64)];
        write!(f, "{} {} {} {}", self.usage, self.selector, self.matching, HEXLOWER.encode(shown))?;
        if self.data.len() > shown.len() { write!(f, "… ({} bytes)", self.data.len()) } else { Ok(()) }
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Mx { preference, host } => write!(f, "{preference} {}", if host.is_empty() { "." } else { host }),
            Self::Ns(host) | Self::Ptr(host) => f.write_str(host),
            Self::Txt(text) => write!(f, "\"{text}\""),
            Self::Tlsa(tlsa) => tlsa.fmt(f),
        }
    }
}

impl From<Ipv4Addr> for Data {
    fn from(address: Ipv4Addr) -> Self {
        Self::Address(address.into())
    }
}

impl From<Ipv6Addr> for Data {
    fn from(address: Ipv6Addr) -> Self {
        Self::Address(address.into())
    }
}

impl Answer {
    /// An answer that tells nothing.
    #[must_use]
    pub(crate) fn failed(question: Question, failure: Failure) -> Self {
        let security = if failure == Failure::Bogus { Security::Bogus } else { Security::Indeterminate };
        Self { question, reply: Reply::Failed(failure), aliases: vec![], security, ttl: None }
    }

    /// An answer of which DNSSEC says nothing.
    pub(crate) const fn unproven(question: Question, reply: Reply, ttl: Option<u32>) -> Self {
        Self { question, reply, aliases: vec![], security: Security::Indeterminate, ttl }
    }

    /// The records; none where there are none or there is no telling.
    #[must_use]
    pub(crate) fn records(&self) -> &[Data] {
        match &self.reply {
            Reply::Found(records) => records,
            _ => &[],
        }
    }

    /// The texts of TXT records.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.records().iter().filter_map(|data| if let Data::Txt(text) = data { Some(text.as_str()) } else { None })
    }

    /// The texts in an order of their own: name servers turn that of records.
    pub(crate) fn sorted_texts(&self) -> Vec<&str> {
        let mut texts: Vec<_> = self.texts().collect();
        texts.sort_unstable();
        texts
    }

    /// The addresses of A and AAAA records.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records().iter().filter_map(|data| if let Data::Address(address) = data { Some(*address) } else { None })
    }

    /// The TLSA records.
    pub(crate) fn tlsa(&self) -> impl Iterator<Item = &Tlsa> {
        self.records().iter().filter_map(|data| if let Data::Tlsa(tlsa) = data { Some(tlsa) } else { None })
    }

    /// Why there is no telling; none where there is.
    #[must_use]
    pub(crate) const fn failure(&self) -> Option<&Failure> {
        match &self.reply {
            Reply::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// The answer as lines of raw evidence: the question, each alias, each record; as much of it as people may read.
    #[must_use]
    pub(crate) fn evidence(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.aliases.iter().map(|to| format!("{} CNAME {to}", self.question.name)).collect();
        let ttl = self.ttl.map(|ttl| format!(", TTL {ttl} s")).unwrap_or_default();
        let security = self.security.word();
        match &self.reply {
            Reply::Found(records) => {
                let line = |data| cut(format!("{} {data}", self.question)) + &format!(" ({security}{ttl})");
                lines.extend(records.iter().take(MAX_LINES).map(line));
                if records.len() > MAX_LINES {
                    lines.push(format!("{}: {} records more", self.question, records.len() - MAX_LINES));
                }
            }
            Reply::NoData => lines.push(format!("{}: no such record ({security})", self.question)),
            Reply::NoName => lines.push(format!("{}: no such name ({security})", self.question)),
            Reply::Failed(failure) => lines.push(format!("{}: {failure}", self.question)),
        }
        lines
    }
}

fn cut(line: String) -> String {
    match line.char_indices().nth(MAX_LINE) {
        None => line,
        Some((end, _)) => format!("{}… ({} bytes)", &line[..end], line.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(records: Vec<Data>) -> Vec<String> {
        let question = Question { name: DomainName::parse("example.test").unwrap(), kind: Type::Txt };
        let (reply, security) = (Reply::Found(records), Security::Insecure);
        Answer { question, reply, aliases: vec![], security, ttl: Some(60) }.evidence()
    }

    #[test]
    fn evidence_is_what_came_word_for_word() {
        let lines = evidence(vec![Data::Txt("v=TLSRPTv1; rua=x".to_owned())]);
        assert_eq!(lines, ["example.test TXT \"v=TLSRPTv1; rua=x\" (insecure, TTL 60 s)"]);
    }

    #[test]
    fn of_very_much_the_beginning_is_evidence_enough() {
        let lines = evidence(vec![Data::Txt("ü".repeat(60_000)); 2_000]);
        assert_eq!(lines.len(), MAX_LINES + 1);
        assert!(lines.iter().all(|line| line.chars().count() < MAX_LINE + 100));
        assert!(lines[0].contains("… (120019 bytes) (insecure"), "{}", &lines[0][lines[0].len() - 60..]);
        assert!(lines[MAX_LINES].ends_with("1950 records more"), "{}", lines[MAX_LINES]);
    }
}

//! The seam to the rules of records and policies: what a text of DNS or of a policy host says.
//!
//! Nothing else in this crate reads a record or a policy. The grammar is that of [`tlsrpt::record`] and [`mtasts`], the
//! findings are the linter's ([`model::lint`]); here they get the name under which a corrected record is to be published.

use model::{
    DomainName, Finding, Publish,
    lint::{self, Code, Kind, Outcome},
    publish,
    view::DnsRecord,
};
use mtasts::{
    Mode,
    answer::{Answer, pick},
};
use tlsrpt::record::Destination;

/// What the TXT records of one name say, read together.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// The record that counts: the only one that begins with the version, good or bad.
    pub(crate) record: Option<&'a str>,
    /// That one, or else the first that was meant to be one.
    pub(crate) meant: Option<&'a str>,
    /// Whether senders can use it.
    pub(crate) works: bool,
    /// Whether nothing is there that was even meant to be such a record.
    pub(crate) is_absent: bool,
    /// What is to be said about it; nothing where it is absent.
    pub(crate) findings: Vec<Finding>,
}

/// Reads the TXT records of a name as senders do: chosen by their prefix, before any look at their syntax
/// (RFC 8460 §3, RFC 8461 §3.1).
pub(crate) fn read<'a>(kind: Kind, texts: impl IntoIterator<Item = &'a str>) -> Reading<'a> {
    let texts: Vec<&str> = texts.into_iter().collect();
    let lint = lint::answer(kind, &texts);
    let none = Code::AnswerNone.as_str();
    let is_absent = lint.outcome == Outcome::None && lint.findings.iter().all(|finding| finding.code == none);
    let record = if let Answer::Found(record) = pick(&texts, kind.version()) { Some(record) } else { None };
    Reading {
        record,
        meant: record.or_else(|| texts.into_iter().find(|text| kind.is_meant(text))),
        works: lint.verdict.works(),
        is_absent,
        findings: if is_absent { vec![] } else { lint.findings },
    }
}

/// What is wrong with one text as such a record, whatever it was meant to be.
pub(crate) fn faults(kind: Kind, text: &str) -> Vec<Finding> {
    lint::record(kind, text).findings
}

/// The destinations of a TLS-RPT record that senders can use. Of a faulty record, many senders use the good ones all the same.
pub(crate) fn destinations(text: &str) -> Vec<Destination> {
    let read = tlsrpt::record::read(text).destinations;
    read.into_iter().filter(Destination::is_usable).collect()
}

/// The TLS-RPT record that mends all that was found, and whose destinations are still published beside our own; without
/// either there is none.
///
/// `text` is what is published now; what the linter would publish in its place goes before it. `keeps` says which of its
/// destinations may stay; the file of a policy is none.
pub(crate) fn mended(
    domain: &DomainName,
    text: Option<&str>,
    findings: &[Finding],
    ours: &[String],
    keeps: impl Fn(&str) -> bool,
) -> Option<DnsRecord> {
    let corrected = findings.iter().find_map(|finding| match &finding.publish {
        Some(Publish::Value(value)) => Some(value.as_str()),
        Some(Publish::Record(record)) => Some(record.value.as_str()),
        _ => None,
    });
    let published: Vec<String> = corrected
        .or(text)
        .map(destinations)
        .unwrap_or_default()
        .into_iter()
        .map(|destination| destination.uri)
        .filter(|uri| keeps(uri) && !lint::is_policy_url(uri))
        .collect();
    let published: Vec<&str> = published.iter().map(String::as_str).collect();
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    publish::tls_rpt(domain, &published, &ours)
}

/// The id of an MTA-STS record.
pub(crate) fn id(text: &str) -> Option<String> {
    mtasts::record::read(text).id
}

/// Gives each corrected record the name under which it is to be published.
pub(crate) fn named(findings: Vec<Finding>, name: &DomainName) -> Vec<Finding> {
    let named = |publish| match publish {
        Publish::Value(value) => Publish::Record(DnsRecord { name: name.to_string(), kind: "TXT".to_owned(), value }),
        other => other,
    };
    findings.into_iter().map(|finding| Finding { publish: finding.publish.map(named), ..finding }).collect()
}

/// A policy (RFC 8461 §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) mode: Mode,
    /// The patterns, as written.
    pub(crate) mx: Vec<String>,
    /// Seconds.
    pub(crate) max_age: u64,
}

/// Reads a policy, and what is to be said about it and these MX hosts; none when senders cannot use it. Without hosts
/// nothing is said about covering.
pub(crate) fn policy(body: &[u8], hosts: &[&str]) -> (Option<Policy>, Vec<Finding>) {
    let reading = mtasts::policy::read(body);
    let findings = lint::policy(body, hosts).findings;
    let (Some(mode), Some(max_age), true) = (reading.mode, reading.max_age, reading.verdict().works()) else {
        return (None, findings);
    };
    let mx = reading.mx.iter().map(ToString::to_string).collect();
    (Some(Policy { mode, mx, max_age }), findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.code.as_str()).collect()
    }

    fn name(text: &str) -> DomainName {
        DomainName::parse_lenient(text).unwrap()
    }

    #[test]
    fn what_was_meant_is_not_absent() {
        let other = read(Kind::TlsRpt, ["v=spf1 -all"]);
        assert!(other.is_absent && other.record.is_none() && other.findings.is_empty());
        let bad = read(Kind::TlsRpt, ["v=spf1", "v=TLSRPTv1;bogus"]);
        assert_eq!((bad.record, bad.works, bad.is_absent), (Some("v=TLSRPTv1;bogus"), false, false));
        let meant = read(Kind::TlsRpt, ["V=TLSRPTv1; rua=mailto:a@example.net"]);
        assert_eq!((meant.record, meant.is_absent), (None, false));
        assert_eq!(codes(&meant.findings), ["answer-none", "record-version-case"]);
        let several = read(Kind::MtaSts, ["v=STSv1; id=1", "v=STSv1; id=2"]);
        assert_eq!(several.record, None);
        assert_eq!(codes(&several.findings), ["answer-multiple"]);
    }

    #[test]
    fn one_record_mends_everything() {
        let domain = name("example.org");
        let text = "v=TLSRPTv1; rua=mailto:a@example.net,rua=mailto:1@in.example";
        let reading = read(Kind::TlsRpt, [text]);
        let ours = ["mailto:2@in.example".to_owned()];
        let record = mended(&domain, Some(text), &reading.findings, &ours, |uri| uri != "mailto:1@in.example").unwrap();
        assert_eq!(record.name, "_smtp._tls.example.org");
        assert_eq!(record.value, "v=TLSRPTv1; rua=mailto:a@example.net,mailto:2@in.example");
        assert_eq!(mended(&domain, None, &[], &[], |_| true), None);
    }

    #[test]
    fn a_correction_is_a_record_at_its_name() {
        let reading = read(Kind::MtaSts, ["v=STSv1; id=2026-01-01"]);
        assert!(!reading.works);
        let findings = named(reading.findings, &name("_mta-sts.example.org"));
        let Some(Publish::Record(record)) = &findings[0].publish else { panic!("a correction: {findings:#?}") };
        assert_eq!((record.name.as_str(), record.kind.as_str()), ("_mta-sts.example.org", "TXT"));
        assert_eq!(record.value, "v=STSv1; id=20260101");
    }

    #[test]
    fn what_senders_cannot_use_is_no_policy() {
        assert_eq!(policy(b"version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 86400\n", &[]).0, None);
        let body = b"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 604800\n";
        let (read, findings) = policy(body, &["b.example"]);
        assert!(read.is_some());
        assert_eq!(codes(&findings), ["policy-mx-not-covered", "policy-mx-unused"]);
    }
}

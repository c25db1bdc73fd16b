//! The seam to the rules of records and policies: what a text of DNS or of a policy host says.
//!
//! Nothing else in this crate reads a record or a policy. The grammar is that of [`tlsrpt::record`] and [`mtasts`], the
//! findings are the linter's ([`model::lint`]); here they get the name under which a corrected record is to be published.

use model::{
    Finding, Publish,
    lint::{self, Kind},
    view::DnsRecord,
};
use mtasts::{
    Mode,
    answer::{Answer, pick},
};
use tlsrpt::record::destination;

/// Which of the TXT records of a name is the one meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice<'a> {
    /// None is.
    None,
    /// None is, but one looks as if it was meant to be.
    NotQuite(&'a str),
    /// This one is.
    One(&'a str),
    /// Several are, so senders must assume none (RFC 8460 §3, RFC 8461 §3.1).
    Several(Vec<&'a str>),
}

/// Chooses the TLS-RPT record: by its prefix, before any look at its syntax (RFC 8460 §3).
pub(crate) fn choose_tls_rpt<'a>(texts: impl IntoIterator<Item = &'a str>) -> Choice<'a> {
    choose(texts, tlsrpt::record::VERSION, "tlsrpt")
}

/// Chooses the MTA-STS record: by its prefix, before any look at its syntax (RFC 8461 §3.1).
pub(crate) fn choose_mta_sts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Choice<'a> {
    choose(texts, mtasts::record::VERSION, "stsv1")
}

fn choose<'a>(texts: impl IntoIterator<Item = &'a str>, version: &str, hint: &str) -> Choice<'a> {
    let texts: Vec<&str> = texts.into_iter().collect();
    match pick(&texts, version) {
        Answer::Found(one) => Choice::One(one),
        Answer::Multiple(several) => Choice::Several(several),
        Answer::None => texts
            .into_iter()
            .find(|text| text.to_ascii_lowercase().contains(hint))
            .map_or(Choice::None, Choice::NotQuite),
    }
}

/// The destinations of a TLS-RPT record at this name that senders can use, and what is to be said about it. Of a faulty
/// record, many senders use the good ones all the same.
pub(crate) fn tls_rpt(text: &str, name: &str) -> (Vec<String>, Vec<Finding>) {
    let usable = |kind: &destination::Kind| !matches!(kind, destination::Kind::Unusable(_));
    let read = tlsrpt::record::read(text).destinations;
    let destinations = read.into_iter().filter(|destination| usable(&destination.kind));
    (destinations.map(|destination| destination.uri).collect(), findings(Kind::TlsRpt, text, name))
}

/// The id of an MTA-STS record at this name, where senders can use it, and what is to be said about it.
pub(crate) fn mta_sts(text: &str, name: &str) -> (Option<String>, Vec<Finding>) {
    let works = lint::record(Kind::MtaSts, text).verdict.works();
    (mtasts::record::read(text).id.filter(|_| works), findings(Kind::MtaSts, text, name))
}

/// What the linter says of a record that was chosen, or of one that was meant to be.
pub(crate) fn findings(kind: Kind, text: &str, name: &str) -> Vec<Finding> {
    let findings = lint::record(kind, text).findings.into_iter();
    findings
        .map(|finding| Finding { publish: finding.publish.map(|publish| named(publish, name)), ..finding })
        .collect()
}

fn named(publish: Publish, name: &str) -> Publish {
    match publish {
        Publish::Value(value) => Publish::Record(DnsRecord { name: name.to_owned(), kind: "TXT".to_owned(), value }),
        other => other,
    }
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

/// Reads a policy, and what is to be said about it; none when senders cannot use it.
pub(crate) fn policy(body: &[u8]) -> (Option<Policy>, Vec<Finding>) {
    let reading = mtasts::policy::read(body);
    let findings = lint::policy(body, &[]).findings;
    let (Some(mode), Some(max_age), true) = (reading.mode, reading.max_age, reading.verdict().works()) else {
        return (None, findings);
    };
    let mx = reading.mx.iter().map(ToString::to_string).collect();
    (Some(Policy { mode, mx, max_age }), findings)
}

/// Whether a pattern covers a host (RFC 8461 §4.1); certificates name hosts in the same way (RFC 7672 §3.2.3).
pub(crate) fn covers(pattern: &str, host: &str) -> bool {
    mtasts::Pattern::parse(pattern).is_ok_and(|pattern| pattern.matches(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_by_prefix() {
        assert_eq!(choose_tls_rpt(["v=spf1 -all"]), Choice::None);
        assert_eq!(choose_tls_rpt(["v=spf1", "v=TLSRPTv1;bogus"]), Choice::One("v=TLSRPTv1;bogus"));
        assert_eq!(choose_tls_rpt(["V=TLSRPTv1; rua=x"]), Choice::NotQuite("V=TLSRPTv1; rua=x"));
        assert!(matches!(choose_tls_rpt(["v=TLSRPTv1; a", "v=TLSRPTv1; b"]), Choice::Several(two) if two.len() == 2));
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(covers("*.example.com", "MX.example.com."));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(covers("Mx.example.com", "mx.example.com"));
    }

    #[test]
    fn a_correction_is_a_record_at_its_name() {
        let (destinations, findings) =
            tls_rpt("v=TLSRPTv1; rua=mailto:a@example.net,rua=mailto:b@example.net", "_smtp._tls.x");
        assert_eq!(destinations, ["mailto:a@example.net"]);
        let Some(Publish::Record(record)) = findings.iter().find_map(|finding| finding.publish.clone()) else {
            panic!("a correction: {findings:#?}")
        };
        assert_eq!((record.name.as_str(), record.kind.as_str()), ("_smtp._tls.x", "TXT"));
        assert_eq!(record.value, "v=TLSRPTv1; rua=mailto:a@example.net,mailto:b@example.net");
    }

    #[test]
    fn what_senders_cannot_use_is_no_policy_and_no_id() {
        assert_eq!(mta_sts("v=STSv1; id=2026-01-01", "_mta-sts.x").0, None);
        assert_eq!(mta_sts("v=STSv1; id=20260101", "_mta-sts.x").0.as_deref(), Some("20260101"));
        assert_eq!(policy(b"version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 86400\n").0, None);
        assert!(policy(b"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 604800\n").0.is_some());
    }
}

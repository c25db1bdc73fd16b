//! Builders of what a domain publishes. Whatever they write is valid by the linter; where that cannot be, there is nothing.

use mtasts::{Mode, Pattern, policy, record};
use tlsrpt::record::{self as tls_rpt_record, Destination, Kind};

use crate::{DomainName, Timestamp, view::DnsRecord};

/// The TLS-RPT record of a domain: destinations that were published before are kept, ours are added. None without any
/// that senders can use.
///
/// Mail comes first, then https, then what senders may learn one day: a sender may try only one of several, and more of them
/// know mail (RFC 8460 §3).
#[must_use]
pub fn tls_rpt(domain: &DomainName, published: &[&str], ours: &[&str]) -> Option<DnsRecord> {
    let rank = |destination: &Destination| match destination.kind {
        Kind::Mail(_) => 0,
        Kind::Https(_) => 1,
        Kind::Unusable(_) => 2,
    };
    let mut destinations: Vec<Destination> = Vec::new();
    for uri in published.iter().chain(ours) {
        if let Ok(destination) = Destination::parse(&encoded(uri))
            && !destinations.contains(&destination)
        {
            destinations.push(destination);
        }
    }
    destinations.sort_by_key(rank);
    let value = tls_rpt_record::compose(destinations.iter().map(|destination| destination.uri.as_str()))?;
    Some(txt(format!("_smtp._tls.{domain}"), value))
}

/// The MTA-STS record of a domain, its id made of the time at which the policy changed.
#[must_use]
pub fn mta_sts(domain: &DomainName, changed: Timestamp) -> Option<DnsRecord> {
    // `2026-01-31T12:00:00Z`: without its punctuation a date is an id.
    let id: String = changed.to_string().chars().filter(char::is_ascii_alphanumeric).take(record::MAX_ID).collect();
    Some(txt(format!("_mta-sts.{domain}"), record::compose(&id)?))
}

/// The policy file of a domain with these MX hosts, in any spelling DNS has for them. None when one of them is no host, since
/// a policy that lacks it would stop mail; and none without hosts, but in mode none.
#[must_use]
pub fn policy(mode: Mode, hosts: &[&str], max_age: u64) -> Option<String> {
    let mut mx: Vec<Pattern> = Vec::new();
    for host in hosts {
        let pattern = Pattern::parse(DomainName::parse_lenient(host)?.as_str()).ok()?;
        if !mx.contains(&pattern) {
            mx.push(pattern);
        }
    }
    policy::compose(mode, &mx, max_age)
}

/// Commas, semicolons and exclamation marks "MUST be encoded" in a `rua` URI (RFC 8460 §3).
fn encoded(uri: &str) -> String {
    uri.replace(',', "%2C").replace(';', "%3B").replace('!', "%21")
}

fn txt(name: String, value: String) -> DnsRecord {
    DnsRecord { name, kind: "TXT".to_owned(), value }
}

#[cfg(test)]
mod tests {
    use mtasts::Verdict;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::lint;

    fn domain() -> DomainName {
        DomainName::parse("example.org").unwrap()
    }

    #[test]
    fn what_was_published_stays_and_mail_comes_first() {
        let published = ["ftp://files.example/", "https://reports.example/x", "mailto:a@example.net", "mailto: b"];
        let ours = ["https://tlsrpt.example/r/1", "mailto:1@tlsrpt.example", "mailto:a@example.net"];
        let record = tls_rpt(&domain(), &published, &ours).unwrap();
        assert_eq!(record.name, "_smtp._tls.example.org");
        assert_eq!(
            record.value,
            "v=TLSRPTv1; rua=mailto:a@example.net,mailto:1@tlsrpt.example,https://reports.example/x,\
             https://tlsrpt.example/r/1,ftp://files.example/"
        );
        assert_eq!(tls_rpt(&domain(), &["ftp://files.example/"], &[]), None);
    }

    #[test]
    fn an_id_is_the_time_without_punctuation() {
        let record = mta_sts(&domain(), Timestamp(1_769_860_800_000)).unwrap();
        assert_eq!(record.name, "_mta-sts.example.org");
        assert!(record.value.starts_with("v=STSv1; id=20260131T120000"), "{}", record.value);
    }

    #[test]
    fn a_policy_never_lacks_a_host() {
        let text =
            policy(Mode::Enforce, &["MX1.example.org.", "mx.bücher.example", "mx1.example.org"], 604_800).unwrap();
        assert_eq!(
            text,
            "version: STSv1\nmode: enforce\nmx: mx1.example.org\nmx: mx.xn--bcher-kva.example\nmax_age: 604800\n"
        );
        assert_eq!(policy(Mode::Testing, &["mx1.example.org", "mx_2.example.org"], 604_800), None);
        assert_eq!(policy(Mode::Testing, &[], 604_800), None);
    }

    proptest! {
        #[test]
        fn whatever_is_built_lints_valid(
            published in vec("(mailto:|https://|x:|)[ -~é]{0,20}(@example.org)?", 0..4),
            hosts in vec("[a-zA-Zü0-9._-]{1,12}", 0..4),
            millis in 0..4_000_000_000_000_i64,
            max_age in any::<u64>(),
        ) {
            let published: Vec<&str> = published.iter().map(String::as_str).collect();
            let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
            let record = tls_rpt(&domain(), &published, &["mailto:a@example.net"]).unwrap();
            prop_assert_eq!(lint::record(lint::Kind::TlsRpt, &record.value).verdict, Verdict::Valid);
            let record = mta_sts(&domain(), Timestamp(millis)).unwrap();
            prop_assert_eq!(lint::record(lint::Kind::MtaSts, &record.value).verdict, Verdict::Valid);
            for mode in [Mode::Enforce, Mode::Testing, Mode::None] {
                if let Some(text) = policy(mode, &hosts, max_age) {
                    let lint = lint::policy(text.as_bytes(), &hosts);
                    prop_assert_eq!(lint.verdict, Verdict::Valid, "{}", text);
                    prop_assert!(lint.mx.iter().all(|cover| cover.covered), "{}", text);
                }
            }
        }
    }
}

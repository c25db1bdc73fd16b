//! Report bytes in the shapes that senders write, each distinct.

use std::{fmt::Write as _, io::Write as _};

use bytes::Bytes;
use data_encoding::BASE64;
use flate2::{Compression, write::GzEncoder};
use model::Day;

/// Days over which the reports are spread: those that pages show.
const DAYS: usize = 30;
/// Reporters of each domain.
const REPORTERS: usize = 3;

/// The name of a domain.
pub(crate) fn domain(index: usize) -> String {
    format!("d{index:04}.bench.example")
}

/// The `index`-th report over `domains` domains: its domain, and its bytes in gzip.
///
/// A domain's first 90 reports fill every day of every reporter, and one in twenty has failures. Later ones come to the same
/// days, so that pages have no more to show, only more reports behind it.
pub(crate) fn compressed(index: usize, domains: usize, last: Day) -> (usize, Bytes) {
    let (domain_index, k) = (index % domains, index / domains);
    let day = last.plus(-i32::try_from(k % DAYS).unwrap_or(0));
    let reporter = k / DAYS % REPORTERS;
    let failures = usize::from((k % (DAYS * REPORTERS)).is_multiple_of(20)) * 2;
    let json = json(&domain(domain_index), reporter, day, index, failures);
    let mut gzip = GzEncoder::new(Vec::with_capacity(512), Compression::fast());
    // Writing to memory does not fail.
    let _ = gzip.write_all(json.as_bytes());
    (domain_index, Bytes::from(gzip.finish().unwrap_or_default()))
}

/// The same report in a mail (RFC 8460 §5.3).
pub(crate) fn mail(index: usize, domains: usize, last: Day) -> (usize, Vec<u8>) {
    let (domain_index, gzip) = compressed(index, domains, last);
    let name = domain(domain_index);
    let encoded = BASE64.encode(&gzip);
    let mut mail = format!(
        "From: tlsrpt@reporter.example\r\nTo: tls-reports@{name}\r\nSubject: Report Domain: {name} Submitter: \
         reporter.example Report-ID: <{index}@reporter.example>\r\nTLS-Report-Domain: {name}\r\nTLS-Report-Submitter: \
         reporter.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\"tlsrpt\"; \
         boundary=\"limit\"\r\n\r\n--limit\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--limit\r\nContent-Type: \
         application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    for line in encoded.as_bytes().chunks(76) {
        mail.push_str(&String::from_utf8_lossy(line));
        mail.push_str("\r\n");
    }
    mail.push_str("--limit--\r\n");
    (domain_index, mail.into_bytes())
}

/// One report with so many failure details.
pub(crate) fn json(domain: &str, reporter: usize, day: Day, id: usize, failures: usize) -> String {
    let ok = 1 + id * 7919 % 900;
    let mut details = String::new();
    for i in 0..failures {
        let _ = write!(
            details,
            r#"{}{{"result-type":"{}","sending-mta-ip":"203.0.113.{}","receiving-mx-hostname":"mx{}.{domain}","receiving-ip":"198.51.100.{}","failed-session-count":{},"failure-reason-code":"X509_V_ERR_CERT_HAS_EXPIRED"}}"#,
            if i == 0 { "" } else { "," },
            ["certificate-expired", "validation-failure", "certificate-host-mismatch"][i % 3],
            i % 250,
            1 + i % 3,
            (i * 7) % 250,
            1 + i % 9,
        );
    }
    format!(
        r#"{{"organization-name":"Reporter {reporter}","date-range":{{"start-datetime":"{day}T00:00:00Z","end-datetime":"{day}T23:59:59Z"}},"contact-info":"tlsrpt@reporter{reporter}.example","report-id":"{day}T00:00:00Z_{domain}_{id}","policies":[{{"policy":{{"policy-type":"sts","policy-string":["version: STSv1","mode: enforce","mx: mx1.{domain}","mx: mx2.{domain}","max_age: 604800"],"policy-domain":"{domain}","mx-host":["mx1.{domain}","mx2.{domain}"]}},"summary":{{"total-successful-session-count":{ok},"total-failure-session-count":{}}},"failure-details":[{details}]}}]}}"#,
        (0..failures).map(|i| 1 + i % 9).sum::<usize>()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_reports_are_distinct_and_read() {
        let last = Day::from_ymd(2026, 11, 20).unwrap();
        let bodies: HashSet<_> = (0..500).map(|i| compressed(i, 10, last).1).collect();
        assert_eq!(bodies.len(), 500);
        let text = json("example.com", 3, last, 77, 4);
        let [report] = &*tlsrpt::parse(text.as_bytes(), &tlsrpt::Limits::default()).unwrap() else {
            panic!("one report")
        };
        assert_eq!(report.policies[0].failures.len(), 4);
        assert!(report.notes.is_empty(), "{:?}", report.notes);
    }
}

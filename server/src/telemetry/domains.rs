//! The figures of each domain in the Prometheus text format, taken from the database at each request.
//!
//! They are gauges: a figure falls when a report is taken out of the count.

use std::fmt::Write as _;

use engine::DomainListing;

/// Appends the figures of these domains.
pub(crate) fn render(domains: &[DomainListing], out: &mut String) {
    type Value = fn(&DomainListing) -> Option<i128>;
    let families: [(&str, &str, Value); 4] = [
        ("waxseal_domain_reports", "Counted reports of all time.", |domain| Some(domain.reports.into())),
        ("waxseal_domain_sessions", "Sessions in counted reports of all time.", |domain| {
            Some(domain.totals.sessions.into())
        }),
        ("waxseal_domain_failures", "Failed sessions in counted reports of all time.", |domain| {
            Some(domain.totals.failed.into())
        }),
        ("waxseal_domain_last_report_timestamp_seconds", "When the last counted report arrived.", |domain| {
            domain.last_report.map(|instant| i128::from(instant.0.div_euclid(1000)))
        }),
    ];
    for (name, help, value) in families {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
        for domain in domains {
            if let Some(value) = value(domain) {
                // A domain name holds nothing that needs escaping.
                let _ = writeln!(out, "{name}{{domain=\"{}\"}} {value}", domain.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{DomainName, Timestamp, Totals};

    use super::*;

    #[test]
    fn a_domain_without_reports_has_no_last_one() {
        let listing = |name, last_report| DomainListing {
            name: DomainName::parse(name).unwrap(),
            address: String::new(),
            reports: 2,
            totals: Totals { sessions: 100, failed: 3 },
            last_report,
        };
        let mut out = String::new();
        render(&[listing("a.example", Some(Timestamp(1_700_000_000_500))), listing("b.example", None)], &mut out);
        assert!(out.contains("\nwaxseal_domain_sessions{domain=\"a.example\"} 100\n"));
        assert!(out.contains("\nwaxseal_domain_failures{domain=\"b.example\"} 3\n"));
        assert!(out.contains("waxseal_domain_last_report_timestamp_seconds{domain=\"a.example\"} 1700000000\n"));
        assert!(!out.contains("waxseal_domain_last_report_timestamp_seconds{domain=\"b.example\"}"));
    }
}

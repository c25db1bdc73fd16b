//! Report bytes (RFC 8460 §4.4).

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

/// A report about `domain` by sender `organization`, with 97 sessions that went well and 3 that did not.
pub(crate) fn report_of(organization: &str, domain: &str, id: &str) -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({
        "organization-name": organization,
        "date-range": { "start-datetime": "2026-01-15T00:00:00Z", "end-datetime": "2026-01-15T23:59:59Z" },
        "contact-info": "tls@sender.example",
        "report-id": id,
        "policies": [{
            "policy": {
                "policy-type": "sts",
                "policy-string": ["version: STSv1", "mode: testing", "mx: mx.example.com", "max_age: 86400"],
                "policy-domain": domain,
                "mx-host": ["mx.example.com"],
            },
            "summary": { "total-successful-session-count": 97, "total-failure-session-count": 3 },
            "failure-details": [{
                "result-type": "certificate-expired",
                "receiving-mx-hostname": "mx.example.com",
                "failed-session-count": 3,
            }],
        }],
    }))
    .unwrap()
}

/// The same by a sender of no importance.
pub(crate) fn report(domain: &str, id: &str) -> Vec<u8> {
    report_of("Sender GmbH", domain, id)
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

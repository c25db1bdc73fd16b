//! How fast reports are read, beside `serde_json::from_slice::<Value>` on the same bytes.
//!
//! `cargo run --release -p tlsrpt --example parse_rate`
#![expect(clippy::print_stdout, reason = "it prints figures")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use serde_json::Value;
use tlsrpt::{Limits, parse};

/// Bytes read in one turn: long against the clock's grain, short against a time slice of the machine.
const TURN: usize = 64 << 10;
/// The best of so many turns counts: whatever else the machine does only makes a turn slower.
const TURNS: usize = 1_000;

fn main() {
    for (name, failures) in
        [("a day without failures", 0), ("ten kinds of failure", 10), ("a thousand failures", 1_000)]
    {
        let report = report(failures);
        let report = report.as_bytes();
        let limits = Limits::default();
        let (mut ours, mut value) = (Duration::MAX, Duration::MAX);
        for _ in 0..TURNS {
            value = value.min(turn(report, |bytes| drop(black_box(serde_json::from_slice::<Value>(bytes)))));
            ours = ours.min(turn(report, |bytes| drop(black_box(parse(bytes, &limits)))));
        }
        println!(
            "{name}, {} bytes: {:.0} MB/s, as Value {:.0} MB/s, ratio {:.2}",
            report.len(),
            rate(report, ours),
            rate(report, value),
            value.as_secs_f64() / ours.as_secs_f64()
        );
    }
}

/// How often a report is read in one turn.
fn times(report: &[u8]) -> usize {
    (TURN / report.len()).max(1)
}

fn turn(report: &[u8], read: impl Fn(&[u8])) -> Duration {
    let started = Instant::now();
    for _ in 0..times(report) {
        read(black_box(report));
    }
    started.elapsed()
}

#[expect(clippy::cast_precision_loss, reason = "a rate to be looked at")]
fn rate(report: &[u8], turn: Duration) -> f64 {
    (times(report) * report.len()) as f64 / turn.as_secs_f64() / 1e6
}

/// A report as large senders write it, without a deviation.
fn report(failures: usize) -> String {
    let failure = r#"{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"mx.example.org","receiving-ip":"2001:db8::2","failed-session-count":2,"failure-reason-code":"X509_V_ERR_CERT_HAS_EXPIRED"}"#;
    let details = vec![failure; failures].join(",");
    let failed = failures * 2;
    format!(
        r#"{{"organization-name":"Example Sender Inc.","date-range":{{"start-datetime":"2026-01-01T00:00:00Z","end-datetime":"2026-01-01T23:59:59Z"}},"contact-info":"smtp-tls-reporting@sender.example","report-id":"2026-01-01T00:00:00Z_example.org","policies":[{{"policy":{{"policy-type":"sts","policy-string":["version: STSv1","mode: enforce","mx: mx.example.org","mx: mx2.example.org","max_age: 604800"],"policy-domain":"example.org","mx-host":["mx.example.org","mx2.example.org"]}},"summary":{{"total-successful-session-count":773,"total-failure-session-count":{failed}}},"failure-details":[{details}]}}]}}"#
    )
}

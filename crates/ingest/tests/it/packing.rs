//! Plain JSON, gzip, base64 text: known by their first bytes, held to their caps.

use std::time::{Duration, Instant};

use ingest::{Error, Limits, read_named};

use crate::samples::{NAME, assert_read, assert_refused, base64, gzip, read, report, report_about};

#[test]
fn json_is_read_whatever_it_is_called() {
    let read = read_named(report().as_bytes(), Some(NAME), &Limits::default()).expect("a report");
    assert_eq!(read[0].report.notes, []);
    assert_eq!(read[0].hints.domain.as_deref(), Some("example.org"));
    assert_eq!(read[0].hints.submitter.as_deref(), Some("sender.example"));
}

#[test]
fn a_file_name_that_contradicts_the_report_is_noted() {
    let name = "other.example!example.net!1767225600!1767312000.json";
    let read = read_named(report().as_bytes(), Some(name), &Limits::default()).expect("a report");
    let codes: Vec<_> = read[0].report.notes.iter().map(|note| &*note.code).collect();
    assert_eq!(codes, ["domain-differs", "submitter-differs"], "one second more is the same day's end");
    let name = "sender.example!example.org!1767139200!1767225599.json";
    let read = read_named(report().as_bytes(), Some(name), &Limits::default()).expect("a report");
    assert_eq!(read[0].report.notes[0].code, "period-differs");
}

#[test]
fn content_is_the_same_however_it_is_packed() {
    let plain = read(report()).expect("a report");
    let packed = read(gzip(report())).expect("a report");
    assert_eq!(plain[0].content_hash, packed[0].content_hash);
    assert_eq!(plain[0].json, report().as_bytes());
    assert_eq!(plain[0].content_hash[..4], packed[0].content_hash[..4]);
    assert_ne!(plain[0].content_hash, read(report_about("example.net")).expect("a report")[0].content_hash);
}

#[test]
fn joined_reports_have_their_own_content() {
    let both = read(format!("{}\n{}", report(), report_about("example.net"))).expect("reports");
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].content_hash, read(report()).expect("a report")[0].content_hash);
    assert_eq!(both[1].content_hash, read(report_about("example.net")).expect("a report")[0].content_hash);
}

#[test]
fn gzip_may_have_many_members_and_a_tail() {
    let report_text = report();
    let (head, tail) = report_text.split_at(100);
    assert_read([gzip(head), gzip(""), gzip(tail)].concat(), &[]);
    assert_read([gzip(report()), b"garbage".to_vec()].concat(), &["gzip-trailing-data"]);
    assert_read([gzip(report()), vec![0; 512]].concat(), &["gzip-trailing-data"]);
    assert_read(gzip(gzip(report())), &["packed-twice"]);
    assert_refused(gzip(gzip(gzip(report()))), "more than 2 layers of packing");
}

#[test]
fn damaged_gzip_is_never_a_report() {
    let whole = gzip(report());
    for end in 2..whole.len() {
        assert!(matches!(read(&whole[..end]), Err(Error::Damaged { .. })), "cut at {end}");
    }
    let mut altered = whole.clone();
    let checksum = whole.len() - 8;
    altered[checksum] ^= 1;
    assert_refused(altered, "checksum");
    assert_refused(b"\x1f\x8b\x08\0garbage that is no gzip", "gzip file is damaged");
}

#[test]
fn base64_without_a_header_is_noticed() {
    assert_read(base64(gzip(report())), &["base64-undeclared"]);
    assert_read(base64(report()), &["base64-undeclared"]);
}

#[test]
fn what_is_nothing_says_so() {
    assert_refused("", "nothing was sent");
    assert_refused(" \r\n", "nothing was sent");
    assert_refused("\x7fELF", "it begins with “\\x7fELF”");
    assert_refused("null", "it is null");
    assert_refused(gzip("{\"hello\":1}"), "the keys hello");
    assert_refused(gzip(""), "nothing was sent");
    assert!(assert_refused(vec![b' '; (10 << 20) + 1], "larger than the limit of 10485760 bytes").is_too_large());
}

#[test]
fn a_bomb_costs_no_more_than_the_cap() {
    // 10 MiB that would inflate to 10 GiB: the same member again and again.
    let member = gzip(vec![b' '; 10 << 20]);
    let bomb = member.repeat((10 << 20) / member.len());
    let started = Instant::now();
    assert!(assert_refused(&bomb, "larger than the limit of 33554432 bytes").is_too_large());
    assert!(started.elapsed() < Duration::from_secs(20), "a debug build is slow, but not that slow");
    let small = Limits { unpacked: 1_000, ..Limits::default() };
    assert!(matches!(ingest::read(&gzip(vec![b' '; 1_001]), &small), Err(Error::TooLarge { .. })));
    assert!(matches!(ingest::read(&gzip(vec![b' '; 1_000]), &small), Err(Error::Empty)));
}

#[test]
fn the_reports_of_one_delivery_share_a_cap() {
    let failures = vec!["{}"; 60].join(",");
    let many = format!(r#"{{"policies":[{{"failure-details":[{failures}]}}]}}"#);
    let limits = Limits { entries: 100, ..Limits::default() };
    assert_eq!(ingest::read(many.as_bytes(), &limits).expect("one").len(), 1);
    assert!(matches!(ingest::read(many.repeat(2).as_bytes(), &limits), Err(Error::TooMany { .. })));
}

//! Policy files: what is found, and what is offered instead.

use super::{codes, published};
use crate::{
    Finding, Status,
    lint::{Verdict, policy},
};

/// A sound policy with one line in another's place, or put in before the last.
fn with(line: &str) -> Vec<u8> {
    let key = line.split([':', '=']).next().unwrap_or_default().trim().to_ascii_lowercase().replace('-', "_");
    let sound = ["version: STSv1", "mode: testing", "mx: mx.example.org", "max_age: 604800"];
    let mut lines: Vec<&str> = sound.iter().filter(|known| !known.starts_with(&format!("{key}:"))).copied().collect();
    lines.insert(lines.len().min(3), line);
    format!("{}\n", lines.join("\n")).into_bytes()
}

const SOUND: &str = "version: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\n";

/// A line of an otherwise sound policy, the code of a finding, and what the corrected file has in its place (the empty text
/// when none can be had).
const LINES: &[(&str, &str, &str)] = &[
    ("", "policy-blank-line", "mx: mx.example.org"),
    ("# comment", "policy-comment", "mx: mx.example.org"),
    ("mode: testing # for now", "policy-comment", "mode: testing"),
    ("mx: mx.example.org # first", "policy-comment", "mx: mx.example.org"),
    (" mx: mx.example.org", "policy-leading-blank", "mx: mx.example.org"),
    ("mode : testing", "policy-blank-before-colon", "mode: testing"),
    ("mode=testing", "policy-equals", "mode: testing"),
    ("hello", "policy-line", "mode: testing"),
    ("_x: 1", "policy-field-name", "mode: testing"),
    ("x:", "policy-field-value", "mode: testing"),
    ("x: a\tb", "policy-field-value", "mode: testing"),
    ("Mode: enforce", "policy-key-spelling", "mode: enforce"),
    ("max-age: 604800", "policy-key-spelling", "max_age: 604800"),
    ("version: STSv2", "policy-version", "version: STSv1"),
    ("mode: Enforce", "policy-mode-case", "mode: enforce"),
    ("mode: enforced", "policy-mode", "mode: enforce"),
    ("mode: report", "policy-mode", "mode: testing"),
    ("mode: start", "policy-mode", "mode: testing"),
    ("max_age: 1 week", "policy-max-age", "max_age: 604800"),
    ("max_age: -1", "policy-max-age", "max_age: 604800"),
    ("max_age: 31557601", "policy-max-age-too-big", "max_age: 31557600"),
    ("max_age: 999999999999", "policy-max-age-too-big", "max_age: 31557600"),
    ("max_age: 0", "policy-max-age-zero", "max_age: 604800"),
    ("mx:", "policy-mx-empty", ""),
    ("mx: mx1.example.org, mx2.example.org", "policy-mx-list", "mx: mx1.example.org\nmx: mx2.example.org"),
    ("mx: 10 mx.example.org", "policy-mx-priority", "mx: mx.example.org"),
    ("mx: Priority 10: mx.example.org", "policy-mx-priority", "mx: mx.example.org"),
    ("mx: mx.example.org.", "policy-mx-trailing-dot", "mx: mx.example.org"),
    ("mx: .example.org", "policy-mx-leading-dot", "mx: *.example.org"),
    ("mx: 192.0.2.1", "policy-mx-address", ""),
    ("mx: [2001:db8::1]", "policy-mx-address", ""),
    ("mx: bücher.example", "policy-mx-not-ascii", "mx: xn--bcher-kva.example"),
    ("mx: *", "policy-mx-wildcard", ""),
    ("mx: mx*.example.org", "policy-mx-wildcard", ""),
    ("mx: mx_1.example.org", "policy-mx", ""),
    ("mx: -mx.example.org", "policy-mx", ""),
];

/// A whole file, the code of a finding, and whether a corrected file is offered.
const FILES: &[(&[u8], &str, bool)] = &[
    (b"", "policy-empty", false),
    (b" \n\t\n", "policy-empty", false),
    (b"version: STSv1\nmx: m\xfcx.example.org\n", "policy-not-utf-8", false),
    (b"\xff\xfev\0e\0r\0s\0i\0o\0n\0:\0 \0S\0T\0S\0v\x001\0\n\0m\0o\0d\0e\0:\0 \0n\0o\0n\0e\0", "policy-utf-16", true),
    (
        b"\xef\xbb\xbfversion: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\n",
        "policy-byte-order-mark",
        true,
    ),
    (b"<!DOCTYPE html><html><title>Not found</title></html>", "policy-html", false),
    (b"{\\rtf1\\ansi version: STSv1\\\n}", "policy-rtf", false),
    (
        b"---\nlayout: none\n---\nversion: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\n",
        "policy-front-matter",
        true,
    ),
    (b"v=STSv1; id=1", "policy-is-record", false),
    (b"version: STSv1\rmode: testing\rmx: mx.example.org\rmax_age: 604800\r", "policy-line-ends", true),
    (b"mode: testing\nmx: mx.example.org\nmax_age: 604800\n", "policy-version-missing", true),
    (b"version: STSv1\nmx: mx.example.org\nmax_age: 604800\n", "policy-mode-missing", true),
    (b"version: STSv1\nmode: testing\nmx: mx.example.org\n", "policy-max-age-missing", true),
    (b"version: STSv1\nmode: testing\nmax_age: 604800\n", "policy-mx-missing", false),
    (b"version: STSv1\nmode: none\nmax_age: 86400\n", "policy-mode-none", false),
    (b"version: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 86400\n", "policy-max-age-short", false),
    (b"version: STSv1\nmode: enforce\nmode: none\nmx: mx.example.org\nmax_age: 604800\n", "policy-key-twice", false),
    (b"version: STSv1\nmode: enforce\nmode: off\nmx: mx.example.org\nmax_age: 604800\n", "policy-key-twice", true),
    (b"version: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\nx: y\n", "policy-key-unknown", false),
    (b"version: STSv1\nmode: testing\nmx: *.org\nmax_age: 604800\n", "policy-mx-wide", false),
    (b"version: STSv1\nmode: testing\nmx: mailhost\nmax_age: 604800\n", "policy-mx-single-label", false),
    (
        b"version: STSv1\nmode: testing\nmx: mx.example.org\nmx: MX.example.org\nmax_age: 604800\n",
        "policy-mx-twice",
        false,
    ),
];

/// All findings of these tables.
pub(super) fn all() -> Vec<Finding> {
    let lines = LINES.iter().flat_map(|(line, ..)| policy(&with(line), &[]).findings);
    let files = FILES.iter().flat_map(|(file, ..)| policy(file, &[]).findings);
    let hosts = policy(SOUND.as_bytes(), &["mx2.example.org"]).findings;
    let long = policy(&vec![b'x'; 70_000], &[]).findings;
    lines.chain(files).chain(hosts).chain(long).collect()
}

#[test]
fn each_mistake_in_a_line_is_recognised_and_corrected() {
    for (line, code, instead) in LINES {
        let lint = policy(&with(line), &[]);
        assert!(codes(&lint.findings).contains(code), "{line:?} should be {code}: {:#?}", lint.findings);
        let publish = published(&lint.findings).unwrap_or_default();
        assert!(publish.contains(instead) && publish.is_empty() == instead.is_empty(), "{line:?}: {publish:?}");
        if !publish.is_empty() {
            let mended = policy(publish.as_bytes(), &[]);
            assert_eq!((mended.verdict, codes(&mended.findings)), (Verdict::Valid, vec![]), "{publish:?}");
        }
    }
}

#[test]
fn each_mistake_in_a_file_is_recognised() {
    for (file, code, is_mended) in FILES {
        let lint = policy(file, &[]);
        let text = String::from_utf8_lossy(file);
        assert!(codes(&lint.findings).contains(code), "{text:?} should be {code}: {:#?}", lint.findings);
        assert_eq!(published(&lint.findings).is_some(), *is_mended, "{text:?}: {:#?}", lint.findings);
    }
}

#[test]
fn what_does_not_work_has_an_error_and_what_works_has_none() {
    let files = FILES.iter().map(|(file, ..)| file.to_vec());
    for file in files.chain(LINES.iter().map(|(line, ..)| with(line))) {
        let lint = policy(&file, &[]);
        let has_error = lint.findings.iter().any(|finding| finding.status == Status::Error);
        assert_eq!(has_error, !lint.verdict.works(), "{lint:#?}");
    }
}

#[test]
fn one_mistake_is_told_once() {
    for line in ["Mode: enforce", "mode : testing", "mode=testing", "mx: mx.example.org.", " mx: mx.example.org"] {
        assert_eq!(policy(&with(line), &[]).findings.len(), 1, "{line}");
    }
    let many = format!("{SOUND}{}", "\n".repeat(60_000));
    assert_eq!(policy(many.as_bytes(), &[]).findings.len(), 1);
}

#[test]
fn a_sound_policy_has_no_findings() {
    assert_eq!(policy(SOUND.as_bytes(), &["mx.example.org"]).findings, []);
}

#[test]
fn every_mx_host_is_held_against_the_policy() {
    let text = "version: STSv1\nmode: enforce\nmx: *.example.org\nmx: old.example.net\nmax_age: 604800\n";
    let lint = policy(text.as_bytes(), &["MX1.example.org.", "example.org", "mx.bücher.example", ".example.org"]);
    let covered: Vec<bool> = lint.mx.iter().map(|cover| cover.covered).collect();
    assert_eq!(covered, [true, false, false, false]);
    assert_eq!(codes(&lint.findings), ["policy-mx-not-covered", "policy-mx-unused"]);
    assert_eq!(lint.findings[0].status, Status::Error);
    assert_eq!(lint.verdict, Verdict::Valid, "the policy itself is sound");
    let lint = policy(text.as_bytes(), &["mx1.example.net"]);
    assert!(published(&lint.findings).is_some_and(|text| text.contains("mx: mx1.example.net\n")));
}

#[test]
fn mode_none_constrains_no_host() {
    let lint = policy(b"version: STSv1\nmode: none\nmax_age: 86400\n", &["mx.example.org"]);
    assert!(lint.mx[0].covered);
}

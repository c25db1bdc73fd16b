//! Every finding has a case in one of these tables, and what is true of all of them is tested here.

mod advice;
mod guides;
mod policies;
mod records;

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{Publish, Status};

/// The codes of findings.
fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The corrected text, and whether it is found again in every finding that has one.
fn published(findings: &[Finding]) -> Option<&str> {
    let mut texts = findings.iter().filter_map(|finding| match finding.publish.as_ref()? {
        Publish::Value(text) | Publish::Policy(text) => Some(text.as_str()),
        Publish::Record(record) => Some(record.value.as_str()),
    });
    let first = texts.next()?;
    assert!(texts.all(|text| text == first));
    Some(first)
}

/// A correction must need none.
fn is_sound(verdict: Verdict, findings: &[Finding]) -> bool {
    verdict == Verdict::Valid
        && findings.iter().all(|finding| matches!(finding.status, Status::Ok | Status::Suggestion))
}

/// All findings of all cases.
fn all() -> Vec<Finding> {
    [records::all(), policies::all(), advice::all()].concat()
}

#[test]
fn codes_are_unique_and_kebab_case_and_explained() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        assert!(seen.insert(code.as_str()), "{code:?} twice");
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{code:?}");
        assert!(code.meaning().ends_with('.') && code.source().starts_with("RFC "), "{code:?}");
    }
}

#[test]
fn every_code_is_found_somewhere() {
    let findings = all();
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(known.difference(&found).collect::<Vec<_>>(), Vec::<&&str>::new(), "no case");
    assert_eq!(found.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "no code");
}

#[test]
fn findings_speak_in_sentences() {
    for finding in all() {
        let sentence = |text: &str| {
            text.starts_with(|c: char| c.is_uppercase() || c == '“' || text.starts_with("mailto"))
                && text.ends_with(['.', ':'])
                && !text.contains("..")
        };
        assert!(sentence(&finding.consequence), "{finding:?}");
        assert!(finding.remedy.as_deref().is_none_or(sentence), "{finding:?}");
        assert!(!finding.title.ends_with('.') && !finding.title.is_empty(), "{finding:?}");
        assert!(finding.source.starts_with("RFC "), "{finding:?}");
        let asks = matches!(finding.status, Status::Error | Status::Warning);
        assert!(!asks || finding.remedy.is_some(), "{finding:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_record_is_judged_and_its_correction_needs_none(
        version in proptest::sample::select(&["v=TLSRPTv1", "v=STSv1", "V=tlsrptv1", "\"v=STSv1", ""]),
        pieces in vec(prop_oneof![
            4 => proptest::sample::select(PIECES).prop_map(str::to_owned),
            1 => any::<String>(),
        ], 0..8),
    ) {
        let text = format!("{version}{}", pieces.concat());
        for kind in [Kind::TlsRpt, Kind::MtaSts] {
            let lint = record(kind, &text);
            prop_assert_eq!(lint.verdict.works(), !lint.findings.iter().any(|f| f.status == Status::Error), "{:?}", lint);
            if let Some(publish) = published(&lint.findings) {
                let mended = record(kind, publish);
                prop_assert!(is_sound(mended.verdict, &mended.findings), "{:?} became {:?}: {:?}", text, publish, mended);
            }
            let _ = answer(kind, &[&text, "v=STSv1; id=1", "v=TLSRPTv1;"]);
        }
    }

    #[test]
    fn any_file_is_judged_and_its_correction_needs_none(
        pieces in vec(prop_oneof![
            6 => proptest::sample::select(LINES).prop_map(|line| line.as_bytes().to_vec()),
            1 => vec(any::<u8>(), 0..40),
            1 => any::<String>().prop_map(String::into_bytes),
        ], 0..10),
        hosts in vec("[a-z*ü._-]{0,12}", 0..3),
    ) {
        let bytes = pieces.concat();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let lint = policy(&bytes, &hosts);
        prop_assert!(lint.verdict.works() || lint.findings.iter().any(|f| f.status == Status::Error), "{:?}", lint);
        if let Some(publish) = published(&lint.findings) {
            let mended = policy(publish.as_bytes(), &[]);
            prop_assert_eq!(mended.verdict, Verdict::Valid, "{:?} became {:?}", bytes, publish);
        }
    }
}

const PIECES: &[&str] = &[
    ";",
    " ",
    ",",
    ";;",
    "; rua=",
    "rua=",
    "mailto:a@example.org",
    "https://r.example/x",
    "http://r.example/x",
    "a@example.org",
    "; p=none",
    ";b=1",
    "!10m",
    "mailto:",
    "id=",
    "; id=2026-01-01",
    "20260101",
    "\\",
    "\"",
    "\u{a0}",
    "\n",
    "é",
    "%",
    "<",
    ">",
    "; ruf=mailto:b@example.org",
    "v=TLSRPTv1",
    "; x",
    "; =",
    "https://",
    "ftp://x",
    "/a",
    "?b",
    "; mode=enforce",
];
const LINES: &[&str] = &[
    "version: STSv1\n",
    "mode: enforce\n",
    "mode: enforced\n",
    "mode: none\n",
    "max_age: 604800\n",
    "max_age: 0\r\n",
    "max_age: 99999999\n",
    "mx: mx.example.org\n",
    "mx: *.example.org\n",
    "mx: mx.example.org.\n",
    "mx: 10 mx.example.org\n",
    "mx: a.example, b.example\n",
    "mx: bücher.example\n",
    "mx: 192.0.2.1\n",
    "mx: *\n",
    "mx:\n",
    "\n",
    "# x\n",
    " mode: testing\n",
    "Mode : testing\r",
    "x: y\n",
    "\u{feff}",
    "---\n",
    "mode=testing\n",
    "<html>",
    "mx: .example.org\n",
    "version: STSv2\n",
];

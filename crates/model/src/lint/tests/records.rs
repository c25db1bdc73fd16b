//! Records and answers: what is found, and what is offered instead.

use rstest::rstest;

use super::{codes, is_sound, published};
use crate::{
    Finding, Status,
    lint::{Kind, Outcome, Verdict, answer, record},
};

/// A TLS-RPT record, the code of a finding, and the corrected text (the empty text when none can be had).
const TLS_RPT: &[(&str, &str, &str)] = &[
    ("", "record-empty", ""),
    (" \t", "record-empty", ""),
    ("tls reports please", "record-not-begun", ""),
    ("v=tlsrptv1; rua=mailto:a@example.org", "record-version-case", A),
    ("V=TLSRPTv1; rua=mailto:a@example.org", "record-version-case", A),
    ("v=TLSRPTv2; rua=mailto:a@example.org", "record-version-other", A),
    ("v=TLSRPTv10;rua=mailto:a@example.org", "record-version-other", A),
    ("v=TLSRPT1; rua=mailto:a@example.org", "record-version-other", A),
    ("v-TLSRPTv1 rua=mailto:a@example.org", "record-version-other", A),
    ("rua=mailto:a@example.org; v=TLSRPTv1", "record-version-not-first", A),
    ("rua=mailto:a@example.org", "record-version-missing", A),
    ("v = TLSRPTv1; rua=mailto:a@example.org", "record-version-blank", A),
    ("v=TLSRPTv1; v=TLSRPTv1; rua=mailto:a@example.org", "record-version-twice", A),
    (" v=TLSRPTv1; rua=mailto:a@example.org", "record-leading-blank", A),
    ("\u{feff}v=TLSRPTv1; rua=mailto:a@example.org", "record-leading-blank", A),
    ("\u{feff}v=TLSRPTv1; rua=mailto:a@example.org", "record-invisible-character", A),
    ("\"v=TLSRPTv1; rua=mailto:a@example.org\"", "record-quotes", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org”", "record-quotes", A),
    ("v=TLSRPTv1\\; rua=mailto:a@example.org", "record-backslash", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org\\; x=1", "record-backslash", A),
    ("v=TLSRPTv1;\u{a0}rua=mailto:a@example.org", "record-invisible-character", A),
    ("v=TLSRPTv1; rua=mailto:a@exa\u{200b}mple.org", "record-invisible-character", A),
    ("v=TLSRPTv1;\r\nrua=mailto:a@example.org", "record-line-break", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org\n", "record-line-break", A),
    ("v=TLSRPTv1 rua=mailto:a@example.org", "record-no-semicolon", A),
    ("v=TLSRPTv1, rua=mailto:a@example.org", "record-no-semicolon", A),
    ("v=TLSRPTv1 ; rua=mailto:a@example.org", "record-blank-before-semicolon", A),
    ("v=TLSRPTv1", "record-no-fields", ""),
    ("v=TLSRPTv1;", "record-no-fields", ""),
    ("v=TLSRPTv1;; rua=mailto:a@example.org", "record-empty-field", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org ", "record-trailing-blank", A),
    ("v=TLSRPTv1; rua =mailto:a@example.org", "record-blank-around-equals", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; x= y", "record-blank-around-equals", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; enabled", "record-no-equals", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; _x=1", "record-field-name", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; =1", "record-field-name", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; a12345678901234567890123456789012=1", "record-field-name", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; x=", "record-field-value", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; x=a=b", "record-field-value", A),
    ("v=spf1 include:example.net -all", "record-other-protocol", ""),
    ("v=STSv1; id=1", "record-other-protocol", ""),
    ("v=TLSRPTv1; x=1", "tls-rpt-rua-missing", ""),
    ("v=TLSRPTv1; RUA=mailto:a@example.org", "tls-rpt-rua-case", A),
    ("v=TLSRPTv1; rua=", "tls-rpt-rua-empty", ""),
    ("v=TLSRPTv1; rua= mailto:a@example.org", "tls-rpt-rua-blank", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; rua=mailto:b@example.org", "tls-rpt-rua-several", AB),
    ("v=TLSRPTv1; rua=mailto:a@example.org,rua=mailto:b@example.org", "tls-rpt-rua-repeated", AB),
    ("v=TLSRPTv1; rua=mailto:a@example.org,", "tls-rpt-comma", A),
    ("v=TLSRPTv1; rua=,mailto:a@example.org", "tls-rpt-comma", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org mailto:b@example.org", "tls-rpt-separator", AB),
    ("v=TLSRPTv1; rua=mailto:a@example.org;mailto:b@example.org", "tls-rpt-separator", AB),
    ("v=TLSRPTv1; rua=a@example.org", "tls-rpt-mailto-missing", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org,b@example.org", "tls-rpt-mailto-missing", AB),
    ("v=TLSRPTv1; rua=mailto;a@example.org", "tls-rpt-mailto-colon", A),
    ("v=TLSRPTv1; rua=mailto=a@example.org", "tls-rpt-mailto-colon", A),
    ("v=TLSRPTv1; rua=mailto://a@example.org", "tls-rpt-mailto-slashes", A),
    ("v=TLSRPTv1; rua=mailto:", "tls-rpt-mailto-address", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.org,mailto:example.org", "tls-rpt-mailto-address", A),
    ("v=TLSRPTv1; rua=reports.example/tls", "tls-rpt-https-missing", ""),
    ("v=TLSRPTv1; rua=https:///tls", "tls-rpt-https-host", ""),
    ("v=TLSRPTv1; rua=https://reports.example:99999/", "tls-rpt-https-host", ""),
    ("v=TLSRPTv1; rua=http://reports.example/tls", "tls-rpt-http", "v=TLSRPTv1; rua=https://reports.example/tls"),
    ("v=TLSRPTv1; rua=mailto:a@example.org,ftp://files.example/", "tls-rpt-scheme", A),
    (
        "v=TLSRPTv1; rua=https://reports.example/a,b",
        "tls-rpt-uri-comma",
        "v=TLSRPTv1; rua=https://reports.example/a%2Cb",
    ),
    (
        "v=TLSRPTv1;rua=https://reports.example/a?b=1;c=2",
        "tls-rpt-uri-semicolon",
        "v=TLSRPTv1; rua=https://reports.example/a?b=1%3Bc=2",
    ),
    (
        "v=TLSRPTv1; rua=https://reports.example/a;b",
        "tls-rpt-uri-semicolon",
        "v=TLSRPTv1; rua=https://reports.example/a%3Bb",
    ),
    ("v=TLSRPTv1; rua=mailto:a!b@example.org", "tls-rpt-uri-exclamation", "v=TLSRPTv1; rua=mailto:a%21b@example.org"),
    ("v=TLSRPTv1; rua=mailto:a@example.org!10m", "tls-rpt-size-suffix", A),
    ("v=TLSRPTv1; rua=mailto: a@example.org", "tls-rpt-uri-blank", A),
    ("v=TLSRPTv1; rua=mailto:<a@example.org>", "tls-rpt-uri-brackets", A),
    (
        "v=TLSRPTv1; rua=mailto:a@bücher.example",
        "tls-rpt-uri-not-ascii",
        "v=TLSRPTv1; rua=mailto:a@xn--bcher-kva.example",
    ),
    ("v=TLSRPTv1; rua=https://reports.example/100%", "tls-rpt-uri-percent", ""),
    ("v=TLSRPTv1; rua=https://reports.example/{id}", "tls-rpt-uri-malformed", ""),
    ("v=TLSRPTv1; rua=none", "tls-rpt-uri-malformed", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.org; p=none; fo=1", "tls-rpt-dmarc-tag", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org,ruf=mailto:b@example.org", "tls-rpt-dmarc-tag", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; ruf=mailto:b@example.org", "tls-rpt-dmarc-tag", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org; mode=enforce", "tls-rpt-sts-field", A),
    ("v=TLSRPTv1; rua=ftp://files.example/", "tls-rpt-nothing-usable", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.org,mailto:a@example.org", "tls-rpt-destination-twice", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org,mailto:b@example.org", "tls-rpt-several-destinations", ""),
    ("v=TLS-RPTv1; rua=mailto:a@example.org", "record-version-other", A),
    ("v=TLSRPTv1; rua=https://mta-sts.example.org/.well-known/mta-sts.txt", "tls-rpt-rua-policy", ""),
    (
        "v=TLSRPTv1; rua=mailto:a@example.org,https://mta-sts.example.org/.well-known/MTA-STS.txt",
        "tls-rpt-rua-policy",
        A,
    ),
    ("v=TLSRPTv1; rua=http://mta-sts.example.org/.well-known/mta-sts.txt", "tls-rpt-http", ""),
    ("v=TLSRPTv1; rua=mailto:example.org,mailto:a@example.org", "tls-rpt-mailto-address", A),
    // Half of an address is valid and leads elsewhere: nothing is offered rather than that.
    ("v=TLSRPTv1; rua=mailto:a@exam ple.org", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=mailto:a@exam\nple.org", "record-line-break", ""),
    ("v=TLSRPTv1; rua=mailto:a@exam\r\n  ple.org", "record-line-break", ""),
    ("v=TLSRPTv1; rua=mailto:tls reports@example.org", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=mailto:a @example.org", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=mailto:b@example.org,a@exam ple.org", "tls-rpt-mailto-missing", ""),
    ("v=TLSRPTv1; rua=https://reports.example/v1 /tls", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=https://reports.example/tls?a= b", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=https://reports.example/ tlsrpt", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=our tlsrpt@example.org", "tls-rpt-mailto-missing", ""),
    ("v=TLSRPTv1; rua=mailto:a@exam ple.org p=none", "tls-rpt-uri-blank", ""),
    ("v=TLSRPTv1; rua=mailto:a@exam,ple.org", "tls-rpt-https-missing", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.co, m.example", "tls-rpt-https-missing", ""),
    ("v=TLSRPTv1; rua=mailto:b@example.org,mailto:a@example.co,m", "tls-rpt-uri-malformed", ""),
    ("v=TLSRPTv1; rua=mailto://a@example.co,m.example", "tls-rpt-mailto-slashes", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.co,,m.example", "tls-rpt-comma", ""),
    ("v=TLSRPTv1; rua=mailto:tls,reports@example.org", "tls-rpt-mailto-address", ""),
    ("v=TLSRPTv1; rua=our,tlsrpt@example.org", "tls-rpt-mailto-missing", ""),
    // Strings of a zone file are one text.
    ("\"v=TLSRPTv1; rua=mailto:a@exam\" \"ple.org\"", "record-quotes", A),
    ("\"v=TLSRPTv1; rua=mailto:a@exam\"\n\t\"ple.org\"", "record-line-break", A),
    ("v=TLSRPTv1; rua=mailto:a@exam\" \"ple.org", "tls-rpt-uri-brackets", A),
    ("\\\"v=TLSRPTv1; rua=mailto:a@exam\\\" \\\"ple.org\\\"", "record-backslash", A),
    ("“v=TLSRPTv1; rua=mailto:a@exam” “ple.org”", "record-quotes", A),
    (
        "\"v=TLSRPTv1; rua=https://reports.example/v1\" \"/tls\"",
        "record-quotes",
        "v=TLSRPTv1; rua=https://reports.example/v1/tls",
    ),
    // What stands around the record in a zone file is no part of a destination, nor are tags and the version.
    ("_smtp._tls.example.org. IN TXT ( \"v=TLSRPTv1; rua=mailto:a@example.org\" )", "record-quotes", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org p=none", "tls-rpt-uri-blank", A),
    ("v=TLSRPTv1; rua=mailto:a@example.org mode = testing", "tls-rpt-uri-blank", A),
    ("rua=mailto:a@example.org v=TLSRPTv1", "record-version-not-first", A),
    ("v=TLSRPTv1; rua=mailto a@example.org", "tls-rpt-mailto-colon", A),
];
const A: &str = "v=TLSRPTv1; rua=mailto:a@example.org";
const AB: &str = "v=TLSRPTv1; rua=mailto:a@example.org,mailto:b@example.org";

/// The same for MTA-STS records.
const MTA_STS: &[(&str, &str, &str)] = &[
    ("v=STSv2; id=1", "record-version-other", ID),
    ("v=stsv1; id=1;", "record-version-case", ID),
    ("id=1; v=STSv1", "record-version-not-first", ID),
    ("id=1", "record-version-missing", ID),
    ("v=STSv1 id=1", "record-no-semicolon", ID),
    ("v=STSv1 ; id=1", "record-blank-before-semicolon", ID),
    ("v=STSv1; id = 1", "record-blank-around-equals", ID),
    ("v=STSv1; id= 1", "record-blank-around-equals", ID),
    ("v=STSv1\\; id=1", "record-backslash", ID),
    ("v=STSv1; id=1\\;", "record-backslash", ID),
    ("v=STSv1; id=\"1\"", "record-quotes", ID),
    ("\"v=STSv1; id=2026\" \"0131\"", "record-quotes", "v=STSv1; id=20260131"),
    ("v=STSv1; id=1; v=STSv1", "record-version-twice", ID),
    ("version: STSv1\nmode: testing", "record-is-policy", ""),
    ("v=TLSRPTv1; rua=mailto:a@example.org", "record-other-protocol", ""),
    ("v=STSv1; x=1", "mta-sts-id-missing", ""),
    ("v=STSv1; ID=1", "mta-sts-id-case", ID),
    ("v=STSv1; id=", "mta-sts-id-empty", ""),
    ("v=STSv1; id=2026-01-31T12:00:00Z", "mta-sts-id-date", "v=STSv1; id=20260131T120000Z"),
    (
        "v=STSv1; id=123456789012345678901234567890123",
        "mta-sts-id-long",
        "v=STSv1; id=12345678901234567890123456789012",
    ),
    ("v=STSv1; id=policy-1", "mta-sts-id-characters", "v=STSv1; id=policy1"),
    ("v=STSv1; id=1; id=2", "mta-sts-id-twice", ID),
    ("v=STSv1; id=1; id=2-3", "mta-sts-id-twice", ID),
    ("v=STSv1; id=1; mode=enforce", "mta-sts-policy-field", ID),
];
const ID: &str = "v=STSv1; id=1";

fn cases() -> impl Iterator<Item = (Kind, &'static str, &'static str, &'static str)> {
    let of = |kind, table: &'static [(&str, &str, &str)]| {
        table.iter().map(move |(text, code, publish)| (kind, *text, *code, *publish))
    };
    of(Kind::TlsRpt, TLS_RPT).chain(of(Kind::MtaSts, MTA_STS))
}

const ANSWERS: &[&[&str]] = &[
    &["v=spf1 -all"],
    &["v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1; rua=mailto:b@example.org"],
    &["v=TLSRPTv1; rua=mailto:a@example.org", "v=spf1 -all"],
];

/// All findings of these tables.
pub(super) fn all() -> Vec<Finding> {
    let answers = ANSWERS.iter().flat_map(|records| answer(Kind::TlsRpt, records).findings);
    cases().flat_map(|(kind, text, ..)| record(kind, text).findings).chain(answers).collect()
}

#[test]
fn each_mistake_is_recognised_and_corrected() {
    for (kind, text, code, publish) in cases() {
        let lint = record(kind, text);
        assert!(codes(&lint.findings).contains(&code), "{text:?} should be {code}: {:#?}", lint.findings);
        assert_eq!(published(&lint.findings).unwrap_or_default(), publish, "{text:?}: {:#?}", lint.findings);
        if !publish.is_empty() {
            let mended = record(kind, publish);
            assert!(is_sound(mended.verdict, &mended.findings), "{publish:?}: {:#?}", mended.findings);
        }
    }
}

#[test]
fn what_does_not_work_has_an_error_and_what_works_has_none() {
    for (kind, text, ..) in cases() {
        let lint = record(kind, text);
        let has_error = lint.findings.iter().any(|finding| finding.status == Status::Error);
        assert_eq!(has_error, !lint.verdict.works(), "{text:?}: {lint:#?}");
    }
}

#[test]
fn one_mistake_is_told_once() {
    for text in ["v=TLSRPTv1\\; rua=mailto:a@example.org", "v=TLSRPTv1; rua=a@example.org", "v=STSv1; ID=1"] {
        let kind = if text.contains("STSv1") { Kind::MtaSts } else { Kind::TlsRpt };
        assert_eq!(record(kind, text).findings.len(), 1, "{text}");
    }
}

#[test]
fn a_sound_record_has_no_findings() {
    for text in [A, "v=TLSRPTv1;rua=https://reports.example/v1/tls; x=1;"] {
        assert_eq!(record(Kind::TlsRpt, text).findings, [], "{text}");
    }
    assert_eq!(record(Kind::MtaSts, "v=STSv1; id=20260131T120000;").findings, []);
}

#[rstest]
#[case::foreign(&["token", "v=TLSRPTv1; rua=mailto:a@example.org"], Outcome::Found, Verdict::Valid, &["answer-others"])]
#[case::two(&["v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1;bad"], Outcome::Multiple, Verdict::Invalid, &["answer-multiple"])]
#[case::wildcard(&["v=spf1 -all"], Outcome::None, Verdict::Invalid, &["answer-none"])]
#[case::bad(&["v=TLSRPTv1; bad"], Outcome::Found, Verdict::Invalid, &["record-no-equals", "tls-rpt-rua-missing"])]
#[case::meant(&["V=TLSRPTv1; rua=mailto:a@example.org"], Outcome::None, Verdict::Invalid, &["answer-none", "record-version-case"])]
#[case::blank_alone(&["v=TLSRPTv1 ;rua=mailto:a@example.org"], Outcome::Found, Verdict::Warning, &["record-blank-before-semicolon"])]
#[case::blank_beside_others(&["v=TLSRPTv1 ;rua=mailto:a@example.org", "token"], Outcome::None, Verdict::Invalid,
    &["answer-none", "record-blank-before-semicolon"])]
fn an_answer_is_judged_as_senders_do(
    #[case] records: &[&str],
    #[case] outcome: Outcome,
    #[case] verdict: Verdict,
    #[case] expected: &[&str],
) {
    let lint = answer(Kind::TlsRpt, records);
    assert_eq!((lint.outcome, lint.verdict), (outcome, verdict));
    assert_eq!(codes(&lint.findings), expected);
}

#[test]
fn two_records_become_one_with_the_destinations_of_both() {
    let records = ["v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1; rua=mailto:b@example.org,mailto:a@example.org"];
    assert_eq!(published(&answer(Kind::TlsRpt, &records).findings), Some(AB));
    let with_policy = [records[0], "v=TLSRPTv1; rua=https://mta-sts.example.org/.well-known/mta-sts.txt"];
    assert_eq!(published(&answer(Kind::TlsRpt, &with_policy).findings), Some(A));
    assert_eq!(published(&answer(Kind::MtaSts, &["v=STSv1; id=1", "v=STSv1; id=2"]).findings), None);
}

//! What guides and help pages tell people to publish, right and wrong: each form is taken, or told to be wrong by a finding of
//! its own.

use rstest::rstest;

use super::{codes, published};
use crate::lint::{Kind, Outcome, Verdict, answer, policy, record};

#[rstest]
#[case::with_a_blank("v=TLSRPTv1; rua=mailto:a@example.net")]
#[case::without_a_blank("v=TLSRPTv1;rua=mailto:a@example.net")]
#[case::https_alone("v=TLSRPTv1; rua=https://reports.example.net/v1/tls")]
#[case::mail_and_https("v=TLSRPTv1; rua=mailto:a@example.net,https://reports.example.net/tls")]
#[case::a_comma_with_a_blank("v=TLSRPTv1; rua=mailto:a@example.net, https://reports.example.net/tls")]
#[case::blanks_on_both_sides("v=TLSRPTv1; rua=mailto:a@example.net , mailto:b@example.net")]
#[case::own_and_service("v=TLSRPTv1; rua=mailto:tls@example.org,mailto:abc123@reports.example.net")]
#[case::semicolon_at_the_end("v=TLSRPTv1; rua=mailto:a@example.net;")]
fn a_right_record_is_valid(#[case] text: &str) {
    assert_eq!(record(Kind::TlsRpt, text).verdict, Verdict::Valid, "{text}");
}

#[rstest]
#[case::repeated("v=TLSRPTv1; rua=mailto:a@example.net,rua=mailto:b@example.net", "tls-rpt-rua-repeated")]
#[case::two_rua("v=TLSRPTv1; rua=mailto:a@example.net; rua=mailto:b@example.net", "tls-rpt-rua-several")]
#[case::no_rua("v=TLSRPTv1;", "record-no-fields")]
#[case::empty_rua("v=TLSRPTv1; rua=", "tls-rpt-rua-empty")]
#[case::bare_address("v=TLSRPTv1; rua=a@example.net", "tls-rpt-mailto-missing")]
#[case::semicolon_between("v=TLSRPTv1; rua=mailto:a@example.net;mailto:b@example.net", "tls-rpt-separator")]
#[case::blank_between("v=TLSRPTv1; rua=mailto:a@example.net mailto:b@example.net", "tls-rpt-separator")]
#[case::http("v=TLSRPTv1; rua=http://reports.example.net/tls", "tls-rpt-http")]
#[case::other_scheme("v=TLSRPTv1; rua=ftp://reports.example.net/tls", "tls-rpt-scheme")]
#[case::size("v=TLSRPTv1; rua=mailto:a@example.net!10m", "tls-rpt-size-suffix")]
#[case::exclamation("v=TLSRPTv1; rua=mailto:a!b@example.net", "tls-rpt-uri-exclamation")]
#[case::comma("v=TLSRPTv1; rua=https://reports.example.net/a,b", "tls-rpt-uri-comma")]
#[case::semicolon("v=TLSRPTv1; rua=https://reports.example.net/a;b", "tls-rpt-uri-semicolon")]
#[case::ruf("v=TLSRPTv1; rua=mailto:a@example.net; ruf=mailto:b@example.net", "tls-rpt-dmarc-tag")]
#[case::p("v=TLSRPTv1; p=none; rua=mailto:a@example.net", "tls-rpt-dmarc-tag")]
#[case::ri("v=TLSRPTv1; rua=mailto:a@example.net; ri=86400", "tls-rpt-dmarc-tag")]
#[case::fo("v=TLSRPTv1; rua=mailto:a@example.net; fo=1", "tls-rpt-dmarc-tag")]
#[case::mode("v=TLSRPTv1; mode=enforce; rua=mailto:a@example.net", "tls-rpt-sts-field")]
#[case::max_age("v=TLSRPTv1; rua=mailto:a@example.net; max_age=86400", "tls-rpt-sts-field")]
#[case::broken_line("v=TLSRPTv1;\n rua=mailto:a@example.net", "record-line-break")]
#[case::leading_blank(" v=TLSRPTv1; rua=mailto:a@example.net", "record-leading-blank")]
#[case::letter_missing("v=TLSRPT1; rua=mailto:a@example.net", "record-version-other")]
#[case::case("v=tlsrptv1; rua=mailto:a@example.net", "record-version-case")]
#[case::semicolon_missing("v=TLSRPTv1 rua=mailto:a@example.net", "record-no-semicolon")]
#[case::blank_before("v=TLSRPTv1 ; rua=mailto:a@example.net", "record-blank-before-semicolon")]
#[case::several("v=TLSRPTv1; rua=mailto:a@example.net,mailto:b@example.net", "tls-rpt-several-destinations")]
#[case::backslash("v=TLSRPTv1\\; rua=mailto:a@example.net", "record-backslash")]
#[case::quotes("\"v=TLSRPTv1; rua=mailto:a@example.net\"", "record-quotes")]
#[case::a_pointer_to_the_policy("v=TLSRPTv1; id=20240115", "tls-rpt-rua-missing")]
#[case::the_file_of_the_policy(
    "v=TLSRPTv1; rua=https://mta-sts.example.org/.well-known/mta-sts.txt",
    "tls-rpt-rua-policy"
)]
fn a_wrong_record_is_told_what_is_wrong(#[case] text: &str, #[case] code: &str) {
    let lint = record(Kind::TlsRpt, text);
    assert!(codes(&lint.findings).contains(&code), "{text}: {:?}", codes(&lint.findings));
}

#[test]
fn several_records_are_told_to_become_one() {
    let records = ["v=TLSRPTv1; rua=mailto:a@example.net", "v=TLSRPTv1; rua=mailto:b@example.net"];
    let lint = answer(Kind::TlsRpt, &records);
    assert_eq!((lint.outcome, codes(&lint.findings)[0]), (Outcome::Multiple, "answer-multiple"));
    assert_eq!(published(&lint.findings), Some("v=TLSRPTv1; rua=mailto:a@example.net,mailto:b@example.net"));
}

#[rstest]
#[case::right("v=STSv1; id=20240115", None)]
#[case::date("v=STSv1; id=2024-08-01T00:00:00Z", Some("mta-sts-id-date"))]
#[case::too_long("v=STSv1; id=123456789012345678901234567890123", Some("mta-sts-id-long"))]
#[case::hyphen("v=STSv1; id=policy-1", Some("mta-sts-id-characters"))]
#[case::policy_in_dns("v=STSv1; id=1; mode=enforce", Some("mta-sts-policy-field"))]
fn the_record_of_mta_sts_holds_version_and_id(#[case] text: &str, #[case] code: Option<&str>) {
    let lint = record(Kind::MtaSts, text);
    assert_eq!(codes(&lint.findings).first().copied(), code, "{text}");
}

#[rstest]
#[case::right("version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n", None)]
#[case::a_year_and_more(
    "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 31557601\n",
    Some("policy-max-age-too-big")
)]
#[case::not_covered("version: STSv1\nmode: enforce\nmx: *.example.org\nmax_age: 604800\n", None)]
#[case::another_host(
    "version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 604800\n",
    Some("policy-mx-not-covered")
)]
#[case::enforced("version: STSv1\nmode: enforced\nmx: mx.example.org\nmax_age: 604800\n", Some("policy-mode"))]
fn a_policy_is_judged_with_the_mx_hosts(#[case] text: &str, #[case] code: Option<&str>) {
    let lint = policy(text.as_bytes(), &["mx.example.org"]);
    assert_eq!(codes(&lint.findings).first().copied(), code, "{text}");
}

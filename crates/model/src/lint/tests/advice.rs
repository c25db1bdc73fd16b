//! Advice from values that were looked up.

use mtasts::Mode;
use rstest::rstest;

use super::codes;
use crate::{
    DomainName, Finding, Publish, Status, Timestamp,
    lint::advice::{Policy, certificate, destinations, policy, ttl},
    publish,
};

const DAY: i64 = 86_400_000;

fn domain() -> DomainName {
    DomainName::parse("example.org").unwrap()
}

fn facts(mode: Mode, has_tls_rpt: bool, clean_days: Option<u16>) -> Policy<'static> {
    Policy { mode, has_tls_rpt, tls_rpt: None, clean_days, is_settled: false }
}

fn to(uris: &[&str]) -> Vec<Finding> {
    let record = format!("v=TLSRPTv1; rua={}", uris.join(","));
    destinations(&domain(), &tlsrpt::record::read(&record).destinations)
}

/// All findings of these cases.
pub(super) fn all() -> Vec<Finding> {
    let cases = [facts(Mode::Testing, false, None), facts(Mode::Enforce, false, Some(3))];
    let certificates =
        [-1, 0, 3, 10, 20].into_iter().filter_map(|days| certificate(&domain(), Timestamp(days * DAY), Timestamp(0)));
    let mut findings: Vec<Finding> = cases.iter().flat_map(policy).chain(certificates).chain(ttl(300, false)).collect();
    findings.extend(to(&["mailto:a@example.org"]));
    findings.extend(to(&["mailto:a@example.net"]));
    findings
}

#[test]
fn a_policy_needs_reports() {
    assert_eq!(codes(&policy(&facts(Mode::Testing, false, None))), ["advice-testing-without-tls-rpt"]);
    assert_eq!(codes(&policy(&facts(Mode::Enforce, false, None))), ["advice-enforce-without-tls-rpt"]);
    assert_eq!(policy(&facts(Mode::None, false, None)), []);
    assert_eq!(policy(&facts(Mode::Testing, true, Some(0))), []);
    let record = publish::tls_rpt(&domain(), &[], &["mailto:a@example.net"]).unwrap();
    let offered = policy(&Policy { tls_rpt: Some(&record), ..facts(Mode::Enforce, false, None) });
    assert_eq!(offered[0].publish, Some(Publish::Record(record.clone())));
}

#[test]
fn enforce_comes_after_fourteen_clean_days() {
    assert_eq!(codes(&policy(&facts(Mode::Enforce, true, Some(13)))), ["advice-enforce-early"]);
    assert_eq!(policy(&facts(Mode::Enforce, true, Some(14))), []);
    assert_eq!(policy(&facts(Mode::Enforce, true, None)), [], "nobody knows");
    assert_eq!(policy(&Policy { is_settled: true, ..facts(Mode::Enforce, true, Some(0)) }), []);
}

#[test]
fn reports_had_better_leave_the_domain() {
    assert_eq!(codes(&to(&["mailto:a@example.org"])), ["advice-reports-at-home"]);
    assert_eq!(codes(&to(&["mailto:a@mail.example.org"])), ["advice-reports-at-home"]);
    assert_eq!(codes(&to(&["mailto:a@example.org", "https://reports.example/x"])), ["advice-no-authorisation"]);
    assert_eq!(codes(&to(&["mailto:a@badexample.org"])), ["advice-no-authorisation"]);
    assert_eq!(to(&["https://example.org/x"]), [], "HTTPS does not hang on the mail server");
}

#[rstest]
#[case(-1, Some(Status::Error))]
#[case(6, Some(Status::Error))]
#[case(13, Some(Status::Warning))]
#[case(29, Some(Status::Suggestion))]
#[case(30, None)]
fn a_certificate_warns_before_it_ends(#[case] days: i64, #[case] status: Option<Status>) {
    let now = Timestamp(1_769_860_800_000);
    let finding = certificate(&domain(), Timestamp(now.0 + days * DAY), now);
    assert_eq!(finding.map(|finding| finding.status), status);
    assert!(certificate(&domain(), Timestamp(i64::MIN), Timestamp(i64::MAX)).is_some(), "no overflow");
}

#[test]
fn a_short_life_harms_only_where_records_can_be_forged() {
    assert!(ttl(300, false).is_some());
    assert_eq!(ttl(300, true), None);
    assert_eq!(ttl(3_600, false), None);
}

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
    Policy { mode, has_tls_rpt, tls_rpt: None, clean_days }
}

fn to(uris: &[&str]) -> Vec<Finding> {
    let record = format!("v=TLSRPTv1; rua={}", uris.join(","));
    destinations(&domain(), &tlsrpt::record::read(&record).destinations)
}

/// Of a certificate that lives so many days and has so many left.
fn expiry(life: i64, left: i64) -> Option<Finding> {
    let begun = Timestamp(1_769_860_800_000);
    let end = Timestamp(begun.0 + life * DAY);
    certificate("mx.example.org", begun, end, Timestamp(end.0 - left * DAY))
}

/// All findings of these cases.
pub(super) fn all() -> Vec<Finding> {
    let cases = [facts(Mode::Testing, false, None), facts(Mode::Enforce, false, Some(3))];
    let certificates = [0, 3, 10, 20].into_iter().filter_map(|days| expiry(90, days));
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
#[case(-1, None)]
#[case(0, Some(Status::Error))]
#[case(6, Some(Status::Error))]
#[case(13, Some(Status::Warning))]
#[case(29, Some(Status::Suggestion))]
#[case(30, None)]
fn a_certificate_warns_before_it_ends(#[case] left: i64, #[case] status: Option<Status>) {
    assert_eq!(expiry(90, left).map(|finding| finding.status), status);
    let (ever, never) = (Timestamp(i64::MAX), Timestamp(i64::MIN));
    assert_eq!(certificate("mx", never, ever, never), None, "no overflow");
}

#[rstest]
#[case(6, 4, None)]
#[case(6, 1, Some(Status::Error))]
#[case(30, 20, None)]
#[case(30, 5, Some(Status::Error))]
#[case(45, 20, None)]
#[case(45, 13, Some(Status::Warning))]
fn certificates_that_live_for_days_are_not_nagged_about(
    #[case] life: i64,
    #[case] left: i64,
    #[case] status: Option<Status>,
) {
    assert_eq!(expiry(life, left).map(|finding| finding.status), status);
}

#[test]
fn a_short_life_harms_only_where_records_can_be_forged() {
    assert!(ttl(300, false).is_some());
    assert_eq!(ttl(300, true), None);
    assert_eq!(ttl(3_600, false), None);
}

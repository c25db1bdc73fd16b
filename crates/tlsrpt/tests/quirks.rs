//! What real senders write, and what is made of it: each case is a sound report with one thing changed.

use rstest::rstest;
use serde_json::{Value, json};
use tlsrpt::{Limits, ParseError, PolicyType, Report, ResultType, parse};

/// A report as RFC 8460 wants it.
fn sound() -> Value {
    json!({
        "organization-name": "Example Sender",
        "date-range": { "start-datetime": "2026-01-01T00:00:00Z", "end-datetime": "2026-01-01T23:59:59Z" },
        "contact-info": "tls@sender.example",
        "report-id": "2026-01-01T00:00:00Z_example.org",
        "policies": [{
            "policy": {
                "policy-type": "sts",
                "policy-string": ["version: STSv1", "mode: testing", "mx: mx.example.org", "max_age: 86400"],
                "policy-domain": "example.org",
                "mx-host": ["mx.example.org"]
            },
            "summary": { "total-successful-session-count": 10, "total-failure-session-count": 2 },
            "failure-details": [{
                "result-type": "certificate-expired",
                "sending-mta-ip": "192.0.2.1",
                "receiving-mx-hostname": "mx.example.org",
                "receiving-mx-helo": "mail.example.org",
                "receiving-ip": "2001:db8::2",
                "failed-session-count": 2,
                "additional-information": "https://sender.example/info",
                "failure-reason-code": "X509_V_ERR_CERT_HAS_EXPIRED"
            }]
        }]
    })
}

/// The sound report with another value at a place; `null` at a place that does not exist yet is made there too.
fn with(place: &str, value: Value) -> Value {
    let mut report = sound();
    let (parent, key) = place.rsplit_once('/').expect("a pointer");
    report.pointer_mut(parent).expect("a place")[key] = value;
    report
}

fn without(place: &str) -> Value {
    let mut report = sound();
    let (parent, key) = place.rsplit_once('/').expect("a pointer");
    report.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(key);
    report
}

fn read(report: &Value) -> Report {
    let mut reports = parse(report.to_string().as_bytes(), &Limits::default()).expect("a report");
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn codes(report: &Report) -> Vec<&str> {
    report.notes.iter().map(|note| &*note.code).collect()
}

const POLICY: &str = "/policies/0/policy";
const SUMMARY: &str = "/policies/0/summary";
const FAILURE: &str = "/policies/0/failure-details/0";

#[test]
fn a_sound_report_is_read_whole_and_without_a_note() {
    let report = read(&sound());
    assert_eq!(codes(&report), [""; 0]);
    assert_eq!(report.organization_name.as_deref(), Some("Example Sender"));
    assert_eq!(report.contact_info.as_deref(), Some("tls@sender.example"));
    assert_eq!(report.report_id.as_deref(), Some("2026-01-01T00:00:00Z_example.org"));
    assert_eq!(format!("{:?}", report.start.zip(report.end)), "Some((2026-01-01T00:00:00Z, 2026-01-01T23:59:59Z))");
    let policy = &report.policies[0];
    assert_eq!(policy.policy_type, PolicyType::Sts);
    assert_eq!(policy.mode, Some(mtasts::Mode::Testing));
    assert_eq!(policy.policy_string.len(), 4);
    assert_eq!(policy.policy_domain.as_deref(), Some("example.org"));
    assert_eq!(policy.mx_host, ["mx.example.org"]);
    assert_eq!((policy.successful, policy.failed), (10, 2));
    let failure = &policy.failures[0];
    assert_eq!(failure.result_type, ResultType::CertificateExpired);
    assert_eq!(failure.sending_mta_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(failure.receiving_mx_hostname.as_deref(), Some("mx.example.org"));
    assert_eq!(failure.receiving_mx_helo.as_deref(), Some("mail.example.org"));
    assert_eq!(failure.receiving_ip.as_deref(), Some("2001:db8::2"));
    assert_eq!(failure.failed, 2);
    assert_eq!(failure.additional_information.as_deref(), Some("https://sender.example/info"));
    assert_eq!(failure.failure_reason_code.as_deref(), Some("X509_V_ERR_CERT_HAS_EXPIRED"));
}

#[rstest]
#[case::proxies_send_null("/contact-info", json!(null), &["contact-info-missing"])]
#[case::an_empty_contact("/contact-info", json!(""), &["contact-info-missing"])]
#[case::a_number_for_an_id("/report-id", json!(42), &["not-text"])]
#[case::a_list_for_an_id("/report-id", json!(["a", "b"]), &["list-instead-of-value"])]
#[case::an_object_for_a_name("/organization-name", json!({"a": 1}), &["organization-name-missing", "value-left-out"])]
#[case::an_id_that_looks_like_a_path("/report-id", json!("../../etc/passwd"), &[])]
#[case::unknown_keys("/extra", json!({"deep": [[[]]]}), &["unknown-keys"])]
#[case::no_mx_host("/policies/0/policy/mx-host", json!(null), &[])]
#[case::an_empty_mx_host("/policies/0/policy/mx-host", json!([]), &[])]
#[case::an_empty_policy_string("/policies/0/policy/policy-string", json!([]), &[])]
#[case::no_details("/policies/0/failure-details", json!([]), &["details-missing"])]
#[case::null_details("/policies/0/failure-details", json!(null), &["details-missing"])]
#[case::text_for_details("/policies/0/failure-details", json!("none"), &["details-missing", "value-left-out"])]
#[case::an_ip_placeholder("/policies/0/failure-details/0/receiving-ip", json!("x.x.x.x"), &["not-an-ip-address"])]
#[case::an_ip_in_brackets("/policies/0/failure-details/0/sending-mta-ip", json!("[2001:db8::1]"), &["not-an-ip-address"])]
#[case::an_empty_ip("/policies/0/failure-details/0/receiving-ip", json!(""), &[])]
#[case::a_reason_in_words("/policies/0/failure-details/0/failure-reason-code", json!("bad \"https\" response code: 404"), &[])]
#[case::information_with_blanks("/policies/0/failure-details/0/additional-information", json!("https://a/ ? id = 1"), &[])]
#[case::a_script("/policies/0/failure-details/0/additional-information", json!("javascript:alert(1)"), &[])]
#[case::an_empty_domain("/policies/0/policy/policy-domain", json!(""), &["policy-domain-missing"])]
#[case::a_domain_in_another_script("/policies/0/policy/policy-domain", json!("bücher.example"), &[])]
#[case::overlapping_details("/policies/0/summary/total-failure-session-count", json!(1), &["details-differ-from-total"])]
fn odd_values_are_noted(#[case] place: &str, #[case] value: Value, #[case] want: &[&str]) {
    assert_eq!(codes(&read(&with(place, value))), want);
}

#[rstest]
#[case("/contact-info", &["contact-info-missing"])]
#[case("/organization-name", &["organization-name-missing"])]
#[case("/report-id", &["report-id-missing"])]
#[case("/date-range", &["date-missing"])]
#[case("/date-range/end-datetime", &["date-missing"])]
#[case("/policies", &["policies-missing"])]
#[case("/policies/0/policy/policy-type", &["policy-type-missing"])]
#[case("/policies/0/policy/policy-domain", &["policy-domain-missing"])]
#[case("/policies/0/policy/policy-string", &[])]
#[case("/policies/0/policy/mx-host", &[])]
#[case("/policies/0/policy", &["policy-type-missing", "policy-domain-missing"])]
#[case("/policies/0/summary", &["summary-missing", "details-differ-from-total"])]
#[case("/policies/0/summary/total-successful-session-count", &["total-missing"])]
#[case("/policies/0/summary/total-failure-session-count", &["total-missing", "details-differ-from-total"])]
#[case("/policies/0/failure-details", &["details-missing"])]
#[case("/policies/0/failure-details/0/result-type", &["result-type-missing"])]
#[case("/policies/0/failure-details/0/failed-session-count", &["details-differ-from-total", "failed-count-missing"])]
#[case("/policies/0/failure-details/0/sending-mta-ip", &[])]
#[case("/policies/0/failure-details/0/receiving-mx-hostname", &[])]
fn what_is_absent_costs_nothing_else(#[case] place: &str, #[case] want: &[&str]) {
    let report = read(&without(place));
    assert_eq!(codes(&report), want);
    if !place.starts_with("/policies") {
        assert_eq!((report.policies[0].successful, report.policies[0].failures.len()), (10, 1));
    }
}

#[test]
fn google_leaves_out_a_failure_count_of_zero() {
    let mut report = without("/policies/0/summary/total-failure-session-count");
    report.pointer_mut("/policies/0").and_then(Value::as_object_mut).expect("an object").remove("failure-details");
    assert_eq!(codes(&read(&report)), [""; 0]);
}

#[rstest]
#[case::quoted(json!("5"), 5, Some("count-as-text"))]
#[case::quoted_with_blanks(json!(" 5 "), 5, Some("count-as-text"))]
#[case::quoted_float(json!("5.0"), 5, Some("count-as-text"))]
#[case::zero_fraction(json!(5.0), 5, None)]
#[case::fraction(json!(5.9), 5, Some("count-fraction"))]
#[case::negative(json!(-3), 0, Some("count-negative"))]
#[case::negative_float(json!(-3.5), 0, Some("count-negative"))]
#[case::word(json!("lots"), 0, Some("count-not-a-number"))]
#[case::not_a_number(json!("NaN"), 0, Some("count-not-a-number"))]
#[case::boolean(json!(true), 0, Some("count-not-a-number"))]
#[case::object(json!({}), 0, Some("count-not-a-number"))]
#[case::two_to_the_53(json!(9_007_199_254_740_993_u64), 1_000_000_000_000, Some("count-too-large"))]
#[case::two_to_the_63(json!(9_223_372_036_854_775_808_u64), 1_000_000_000_000, Some("count-too-large"))]
#[case::beyond_64_bits(serde_json::from_str("99999999999999999999999999").unwrap(), 1_000_000_000_000, Some("count-too-large"))]
#[case::infinite_as_text(json!("inf"), 1_000_000_000_000, Some("count-as-text"))]
#[case::the_limit_itself(json!(1_000_000_000_000_u64), 1_000_000_000_000, None)]
fn counts_never_wrap_around(#[case] value: Value, #[case] want: u64, #[case] code: Option<&str>) {
    let report = read(&with(&format!("{SUMMARY}/total-successful-session-count"), value.clone()));
    assert_eq!(report.policies[0].successful, want);
    assert!(code.is_none_or(|code| codes(&report).contains(&code)), "{:?}", report.notes);
    assert_eq!(code.is_none(), report.notes.is_empty(), "{:?}", report.notes);
    let report = read(&with(&format!("{FAILURE}/failed-session-count"), value));
    assert_eq!(report.policies[0].failures[0].failed, want);
}

#[test]
fn a_number_beyond_all_range_is_lowered_too() {
    let text = sound()
        .to_string()
        .replace("\"total-successful-session-count\":10", "\"total-successful-session-count\":1e400");
    let report = &parse(text.as_bytes(), &Limits::default()).expect("a report")[0];
    assert_eq!(report.policies[0].successful, 1_000_000_000_000);
    assert_eq!(codes(report), ["json-repaired", "count-too-large"]);
}

#[rstest]
#[case::unknown(json!("tls"), PolicyType::Other("tls".into()))]
#[case::wrong_case(json!("STS"), PolicyType::Other("STS".into()))]
#[case::null(json!(null), PolicyType::Other(String::new()))]
fn an_unknown_policy_type_is_kept_as_written(#[case] value: Value, #[case] want: PolicyType) {
    let report = read(&with(&format!("{POLICY}/policy-type"), value));
    assert_eq!(report.policies[0].policy_type, want);
    assert!(codes(&report)[0].starts_with("policy-type-"));
    assert_eq!(report.policies[0].successful, 10);
}

#[rstest]
#[case::new(json!("quantum-failure"), "quantum-failure")]
#[case::wrong_case(json!("Certificate-Expired"), "Certificate-Expired")]
fn an_unknown_result_type_is_kept_as_written(#[case] value: Value, #[case] want: &str) {
    let report = read(&with(&format!("{FAILURE}/result-type"), value));
    assert_eq!(report.policies[0].failures[0].result_type, ResultType::Other(want.to_owned()));
    assert_eq!(codes(&report), ["result-type-unknown"]);
}

#[rstest]
#[case::one_text(json!("mx.example.org"), &["mx.example.org"], true)]
#[case::prefixed(json!(["mx: mx.example.org", "mx:*.example.net"]), &["mx.example.org", "*.example.net"], true)]
#[case::nested(json!([["a.example"], ["b.example"]]), &["a.example", "b.example"], true)]
#[case::json_in_text(json!("[\"a.example\"]"), &["a.example"], true)]
#[case::blank(json!(" "), &[], false)]
#[case::plain(json!(["a.example", "b.example"]), &["a.example", "b.example"], false)]
fn mx_hosts_are_read_from_any_form(#[case] value: Value, #[case] want: &[&str], #[case] noted: bool) {
    let report = read(&with(&format!("{POLICY}/mx-host"), value));
    assert_eq!(report.policies[0].mx_host, want);
    assert_eq!(codes(&report).contains(&"mx-host-form"), noted);
}

#[rstest]
#[case::carriage_returns("sts", json!(["version:STSv1\r", "mode:enforce\r"]), &["version:STSv1", "mode:enforce"], false)]
#[case::one_text_with_lines("sts", json!("version: STSv1\r\nmode: enforce\r\n"), &["version: STSv1", "mode: enforce"], true)]
#[case::lines_in_an_element("sts", json!(["version: STSv1\nmode: enforce"]), &["version: STSv1", "mode: enforce"], true)]
#[case::microsoft_tlsa("tlsa", json!(["[\"3 1 1 AA\",\"3 1 1 BB\"]"]), &["3 1 1 AA", "3 1 1 BB"], true)]
#[case::nested("tlsa", json!([["3 1 1 AA"]]), &["3 1 1 AA"], true)]
#[case::rfc_section_4("tlsa", json!("3 1 1 AA; 3 1 1 BB;"), &["3 1 1 AA", "3 1 1 BB"], true)]
#[case::no_json_after_all("sts", json!(["[draft] mode: none"]), &["[draft] mode: none"], false)]
#[case::a_dns_record("sts", json!(["v=STSv1; id=1"]), &["v=STSv1; id=1"], false)]
#[case::numbers("tlsa", json!([1, null, "x"]), &["1", "x"], true)]
fn policy_strings_are_taken_apart(
    #[case] policy_type: &str,
    #[case] value: Value,
    #[case] want: &[&str],
    #[case] noted: bool,
) {
    let mut report = with(&format!("{POLICY}/policy-string"), value);
    report["policies"][0]["policy"]["policy-type"] = json!(policy_type);
    let report = read(&report);
    assert_eq!(report.policies[0].policy_string, want);
    assert_eq!(codes(&report).contains(&"policy-string-form"), noted);
    assert_eq!(codes(&report).contains(&"policy-string-is-record"), want[0].starts_with("v=STSv1"));
    let enforces = want.iter().any(|line| line.replace(' ', "") == "mode:enforce");
    assert_eq!(report.policies[0].mode, enforces.then_some(mtasts::Mode::Enforce));
}

#[rstest]
#[case("additional-info-uri", |failure: &tlsrpt::Failure| failure.additional_information.clone(), false)]
#[case("receiving-mx-host-name", |failure: &tlsrpt::Failure| failure.receiving_mx_hostname.clone(), true)]
fn other_names_of_keys_are_known(
    #[case] key: &str,
    #[case] value: fn(&tlsrpt::Failure) -> Option<String>,
    #[case] noted: bool,
) {
    let report = json!({
        "report-id": "1",
        "policies": [{ "failure-details": [{ "result-type": "validation-failure", key: "mx.example.org" }] }]
    });
    let report = read(&report);
    assert_eq!(value(&report.policies[0].failures[0]).as_deref(), Some("mx.example.org"));
    assert_eq!(codes(&report).contains(&"key-variant"), noted);
}

#[test]
fn keys_that_guides_print_are_known() {
    let mut report = without(&format!("{FAILURE}/sending-mta-ip"));
    report["policies"][0]["failure-details"][0]["sending-ip"] = json!("192.0.2.9");
    report["policies"][0]["failure-details"][0]["receiving-mx-dns"] = json!(["a.example", "b.example"]);
    let report = read(&report);
    assert_eq!(report.policies[0].failures[0].sending_mta_ip.as_deref(), Some("192.0.2.9"));
    assert_eq!(codes(&report), ["key-variant", "receiving-mx-dns"]);
    assert!(report.notes[1].text.contains("a.example, b.example"), "{:?}", report.notes);
}

/// A sample as guides print it whole.
#[test]
fn a_sample_with_the_record_for_a_policy_is_read() {
    let report = read(&json!({
        "organization-name": "Example Sender",
        "date-range": { "start-datetime": "2024-08-01T00:00:00Z", "end-datetime": "2024-08-01T23:59:59Z" },
        "contact-info": "tls@sender.example",
        "report-id": "2024-08-01T00:00:00Z_example.org",
        "policies": [{
            "policy": {
                "policy-type": "sts",
                "policy-string": "v=STSv1; id=2024-08-01T00:00:00Z",
                "policy-domain": "example.org",
                "mx-host": ["mx.example.org"]
            },
            "summary": { "total-successful-session-count": 100, "total-failure-session-count": 5 },
            "failure-details": [{
                "result-type": "certificate-expired",
                "sending-ip": "192.0.2.1",
                "receiving-mx-hostname": "mx.example.org",
                "receiving-mx-dns": ["mx.example.org"],
                "failed-session-count": 5
            }]
        }]
    }));
    let want = ["policy-string-form", "policy-string-is-record", "key-variant", "receiving-mx-dns"];
    assert_eq!(codes(&report), want);
    let text = "policy 1: policy-string holds the DNS record instead of the policy's lines; its mode is not known; its id \
                “2024-08-01T00:00:00Z” is not 1 to 32 letters and digits (RFC 8461 §3.1)";
    assert_eq!(report.notes[1].text, text);
    let policy = &report.policies[0];
    assert_eq!((policy.mode, policy.successful, policy.failed), (None, 100, 5));
    assert_eq!(policy.policy_string, ["v=STSv1; id=2024-08-01T00:00:00Z"], "kept as written");
    assert_eq!(policy.failures[0].sending_mta_ip.as_deref(), Some("192.0.2.1"));
}

#[rstest]
#[case::an_id_that_is_one("sts", json!(["V=STSv1; id=20240801"]), Some("is not known"))]
#[case::no_id("sts", json!(["v=STSv1;"]), Some("is not known"))]
#[case::an_empty_id("sts", json!(["v=STSv1; id="]), Some("(RFC 8461 §3.1)"))]
#[case::the_policy_beside_it("sts", json!(["v=STSv1; id=1-2", "mode: testing"]), None)]
#[case::another_record("sts", json!(["v=spf1 -all"]), None)]
#[case::another_protocol("tlsa", json!(["v=STSv1; id=1"]), None)]
fn a_record_in_place_of_the_policy_is_noted_where_it_hides_the_mode(
    #[case] policy_type: &str,
    #[case] value: Value,
    #[case] end: Option<&str>,
) {
    let mut report = with(&format!("{POLICY}/policy-string"), value);
    report["policies"][0]["policy"]["policy-type"] = json!(policy_type);
    let report = read(&report);
    let note = report.notes.iter().find(|note| note.code == "policy-string-is-record");
    assert_eq!(note.is_some(), end.is_some());
    assert!(note.zip(end).is_none_or(|(note, end)| note.text.ends_with(end)), "{note:?}");
}

#[test]
fn mx_host_pattern_is_read_where_mx_host_is_absent() {
    let mut report = without(&format!("{POLICY}/mx-host"));
    report["policies"][0]["policy"]["mx-host-pattern"] = json!(["*.example.org"]);
    let report = read(&report);
    assert_eq!(report.policies[0].mx_host, ["*.example.org"]);
    assert_eq!(codes(&report), ["key-variant"]);
}

#[test]
fn an_object_in_place_of_a_list_is_its_only_element() {
    let mut value = sound();
    value["policies"] = value["policies"][0].take();
    value["policies"]["failure-details"] = value["policies"]["failure-details"][0].take();
    let report = read(&value);
    assert_eq!(codes(&report), ["policies-not-a-list", "failures-not-a-list"]);
    assert_eq!(report.policies, read(&sound()).policies);
}

#[test]
fn a_flat_policy_is_read() {
    let mut value = sound();
    let policy = value["policies"][0]["policy"].take();
    let summary = value["policies"][0]["summary"].take();
    let entry = value["policies"][0].as_object_mut().expect("an object");
    entry.remove("policy");
    entry.remove("summary");
    for fields in [policy, summary] {
        entry.extend(fields.as_object().expect("an object").clone());
    }
    let report = read(&value);
    assert_eq!(codes(&report), ["policy-flat"]);
    assert_eq!(report.policies, read(&sound()).policies);
}

#[test]
fn a_broken_element_is_lost_alone() {
    let mut value = sound();
    let policy = value["policies"][0].clone();
    value["policies"] = json!([null, policy, 1, "x", [policy]]);
    value["policies"][1]["failure-details"].as_array_mut().expect("a list").insert(0, json!("broken"));
    let report = read(&value);
    assert_eq!(codes(&report), ["policy-left-out", "failure-left-out"]);
    assert_eq!(report.policies, read(&sound()).policies);
    assert!(report.notes[0].text.contains("3 more"), "{:?}", report.notes);
    for broken in [json!("x"), json!(1), json!([1])] {
        for place in ["/policies/0/policy", "/policies/0/summary", "/date-range"] {
            assert!(codes(&read(&with(place, broken.clone()))).contains(&"value-left-out"), "{place} {broken}");
        }
    }
}

#[rstest]
#[case::microsoft("2023-01-10T00:00:00", "2023-01-10T23:59:59", &["date-without-zone", "date-without-zone"])]
#[case::next_midnight("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", &[])]
#[case::seven_days("2026-01-01T00:00:00Z", "2026-01-07T23:59:59Z", &[])]
#[case::reversed("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", &["period-reversed"])]
#[case::year_zero("0000-01-01T00:00:00Z", "2026-01-01T00:00:00Z", &["period-too-early"])]
#[case::unreadable("a", "2026-01-01T00:00:00Z", &["date-unreadable"])]
#[case::days_alone("2026-01-01", "2026-01-01", &["date-form", "date-form"])]
fn periods_are_kept_with_a_note(#[case] start: &str, #[case] end: &str, #[case] want: &[&str]) {
    let report = read(&with("/date-range", json!({ "start-datetime": start, "end-datetime": end })));
    let mut want = want.to_vec();
    want.dedup();
    assert_eq!(codes(&report), want);
    assert!(report.end.is_some());
}

#[test]
fn dates_may_be_numbers_or_stand_at_the_top() {
    let report =
        read(&with("/date-range", json!({ "start-datetime": 1_767_225_600, "end-datetime": 1_767_311_999.0 })));
    assert_eq!(report.start, read(&sound()).start);
    assert_eq!(report.end, read(&sound()).end);
    let mut value = without("/date-range");
    value["start-datetime"] = json!("2026-01-01T00:00:00Z");
    value["end-datetime"] = json!("2026-01-01T23:59:59Z");
    assert_eq!(read(&value).start, read(&sound()).start);
}

#[test]
fn poison_in_any_text_is_replaced() {
    let places = [
        "/organization-name",
        "/contact-info",
        "/report-id",
        "/policies/0/policy/policy-type",
        "/policies/0/policy/policy-domain",
        "/policies/0/policy/policy-string/0",
        "/policies/0/policy/mx-host/0",
        "/policies/0/failure-details/0/result-type",
        "/policies/0/failure-details/0/sending-mta-ip",
        "/policies/0/failure-details/0/receiving-mx-hostname",
        "/policies/0/failure-details/0/receiving-mx-helo",
        "/policies/0/failure-details/0/receiving-ip",
        "/policies/0/failure-details/0/additional-information",
        "/policies/0/failure-details/0/failure-reason-code",
    ];
    for place in places {
        let mut value = sound();
        *value.pointer_mut(place).expect(place) = json!("a\0b\u{1b}[31m\u{85}c\u{7f} POISON");
        let text = value.to_string().replace("POISON", "\\ud800");
        let report = &parse(text.as_bytes(), &Limits::default()).expect("a report")[0];
        assert!(codes(report).contains(&"control-characters") && codes(report).contains(&"lone-surrogate"), "{place}");
        let printed = serde_json::to_string(report).expect("JSON");
        assert!(printed.contains("a\u{fffd}b\u{fffd}[31m\u{fffd}c\u{fffd} \u{fffd}"), "{place}: {printed}");
        let poison = |c: char| c.is_control();
        assert!(!printed.contains(poison) && !printed.contains("\\u00"), "{place}: {printed}");
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let report = read(&with("/organization-name", json!("ä".repeat(2_000_000))));
    assert_eq!(report.organization_name.expect("a name").chars().count(), 1_024);
    let escaped = sound().to_string().replace("Example Sender", &"\\u00e4".repeat(2_000));
    let report = &parse(escaped.as_bytes(), &Limits::default()).expect("a report")[0];
    assert_eq!(codes(report), ["text-cut"]);
    assert_eq!(read(&with("/organization-name", json!("x".repeat(1_024)))).notes, []);
}

#[test]
fn lists_are_cut_at_their_limits() {
    let limits = Limits { policies: 3, failures: 5, lines: 2, ..Limits::default() };
    let mut value = sound();
    let failure = value["policies"][0]["failure-details"][0].clone();
    value["policies"][0]["failure-details"] = json!(vec![failure; 4]);
    let policy = value["policies"][0].clone();
    value["policies"] = json!(vec![policy; 5]);
    let report = &parse(value.to_string().as_bytes(), &limits).expect("a report")[0];
    assert_eq!(
        codes(report),
        ["policies-cut", "lines-cut", "details-differ-from-total", "details-missing", "failures-cut"]
    );
    let failures: Vec<usize> = report.policies.iter().map(|policy| policy.failures.len()).collect();
    assert_eq!(failures, [4, 1, 0]);
    assert_eq!(report.policies[0].policy_string.len(), 2);
}

#[test]
fn lines_within_one_text_are_cut_too() {
    let report = read(&with(&format!("{POLICY}/policy-string"), json!(vec!["a\n".repeat(30_000); 3])));
    assert_eq!(report.policies[0].policy_string.len(), 500);
    assert_eq!(codes(&report), ["policy-string-form", "lines-cut"]);
}

#[test]
fn of_duplicate_keys_the_last_wins() {
    let text = r#"{"report-id":"1","report-id":"2","policies":[{"summary":{"total-successful-session-count":1}}],
        "policies":[{"summary":{"total-successful-session-count":2,"total-successful-session-count":3}}]}"#;
    let report = &parse(text.as_bytes(), &Limits::default()).expect("a report")[0];
    assert_eq!(report.report_id.as_deref(), Some("2"));
    assert_eq!(report.policies.iter().map(|policy| policy.successful).collect::<Vec<_>>(), [3]);
}

#[test]
fn joined_reports_are_all_read() {
    let one = sound();
    let mut two = sound();
    two["report-id"] = json!("2");
    for text in [
        format!("{one}{two}"),
        format!("{one}\n{two}\n"),
        format!("[{one},{two}]"),
        format!("\u{feff}{one}\n\u{feff}{two}"),
        format!("{{\"hello\":1}}{one}{two}"),
    ] {
        let parsed = tlsrpt::parse_each(text.as_bytes(), &Limits::default()).expect("reports");
        assert_eq!(parsed.len(), 2, "{text}");
        assert_eq!(parsed[0].report.policies, read(&one).policies);
        assert_eq!(*parsed[0].json, *one.to_string().as_bytes());
        assert_eq!(*parsed[1].json, *two.to_string().as_bytes());
        assert!(codes(&parsed[1].report).contains(&"several-reports"));
    }
}

#[rstest]
#[case("garbage")]
#[case("{\"hello\":1}")]
#[case("{\"policies\":[")]
#[case("]}")]
fn what_follows_a_report_is_ignored_with_a_note(#[case] tail: &str) {
    let text = format!("{}\n{tail}", sound());
    let parsed = tlsrpt::parse_each(text.as_bytes(), &Limits::default()).expect("a report");
    assert_eq!(parsed.len(), 1);
    assert_eq!(codes(&parsed[0].report), ["trailing-data"]);
    assert!(parsed[0].report.notes[0].text.contains("line 2"), "{:?}", parsed[0].report.notes);
    assert_eq!(*parsed[0].json, *text.as_bytes(), "the only report's bytes are the whole document");
}

#[rstest]
#[case::a_list_around("[REPORT]", &[])]
#[case::zero_padding("REPORT\0\0\0", &[])]
#[case::byte_order_mark("\u{feff}REPORT", &["byte-order-mark"])]
fn wrappings_are_seen_through(#[case] wrapping: &str, #[case] want: &[&str]) {
    let text = wrapping.replace("REPORT", &sound().to_string());
    let report = &parse(text.as_bytes(), &Limits::default()).expect("a report")[0];
    assert_eq!(codes(report), want);
}

#[test]
fn encodings_other_than_utf_8_are_converted() {
    let text = sound().to_string();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(codes(&parse(&utf16, &Limits::default()).expect("a report")[0]), ["utf-16"]);
    let latin: Vec<u8> =
        text.replace("Example Sender", "M~ller").bytes().map(|b| if b == b'~' { 0xfc } else { b }).collect();
    let report = &parse(&latin, &Limits::default()).expect("a report")[0];
    assert_eq!(codes(report), ["invalid-utf-8"]);
    assert_eq!(report.organization_name.as_deref(), Some("M\u{fffd}ller"));
}

fn refused(text: &str) -> String {
    parse(text.as_bytes(), &Limits::default()).expect_err(text).to_string()
}

#[test]
fn what_is_no_report_is_refused_with_what_was_found() {
    for (text, want) in [
        ("", "there is nothing in it"),
        (" \n\t\u{feff}", "there is nothing in it"),
        ("null", "it is null"),
        ("\"text\"", "it is a text"),
        ("42", "it is a number"),
        ("{}", "an empty object"),
        ("[]", "it is a list without a report"),
        ("[1, 2]", "it is a number"),
        (r#"{"hello":"world"}"#, "the keys hello"),
        (r#"{"policies":"not a list"}"#, "its policies are a text"),
        (r#"{"policies":[]}"#, "only one key of a report"),
        ("{not json", "it is not JSON: key must be a string at line 1, column 2"),
        ("{\n 'a': 1}", "it is not JSON: key must be a string at line 2, column 2"),
        ("{\"policies\":[{}],}", "it is not JSON: trailing comma"),
        ("[[[[[", "it ends in the middle"),
    ] {
        let error = refused(text);
        assert!(error.contains(want), "{text}: {error}");
    }
}

#[test]
fn a_document_cut_short_is_never_a_report() {
    let text = sound().to_string();
    for end in 1..text.len() {
        assert!(
            matches!(parse(&text.as_bytes()[..end], &Limits::default()), Err(ParseError::Truncated { .. })),
            "at {end}"
        );
    }
}

#[test]
fn hostile_documents_are_refused_or_cost_little() {
    let deep = |open: &str, close: &str| format!("{{\"report-id\":{}1{}}}", open.repeat(300), close.repeat(300));
    assert!(refused(&deep("[", "]")).contains("128 levels"));
    // What is not looked at may be as deep as it likes.
    let skipped = format!("{{\"policies\":[{{}}],\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(parse(skipped.as_bytes(), &Limits::default()).is_ok());
    assert!(refused(&"{\"a\":".repeat(100_000)).contains("ends in the middle"));
    assert!(refused(&" ".repeat((32 << 20) + 1)).contains("at most 33554432"));
}

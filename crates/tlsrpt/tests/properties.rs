//! Reading never panics, and a sound report survives being written and read.

use chrono::{DateTime, SecondsFormat, Utc};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Map, Value, json};
use tlsrpt::{Failure, Limits, Policy, PolicyType, Report, ResultType, parse};

/// JSON of any shape, rich in the keys of a report.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9TZ:+.-]{0,25}|\\[\"a\"\\]|\\[|mode: enforce|mx: a".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((key(), inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    const KEYS: &[&str] = &[
        "organization-name",
        "date-range",
        "start-datetime",
        "end-datetime",
        "contact-info",
        "report-id",
        "policies",
        "policy",
        "policy-type",
        "policy-string",
        "policy-domain",
        "mx-host",
        "mx-host-pattern",
        "summary",
        "total-successful-session-count",
        "total-failure-session-count",
        "failure-details",
        "result-type",
        "sending-mta-ip",
        "sending-ip",
        "receiving-mx-hostname",
        "receiving-mx-helo",
        "receiving-mx-dns",
        "receiving-ip",
        "failed-session-count",
        "additional-information",
        "additional-info-uri",
        "failure-reason-code",
    ];
    prop_oneof![9 => proptest::sample::select(KEYS).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Text that survives cleaning: no control characters, not blank, not too long.
fn text() -> impl Strategy<Value = String> {
    "[!-~äß日][ -~äß日]{0,30}[!-~]".prop_filter("no list", |text| !text.starts_with('[') && !text.starts_with("mx:"))
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (1_514_764_800_i64..4_102_444_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).expect("in range"))
}

prop_compose! {
    fn failure()(
        index in 0..ResultType::REGISTERED.len(),
        ips in (any::<std::net::Ipv4Addr>(), any::<std::net::Ipv6Addr>()),
        texts in (option::of(text()), option::of(text()), option::of(text()), option::of(text())),
        failed in 0..=1_000_000_000_000_u64,
    ) -> Failure {
        Failure {
            result_type: ResultType::REGISTERED[index].clone(),
            sending_mta_ip: Some(ips.0.to_string()),
            receiving_mx_hostname: texts.0,
            receiving_mx_helo: texts.1,
            receiving_ip: Some(ips.1.to_string()),
            failed,
            additional_information: texts.2,
            failure_reason_code: texts.3,
        }
    }
}

prop_compose! {
    fn policy()(
        policy_type in prop_oneof![Just(PolicyType::Sts), Just(PolicyType::NoPolicyFound)],
        policy_string in vec(text(), 0..4),
        policy_domain in text(),
        mx_host in vec(text(), 0..4),
        successful in 0..=1_000_000_000_000_u64,
        failures in vec(failure(), 0..4),
    ) -> Policy {
        Policy {
            policy_type,
            mode: mtasts::Mode::from_policy_lines(policy_string.iter().map(String::as_str)),
            policy_string,
            policy_domain: Some(policy_domain),
            mx_host,
            successful,
            failed: failures.iter().map(|failure| failure.failed).sum::<u64>().min(1_000_000_000_000),
            failures,
        }
    }
}

prop_compose! {
    fn report()(
        texts in (text(), text(), text()),
        period in (instant(), instant()),
        policies in vec(policy(), 1..4),
    ) -> Report {
        Report {
            organization_name: Some(texts.0),
            contact_info: Some(texts.1),
            report_id: Some(texts.2),
            start: Some(period.0.min(period.1)),
            end: Some(period.0.max(period.1)),
            policies,
            notes: vec![],
        }
    }
}

/// The report as RFC 8460 §4.4 writes it.
fn wire(report: &Report) -> Value {
    let date = |date: Option<DateTime<Utc>>| date.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true));
    json!({
        "organization-name": report.organization_name,
        "date-range": { "start-datetime": date(report.start), "end-datetime": date(report.end) },
        "contact-info": report.contact_info,
        "report-id": report.report_id,
        "policies": report.policies.iter().map(|policy| json!({
            "policy": {
                "policy-type": policy.policy_type.as_str(),
                "policy-string": policy.policy_string,
                "policy-domain": policy.policy_domain,
                "mx-host": policy.mx_host,
            },
            "summary": {
                "total-successful-session-count": policy.successful,
                "total-failure-session-count": policy.failed,
            },
            "failure-details": policy.failures.iter().map(|failure| json!({
                "result-type": failure.result_type.as_str(),
                "sending-mta-ip": failure.sending_mta_ip,
                "receiving-mx-hostname": failure.receiving_mx_hostname,
                "receiving-mx-helo": failure.receiving_mx_helo,
                "receiving-ip": failure.receiving_ip,
                "failed-session-count": failure.failed,
                "additional-information": failure.additional_information,
                "failure-reason-code": failure.failure_reason_code,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

proptest! {
    #[test]
    fn a_sound_report_survives_being_written_and_read(report in report()) {
        let mut read = parse(wire(&report).to_string().as_bytes(), &Limits::default()).expect("a report");
        read[0].notes.retain(|note| note.code != "details-differ-from-total");
        prop_assert_eq!(read, vec![report]);
    }

    #[test]
    fn the_domain_type_survives_its_own_serialisation(report in report()) {
        let json = serde_json::to_string(&report).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Report>(&json).expect("a report"), report);
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, &Limits::default());
    }

    #[test]
    fn any_json_is_survived_and_what_is_read_is_clean(json in any_json()) {
        let document = json!({ "report-id": "1", "policies": [json.clone()], "date-range": json }).to_string();
        for report in parse(document.as_bytes(), &Limits::default()).expect("two keys make a report") {
            let printed = serde_json::to_string(&report).expect("JSON");
            prop_assert!(!printed.chars().any(char::is_control) && !printed.contains("\\u00"), "{}", printed);
            for policy in &report.policies {
                prop_assert!(policy.successful.max(policy.failed) <= 1_000_000_000_000);
            }
        }
    }

    #[test]
    fn any_json_at_the_top_is_survived(json in any_json(), tail in ".{0,10}", cut in 0_usize..200) {
        let mut text = json.to_string() + &tail;
        let _ = parse(text.as_bytes(), &Limits::default());
        text.truncate(text.floor_char_boundary(cut));
        let _ = parse(text.as_bytes(), &Limits { policies: 1, failures: 1, lines: 1, text: 1, ..Limits::default() });
    }
}

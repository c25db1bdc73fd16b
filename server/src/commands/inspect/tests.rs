//! What `waxseal inspect` prints.

use std::{fs, path::PathBuf};

use ingest::Limits;
use model::Day;
use tempfile::TempDir;

use super::{inspect, json, words};

const REPORT: &str = r#"{
    "organization-name": "Example \u001b[31mSender\u202e",
    "date-range": { "start-datetime": "2026-01-01T00:00:00Z", "end-datetime": "2026-01-01T23:59:59" },
    "contact-info": "tls@sender.example",
    "report-id": "1",
    "policies": [{
        "policy": {
            "policy-type": "sts",
            "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.example.org", "max_age: 86400"],
            "policy-domain": "example.org",
            "mx-host": ["mx.example.org"]
        },
        "summary": { "total-successful-session-count": 10, "total-failure-session-count": 2 },
        "failure-details": [{
            "result-type": "certificate-expired",
            "sending-mta-ip": "192.0.2.1",
            "receiving-mx-hostname": "mx.example.org",
            "receiving-ip": "192.0.2.2",
            "failed-session-count": 2,
            "failure-reason-code": "X509_V_ERR"
        }]
    }]
}"#;

/// Files in a folder of their own.
struct Files(TempDir, Vec<PathBuf>);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = files.iter().map(|(name, content)| {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("a file");
            path
        });
        let paths = paths.collect();
        Self(folder, paths)
    }

    /// Whether all went well, and a JSON value for each line.
    fn json(&self) -> (bool, Vec<serde_json::Value>) {
        let mut out = Vec::new();
        let all_well = inspect(&self.1, &Limits::default(), &mut json::Printer::new(&mut out)).expect("memory");
        let lines = String::from_utf8(out).expect("UTF-8");
        (all_well, lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }

    /// Whether all went well, and what is printed, without the folder's name.
    fn words(&self) -> (bool, String) {
        let today = Day::from_ymd(2026, 1, 3).expect("a day");
        let mut out = Vec::new();
        let all_well = inspect(&self.1, &Limits::default(), &mut words::Printer::new(&mut out, today)).expect("memory");
        let folder = format!("{}/", self.0.path().display());
        (all_well, String::from_utf8(out).expect("UTF-8").replace(&folder, ""))
    }
}

#[test]
fn json_has_every_value_and_null_for_what_is_absent() {
    let (all_well, lines) = Files::new(&[("report.json", REPORT)]).json();
    assert!(all_well);
    assert!(lines[0]["file"].as_str().expect("a name").ends_with("/report.json"));
    assert_eq!(lines[0]["error"], serde_json::Value::Null);
    let report = &lines[0]["reports"][0];
    assert_eq!(report["sha256"].as_str().expect("a hash").len(), 64);
    let mut known = report.clone();
    known.as_object_mut().expect("an object").remove("sha256");
    assert_eq!(
        known,
        serde_json::json!({
            "organization_name": "Example \u{fffd}[31mSender\u{202e}",
            "report_id": "1",
            "contact_info": "tls@sender.example",
            "start": "2026-01-01T00:00:00Z",
            "end": "2026-01-01T23:59:59Z",
            "policies": [{
                "policy_type": "sts",
                "policy_domain": "example.org",
                "mode": "enforce",
                "successful": 10,
                "failed": 2,
                "failures": [{
                    "result_type": "certificate-expired",
                    "failed": 2,
                    "sending_ip": "192.0.2.1",
                    "receiving_mx": "mx.example.org",
                    "receiving_ip": "192.0.2.2",
                    "reason": "X509_V_ERR",
                    "info": null,
                    "helo": null
                }],
                "policy_string": ["version: STSv1", "mode: enforce", "mx: mx.example.org", "max_age: 86400"],
                "mx_host": ["mx.example.org"]
            }],
            "notes": [
                { "code": "date-without-zone", "text": "end-datetime is “2026-01-01T23:59:59” without a time zone; taken as UTC" },
                { "code": "control-characters", "text": "organization-name holds control characters; each became U+FFFD" }
            ],
            "hints": { "domain": null, "submitter": null }
        })
    );
}

#[test]
fn a_file_without_a_report_fails_alone() {
    let files = Files::new(&[("bad.json", "{\"hello\":1}"), ("good.json", REPORT)]);
    let (all_well, lines) = files.json();
    assert!(!all_well);
    assert_eq!(lines[0]["reports"], serde_json::json!([]));
    assert!(lines[0]["error"].as_str().expect("an error").contains("the keys hello"));
    assert_eq!(lines[1]["reports"].as_array().map(Vec::len), Some(1));
    let (all_well, words) = files.words();
    assert!(!all_well);
    assert!(words.contains("bad.json\n  No report:") && words.contains("good.json\n\n  2 of 12 sessions"), "{words}");
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let files = Files::new(&[]);
    let missing =
        Files(tempfile::tempdir().expect("a folder"), vec![files.0.path().join("none"), files.0.path().into()]);
    let (all_well, lines) = missing.json();
    assert!(!all_well);
    assert!(lines[0]["error"].as_str().expect("an error").starts_with("it cannot be opened: No such file"));
    assert_eq!(lines[1]["error"], "it is a folder; name the files in it");
}

#[test]
fn words_tell_the_verdict_first_and_every_cause_with_its_remedy() {
    let (all_well, words) = Files::new(&[("report.json", REPORT)]).words();
    assert!(all_well);
    let mut lines = words.lines();
    assert_eq!(lines.next(), Some("report.json"));
    assert_eq!(lines.next(), Some(""));
    assert!(lines.next().is_some_and(|line| line.starts_with("  2 of 12 sessions of ")), "{words}");
    for part in [
        "the certificate of mx.example.org has expired",
        "MTA-STS, mode enforce, for example.org: 12 sessions, 2 failed (83.33 % well)",
        "- Certificate expired (certificate-expired): 2 sessions; mail: not delivered",
        "at mx.example.org (192.0.2.2)",
        "reason X509_V_ERR",
        "1. Renew the certificate of that MX host.",
        "date-without-zone: ",
    ] {
        let flat = words.replace("\n      ", " ").replace("\n    ", " ");
        assert!(flat.contains(part), "{part}\n{words}");
    }
    assert!(words.lines().all(|line| line.chars().count() <= 110), "{words}");
}

#[test]
fn words_are_safe_for_a_terminal() {
    let hostile = REPORT.replace("mx.example.org", "mx\\u001b]0;title\\u0007\\u202e\\u2028\\u200b");
    let (_, words) = Files::new(&[("a\u{1b}[2J.json", &hostile)]).words();
    let acts =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    assert!(!words.contains(acts), "{words:?}");
    assert!(words.contains("\\u{202e}") && words.contains("\\u{1b}[2J"), "shown instead: {words}");
}

#[test]
fn a_report_about_several_domains_has_a_verdict_for_each() {
    let policy = |kind: &str, domain: &str, failed: u64| {
        format!(
            r#"{{"policy":{{"policy-type":"{kind}","policy-domain":"{domain}"}},
                "summary":{{"total-successful-session-count":5,"total-failure-session-count":{failed}}}}}"#
        )
    };
    let report = format!(
        r#"{{"report-id":"1","organization-name":"Example","policies":[{},{},{},{}]}}"#,
        policy("sts", "example.org", 0),
        policy("no-policy-found", "mx.example.org", 0),
        policy("sts", "example.net", 1),
        policy("tlsa", "mx.example.com", 0)
    );
    let (_, words) = Files::new(&[("report.json", &report)]).words();
    let verdicts: Vec<_> = words.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert_eq!(verdicts.len(), 3, "{words}");
    assert!(verdicts[0].contains("to example.net") && verdicts[0].contains("1 of 6"), "{words}");
    assert!(verdicts[1].contains("to example.org"), "{words}");
}

#[test]
fn a_mailbox_is_read_message_by_message() {
    let mail = format!("Subject: Report\nContent-Type: application/tlsrpt+json\n\n{REPORT}\n");
    let other = "Subject: lunch\n\nAt noon?\n";
    let mbox = format!("From a 1:23\n{mail}\nFrom b 1:23\n{other}\nFrom c 1:23\n{mail}\n");
    let files = Files::new(&[("box", &mbox), ("empty", &format!("From a 1:23\n{other}"))]);
    let (all_well, lines) = files.json();
    assert!(!all_well, "the second has no report");
    assert_eq!(lines[0]["reports"].as_array().map(Vec::len), Some(2));
    assert_eq!(lines[0]["skipped"]["count"], 1);
    assert_eq!(lines[0]["skipped"]["messages"][0]["message"], 2);
    assert_eq!(lines[0]["error"], serde_json::Value::Null);
    assert_eq!(lines[1]["error"], "none of the 1 message in the mailbox holds a report");
    assert!(files.words().1.contains("1 message without a report:"));
}

#[test]
fn a_name_that_guides_made_known_is_explained_by_what_they_mean() {
    let (known, unknown) = ("untrusted-root", "odd");
    let with = |name: &str| REPORT.replace("certificate-expired", name);
    let (_, told) = Files::new(&[("a.json", &with(known)), ("b.json", &with(unknown))]).words();
    let (first, second) = told.split_once("b.json").expect("two files");
    let told = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told(first).contains("The chain ends at a root that the sender does not know"), "{first}");
    assert!(!told(second).contains("The chain ends"), "{second}");
}

//! `waxseal check` as a user types it. What checks find is tested where they live; here it is about the command.

use serde_json::Value;

use crate::support::waxseal;

/// A name server that is not there.
const NOWHERE: (&str, &str) = ("checks.name_servers", "127.0.0.1:1");

fn check(settings: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = waxseal(folder.path(), settings).arg("check").args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_cannot_be_told_is_no_fault() {
    let (code, out, _) = check(&[NOWHERE], &["--json", "example.com", "Example.NET."]);
    assert_eq!(code, Some(0));
    let outcomes: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let domains: Vec<_> = outcomes.iter().map(|outcome| outcome["domain"].as_str().unwrap()).collect();
    assert_eq!(domains, ["example.com", "example.net"]);
    for outcome in &outcomes {
        assert_eq!(outcome["status"], "cannot_tell");
        let sections = outcome["sections"].as_array().unwrap();
        let checks: Vec<_> = sections.iter().map(|section| section["check"].as_str().unwrap()).collect();
        assert_eq!(checks, ["tls_rpt", "mta_sts", "policy", "mx"]);
        assert!(sections.iter().all(|section| section["status"] == "cannot_tell"), "{outcome:#}");
        assert!(outcome["at"].as_str().unwrap().ends_with('Z'));
        assert!(outcome["duration_ms"].is_u64());
    }
}

#[test]
fn people_read_words() {
    let (code, out, _) = check(&[NOWHERE], &["example.com"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("example.com: Cannot tell\n"), "{out}");
    assert!(out.contains("TLS-RPT record") && out.contains("RFC 8460 §3"), "{out}");
}

#[test]
fn wrong_usage_and_unusable_files_are_exit_code_2() {
    let (code, _, err) = check(&[NOWHERE], &["someone@example.com"]);
    assert!(code == Some(2) && err.contains("e-mail address"), "{code:?} {err}");
    for (key, word) in [("checks.trust_anchor", "trust"), ("checks.extra_ca", "CA")] {
        let (code, _, err) = check(&[NOWHERE, (key, "/nowhere/file")], &["example.com"]);
        assert!(code == Some(2) && err.contains("/nowhere/file"), "{code:?} {err}");
        let (code, _, err) = check(&[NOWHERE, (key, "/etc/hostname")], &["example.com"]);
        assert!(code == Some(2) && err.contains(word) && err.contains(key), "{code:?} {err}");
    }
    for (key, wrong) in [
        ("checks.name_servers", "dns.example.com"),
        ("checks.allow", "10.0.0.0/33"),
        ("checks.smtp_port", "0"),
        ("checks.helo", "no host"),
        ("checks.allow_private", "maybe"),
    ] {
        let (code, _, err) = check(&[(key, wrong)], &["example.com"]);
        let variable = format!("WAXSEAL_{}", key.replace('.', "__").to_uppercase());
        assert!(code == Some(2) && err.contains(key) && err.contains(&variable), "{key}: {code:?} {err}");
    }
}

//! Settings from file and environment: what wins, and how a mistake is told.

use std::{fs, path::Path, process::Output};

use crate::support::waxseal;

fn config(folder: &Path, command: &str, settings: &[(&str, &str)]) -> Output {
    waxseal(folder, settings).args(["config", command]).output().unwrap()
}

/// The one paragraph on standard error of a configuration that is refused.
fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("waxseal.toml"), file).unwrap();
    let output =
        waxseal(folder.path(), &[]).envs(variables.iter().copied()).args(["config", "check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_wrong_key_is_told_with_the_right_one() {
    let told = |file: &str| refusal(file, &[]);
    assert_eq!(
        told("[http]\nlisen = \"x\""),
        "error: waxseal.toml: there is no key http.lisen; did you mean http.listen?\n"
    );
    assert_eq!(
        told("[htpp]\nlisten = \"127.0.0.1:1\""),
        "error: waxseal.toml: there is no key htpp.listen; did you mean http.listen?\n"
    );
    assert!(told("qqqqq = 1").contains("`waxseal config show` lists all keys"));
    assert!(told("http = 1").contains("there is no key http"));
    assert!(told("[htpp]").contains("there is no key htpp"));
    let told = |name| refusal("", &[(name, "x")]);
    assert_eq!(
        told("WAXSEAL_HTTP__LISEN"),
        "error: the environment: there is no key WAXSEAL_HTTP__LISEN; did you mean WAXSEAL_HTTP__LISTEN?\n"
    );
    assert!(told("WAXSEAL_HTTP_LISTEN").contains("did you mean WAXSEAL_HTTP__LISTEN?"));
}

#[test]
fn a_wrong_value_is_told_with_what_is_allowed() {
    for (name, value, parts) in [
        ("WAXSEAL_HTTP__LISTEN", "3000", &["http.listen = \"3000\"", "\"127.0.0.1:3000\""][..]),
        ("WAXSEAL_HTTP__BASE_URL", "tlsrpt.example.com", &["http.base_url", "\"https://tlsrpt.example.com\""]),
        ("WAXSEAL_HTTP__BASE_URL", "https://example.com/waxseal", &["without a path"]),
        (
            "WAXSEAL_HTTP__TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            &["http.trusted_proxies = [\"10.0.0.0/8\", \"proxy\"]", "10.0.0.0/8"],
        ),
        ("WAXSEAL_HTTP__FORWARDED_HEADER", "x-real-ip", &["\"x-forwarded-for\" or \"forwarded\""]),
        ("WAXSEAL_HTTP__IDLE_TIMEOUT", "30", &["http.idle_timeout = \"30\"", "with its unit"]),
        ("WAXSEAL_HTTP__MAX_CONNECTIONS", "0", &["a whole number from 1 to 1000000"]),
        ("WAXSEAL_LIMITS__BODY", "10 MB", &["\"10 MiB\""]),
        ("WAXSEAL_DATABASE__URL", "mysql://root:hunter2@db/x", &["\"sqlite://\" or \"postgres://\""]),
        ("WAXSEAL_LOG__LEVEL", "info,=,", &["log.level"]),
        ("WAXSEAL_LOG__FORMAT", "xml", &["\"text\" or \"json\""]),
        ("WAXSEAL_METRICS__ENABLED", "yes", &["true or false"]),
        ("WAXSEAL_MAIL__TLS", "ssl", &["\"starttls\" or \"tls\" or \"none\""]),
        ("WAXSEAL_MAIL__FROM", "waxseal", &["mail.from = \"waxseal\"", "waxseal@example.com"]),
        ("WAXSEAL_OPENID_CONNECT__ISSUER", "http://id.example.com", &["https://id.example.com"]),
        ("WAXSEAL_OPENID_CONNECT__ROLE", "admin", &["\"viewer\", \"editor\" or \"owner\""]),
    ] {
        let told = refusal("", &[(name, value)]);
        assert!(told.starts_with(&format!("error: {name}: ")), "{told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
        assert!(!told.contains("hunter2"), "a secret is never shown: {told}");
    }
    let told = refusal("[http]\nmax_connections = \"many\"", &[]);
    assert!(told.contains("waxseal.toml: http.max_connections = \"many\" is not allowed"), "{told}");
    let told = refusal("[mail]\nserver = \"mail.example.com\"", &[]);
    assert!(told.contains("mail.from = \"\" is not allowed") && told.contains("since mail.server is set"), "{told}");
    let open = "[openid_connect]\nissuer = \"https://id.example.com\"\nclient_id = \"waxseal\"\ncreate = true";
    let told = refusal(open, &[]);
    assert!(told.contains("waxseal.toml: openid_connect.create = true is not allowed"), "{told}");
    assert!(refusal("[http\n", &[]).contains("waxseal.toml is not valid TOML"));
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("waxseal.toml"), "[http]\nidle_timeout = \"40s\"\nheader_timeout = \"20s\"\n[log]\n")
        .unwrap();
    let output =
        config(folder.path(), "show", &[("http.idle_timeout", "50s"), ("http.trusted_proxies", "10.0.0.1, ::1")]);
    let shown = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| {
        shown.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("idle_timeout"), "idle_timeout = \"50s\" # WAXSEAL_HTTP__IDLE_TIMEOUT");
    assert_eq!(line("header_timeout"), "header_timeout = \"20s\" # waxseal.toml");
    assert_eq!(line("drain_timeout"), "drain_timeout = \"10s\" # default");
    assert_eq!(line("trusted_proxies"), "trusted_proxies = [\"10.0.0.1\", \"::1\"] # WAXSEAL_HTTP__TRUSTED_PROXIES");
}

#[test]
fn what_is_shown_is_a_file_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = [
        ("metrics.token", "hunter2"),
        ("mail.password", "hunter2"),
        ("openid_connect.client_secret", "hunter2"),
        ("imap.mailboxes", "imaps://tls%40example.com:hunter2@imap.example.com/INBOX"),
        ("database.url", "postgres://waxseal:hunter2@db/waxseal"),
    ];
    let output = config(folder.path(), "show", &secrets);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("postgres://waxseal:(hidden)@db/waxseal"));
    assert!(shown.contains("imaps://tls%40example.com:(hidden)@imap.example.com/INBOX"));
    let key = config(folder.path(), "show", &[("secrets.key", "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMjEyMzQ=")]);
    let shown_key = String::from_utf8(key.stdout).unwrap();
    assert!(shown_key.contains("key = \"(hidden)\"") && !shown_key.contains("aHVudGVy"), "{shown_key}");
    fs::write(folder.path().join("copy.toml"), &shown).unwrap();
    let output = waxseal(folder.path(), &[]).args(["--config", "copy.toml", "config", "check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_file_that_was_asked_for_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let output = waxseal(folder.path(), &[]).args(["config", "check", "--config", "missing.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot read the configuration file missing.toml"));
}

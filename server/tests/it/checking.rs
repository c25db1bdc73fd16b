//! `waxseal check` as a user types it, and the server that looks at domains by itself. What checks find is tested where they
//! live.

use checks::testing::{
    HTTPS, SMTP, World,
    dns::{RecordType, Signing},
    mail, web,
};
use serde_json::Value;

use crate::support::{TestApp, get, wait_until, waxseal};

/// A name server that is not there.
const NOWHERE: (&str, &str) = ("checks.name_servers", "127.0.0.1:1");

/// A proxy that is not there: whoever listens to these variables reaches nothing.
const PROXY: [(&str, &str); 6] = [
    ("HTTP_PROXY", "http://127.0.0.1:1"),
    ("http_proxy", "http://127.0.0.1:1"),
    ("HTTPS_PROXY", "http://127.0.0.1:1"),
    ("https_proxy", "http://127.0.0.1:1"),
    ("ALL_PROXY", "socks5://127.0.0.1:1"),
    ("all_proxy", "socks5://127.0.0.1:1"),
];

fn check(settings: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = waxseal(folder.path(), settings).envs(PROXY).arg("check").args(args).output().unwrap();
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
        assert_eq!(outcome["blind"], true);
        assert_eq!(outcome["notices"][0]["code"], "name-servers-silent");
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
        ("checks.own_addresses", "our.example.com"),
        ("checks.smtp_port", "0"),
        ("checks.helo", "no host"),
        ("checks.allow_private", "maybe"),
    ] {
        let (code, _, err) = check(&[(key, wrong)], &["example.com"]);
        let variable = format!("WAXSEAL_{}", key.replace('.', "__").to_uppercase());
        assert!(code == Some(2) && err.contains(key) && err.contains(&variable), "{key}: {code:?} {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_of_ones_own_is_checked_by_configuration_alone() {
    let mut world = World::new();
    // The program reads the real clock.
    let certificate = |names: &[&str]| world.ca.until(names, 2039, 12);
    let (mx, policy_host) = (certificate(&["mx.own.test"]), certificate(&["mta-sts.own.test"]));
    mail::serve(world.at(1, SMTP), &mx).await;
    let policy = "version: STSv1\nmode: enforce\nmx: mx.own.test\nmax_age: 604800\n";
    web::serve(world.at(2, HTTPS), &policy_host, web::policy(policy)).await;
    let records = format!(
        "@ MX 10 mx\nmx A $1\n_25._tcp.mx TLSA 3 1 1 {}\n_smtp._tls.mx TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"
         _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"\n_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts A $2",
        mx.key_sha256()
    );
    world.zone("own.test", Signing::Signed, &records);
    world.zone(
        "bad.test",
        Signing::Signed,
        "@ MX 10 mx.own.test.\n_tlsrpt TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"",
    );
    world.runner().await;

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let settings = [
        ("checks.name_servers", world.settings.name_servers[0].to_string()),
        ("checks.trust_anchor", file("anchor", &world.zones.trust_anchor())),
        ("checks.extra_ca", file("ca.pem", &world.ca.pem())),
        ("checks.allow", "127.0.0.0/8".to_owned()),
        ("checks.https_port", HTTPS.to_string()),
        ("checks.smtp_port", SMTP.to_string()),
    ];
    let run = move |args: &'static [&'static str]| {
        let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        [check(&settings, args), check(&settings, &["bad.test"])]
    };
    let [(code, out, err), (bad_code, bad, _)] =
        tokio::task::spawn_blocking(move || run(&["--json", "own.test"])).await.unwrap();
    assert_eq!(code, Some(0), "{out}{err}");
    let outcome: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(outcome["status"], "ok", "{outcome:#}");
    assert_eq!(outcome["facts"]["policy"]["mode"], "enforce");
    assert_eq!(outcome["facts"]["mx"][0]["addresses"][0]["tls"]["version"], "TLS 1.3");
    assert_eq!(bad_code, Some(1));
    assert!(bad.contains("✗ Error") && bad.contains("_smtp._tls.bad.test  TXT  \"v=TLSRPTv1; rua="), "{bad}");
}

/// What concerns no domain is said once, where all of them are seen.
#[test]
fn name_servers_that_do_not_answer_are_told_on_overview() {
    let app = TestApp::with(&[("checks.enabled", "true"), NOWHERE]);
    let cookie = app.sign_in();
    app.add_domain("one.test");
    app.add_domain("two.test");
    let overview = || get(app.address(), "/", &[("Cookie", &cookie)]).body;
    wait_until("the name servers have been asked", || overview().contains("None of the name servers"));
    assert_eq!(overview().matches("None of the name servers").count(), 1);
    assert!(overview().contains("checks.name_servers"));
}

/// The server by itself: no command is given but to add the domain.
#[test]
fn a_watched_domain_is_looked_at_and_its_records_page_shows_what_was_found() {
    let internet = tokio::runtime::Runtime::new().unwrap();
    let mut world = World::new();
    let _entered = internet.enter();
    world.zone("own.test", Signing::Unsigned, "@ MX 0 .\n_smtp_tls TXT \"v=TLSRPTv1; rua=mailto:a@in.example\"");
    internet.block_on(world.runner());
    let name_server = world.settings.name_servers[0].to_string();
    let app = TestApp::with(&[("checks.enabled", "true"), ("checks.name_servers", &name_server)]);
    let cookie = app.sign_in();
    app.add_domain("own.test");
    let page = || get(app.address(), "/domains/own.test/records", &[("Cookie", &cookie)]);
    wait_until("the domain has been looked at", || page().body.contains("Looked at "));
    let body = page().body;
    assert!(body.contains("_smtp_tls.own.test") && body.contains("_smtp._tls.own.test"), "{body}");
    assert!(body.contains("Looked at for the first time."), "{body}");

    let asked = || world.zones.asked("_smtp._tls.own.test", RecordType::TXT);
    let before = asked();
    let answer = app.submit("/do/check_again", &cookie, "domain=own.test");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/domains/own.test/records#checks")));
    wait_until("it is looked at again", || asked() > before);
    wait_until("that is over", || !page().body.contains("is being looked at"));
    assert_eq!(page().body.matches("Looked at for the first time.").count(), 1, "nothing had changed");
}

//! What every answer carries, whatever answered.

use crate::support::{Answer, TestApp, exchange, get, request};

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn check(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), Some(value), "{what}: {answer:?}");
    }
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{what} has no policy"));
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains('\n'), "{what}: {policy}");
}

#[test]
fn every_answer_is_hardened() {
    let app = TestApp::start();
    let path = app.report_path("example.com");
    let cookie = app.sign_in();
    let pages = [
        "/",
        "/domains/add",
        "/domains/example.com",
        "/domains/example.com/reports",
        "/domains/example.com/records",
        "/domains/example.com/share",
        "/domains/example.com/monthly",
        "/domains/example.com/chart.svg",
        "/domains/unknown.example",
        "/reports/1",
        "/log",
        "/log/1",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/openid-connect",
        "/forgot-password",
        "/reset-password?link=x",
        "/confirm-email?link=x",
        "/account",
        "/account/second-step",
        "/account/recovery-codes",
        "/settings/mail",
        "/setup",
        "/help",
        "/tools",
        "/tools/look-up?domain=example.com",
        "/tools/lint?text=%3Cscript%3E",
        "/tools/build?domain=example.com",
        "/settings/mailboxes",
        "/settings/tokens",
        "/help/api",
        "/api/v1/openapi.json",
        "/api/v1/domains",
        "/api/none",
        "/export/domains.csv",
        "/export/reports.json?domain=example.com",
        "/no/such/page",
        "/healthz",
        "/readyz",
        "/metrics",
        "/favicon.svg",
        "/pkg/none",
    ];
    for page in pages {
        for headers in [&[][..], &[("Cookie", cookie.as_str()), ("Accept", "text/html")]] {
            let answer = get(app.address(), page, headers);
            check(page, &answer);
            assert!(answer.status < 500, "{page}: {answer:?}");
        }
    }
    for (method, path) in [
        ("POST", path.as_str()),
        ("POST", "/r/x"),
        ("GET", &path),
        ("POST", "/do/sign_in"),
        ("DELETE", "/"),
        ("TRACE", "/"),
        ("TRACE", "/api/v1/domains"),
        ("PUT", "/export/domains.csv"),
    ] {
        check(&format!("{method} {path}"), &exchange(app.address(), &request(method, path, &[], b"")).unwrap());
    }
}

#[test]
fn a_pages_script_has_a_nonce_of_its_own() {
    let app = TestApp::start();
    let nonce = || {
        let answer = app.get("/sign-in");
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")), "the page's script carries it");
        nonce
    };
    assert_ne!(nonce(), nonce());
}

#[test]
fn pages_are_compressed_and_never_cached() {
    let app = TestApp::start();
    let plain = app.get("/help");
    let packed = get(app.address(), "/help", &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len());
    assert_eq!(plain.header("cache-control"), Some("no-store"));
}

#[test]
fn browsers_learn_what_to_fetch_ahead_where_it_pays() {
    let app = TestApp::start();
    let cookie = app.sign_in();
    let told = |path, cookie: &str| {
        get(app.address(), path, &[("Cookie", cookie)]).header("speculation-rules").map(ToOwned::to_owned)
    };
    assert_eq!(told("/", &cookie), Some("\"/speculation-rules.json\"".to_owned()));
    assert_eq!(told("/sign-in", ""), None, "a stranger has nowhere to go");
    assert_eq!(told("/export/domains.csv", &cookie), None, "a file leads nowhere");
}

#[test]
fn no_path_leads_out_of_the_program() {
    let app = TestApp::start();
    for path in [
        "/../../etc/passwd",
        "/pkg/../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/pkg/..%2f..%2fetc/passwd",
        "/pkg/%2e%2e%5c%2e%2e%5cetc",
        "//etc/passwd",
        "/pkg//etc/passwd",
        "/pkg/%00",
        "/favicon.svg%00.html",
    ] {
        let answer = app.get(path);
        assert!([303, 400, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.body.contains("root:"), "{path}");
    }
}

//! Requests that another site makes a visitor's browser send (CSRF): each form of ours against each forged shape.

use crate::support::{TestApp, exchange, request};

const FORMS: [(&str, &str); 18] = [
    ("/do/create_first_user", "code={code}&email=evil%40example.com&password=correct-horse-battery"),
    ("/do/sign_in", "email=owner%40example.com&password=correct-horse-battery"),
    ("/do/sign_out", ""),
    ("/do/add_domains", "names=evil.example"),
    ("/do/check_again", "domain=example.com"),
    ("/do/change_password", "present=correct-horse-battery&password=an-evil-password"),
    ("/do/change_email", "present=correct-horse-battery&email=evil%40example.com"),
    ("/do/confirm_email", "link=x"),
    ("/do/end_session", "id=00"),
    ("/do/end_other_sessions", ""),
    ("/do/begin_second_step", "present=correct-horse-battery"),
    ("/do/confirm_second_step", "code=000000"),
    ("/do/new_recovery_codes", "present=correct-horse-battery"),
    ("/do/end_second_step", "present=correct-horse-battery"),
    ("/do/sign_in_code", "code=000000"),
    ("/do/request_reset", "email=owner%40example.com"),
    ("/do/reset_password", "link=x&password=an-evil-password"),
    ("/do/test_mail", ""),
];

const FORM_TYPE: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

#[test]
fn every_form_refuses_every_forged_shape() {
    let app = TestApp::start();
    let code = app.setup_code();
    let shapes: [&[(&str, &str)]; 8] = [
        &[],
        &[("Origin", "null")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "http://waxseal.test.evil.example")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "http://waxseal.test")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example"), ("X-HTTP-Method-Override", "GET")],
        &[("Referer", "http://waxseal.test/sign-in")],
    ];
    for (path, form) in FORMS {
        let form = form.replace("{code}", &code);
        for shape in shapes {
            for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
                let headers = [shape, &[("Content-Type", kind)]].concat();
                let answer = app.post(path, &headers, form.as_bytes());
                assert_eq!(answer.status, 403, "{path} {headers:?}: {answer:?}");
                assert!(answer.body.contains("WAXSEAL_HTTP__BASE_URL"), "{answer:?}");
                assert!(answer.header("set-cookie").is_none());
            }
        }
    }
    assert!(!app.sign_in().is_empty(), "nobody was created by a forged request");
}

#[test]
fn a_form_cannot_be_sent_by_a_link() {
    let app = TestApp::start();
    for (path, form) in FORMS {
        for method in ["GET", "HEAD"] {
            let path = format!("{path}?{form}");
            let answer =
                exchange(app.address(), &request(method, &path, &[("Sec-Fetch-Site", "cross-site")], b"")).unwrap();
            assert!([303, 404, 405].contains(&answer.status), "{method} {path}: {answer:?}");
            assert!(answer.header("set-cookie").is_none());
        }
    }
}

#[test]
fn the_own_site_is_let_in() {
    let app = TestApp::start();
    for shape in [
        &[("Sec-Fetch-Site", "same-origin")][..],
        &[("Origin", "http://waxseal.test")],
        &[("Origin", "https://waxseal.test")],
        &[("Origin", "http://127.0.0.1:3000"), ("Host", "127.0.0.1:3000")],
    ] {
        let headers = [shape, &[FORM_TYPE, ("Accept", "text/html")]].concat();
        let answer = app.post("/do/sign_in", &headers, b"email=a%40example.com&password=wrong-password");
        assert_eq!(answer.status, 303, "{shape:?}: {answer:?}");
    }
}

#[test]
fn a_configured_base_url_decides_instead_of_the_host() {
    let app = TestApp::with(&[("http.base_url", "https://tlsrpt.example.com")]);
    let sign_in = |origin: &str| {
        let headers = [FORM_TYPE, ("Accept", "text/html"), ("Origin", origin), ("Host", "waxseal.test")];
        app.post("/do/sign_in", &headers, b"email=a%40example.com&password=wrong-password").status
    };
    assert_eq!(sign_in("https://tlsrpt.example.com"), 303);
    assert_eq!(sign_in("http://waxseal.test"), 403);
}

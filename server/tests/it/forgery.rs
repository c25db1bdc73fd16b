//! Requests that another site makes a visitor's browser send (CSRF): each form of ours against each forged shape.

use crate::{
    access::{ROWS, Stage, Visitor},
    support::{TestApp, exchange, request},
};

const FORM_TYPE: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

#[test]
fn every_form_refuses_every_forged_shape() {
    let stage = Stage::set();
    let before = stage.snapshot();
    let cookie = ("Cookie", stage.cookie(Visitor::Owner));
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
    for row in ROWS {
        let Some(form) = row.form else { continue };
        let (path, form) = ((row.at)(&stage), form(&stage));
        for shape in shapes {
            for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
                let headers = [shape, &[("Content-Type", kind), cookie]].concat();
                let answer = stage.app.post(&path, &headers, form.as_bytes());
                assert_eq!(answer.status, 403, "{path} {headers:?}: {answer:?}");
                assert!(answer.body.contains("WAXSEAL_HTTP__BASE_URL"), "{answer:?}");
                assert!(answer.header("set-cookie").is_none());
            }
        }
    }
    assert_eq!(stage.snapshot(), before);
}

#[test]
fn a_form_cannot_be_sent_by_a_link() {
    let stage = Stage::set();
    let before = stage.snapshot();
    let cookie = ("Cookie", stage.cookie(Visitor::Owner));
    for row in ROWS {
        let Some(form) = row.form else { continue };
        for method in ["GET", "HEAD"] {
            let form = form(&stage).replace(|c: char| !c.is_ascii_alphanumeric() && !"=&%.+-".contains(c), "+");
            let path = format!("{}?{form}", (row.at)(&stage));
            let sent = request(method, &path, &[("Sec-Fetch-Site", "cross-site"), cookie], b"");
            let answer = exchange(stage.app.address(), &sent).unwrap();
            assert!([303, 404, 405].contains(&answer.status), "{method} {path}: {answer:?}");
            assert!(answer.header("set-cookie").is_none());
        }
    }
    assert_eq!(stage.snapshot(), before);
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

//! What goes wrong is told as RFC 9457 has it, whatever it is.

use model::TokenScope::Write;

use super::{Caller, problem};
use crate::support::{TestApp, exchange, get, request};

#[test]
fn paths_and_methods_that_do_not_exist_are_problems() {
    let app = TestApp::start();
    app.add_domain("example.com");
    let caller = Caller::new(&app, &app.token(Write));
    for path in [
        "/none",
        "/domains/",
        "/domains/unknown.example",
        "/domains/no%20domain",
        "/domains/%ff",
        "/domains/example.com/none",
        "/reports/1",
        "/reports/x",
        "/reports/99999999999999999999",
        "/deliveries/0/raw",
    ] {
        problem(&caller.get(path), 404, "not-found");
    }
    for path in ["/api", "/api/", "/api/v2/domains", "/api/v1", "/api/v1/"] {
        for method in ["GET", "POST"] {
            let answer = exchange(app.address(), &request(method, path, &[("Accept", "text/html")], b"")).unwrap();
            assert!([404, 405].contains(&answer.status), "{method} {path}: {answer:?}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
        }
    }
    for (method, path, allowed) in [
        ("PUT", "/domains", "GET,HEAD,POST"),
        ("PUT", "/domains/example.com", "GET,HEAD,PATCH,DELETE"),
        ("DELETE", "/deliveries", "GET,HEAD"),
        ("OPTIONS", "/domains", "GET,HEAD,POST"),
        ("TRACE", "/domains", "GET,HEAD,POST"),
        ("POST", "/openapi.json", "GET,HEAD"),
    ] {
        let answer = caller.ask(method, path, &[], "");
        problem(&answer, 405, "method-not-allowed");
        let mut allow: Vec<_> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
        let mut expected: Vec<_> = allowed.split(',').collect();
        allow.sort_unstable();
        expected.sort_unstable();
        assert_eq!(allow, expected, "{method} {path}");
    }
}

#[test]
fn a_query_is_taken_strictly() {
    let app = TestApp::start();
    app.add_domain("example.com");
    let caller = Caller::new(&app, &app.token(Write));
    for (path, names) in [
        ("/domains?limt=5", "limt"),
        ("/domains?limit=5&limit=6", "limit"),
        ("/domains?limit=0", "limit"),
        ("/domains?limit=101", "limit"),
        ("/domains?limit=many", "invalid digit"),
        ("/domains/example.com?verbose=1", "verbose"),
        ("/domains/example.com/trend?days=367", "days"),
        ("/domains/example.com/trend?days=-1", "invalid digit"),
        ("/domains/example.com/reports?failing=perhaps", "true"),
        ("/domains/example.com/reports?first=yesterday", "first"),
        ("/domains/example.com/failures?first=2026-11-21&last=2026-11-20", "last"),
        ("/deliveries?outcome=lost", "lost"),
        ("/deliveries?domain=no%20domain", "domain"),
    ] {
        let detail = problem(&caller.get(path), 400, "invalid-query");
        assert!(detail.contains(names), "{path}: {detail}");
    }
    for path in ["/domains?cursor=x", "/deliveries?cursor=cjEuMg", "/domains/example.com/reports?cursor="] {
        problem(&caller.get(path), 400, "invalid-cursor");
    }
}

#[test]
fn a_body_is_taken_strictly() {
    let app = TestApp::start();
    let caller = Caller::new(&app, &app.token(Write));
    let post = |kind: &str, body: &str| caller.ask("POST", "/domains", &[("Content-Type", kind)], body);
    let good = r#"{"name":"example.com"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        problem(&post(kind, good), 415, "unsupported-media-type");
    }
    problem(&caller.ask("POST", "/domains", &[], good), 415, "unsupported-media-type");
    let json = "application/json; charset=utf-8";
    problem(&post(json, ""), 400, "invalid-json");
    problem(&post(json, "{\"name\":"), 400, "invalid-json");
    problem(&post(json, "\u{feff}{}"), 400, "invalid-json");
    for (body, names) in [
        ("{}", "name"),
        ("[]", "object"),
        (r#"["example.com"]"#, "object"),
        ("null", "object"),
        (r#"{"name":7}"#, "string"),
        (r#"{"name":"example.com","tags":[]}"#, "tags"),
        (r#"{"name":"localhost"}"#, "name: "),
        (r#"{"name":"a\u0000.example"}"#, "name: "),
    ] {
        let detail = problem(&post(json, body), 422, "invalid-body");
        assert!(detail.contains(names), "{body}: {detail}");
    }
    problem(&post(json, &format!("{{\"name\":\"{}\"}}", "x".repeat(70_000))), 413, "too-large");
    assert_eq!(caller.read("/domains")["items"], serde_json::json!([]), "nothing was added");
    assert_eq!(post(json, good).status, 201);
}

#[test]
fn head_is_get_without_its_body() {
    let app = TestApp::start();
    let caller = Caller::new(&app, &app.token(Write));
    let (head, full) = (caller.ask("HEAD", "/domains", &[], ""), caller.get("/domains"));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for name in ["content-type", "etag", "content-length"] {
        assert_eq!(head.header(name), full.header(name), "{name}");
    }
    let missing = caller.ask("HEAD", "/domains/unknown.example", &[], "");
    assert_eq!((missing.status, missing.body.as_str()), (404, ""));
}

#[test]
fn the_description_is_open_and_people_can_read_it() {
    let app = TestApp::start();
    let answer = app.get("/api/v1/openapi.json");
    assert_eq!(answer.status, 200);
    let described = super::json(&answer);
    assert_eq!(described["openapi"], "3.1.0");
    let page = get(app.address(), "/help/api", &[("Accept", "text/html")]);
    assert_eq!(page.status, 200);
    for path in described["paths"].as_object().unwrap().keys() {
        assert!(page.body.contains(&format!("/api/v1{path}")), "{path}");
    }
    // Where each problem's type leads.
    for slug in ["not-found", "invalid-query", "unauthorized", "too-many-requests"] {
        assert!(page.body.contains(&format!("id=\"{slug}\"")), "{slug}");
    }
}

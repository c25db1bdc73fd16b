//! Who may ask, for what, and how often.

use engine::AuditOf;
use model::{
    Act,
    TokenScope::{Read, Write},
    audit::AuditQuery,
};

use super::{Caller, problem};
use crate::support::{TestApp, get, on_each_database};

#[test]
fn only_a_valid_token_lets_in() {
    on_each_database(&[], |app| {
        let token = app.token(Read);
        let ask = |headers: &[(&str, &str)]| get(app.address(), "/api/v1/domains", headers);
        assert_eq!(ask(&[("Authorization", &format!("Bearer {token}"))]).status, 200);
        let other = if token.ends_with('x') { 'y' } else { 'x' };
        let (basic, mistyped) = (format!("Basic {token}"), format!("Bearer {}{other}", &token[..token.len() - 1]));
        let invented = "Bearer wxs_7p57x6737p57x6737p57x6737p57x673aaaaaaaa";
        for headers in [
            &[][..],
            &[("Authorization", basic.as_str())],
            &[("Authorization", mistyped.as_str())],
            &[("Authorization", invented)],
            &[("Authorization", "")],
            &[("X-Api-Key", token.as_str())],
        ] {
            let answer = ask(headers);
            problem(&answer, 401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"waxseal\""));
        }
        let session = app.sign_in();
        problem(&ask(&[("Cookie", &session), ("Sec-Fetch-Site", "same-origin")]), 401, "unauthorized");
        app.revoke_tokens();
        problem(&ask(&[("Authorization", &format!("Bearer {token}"))]), 401, "unauthorized");
    });
}

#[test]
fn a_token_to_read_changes_nothing() {
    let app = TestApp::start();
    app.add_domain("example.com");
    let caller = Caller::new(&app, &app.token(Read));
    for (method, path) in
        [("POST", "/domains"), ("DELETE", "/domains/example.com"), ("POST", "/domains/example.com/check")]
    {
        let answer = caller.ask(method, path, &[("Content-Type", "application/json")], r#"{"name":"evil.example"}"#);
        problem(&answer, 403, "forbidden");
        assert!(answer.header("www-authenticate").unwrap().contains("insufficient_scope"));
    }
    let domains = caller.read("/domains");
    let names: Vec<_> = domains["items"].as_array().unwrap().iter().map(|domain| &domain["name"]).collect();
    assert_eq!(names, ["example.com"]);
}

#[test]
fn the_audit_log_names_the_token() {
    let app = TestApp::start();
    let caller = Caller::new(&app, &app.token(Write));
    assert_eq!(caller.post("/domains", r#"{"name":"example.com"}"#).status, 201);
    assert_eq!(caller.ask("DELETE", "/domains/example.com", &[], "").status, 204);
    let (of, query) = (AuditOf::Workspace(app.workspace()), AuditQuery::default());
    let log = app.wait(app.engine().audit_log(of, &query)).unwrap();
    let told: Vec<_> = log.rows.iter().map(|entry| (entry.who.as_str(), entry.act, entry.subject.as_str())).collect();
    let who = "token test";
    assert_eq!(told, [(who, Act::DomainDeleted, "example.com"), (who, Act::DomainAdded, "example.com")]);
}

#[test]
fn a_token_may_ask_so_often() {
    let app = TestApp::with(&[("api.burst", "3"), ("api.per_minute", "1")]);
    let caller = Caller::new(&app, &app.token(Read));
    for remaining in ["2", "1", "0"] {
        let answer = caller.get("/domains");
        assert_eq!((answer.status, answer.header("ratelimit-remaining")), (200, Some(remaining)));
        assert_eq!(answer.header("ratelimit-limit"), Some("3"));
    }
    let answer = caller.get("/domains");
    problem(&answer, 429, "too-many-requests");
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((30..=61).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit-remaining"), Some("0"));
    assert_eq!(Caller::new(&app, &app.token(Write)).get("/domains").status, 200, "another token has its own turns");
}

#[test]
fn guessing_takes_turns_too() {
    let app = TestApp::with(&[("api.burst", "2"), ("api.per_minute", "1")]);
    let guess = || get(app.address(), "/api/v1/domains", &[("Authorization", "Bearer wxs_guess")]);
    for _ in 0..2 {
        problem(&guess(), 401, "unauthorized");
    }
    problem(&guess(), 429, "too-many-requests");
    assert_eq!(Caller::new(&app, &app.token(Read)).get("/domains").status, 200);
}

//! Incidents as programs and files have them.

use model::TokenScope::Read;
use serde_json::{Value, json};
use server::running;

use super::{Caller, problem};
use crate::support::{TestApp, get, on_each_database, report};

/// A report of yesterday with three failed sessions, whose reporter says this of itself.
fn of_yesterday(domain: &str, id: &str) -> Vec<u8> {
    let yesterday = running::now().day().plus(-1).to_string();
    String::from_utf8(report(domain, id)).unwrap().replace("2026-01-15", &yesterday).into_bytes()
}

fn with_failures(app: &TestApp, domains: &[&str]) {
    for domain in domains {
        let path = app.report_path(domain);
        assert_eq!(app.post(&path, &[], &of_yesterday(domain, "1")).status, 201);
    }
}

#[test]
fn each_cause_at_each_domain_has_a_life() {
    on_each_database(&[], |app| {
        with_failures(app, &["b.example", "a.example"]);
        let caller = Caller::new(app, &app.token(Read));
        let page = caller.read("/incidents?limit=1");
        let [first] = &page["items"].as_array().unwrap()[..] else { panic!("one row: {page}") };
        let yesterday = running::now().day().plus(-1).to_string();
        assert_eq!(
            (&first["domain"], &first["result_type"], &first["mx"], &first["state"]),
            (&"a.example".into(), &"certificate-expired".into(), &"mx.example.com".into(), &"open".into())
        );
        assert_eq!(
            (&first["failed"], &first["fault"], &first["reopened"]),
            (&3.into(), &"unknown".into(), &false.into())
        );
        let episode = json!({
            "opened": yesterday,
            "last": yesterday,
            "fix_seen": null,
            "resolved": null,
            "resolved_why": null,
            "impact": "delivered_unprotected",
            "trust": "unsigned",
            "reporters": ["Sender GmbH"],
        });
        assert_eq!(first["episodes"], json!([episode]));
        assert_eq!(first["live_check"]["light"], "unknown");
        assert!(first["whose"].as_str().unwrap().starts_with("Cannot tell: Sender GmbH alone tells of it"));
        let next = page["next"].as_str().unwrap();
        let rest = caller.read(&format!("/incidents?limit=1&cursor={next}"));
        assert_eq!((&rest["items"][0]["domain"], &rest["next"]), (&"b.example".into(), &Value::Null));

        let found = |query: &str| caller.read(&format!("/incidents?{query}"))["items"].as_array().unwrap().len();
        assert_eq!(
            [found("domain=b.example"), found("state=open"), found("state=resolved"), found("domain=c.example")],
            [1, 2, 0, 0]
        );
        problem(&caller.get("/incidents?state=closed"), 400, "invalid-query");
        problem(&caller.get("/incidents?domain=no%20domain"), 400, "invalid-query");
        problem(&caller.get("/incidents?cursor=x"), 400, "invalid-cursor");
    });
}

#[test]
fn incidents_and_histories_are_files() {
    on_each_database(&[], |app| {
        with_failures(app, &["a.example"]);
        app.add_domain("clean.example");
        let session = app.sign_in();
        let rows = |path: &str| {
            let csv = get(app.address(), &format!("/export/{path}"), &[("Cookie", &session)]);
            assert_eq!(csv.status, 200, "{path}: {csv:?}");
            csv.body.split_terminator("\r\n").skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        let [row] = &rows("incidents.csv")[..] else { panic!("one incident") };
        assert!(row.starts_with("a.example,certificate-expired,mx.example.com,Open,"), "{row}");
        assert_eq!(rows("incidents.csv?state=resolved").len(), 0);
        let [row] = &rows("episodes.csv?domain=a.example&days=7")[..] else { panic!("one episode") };
        assert!(row.starts_with("certificate-expired,mx.example.com,Open,"), "{row}");
        assert_eq!(rows("episodes.csv?domain=clean.example").len(), 0);
        let status = |path: &str| get(app.address(), &format!("/export/{path}"), &[("Cookie", &session)]).status;
        assert_eq!(
            [status("episodes.csv"), status("episodes.csv?domain=none.example"), status("incidents.csv?state=x")],
            [400, 404, 400]
        );
    });
}

#[test]
fn the_pages_show_what_is_open() {
    on_each_database(&[], |app| {
        with_failures(app, &["a.example", "b.example"]);
        let session = app.sign_in();
        let page = |path: &str| {
            let page = get(app.address(), path, &[("Cookie", &session)]);
            assert_eq!(page.status, 200, "{path}");
            page.body
        };
        for path in [
            "/",
            "/incidents",
            "/incidents?state=open&q=mx.example",
            "/domains/a.example",
            "/domains/a.example/history",
        ] {
            assert!(page(path).contains("Certificate expired on mx.example.com"), "{path}");
        }
        assert!(page("/incidents?q=nothing").contains("No incident is like this."));
        assert!(page("/incidents?state=fix-seen").contains("No incident is like this."));
    });
}

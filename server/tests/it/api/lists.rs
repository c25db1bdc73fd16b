//! Lists in pages, and answers that have not changed.

use model::TokenScope::{Read, Write};
use serde_json::Value;

use super::Caller;
use crate::support::{TestApp, on_each_database, report};

/// All rows of a list, some at a time; the body and the header Link must lead the same way.
fn walk(caller: &Caller, path: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut query) = (vec![], format!("limit={limit}"));
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let answer = caller.get(&format!("{path}{separator}{query}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = super::json(&answer);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        rows.extend(items.iter().cloned());
        let Some(next) = page["next"].as_str() else {
            assert_eq!(answer.header("link"), None);
            return rows;
        };
        assert_eq!(items.len(), limit, "only the last page is shorter");
        let link = answer.header("link").unwrap();
        assert!(link.ends_with(&format!("cursor={next}>; rel=\"next\"")) && link.contains("limit="), "{link}");
        query = format!("limit={limit}&cursor={next}");
    }
}

#[test]
fn every_list_comes_in_pages() {
    on_each_database(&[], |app| {
        let path = app.report_path("example.com");
        for name in ["b.example", "a.example", "c.example", "d.example"] {
            app.add_domain(name);
        }
        for n in 0..5 {
            assert_eq!(app.post(&path, &[], &report("example.com", &n.to_string())).status, 201);
        }
        assert_eq!(app.post(&path, &[], b"noise").status, 400);
        let caller = Caller::new(app, &app.token(Read));
        let names: Vec<_> = walk(&caller, "/domains", 2).iter().map(|domain| domain["name"].to_string()).collect();
        let expected = ["a.example", "b.example", "c.example", "d.example", "example.com"];
        assert_eq!(names, expected.map(|name| format!("\"{name}\"")));
        for (list, key, expected) in [
            ("/deliveries", "id", 6),
            ("/deliveries?outcome=unreadable", "id", 1),
            ("/deliveries?domain=example.com&outcome=counted", "id", 5),
            ("/deliveries?domain=a.example", "id", 0),
            ("/domains/example.com/reports", "id", 5),
            ("/domains/example.com/reports?failing=true", "id", 5),
            ("/domains/example.com/reports?first=2026-01-15&last=2026-01-15", "id", 5),
            ("/domains/example.com/reports?first=2026-01-16", "id", 0),
            ("/domains/example.com/failures", "report", 5),
            ("/domains/example.com/failures?last=2026-01-14", "report", 0),
            ("/domains/a.example/failures", "report", 0),
        ] {
            for limit in [1, 2, 5, 100] {
                let mut ids: Vec<_> = walk(&caller, list, limit).iter().map(|row| row[key].to_string()).collect();
                assert_eq!(ids.len(), expected, "{list} by {limit}");
                ids.sort();
                ids.dedup();
                assert_eq!(ids.len(), expected, "{list} by {limit}");
            }
        }
    });
}

#[test]
fn what_has_not_changed_costs_no_body() {
    let app = TestApp::start();
    app.add_domain("example.com");
    let caller = Caller::new(&app, &app.token(Write));
    let answer = caller.get("/domains");
    let tag = answer.header("etag").unwrap().to_owned();
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    assert!(answer.header("vary").unwrap().contains("authorization"));
    let again = |tag: &str| caller.ask("GET", "/domains", &[("If-None-Match", tag)], "");
    for known in [tag.as_str(), "*", &format!("\"x\", {tag}"), tag.trim_start_matches("W/")] {
        let answer = again(known);
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(again("\"x\"").status, 200);
    assert_eq!(caller.post("/domains", r#"{"name":"b.example"}"#).status, 201);
    assert_eq!(again(&tag).status, 200, "it has changed");
}

//! A token of one workspace reaches nothing of another: every operation of the description, on everything there is.

use model::TokenScope::Write;
use serde_json::Value;

use super::{Caller, problem};
use crate::support::{on_each_database, report};

#[test]
fn what_belongs_to_another_workspace_does_not_exist() {
    on_each_database(&[], |app| {
        assert_eq!(app.post(&app.report_path("example.com"), &[], &report("example.com", "1")).status, 201);
        let owner = Caller::new(app, &app.token(Write));
        let stranger = Caller::new(app, &app.token_of(app.other_workspace(), Write));
        let delivery = owner.read("/deliveries")["items"][0].clone();
        let (delivery, report) = (delivery["id"].as_str().unwrap(), delivery["reports"][0].as_str().unwrap());
        let before = owner.read("/domains");

        let description = owner.read("/openapi.json");
        let mut seen = 0;
        for (path, item) in description["paths"].as_object().unwrap() {
            let id = if path.starts_with("/reports") { report } else { delivery };
            let asked = path.replace("{name}", "example.com").replace("{id}", id);
            for method in item.as_object().unwrap().keys() {
                let method = method.to_uppercase();
                let answer = stranger.ask(&method, &asked, &[("Content-Type", "application/json")], "{}");
                if path.contains('{') {
                    problem(&answer, 404, "not-found");
                    seen += 1;
                } else if method == "GET" {
                    assert_eq!(super::json(&answer)["items"], Value::Array(vec![]), "{path}");
                }
            }
        }
        assert!(seen >= 14, "{seen}");
        assert_eq!(stranger.read("/deliveries?domain=example.com")["items"], Value::Array(vec![]));
        assert_eq!(owner.read("/domains"), before, "nothing was changed");

        // The same name in both: each sees its own.
        assert_eq!(stranger.post("/domains", r#"{"name":"example.com"}"#).status, 201);
        let (own, other) = (owner.read("/domains/example.com"), stranger.read("/domains/example.com"));
        assert_eq!((&own["reports"], &other["reports"]), (&1.into(), &0.into()));
        assert_ne!(own["address"], other["address"]);
    });
}

//! The whole description, tried out by Schemathesis: whatever is asked, no answer is 5xx and none is undocumented.

use std::{fs, path::Path, process::Command};

use model::TokenScope::Write;

use super::Caller;
use crate::support::{TestApp, gzip, report};

/// Where `.ci/prepare` puts it.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/python/bin/schemathesis");

/// An installation with something of everything, and a program that may do everything.
fn filled() -> (TestApp, String) {
    let app = TestApp::with(&[("api.burst", "1000000"), ("api.per_minute", "1000000")]);
    let path = app.report_path("example.com");
    assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 201);
    assert_eq!(app.post(&path, &[], &gzip(&report("example.com", "2"))).status, 201);
    assert_eq!(app.post(&path, &[], b"noise").status, 400);
    let token = app.token(Write);
    (app, token)
}

/// Tries operations out and gives what was told, if nothing was found. `known` are values to be used for parameters.
fn tried(app: &TestApp, token: &str, known: &str, which: &[&str]) -> String {
    assert!(Path::new(PROGRAM).exists(), "this test needs Schemathesis: run .ci/prepare");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("schemathesis.toml"), known).unwrap();
    let output = Command::new(PROGRAM)
        .current_dir(folder.path())
        .args(["run", &format!("http://{}/api/v1/openapi.json", app.address())])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        // Not that all that fits the schema is accepted: a cursor is opaque, and not every text is a domain.
        .args(["--exclude-checks", "positive_data_acceptance", "--continue-on-failure"])
        .args(["--max-examples", "25", "--generation-deterministic", "--request-timeout", "30", "--no-color"])
        .args(which)
        .output()
        .unwrap();
    let (told, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{wrong}");
    assert_eq!(app.get("/healthz").status, 200);
    told.into_owned()
}

#[test]
fn no_answer_about_what_is_there_is_a_defect_or_undocumented() {
    let (app, token) = filled();
    let delivery = Caller::new(&app, &token).read("/deliveries?outcome=counted")["items"][0].clone();
    let (id, report) = (&delivery["id"], &delivery["reports"][0]);
    let values = [("domains", "name", &"example.com".into()), ("deliveries", "id", id), ("reports", "id", report)];
    let known: String = values
        .iter()
        .map(|(path, key, value)| {
            format!("[[operations]]\ninclude-path-regex = \"^/{path}/.*\"\nparameters = {{ {key} = {value} }}\n")
        })
        .collect::<Vec<_>>()
        .concat();
    let told = tried(&app, &token, &known, &["--include-method", "GET"]);
    assert!(told.contains("15 selected / 20 total"), "{told}");
    assert!(!told.contains("returned 404"), "what is there was reached:\n{told}");
}

#[test]
fn no_answer_is_a_defect_or_undocumented() {
    let (app, token) = filled();
    let told = tried(&app, &token, "", &[]);
    assert!(told.contains("20 selected / 20 total"), "{told}");
}

//! Each kind of thing, from adding a domain to the bytes of a report.

use model::TokenScope::Write;
use serde_json::{Value, json};

use super::{Caller, problem};
use crate::support::{TestApp, on_each_database, report, wait_until};

const PUBLIC: (&str, &str) = ("http.base_url", "https://tlsrpt.example.com");

#[test]
fn a_domain_is_added_read_and_removed() {
    on_each_database(&[PUBLIC], |app| {
        let caller = Caller::new(app, &app.token(Write));
        let added = caller.post("/domains", r#"{"name":"Bücher.Example"}"#);
        assert_eq!((added.status, added.header("location")), (201, Some("/api/v1/domains/xn--bcher-kva.example")));
        let domain = super::json(&added);
        assert_eq!((&domain["name"], &domain["status"]), (&"xn--bcher-kva.example".into(), &"waiting".into()));
        assert_eq!(domain["totals"], json!({ "sessions": 0, "successful": 0, "failed": 0 }));
        let again = caller.post("/domains", r#"{"name":"xn--bcher-kva.example."}"#);
        assert_eq!((again.status, super::json(&again)["address"].clone()), (200, domain["address"].clone()));

        let path = "/domains/xn--bcher-kva.example";
        assert_eq!(caller.read(path), domain);
        let address = domain["address"].as_str().unwrap();
        let url = format!("https://tlsrpt.example.com/r/{address}");
        let records = caller.read(&format!("{path}/records"));
        assert_eq!(records["report_url"], url);
        assert_eq!(
            records["records"],
            json!([{ "name": "_smtp._tls.xn--bcher-kva.example", "type": "TXT", "value": format!("v=TLSRPTv1; rua={url}") }])
        );
        let addresses = caller.read(&format!("{path}/addresses"));
        assert_eq!((&addresses["items"][0]["url"], &addresses["items"][0]["retired"]), (&url.into(), &Value::Null));

        assert_eq!(app.post(&format!("/r/{address}"), &[], &report("bücher.example", "1")).status, 201);
        assert_eq!(caller.ask("DELETE", path, &[], "").status, 204);
        problem(&caller.get(path), 404, "not-found");
        assert_eq!(app.post(&format!("/r/{address}"), &[], &report("bücher.example", "2")).status, 404);
        wait_until("what was stored for it goes, too", || caller.read("/deliveries")["items"] == json!([]));
        wait_until("nothing is left", || caller.ask("DELETE", path, &[], "").status == 404);
    });
}

#[test]
fn what_a_report_says_can_be_read_down_to_its_bytes() {
    on_each_database(&[], |app| {
        let body = report("example.com", "evil \u{202e} =1+1");
        assert_eq!(app.post(&app.report_path("example.com"), &[], &body).status, 201);
        let caller = Caller::new(app, &app.token(Write));

        let delivery = &caller.read("/deliveries")["items"][0];
        assert_eq!((&delivery["outcome"], &delivery["channel"]), (&"counted".into(), &"https".into()));
        assert_eq!(delivery["size"], body.len());
        let id = delivery["id"].as_str().unwrap();
        assert_eq!(&caller.read(&format!("/deliveries/{id}")), delivery);
        let raw = caller.get(&format!("/deliveries/{id}/raw"));
        assert_eq!((raw.status, raw.header("content-type")), (200, Some("application/octet-stream")));
        assert_eq!(raw.header("content-disposition"), Some(format!("attachment; filename=\"delivery-{id}\"").as_str()));
        assert_eq!(raw.body.as_bytes(), body);
        let tag = raw.header("etag").unwrap();
        assert_eq!(caller.ask("GET", &format!("/deliveries/{id}/raw"), &[("If-None-Match", tag)], "").status, 304);

        let listed = &caller.read("/domains/example.com/reports")["items"][0];
        let report_id = listed["id"].as_str().unwrap();
        assert_eq!(delivery["reports"], json!([report_id]));
        assert_eq!(caller.get(&format!("/reports/{report_id}/raw")).body.as_bytes(), body);
        let report = caller.read(&format!("/reports/{report_id}"));
        for key in ["id", "reporter", "start", "end", "received", "totals", "trust", "state"] {
            assert_eq!(report[key], listed[key], "{key}");
        }
        assert_eq!((&report["domain"], &report["delivery"]), (&"example.com".into(), &id.into()));
        assert_eq!(report["start"], "2026-01-15T00:00:00Z");
        let policy = &report["policies"][0];
        assert_eq!((&policy["policy_type"], &policy["mode"]), (&"sts".into(), &"testing".into()));
        assert_eq!(policy["failures"][0]["result_type"], "certificate-expired");
        assert_eq!(policy["failures"][0]["impact"], "delivered_unprotected");

        let failure = &caller.read("/domains/example.com/failures")["items"][0];
        assert_eq!((&failure["report"], &failure["failed"]), (&report_id.into(), &3.into()));
        assert_eq!((&failure["day"], &failure["mode"]), (&"2026-01-15".into(), &"testing".into()));
        assert_eq!(failure["receiving_mx_hostname"], "mx.example.com");
    });
}

#[test]
fn figures_are_those_of_the_pages() {
    on_each_database(&[], |app| {
        let body = String::from_utf8(report("example.com", "1")).unwrap();
        let yesterday = server::running::now().day().plus(-1).to_string();
        let body = body.replace("2026-01-15", &yesterday);
        assert_eq!(app.post(&app.report_path("example.com"), &[], body.as_bytes()).status, 201);
        let caller = Caller::new(app, &app.token(Write));
        let trend = caller.read("/domains/example.com/trend?days=7");
        let days = trend["days"].as_array().unwrap();
        assert_eq!(days.len(), 7);
        let day = days.iter().find(|day| day["day"] == yesterday.as_str()).unwrap();
        assert_eq!(day["totals"], json!({ "sessions": 100, "successful": 97, "failed": 3 }));
        assert_eq!(caller.read("/domains/example.com/trend")["days"].as_array().unwrap().len(), 30);

        let cause = &caller.read("/domains/example.com/causes?days=7")["items"][0];
        assert_eq!((&cause["result_type"], &cause["mx"]), (&"certificate-expired".into(), &"mx.example.com".into()));
        assert_eq!((&cause["failed"], &cause["reporters"]), (&3.into(), &1.into()));
        assert!(cause["meaning"].as_str().unwrap().len() > 20 && !cause["remedy"].as_array().unwrap().is_empty());
    });
}

#[test]
fn a_look_at_a_domain_can_be_asked_for() {
    let app = TestApp::start();
    app.add_domain("example.com");
    let caller = Caller::new(&app, &app.token(Write));
    let check = caller.read("/domains/example.com/check");
    assert_eq!((&check["checked"], &check["off"], &check["sections"]), (&Value::Null, &true.into(), &json!([])));
    assert_eq!(caller.ask("POST", "/domains/example.com/check", &[], "").status, 202);
    problem(&caller.ask("POST", "/domains/unknown.example/check", &[], ""), 404, "not-found");
}

#[test]
fn what_is_noted_about_a_domain_can_be_changed() {
    on_each_database(&[PUBLIC], |app| {
        app.add_domain("example.com");
        let caller = Caller::new(app, &app.token(Write));
        let patch =
            |body: &str| caller.ask("PATCH", "/domains/example.com", &[("Content-Type", "application/json")], body);
        let first = patch(r#"{"tags":["Web","shop"],"customer":"Acme","recipients":["mailto:a@example.net"]}"#);
        assert_eq!(first.status, 200, "{first:?}");
        let second = super::json(&patch(r#"{"notes":"two\nlines","no_mail":true,"archived":true}"#));
        assert_eq!((&second["tags"], &second["customer"]), (&json!(["web", "shop"]), &"Acme".into()), "they stay");
        assert_eq!((&second["notes"], &second["no_mail"]), (&"two\nlines".into(), &true.into()));
        assert!(second["archived"].is_string() && second["status"] == "not_applicable", "{second}");
        let records = caller.read("/domains/example.com/records");
        assert!(records["records"][0]["value"].as_str().unwrap().contains("mailto:a@example.net"), "{records}");
        assert_eq!(super::json(&patch(r#"{"archived":false}"#))["archived"], Value::Null);
        for wrong in [r#"{"recipients":["ftp://x"]}"#, r#"{"tags":[1]}"#, r#"{"name":"x"}"#] {
            problem(&patch(wrong), 422, "invalid-body");
        }
    });
}

#[test]
fn an_address_is_rotated_with_its_grace_time() {
    on_each_database(&[PUBLIC], |app| {
        let old = app.add_domain("example.com").address;
        let caller = Caller::new(app, &app.token(Write));
        let rotated = caller.post("/domains/example.com/addresses", r#"{"grace_days":7}"#);
        assert_eq!(rotated.status, 201, "{rotated:?}");
        let items = super::json(&rotated)["items"].clone();
        assert_eq!((&items[1]["address"], items[1]["retired"].is_string()), (&old.into(), true), "{items}");
        assert_eq!(items[0]["retired"], Value::Null);
        assert_eq!(caller.read("/domains/example.com/addresses")["items"], items);
        problem(&caller.post("/domains/example.com/addresses", r#"{"grace_days":366}"#), 422, "invalid-body");
        problem(&caller.post("/domains/none.example/addresses", "{}"), 404, "not-found");
    });
}

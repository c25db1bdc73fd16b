//! What machines ask.

use crate::support::{TestApp, get, report};

#[test]
fn figures_of_domains_and_of_the_program() {
    let app = TestApp::start();
    let path = app.report_path("example.com");
    app.post(&path, &[], &report("example.com", "r1"));
    app.post("/r/aaaaaaaaaaaaaaaaaaaaaaaaaa", &[], b"x");
    let answer = app.get("/metrics");
    assert_eq!(answer.status, 200);
    for line in [
        "waxseal_deliveries_total{outcome=\"counted\"} 1",
        "waxseal_delivery_refusals_total{cause=\"unknown_address\"} 1",
        "waxseal_domain_reports{domain=\"example.com\"} 1",
        "waxseal_domain_sessions{domain=\"example.com\"} 100",
        "waxseal_domain_failures{domain=\"example.com\"} 3",
        "waxseal_delivery_commit_seconds_count 1",
    ] {
        assert!(answer.body.lines().any(|found| found == line), "{line} is not in\n{}", answer.body);
    }
    assert!(answer.body.contains("\nwaxseal_database_statements_total "), "{}", answer.body);
    assert!(answer.body.contains("waxseal_domain_last_report_timestamp_seconds{domain=\"example.com\"} "));
    assert!(!answer.body.contains(path.trim_start_matches("/r/")), "addresses are no metric");
}

#[test]
fn strangers_see_no_metrics() {
    let app = TestApp::start();
    assert_eq!(get(app.address(), "/metrics", &[("X-Forwarded-For", "192.0.2.1")]).status, 403);
    let app = TestApp::with(&[("metrics.token", "0123"), ("metrics.domains", "false")]);
    app.add_domain("example.com");
    assert_eq!(app.get("/metrics").status, 403);
    let answer = get(app.address(), "/metrics", &[("Authorization", "Bearer 0123")]);
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("example.com"), "switched off");
    let app = TestApp::with(&[("metrics.enabled", "false")]);
    assert_eq!(app.get("/metrics").status, 404);
}

#[test]
fn alive_and_ready() {
    let app = TestApp::start();
    assert_eq!((app.get("/healthz").status, app.get("/readyz").status), (200, 200));
}

//! A test report goes the whole way, through real DNS and a real port, and counts nowhere.

use checks::testing::{World, dns::Signing};
use tokio::runtime::Runtime;

use crate::support::{TestApp, free_port, get, on_each_database, report, wait_until, waxseal};

fn page(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")]);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

/// The settings of a program whose report host is in a small Internet of its own.
fn settings(world: &World) -> Vec<(&'static str, String)> {
    let port = free_port();
    vec![
        ("http.base_url", "http://waxseal.test".to_owned()),
        ("smtp.listen", format!("{}:{port}", world.ip(1))),
        ("smtp.host", "in.test".to_owned()),
        ("checks.enabled", "true".to_owned()),
        ("checks.name_servers", world.settings.name_servers[0].to_string()),
        ("checks.allow", "127.0.0.0/8".to_owned()),
        ("checks.smtp_port", port.to_string()),
    ]
}

/// A small Internet with the report host's mail host in it; it is there as long as its runtime.
fn internet() -> (Runtime, World) {
    let internet = Runtime::new().unwrap();
    let mut world = World::new();
    let entered = internet.enter();
    world.zone("in.test", Signing::Unsigned, "@ MX 0 mx\nmx A $1");
    internet.block_on(world.runner());
    drop(entered);
    (internet, world)
}

#[test]
fn a_test_report_goes_the_whole_way_and_counts_nowhere() {
    let (_internet, world) = internet();
    let settings = settings(&world);
    let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    on_each_database(&settings, |app| {
        let cookie = app.sign_in();
        let setup = app.add_domain("example.com");
        let start = || page(app, &cookie, "/start");
        assert!(start().contains("No report has come yet."));
        let at = "/domains/example.com/test";
        let before = page(app, &cookie, at);
        assert!(before.contains("Send it by mail") && !before.contains("Send it by HTTPS"), "{before}");
        assert!(before.contains("swaks --to") && before.contains("curl -i"), "{before}");
        let sent = app.submit("/do/send_test_report", &cookie, "domain=example.com&way=smtp");
        assert_eq!(sent.header("location"), Some(at), "{sent:?}");
        let soon = app.submit("/do/send_test_report", &cookie, "domain=example.com&way=smtp");
        assert_eq!(soon.header("location"), Some("/domains/example.com/test?error=soon"));
        let asked = || get(app.address(), at, &[("Cookie", &cookie), ("Accept", "text/html")]);
        wait_until("it has come to its end", || asked().header("refresh").is_none());
        let told = page(app, &cookie, at);
        assert!(told.contains("It came all the way."), "{told}");
        for said in ["MX mx.in.test", "250 2.0.0 The report is stored", "counted nowhere", " ms"] {
            assert!(told.contains(said), "{said}: {told}");
        }
        let figures = app.listing("example.com");
        assert_eq!((figures.reports, figures.totals.sessions, figures.last_report), (0, 0, None));
        assert!(page(app, &cookie, "/log?outcome=test").contains("SMTP"));
        assert!(start().contains("A test report came all the way."));
        assert!(page(app, &cookie, "/settings/audit?act=test_report_sent").contains("1 entry"));

        // One that is posted by hand is known by its mark, too; and reading everything again counts it no more than before.
        let by_hand = model::test_report::document(&"example.com".parse().unwrap(), "by-hand", model::Day(20_000));
        assert_eq!(app.post(&format!("/r/{}", setup.address), &[], by_hand.as_bytes()).status, 201);
        assert_eq!(app.post(&format!("/r/{}", setup.address), &[], &report("example.com", "real")).status, 201);
        app.submit("/do/read_all_again", &cookie, "scope=all");
        let again = || get(app.address(), "/log/read-again", &[("Cookie", &cookie), ("Accept", "text/html")]);
        wait_until("all are read again", || again().header("refresh").is_none());
        assert_eq!(app.listing("example.com").reports, 1, "the real one");

        let unknown = app.submit("/do/send_test_report", &cookie, "domain=example.com&way=https");
        assert_eq!(unknown.header("location"), Some("/domains/example.com/test?error=way"));
    });
}

#[test]
fn the_doctor_tells_each_step_and_where_it_fails() {
    let (_internet, world) = internet();
    let settings = settings(&world);
    let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let folder = tempfile::tempdir().unwrap();
    let doctor = |app: &TestApp, settings: &[(&str, &str)], args: &[&str]| {
        let settings = [settings, &[("database.url", app.database_url())]].concat();
        let output = waxseal(folder.path(), &settings).arg("doctor").args(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    on_each_database(&settings, |app| {
        let (code, _, err) = doctor(app, &settings, &[]);
        assert!(code == Some(2) && err.contains("waxseal domain add"), "{code:?} {err}");
        app.add_domain("example.com");
        let (code, out, err) = doctor(app, &settings, &["example.com"]);
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(out.contains("ok: Find it in the database") && out.contains("swaks --to"), "{out}");
        let (code, _, err) = doctor(app, &settings, &["other.example"]);
        assert!(code == Some(2) && err.contains("is not watched here"), "{code:?} {err}");

        app.add_domain("example.org");
        let nobody = free_port().to_string();
        let elsewhere: Vec<_> = settings
            .iter()
            .map(|(key, value)| (*key, if *key == "checks.smtp_port" { nobody.as_str() } else { *value }))
            .collect();
        let (code, out, _) = doctor(app, &elsewhere, &["--json", "example.org"]);
        assert_eq!(code, Some(1), "{out}");
        let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!((&last["stage"], &last["passed"], &last["way"]), (&"connect".into(), &false.into(), &"smtp".into()));
        assert!(last["remedy"].as_str().unwrap().contains("smtp.listen"), "{last}");
        assert_eq!(app.listing("example.com").reports, 0);
    });
}

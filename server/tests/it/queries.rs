//! What pages cost the database: so many statements, whatever lies beneath.

use crate::support::{TestApp, get, on_each_database, report, report_of};

/// What a page may cost.
const MOST: u64 = 5;

/// The statements of one request, the look-up of its session among them. What else the program does just then can only add to them:
/// the fewest of some tries are those of the page.
fn statements(app: &TestApp, cookie: &str, path: &str) -> u64 {
    let one = || {
        let before = app.engine().statements();
        let answer = get(app.address(), path, &[("Cookie", cookie)]);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        app.engine().statements() - before
    };
    // The first time, Overview computes what it keeps from then on.
    one();
    (0..5).map(|_| one()).min().unwrap()
}

#[test]
fn a_page_costs_few_statements() {
    on_each_database(&[], |app| {
        let cookie = app.sign_in();
        for name in ["one.example", "two.example"] {
            let path = app.report_path(name);
            for id in ["a", "b", "c"] {
                assert_eq!(app.post(&path, &[], &report(name, id)).status, 201);
            }
            // It is the same one and says something else: a conflict, to be shown with each of the two.
            let other = String::from_utf8(report(name, "a")).unwrap().replace("97", "96");
            app.post(&path, &[], other.as_bytes());
            app.post(&path, &[], &report_of("Sender", "stranger.example", name));
        }
        let listed = get(app.address(), "/domains/one.example/reports", &[("Cookie", &cookie)]).body;
        let report = listed.split("href=\"/reports/").nth(1).unwrap().split('"').next().unwrap();
        let report = format!("/reports/{report}");
        let logged = get(app.address(), "/log", &[("Cookie", &cookie)]).body;
        let delivery = format!("/log/{}", logged.split("href=\"/log/").nth(1).unwrap().split('"').next().unwrap());
        app.report_path("waiting.example");
        let mut wrong = vec![];
        for page in [
            "/",
            "/?q=example&status=ok&sort=name&days=90",
            "/log",
            "/log?outcome=quarantined",
            &report,
            "/domains/one.example",
            "/domains/one.example?days=90&mx=mx1.one.example",
            "/domains/one.example?mode=enforce",
            "/domains/one.example/history",
            "/domains/one.example/networks",
            "/domains/one.example/reports",
            "/domains/one.example/reports?failing=some&sort=failed",
            "/domains/one.example/records",
            "/domains/one.example/mta-sts",
            "/domains/one.example/settings",
            "/domains/one.example/monthly",
            "/incidents",
            "/reports",
            "/reports?trust=unsigned&sort=received",
            "/records",
            "/settings/people",
            "/settings/audit",
            "/settings/mailboxes",
            "/settings/tokens",
            "/settings/trust",
            "/tools",
            "/help",
            "/start",
            "/account",
            "/domains/add",
            "/domains/edit",
            "/domains/waiting.example",
            "/domains/waiting.example/records",
            "/domains/one.example/share",
            "/domains/one.example/test",
            "/domains/one.example/remove",
            "/incidents?state=open",
            &delivery,
            "/log/read-again",
            "/upload",
            "/settings/retention",
            "/settings/workspaces",
            "/settings/mail",
            "/help/troubleshooting",
            "/tools/lint",
            "/account/recovery-codes",
        ] {
            let cost = statements(app, &cookie, page);
            println!("{page}: {cost}");
            if !(1..=MOST).contains(&cost) {
                wrong.push(format!("{page}: {cost} statements instead of {MOST} at most"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

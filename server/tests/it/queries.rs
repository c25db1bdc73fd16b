//! What pages cost the database: so many statements, whatever lies beneath.

use crate::support::{TestApp, get, on_each_database, report, report_of};

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
        let mut wrong = vec![];
        for (page, most) in [
            ("/", 5),
            ("/?q=example&status=ok&sort=name&days=90", 5),
            ("/log", 5),
            ("/log?outcome=quarantined", 5),
            (&report, 5),
            ("/domains/one.example", 5),
            ("/domains/one.example?days=90&mx=mx1.one.example", 5),
            ("/domains/one.example/history", 5),
            ("/domains/one.example/networks", 5),
            ("/domains/one.example/reports", 6),
            ("/domains/one.example/reports?failing=some&sort=failed", 6),
            ("/domains/one.example/records", 8),
            ("/domains/one.example/mta-sts", 8),
            ("/domains/one.example/settings", 6),
            ("/domains/one.example/monthly", 12),
            ("/incidents", 5),
            ("/reports", 5),
            ("/reports?trust=unsigned&sort=received", 5),
            ("/records", 5),
            ("/settings/people", 5),
            ("/settings/audit", 5),
            ("/settings/mailboxes", 5),
            ("/settings/tokens", 5),
            ("/settings/trust", 5),
            ("/tools", 5),
            ("/help", 5),
            ("/start", 14),
            ("/account", 5),
        ] {
            let cost = statements(app, &cookie, page);
            println!("{page}: {cost}");
            if cost > most || cost == 0 {
                wrong.push(format!("{page}: {cost} statements instead of {most} at most"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

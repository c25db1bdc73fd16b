//! An owner decides how long a workspace keeps what arrived, and is told before what goes.

use crate::support::{TestApp, get, on_each_database, report};

fn page(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")]);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

#[test]
fn what_goes_is_told_before_it_is_decided() {
    on_each_database(&[("retention.bodies", "90d")], |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        for id in ["1", "2"] {
            assert_eq!(app.post(&path, &[], &report("example.com", id)).status, 201);
        }
        let now = page(app, &cookie, "/settings/retention");
        assert!(
            now.contains("90 days, as the installation has it") && now.contains("as long as their domain"),
            "{now}"
        );
        assert!(!now.contains("Keep them so long"), "nothing to confirm yet: {now}");
        let fresh = page(app, &cookie, "/settings/retention?bodies=7&failures=30");
        assert!(fresh.contains("Nothing is that old today") && fresh.contains("Keep them so long"), "{fresh}");
        for typed in ["bodies=6&failures=30", "bodies=30&failures=", "bodies=x&failures=30", "bodies=30&failures=3651"]
        {
            let wrong = page(app, &cookie, &format!("/settings/retention?{typed}"));
            assert!(wrong.contains("role=\"alert\"") && !wrong.contains("Keep them so long"), "{typed}: {wrong}");
            let refused = app.submit("/do/set_retention", &cookie, typed);
            assert_eq!(refused.header("location"), Some("/settings/retention?error=days"), "{refused:?}");
        }
        let done = app.submit("/do/set_retention", &cookie, "bodies=7&failures=400");
        assert_eq!(done.header("location"), Some("/settings/retention?done=yes"), "{done:?}");
        let after = page(app, &cookie, "/settings/retention?done=yes");
        assert!(after.contains("<dd>7 days") && after.contains("400 days, as the installation has it"), "{after}");
        let log = page(app, &cookie, "/settings/audit?act=retention_changed");
        assert!(log.contains("bodies 7 days, failures 400 days") && log.contains("1 entry"), "{log}");
        assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 200, "what is there is not touched");
    });
}

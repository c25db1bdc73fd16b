//! People on pages: invited by a link, given a role, removed; workspaces; the audit log and its file.

use crate::support::{Answer, TestApp, get, on_each_database, session_cookie};

const PASSWORD: &str = "correct-horse-battery";

fn page(app: &TestApp, cookie: &str, path: &str) -> Answer {
    get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")])
}

/// Where an answer leads.
fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").unwrap().to_owned()
}

/// Makes an invitation by the form and gives its code.
fn invite(app: &TestApp, cookie: &str, form: &str) -> String {
    let answer = app.submit("/do/invite", cookie, form);
    location(&answer).strip_prefix("/settings/people?invited=").expect("the way to the link").to_owned()
}

fn join_as(app: &TestApp, code: &str, email: &str) -> Answer {
    app.submit("/do/join_as", "", &format!("code={code}&email={email}&password={PASSWORD}"))
}

#[test]
fn from_an_invitation_to_a_member_and_out_again() {
    on_each_database(&[("http.base_url", "http://tlsrpt.example.com")], |app| {
        let owner = app.sign_in();
        let code = invite(app, &owner, "email=Bob%40example.com&role=viewer");
        // Whatever the request says, the link has the configured host.
        let headers = [("Cookie", &*owner), ("Accept", "text/html"), ("Host", "evil.example")];
        let shown = get(app.address(), &format!("/settings/people?invited={code}"), &headers).body;
        assert!(shown.contains(&format!("http://tlsrpt.example.com/join?code={code}")), "{shown}");
        let again = page(app, &owner, "/settings/people").body;
        assert!(again.contains("bob@example.com") && !again.contains(&code), "only its maker's page has the link");

        let invited = app.get(&format!("/join?code={code}"));
        assert_eq!(invited.status, 200);
        assert!(invited.body.contains("value=\"bob@example.com\"") && invited.body.contains("readonly"));
        assert_eq!(location(&join_as(app, &code, "eve%40example.com")), format!("/join?code={code}&error=for-another"));
        let joined = join_as(app, &code, "bob%40example.com");
        assert_eq!(location(&joined), "/");
        let bob = session_cookie(&joined).unwrap();
        assert_eq!(page(app, &bob, "/").status, 200);
        assert_eq!(app.get(&format!("/join?code={code}")).status, 404, "it works once");
        assert_eq!(location(&join_as(app, &code, "eve%40example.com")), format!("/join?code={code}&error=invalid"));

        app.report_path("example.com");
        let rotate = |cookie: &str| location(&app.submit("/do/rotate_address", cookie, "domain=example.com&grace=30"));
        assert_eq!(rotate(&bob), "/not-allowed");
        let people = page(app, &owner, "/settings/people").body;
        let id = people.split("name=\"user\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let ids: Vec<&str> = id.collect();
        // Members by e-mail address: bob, then the owner; each in two forms.
        let (bobs, owners) = (ids[0], ids[3]);
        assert_ne!(bobs, owners);
        let change = |user: &str, role: &str| {
            location(&app.submit("/do/change_role", &owner, &format!("user={user}&role={role}")))
        };
        assert_eq!(change(owners, "editor"), "/settings/people?error=last-owner");
        assert_eq!(change("99", "editor"), "/settings/people?error=no-member");
        assert_eq!(change(bobs, "king"), "/settings/people?error=no-member");
        assert_eq!(change(bobs, "editor"), "/settings/people");
        assert_eq!(page(app, &bob, "/").status, 303, "a new role begins with a new session");
        let sign_in = || app.submit("/do/sign_in", "", &format!("email=bob%40example.com&password={PASSWORD}"));
        let bob = session_cookie(&sign_in()).unwrap();
        assert!(rotate(&bob).starts_with("/domains/example.com/settings"));
        assert_eq!(location(&app.submit("/do/remove_member", &owner, &format!("user={bobs}"))), "/settings/people");
        assert_eq!(page(app, &bob, "/").status, 303);
        assert!(location(&sign_in()).starts_with("/sign-in?error=no-workspace"));
    });
}

#[test]
fn one_person_in_two_workspaces_sees_one_at_a_time() {
    let app = TestApp::start();
    app.report_path("example.com");
    let cookie = app.sign_in();
    assert!(!page(&app, &cookie, "/").body.contains("/do/enter_workspace"), "there is nothing to switch");
    assert_eq!(location(&app.submit("/do/create_workspace", &cookie, "name=++")), "/settings/workspaces?error=name");
    assert_eq!(location(&app.submit("/do/create_workspace", &cookie, "name=Customer+1")), "/");
    let taken = app.submit("/do/create_workspace", &cookie, "name=Customer+1");
    assert_eq!(location(&taken), "/settings/workspaces?error=name-taken");
    let overview = page(&app, &cookie, "/").body;
    assert!(overview.contains("/do/enter_workspace") && overview.contains("Customer 1"));
    assert_eq!(page(&app, &cookie, "/domains/example.com").status, 404, "it belongs to the other one");
    assert_eq!(location(&app.submit("/do/enter_workspace", &cookie, "workspace=1")), "/");
    assert_eq!(page(&app, &cookie, "/domains/example.com").status, 200);
    for nowhere in ["99", "", "x"] {
        let answer = app.submit("/do/enter_workspace", &cookie, &format!("workspace={nowhere}"));
        assert_eq!(location(&answer), "/settings/workspaces?error=no-workspace", "{nowhere:?}");
    }
}

#[test]
fn who_is_signed_in_joins_by_one_button() {
    let app = TestApp::start();
    let owner = app.sign_in();
    let code = invite(&app, &owner, "email=&role=editor");
    let bob = session_cookie(&join_as(&app, &code, "bob%40example.com")).unwrap();
    app.submit("/do/create_workspace", &owner, "name=Second");
    let code = invite(&app, &owner, "email=&role=viewer");
    let invited = page(&app, &bob, &format!("/join?code={code}")).body;
    assert!(invited.contains("Join Second") && invited.contains("bob@example.com"), "{invited}");
    assert_eq!(location(&app.submit("/do/join", &bob, &format!("code={code}"))), "/");
    assert!(page(&app, &bob, "/settings/workspaces").body.contains("Second"));
    let code = invite(&app, &owner, "email=&role=viewer");
    let again = app.submit("/do/join", &bob, &format!("code={code}"));
    assert_eq!(location(&again), format!("/join?code={code}&error=member-already"));
}

#[test]
fn the_audit_log_tells_who_did_what_from_where() {
    on_each_database(&[("http.trusted_proxies", "127.0.0.1")], |app| {
        app.report_path("example.com");
        let owner = app.sign_in();
        let form = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
        let from = [("Accept", "text/html"), ("X-Forwarded-For", "203.0.113.9"), ("Cookie", &*owner)];
        let rotated = app.post("/do/rotate_address", &[&form[..], &from].concat(), b"domain=example.com&grace=30");
        assert_eq!(rotated.status, 303);
        // A name that a spreadsheet would compute.
        invite(app, &owner, "email=%3D1%2B1%40example.com&role=viewer");

        let log = page(app, &owner, "/settings/audit").body;
        for told in [
            "Rotated a report address",
            "example.com",
            "203.0.113.9",
            "Made an invitation",
            "Signed in",
            "owner@example.com",
        ] {
            assert!(log.contains(told), "{told}: {log}");
        }
        let only = page(app, &owner, "/settings/audit?act=address_rotated&person=owner%40example.com").body;
        assert!(only.contains("1 entry") && !only.contains("=1+1@"), "{only}");
        assert!(page(app, &owner, "/settings/audit?to=2020-01-01").body.contains("No entry is like this"));

        let file = page(app, &owner, "/settings/audit.csv?act=address_rotated");
        assert!(file.header("content-type").unwrap().starts_with("text/csv"));
        assert!(file.header("content-disposition").unwrap().contains("audit.csv"));
        let lines: Vec<&str> = file.body.lines().filter(|line| line.contains(',')).collect();
        assert_eq!(lines.len(), 2, "{file:?}");
        assert_eq!(lines[0], "at,who,act,subject,detail,from");
        assert!(lines[1].ends_with(",owner@example.com,address_rotated,example.com,,203.0.113.9"), "{}", lines[1]);
        let all = page(app, &owner, "/settings/audit.csv").body;
        assert!(all.contains(",'=1+1@example.com,"), "{all}");
        assert!(all.lines().all(|line| !line.contains(",=")), "{all}");
        for (query, why) in [
            ("from=2026-02-30", "The query names something that is no day."),
            ("from=2026-02-02&to=2026-02-01", "The query asks for days that end before they begin."),
            ("act=signed", "The query's act can be "),
            ("of=all", "The query's of can be installation."),
            ("who=owner", "The query says “who”, and can say person, act, from, to, of."),
        ] {
            let refused = page(app, &owner, &format!("/settings/audit.csv?{query}"));
            assert_eq!(refused.status, 400, "{query}");
            assert!(refused.body.starts_with(why), "{query}: {}", refused.body);
        }
    });
}

#[test]
fn failed_sign_ins_of_strangers_are_told_to_who_runs_the_installation() {
    let app = TestApp::start();
    let owner = app.sign_in();
    app.submit("/do/sign_in", "", "email=nobody%40example.com&password=guessed-password");
    app.submit("/do/sign_in", "", "email=owner%40example.com&password=guessed-password");
    let here = page(&app, &owner, "/settings/audit?act=sign_in_failed").body;
    assert!(here.contains("1 entry") && !here.contains("nobody@example.com"), "{here}");
    let installation = page(&app, &owner, "/settings/audit?of=installation").body;
    assert!(installation.contains("nobody@example.com"), "{installation}");
}

//! API tokens where people make them: the page, and the command line.

use std::path::Path;

use serde_json::Value;

use crate::support::{Answer, TestApp, get, on_each_database, waxseal};

const PAGE: &str = "/settings/tokens";

/// The page, as who holds these cookies sees it.
fn page(app: &TestApp, cookies: &str) -> Answer {
    get(app.address(), PAGE, &[("Cookie", cookies), ("Accept", "text/html")])
}

/// Makes a token and gives the cookie that carries it to the page.
fn make(app: &TestApp, session: &str, form: &str) -> Option<String> {
    let answer = app.submit("/do/create_token", session, form);
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookie = answer.header("set-cookie")?;
    assert!(cookie.contains("; Path=/settings/tokens; HttpOnly; SameSite=Strict; Max-Age=60"), "{cookie}");
    assert_eq!(answer.header("location"), Some(PAGE), "no secret stands in a URL");
    Some(cookie.split(';').next().unwrap().to_owned())
}

/// The only token in a page.
fn token_in(html: &str) -> Option<&str> {
    let from = html.find("wxs_").filter(|at| html[at + 4..].len() >= 40)?;
    let token = &html[from..from + 44];
    token[4..].bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).then_some(token)
}

#[test]
fn a_token_is_shown_once_and_revoked_for_good() {
    on_each_database(&[], |app| {
        let session = app.sign_in();
        assert!(page(app, &session).body.contains("No program has a token yet."));
        let handed = make(app, &session, "name=terraform&scope=write&days=90").unwrap();
        let shown = page(app, &format!("{session}; {handed}"));
        let token = token_in(&shown.body).unwrap_or_else(|| panic!("{}", shown.body)).to_owned();
        assert!(shown.header("set-cookie").unwrap().contains("Max-Age=0"), "the cookie ends where it was used");
        let again = page(app, &session);
        assert!(again.body.contains("terraform") && again.body.contains("read and write"), "{}", again.body);
        assert!(!again.body.contains(&token) && again.body.contains(&token[..8]), "only how it begins");

        let id = again.body.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(app.submit("/do/revoke_token", &session, &format!("id={id}")).status, 303);
        assert!(page(app, &session).body.contains("No program has a token yet."));
        assert!(token_in(&page(app, &format!("{session}; {handed}")).body).is_none(), "what was revoked is not shown");
    });
}

#[test]
fn a_planted_cookie_shows_nothing() {
    let app = TestApp::start();
    let session = app.sign_in();
    for planted in ["wxs_7p57x6737p57x6737p57x6737p57x673aaaaaaaa", "<script>", ""] {
        let answer = page(&app, &format!("{session}; waxseal-token={planted}"));
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("Your new token"), "{planted}");
    }
}

#[test]
fn a_form_that_cannot_be_says_why() {
    let app = TestApp::start();
    let session = app.sign_in();
    for (form, why) in [
        ("name=&scope=read&days=90", "a name has 1 to 80 characters"),
        ("name=x&scope=admin&days=90", "a token allows to read"),
        ("name=x&scope=read&days=0", "a token lives for 1 to 366 days"),
        ("name=x&scope=read&days=lots", "a token lives for 1 to 366 days"),
    ] {
        let answer = app.submit("/do/create_token", &session, form);
        assert!(answer.header("set-cookie").is_none(), "{form}");
        let location = answer.header("location").unwrap();
        assert!(get(app.address(), location, &[("Cookie", &session)]).body.contains(why), "{form}");
    }
}

#[test]
fn strangers_are_led_to_sign_in() {
    let app = TestApp::start();
    assert_eq!(app.get(PAGE).header("location"), Some("/sign-in?next=%2Fsettings%2Ftokens"));
    let answer = app.submit("/do/create_token", "", "name=x&scope=write&days=90");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in")));
}

fn run(folder: &Path, args: &[&str]) -> (bool, String, String) {
    let output = waxseal(folder, &[]).arg("token").args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_line_makes_lists_and_revokes() {
    let folder = tempfile::tempdir().unwrap();
    waxseal(folder.path(), &[]).arg("migrate").output().unwrap();
    let (done, token, told) = run(folder.path(), &["create", "backup", "--days", "7"]);
    assert!(done, "{told}");
    assert_eq!(token_in(&token), Some(token.trim_end()), "standard output is the token and nothing else");
    assert!(told.contains("allows to read until") && !told.contains(token.trim()), "{told}");

    let (_, made, _) = run(folder.path(), &["create", "terraform", "--write", "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!((&made["scope"], made["token"].as_str().map(str::len)), (&"write".into(), Some(44)));

    let (_, listed, _) = run(folder.path(), &["list", "--json"]);
    let listed: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = listed.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["terraform", "backup"]);
    assert_eq!((&listed[1]["last_used"], &listed[1]["expired"]), (&Value::Null, &false.into()));
    assert!(!listed.iter().any(|row| token_in(&row.to_string()).is_some()), "no list tells a token");

    let id = made["id"].as_str().unwrap();
    let (done, said, _) = run(folder.path(), &["revoke", id]);
    assert!(done && said.contains("revoked"), "{said}");
    let (done, _, why) = run(folder.path(), &["revoke", id]);
    assert!(!done && why.contains("no token"), "{why}");
    let (_, table, _) = run(folder.path(), &["list"]);
    assert!(table.contains("backup") && !table.contains("terraform"), "{table}");
}

#[test]
fn a_token_that_cannot_be_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    waxseal(folder.path(), &[]).arg("migrate").output().unwrap();
    for args in [&["create", " "][..], &["create", "x", "--days", "400"]] {
        let output = waxseal(folder.path(), &[]).arg("token").args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

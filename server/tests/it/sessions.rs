//! The life of a session, and where redirects lead.

use crate::support::{TestApp, get, on_each_database};

#[test]
fn pages_ask_to_sign_in_and_lead_back() {
    let app = TestApp::start();
    let answer = app.get("/domains/example.com?days=7");
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/sign-in?next=%2Fdomains%2Fexample.com%3Fdays%3D7"))
    );
    assert_eq!(app.get("/").header("location"), Some("/sign-in"));
    for open in ["/sign-in", "/setup", "/help", "/forgot-password"] {
        assert_eq!(app.get(open).status, 200, "{open}");
    }
}

#[test]
fn a_session_begins_and_ends() {
    on_each_database(&[], |app| {
        let cookie = app.sign_in();
        let page = |cookie: &str| get(app.address(), "/", &[("Cookie", cookie)]).status;
        assert_eq!(page(&cookie), 200);
        let answer = app.submit("/do/sign_out", &cookie, "");
        assert_eq!(answer.status, 303);
        assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
        assert_eq!(page(&cookie), 303, "the old cookie is worth nothing");
        let again =
            app.submit("/do/sign_in", "", "email=owner%40example.com&password=correct-horse-battery&next=%2Flog");
        assert_eq!(again.header("location"), Some("/log"));
        let set = again.header("set-cookie").unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        assert!(!set.starts_with(&cookie), "a new token each time");
    });
}

#[test]
fn a_planted_cookie_is_not_adopted() {
    let app = TestApp::start();
    let form = format!("code={}&email=owner%40example.com&password=correct-horse-battery", app.setup_code());
    let answer = app.submit("/do/create_first_user", "waxseal=planted", &form);
    assert!(!answer.header("set-cookie").unwrap().contains("planted"));
    assert_eq!(get(app.address(), "/", &[("Cookie", "waxseal=planted")]).status, 303);
}

#[test]
fn over_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::with(&[("http.base_url", "https://tlsrpt.example.com")]);
    let cookie = app.sign_in();
    assert!(cookie.starts_with("__Host-waxseal="), "{cookie}");
    let token = cookie.split_once('=').unwrap().1;
    assert_eq!(get(app.address(), "/", &[("Cookie", &cookie)]).status, 200);
    assert_eq!(get(app.address(), "/", &[("Cookie", &format!("waxseal={token}"))]).status, 303);
}

#[test]
fn the_set_up_code_works_once_and_only_when_right() {
    let app = TestApp::start();
    let create = |code: &str| {
        app.submit(
            "/do/create_first_user",
            "",
            &format!("code={code}&email=a%40example.com&password=correct-horse-battery"),
        )
    };
    let wrong = create("wrong");
    assert_eq!(wrong.status, 303);
    assert!(wrong.header("set-cookie").is_none());
    let code = app.setup_code();
    assert!(create(&code).header("set-cookie").is_some());
    assert!(create(&code).header("set-cookie").is_none(), "there is a user now");
}

#[test]
fn redirects_never_lead_to_another_site() {
    let app = TestApp::start();
    app.sign_in();
    for next in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3Aalert(1)"] {
        let form = format!("email=owner%40example.com&password=correct-horse-battery&next={next}");
        let answer = app.submit("/do/sign_in", "", &form);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{next}");
    }
    // A form's answer falls back to the Referer, which may be any site's.
    let headers = [("Accept", "text/html"), ("Referer", "https://evil.example/"), ("Sec-Fetch-Site", "same-origin")];
    let answer = app.post("/do/sign_in", &headers, b"rubbish");
    assert!(answer.header("location").is_none_or(|location| !location.contains("evil")), "{answer:?}");
}

#[test]
fn a_program_without_a_session_is_told_so() {
    let app = TestApp::start();
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(app.post("/do/add_domains", &headers, b"names=example.com").status, 401);
}

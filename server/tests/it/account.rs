//! One's own account by HTTP: forms that post and redirect, cookies, and what each page shows.

use std::process::Output;

use crate::support::{Answer, TestApp, get, on_each_database, session_cookie, waxseal};

const PASSWORD: &str = "correct-horse-battery";
const NEW: &str = "a-new-and-better-password";

fn page(app: &TestApp, path: &str, cookie: &str) -> Answer {
    get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")])
}

fn leads(answer: &Answer, to: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(to)), "{answer:?}");
}

/// The cookie of this name that an answer sets, as a browser sends it.
fn cookie(answer: &Answer, name: &str) -> String {
    let all = answer.header("set-cookie").unwrap_or_default();
    let line = all.lines().find(|line| line.starts_with(&format!("{name}=")) && !line.contains("Max-Age=0"));
    line.unwrap_or_else(|| panic!("no {name}: {answer:?}")).split(';').next().unwrap().to_owned()
}

/// What stands between two marks of a page.
fn between<'a>(body: &'a str, start: &str, end: &str) -> &'a str {
    let from = body.find(start).unwrap_or_else(|| panic!("{start} is not in {body}")) + start.len();
    &body[from..from + body[from..].find(end).unwrap()]
}

#[test]
fn a_new_password_gets_a_new_cookie_and_ends_the_old() {
    on_each_database(&[], |app| {
        let first = app.sign_in();
        let wrong = app.submit("/do/change_password", &first, &format!("present=wrong-password&password={NEW}"));
        leads(&wrong, "/account?part=password&error=wrong-password#password");
        assert!(page(app, "/account?part=password&error=wrong-password", &first).body.contains("Nothing was changed."));
        let common = app.submit("/do/change_password", &first, &format!("present={PASSWORD}&password=Password-1234"));
        leads(&common, "/account?part=password&error=password-common#password");
        let answer = app.submit("/do/change_password", &first, &format!("present={PASSWORD}&password={NEW}"));
        leads(&answer, "/account?part=password&done=password#password");
        let second = session_cookie(&answer).unwrap();
        assert_ne!(first, second);
        assert_eq!(page(app, "/account", &first).status, 303, "the old cookie is worth nothing");
        assert_eq!(page(app, "/account", &second).status, 200);
    });
}

#[test]
fn sessions_are_shown_and_signed_out() {
    let app = TestApp::start();
    let first = app.sign_in();
    let form = format!("email=owner%40example.com&password={PASSWORD}");
    let second = session_cookie(&app.submit("/do/sign_in", "", &form)).unwrap();
    let shown = page(&app, "/account", &first).body;
    assert!(shown.contains("This session") && shown.contains("127.0.0.1"), "{shown}");
    let id = between(&shown, "name=\"id\" value=\"", "\"").to_owned();
    leads(&app.submit("/do/end_session", &first, &format!("id={id}")), "/account?part=sessions&done=session#sessions");
    assert_eq!(page(&app, "/account", &second).status, 303);
    leads(
        &app.submit("/do/end_session", &first, &format!("id={id}")),
        "/account?part=sessions&error=outdated#sessions",
    );
    let third = session_cookie(&app.submit("/do/sign_in", "", &form)).unwrap();
    leads(&app.submit("/do/end_other_sessions", &first, ""), "/account?part=sessions&done=sessions#sessions");
    assert_eq!((page(&app, "/account", &third).status, page(&app, "/account", &first).status), (303, 200));
}

#[test]
fn signing_in_again_ends_the_session_that_the_browser_had() {
    let app = TestApp::start();
    let first = app.sign_in();
    let form = format!("email=owner%40example.com&password={PASSWORD}");
    let second = session_cookie(&app.submit("/do/sign_in", &first, &form)).unwrap();
    assert_eq!((page(&app, "/", &first).status, page(&app, "/", &second).status), (303, 200));
}

#[test]
fn an_account_needs_a_session() {
    let app = TestApp::start();
    app.sign_in();
    for path in ["/account", "/account/second-step", "/account/recovery-codes", "/settings/mail"] {
        assert!(app.get(path).header("location").unwrap().starts_with("/sign-in?next="), "{path}");
    }
    for form in [
        "change_password",
        "change_email",
        "end_session",
        "end_other_sessions",
        "begin_second_step",
        "confirm_second_step",
        "new_recovery_codes",
        "end_second_step",
        "test_mail",
    ] {
        leads(&app.submit(&format!("/do/{form}"), "", "present=x&password=x&email=x&code=x&id=x"), "/sign-in");
    }
}

#[test]
fn an_e_mail_address_is_changed() {
    let app = TestApp::start();
    let session = app.sign_in();
    let form = format!("present={PASSWORD}&email=new%40example.com");
    leads(&app.submit("/do/change_email", &session, &form), "/account?part=email&done=email#email");
    assert!(page(&app, "/account", &session).body.contains("new@example.com"));
    let old = app.submit("/do/sign_in", "", &format!("email=owner%40example.com&password={PASSWORD}"));
    leads(&old, "/sign-in?error=wrong-credentials&next=%2F");
}

/// The code that an authenticator app shows: RFC 6238 by its text, on the secret as the page shows it.
fn code(secret: &str) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes()).unwrap();
    let now = u64::try_from(server::running::now().0).unwrap() / 1000;
    totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 0, 30, secret).unwrap().generate(now)
}

#[test]
fn the_second_step_is_set_up_used_and_switched_off() {
    on_each_database(&[], |app| {
        let session = app.sign_in();
        leads(&app.submit("/do/begin_second_step", &session, &format!("present={PASSWORD}")), "/account/second-step");
        let shown = page(app, "/account/second-step", &session).body;
        assert!(shown.contains("class=\"qr\"") && shown.contains("QR code for the authenticator app"), "{shown}");
        let secret =
            shown.split(['<', '>', '"']).find(|text| text.len() == 39 && text.split(' ').count() == 8).unwrap();
        let wrong = app.submit("/do/confirm_second_step", &session, "code=000000");
        leads(&wrong, "/account/second-step?error=wrong-code");
        let done = app.submit("/do/confirm_second_step", &session, &format!("code={}", code(secret)));
        leads(&done, "/account/recovery-codes");
        let both = format!("{session}; {}", cookie(&done, "waxseal-codes"));
        let codes = page(app, "/account/recovery-codes", &both);
        assert!(
            codes.header("set-cookie").unwrap().contains("waxseal-codes=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
        );
        assert_eq!(codes.body.matches("<li>").count(), 10, "{}", codes.body);
        let recovery = between(&codes.body, "<li>", "<").to_owned();
        assert!(page(app, "/account/recovery-codes", &session).body.contains("shown once"));

        let form = format!("email=owner%40example.com&password={PASSWORD}&next=%2Flog");
        let first = app.submit("/do/sign_in", "", &form);
        leads(&first, "/sign-in/code?next=%2Flog");
        let step = cookie(&first, "waxseal-step");
        assert_eq!(page(app, "/", &step).status, 303, "the first step is no session");
        assert!(page(app, "/sign-in/code?next=%2Flog", &step).body.contains("One more step"));
        leads(&app.get("/sign-in/code?next=%2Flog"), "/sign-in?next=%2Flog");
        let wrong = app.submit("/do/sign_in_code", &step, "code=aaaa-bbbb&next=%2Flog");
        leads(&wrong, "/sign-in/code?error=wrong-code&next=%2Flog");
        let second = app.submit("/do/sign_in_code", &step, &format!("code={recovery}&next=%2Flog"));
        leads(&second, "/log");
        let session = cookie(&second, "waxseal");
        assert_eq!(page(app, "/log", &session).status, 200);
        leads(&app.submit("/do/sign_in_code", &step, &format!("code={recovery}")), "/sign-in?error=step-over&next=%2F");
        assert!(page(app, "/account", &session).body.contains("9 of 10"), "one recovery code is used up");
        leads(
            &app.submit("/do/end_second_step", &session, &format!("present={PASSWORD}")),
            "/account?part=second-step&done=second-step-off#second-step",
        );
        leads(&app.submit("/do/sign_in", "", &form), "/log");
    });
}

#[test]
fn without_a_mail_server_pages_say_who_can_help() {
    let app = TestApp::start();
    let session = app.sign_in();
    let asked = app.get("/forgot-password").body;
    assert!(asked.contains("waxseal user reset EMAIL") && !asked.contains("<form"), "{asked}");
    leads(&app.submit("/do/request_reset", "", "email=owner%40example.com"), "/forgot-password");
    let settings = page(&app, "/settings/mail", &session).body;
    assert!(
        settings.contains("No mail server is configured") && settings.contains("WAXSEAL_MAIL__PASSWORD"),
        "{settings}"
    );
}

#[test]
fn a_test_message_tells_what_went_wrong() {
    // Nobody listens on port 1.
    let settings =
        [("mail.server", "127.0.0.1"), ("mail.port", "1"), ("mail.tls", "none"), ("mail.from", "a@example.com")];
    let app = TestApp::with(&settings);
    let session = app.sign_in();
    leads(&app.submit("/do/test_mail", &session, ""), "/settings/mail?tested=yes");
    let shown = page(&app, "/settings/mail?tested=yes", &session).body;
    assert!(
        shown.contains("The test message to owner@example.com was not sent: the mail server 127.0.0.1:1 cannot"),
        "{shown}"
    );
}

fn run(folder: &std::path::Path, settings: &[(&str, &str)], args: &[&str]) -> Output {
    waxseal(folder, settings).args(args).output().unwrap()
}

#[test]
fn the_command_line_prints_a_link_that_sets_a_password() {
    let app = TestApp::with(&[("http.base_url", "http://waxseal.test")]);
    let session = app.sign_in();
    let folder = tempfile::tempdir().unwrap();
    let settings = [("database.url", app.database_url()), ("http.base_url", "http://waxseal.test")];
    let unknown = run(folder.path(), &settings, &["user", "reset", "eve@example.com"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("there is no user"));
    let output = run(folder.path(), &settings, &["user", "reset", "--second-step", "owner@example.com"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("There was no second step to switch off.\n"), "{printed}");
    let link = printed.lines().last().unwrap().strip_prefix("http://waxseal.test").unwrap();
    let shown = get(app.address(), link, &[("Host", "evil.example")]).body;
    assert!(shown.contains("owner@example.com") && !shown.contains("evil.example"), "{shown}");
    let secret = link.rsplit_once('=').unwrap().1;
    let short = app.submit("/do/reset_password", "", &format!("link={secret}&password=short"));
    leads(&short, &format!("/reset-password?error=password-short&link={secret}"));
    leads(&app.submit("/do/reset_password", "", &format!("link={secret}&password={NEW}")), "/sign-in?done=password");
    assert_eq!(page(&app, "/account", &session).status, 303, "all sessions have ended");
    leads(&app.submit("/do/reset_password", "", &format!("link={secret}&password={NEW}")), "/reset-password");
    let over = app.get("/reset-password");
    assert!(over.status == 410 && over.body.contains("no longer good"), "{over:?}");
}

#[test]
fn mail_test_says_what_the_matter_is() {
    let folder = tempfile::tempdir().unwrap();
    let told = |settings: &[(&str, &str)]| {
        let output = run(folder.path(), settings, &["mail", "test", "ada@example.com"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(told(&[]).contains("no mail server is configured"));
    let nobody = [("mail.server", "127.0.0.1"), ("mail.port", "1"), ("mail.from", "a@example.com")];
    assert!(told(&nobody).contains("the mail server 127.0.0.1:1 cannot be reached"));
    assert!(!folder.path().join("data").exists(), "it needs no database");
}

//! Who may use the tools, and how much.

use crate::support::{Answer, TestApp, get, gzip, report_of};

const TOOLS: [&str; 5] = ["/tools", "/tools/look-up", "/tools/lint", "/tools/build", "/tools/report"];
const PUBLIC: (&str, &str) = ("tools.public", "true");

fn page(app: &TestApp, path: &str, cookie: &str) -> Answer {
    get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")])
}

#[test]
fn strangers_are_led_to_sign_in() {
    let app = TestApp::start();
    for path in TOOLS {
        let answer = app.get(path);
        let back = format!("/sign-in?next={}", path.replace('/', "%2F"));
        assert_eq!((answer.status, answer.header("location")), (303, Some(back.as_str())), "{path}");
    }
    assert!(!app.get("/help").body.contains("href=\"/tools\""));
    let cookie = app.sign_in();
    for path in TOOLS {
        let answer = page(&app, path, &cookie);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.contains("href=\"/tools\""), "the navigation has them");
    }
}

#[test]
fn public_tools_need_no_account_and_nothing_else_is_opened() {
    let app = TestApp::with(&[PUBLIC]);
    for path in TOOLS {
        assert_eq!(app.get(path).status, 200, "{path}");
    }
    assert!(app.get("/help").body.contains("href=\"/tools\""));
    for closed in ["/", "/log", "/tools/", "/tools/other", "/domains/example.com"] {
        assert_ne!(app.get(closed).status, 200, "{closed}");
    }
    let headers = [("Sec-Fetch-Site", "same-origin")];
    for path in TOOLS {
        assert_eq!(app.post(path, &headers, b"domain=example.com").status, 405, "{path}");
        assert_eq!(app.post(path, &[("Sec-Fetch-Site", "cross-site")], b"").status, 403, "{path}");
    }
}

#[test]
fn a_stranger_who_asks_too_much_has_to_wait_and_others_do_not() {
    let app = TestApp::with(&[PUBLIC, ("http.trusted_proxies", "127.0.0.1")]);
    let cookie = app.sign_in();
    let ask = |client: &str, cookie: &str| {
        let headers = [("X-Forwarded-For", client), ("Cookie", cookie)];
        get(app.address(), "/tools/look-up?domain=example.com", &headers)
    };
    let answers: Vec<Answer> = (0..7).map(|_| ask("192.0.2.1", "")).collect();
    assert!(answers[..6].iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(answers[6].status, 429);
    assert!(answers[6].header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(ask("192.0.2.2", "").status, 200);
    assert_eq!(ask("192.0.2.1", &cookie).status, 200, "the limit is for strangers");
}

#[test]
fn a_record_is_judged_letter_for_letter() {
    let app = TestApp::start();
    let cookie = app.sign_in();
    // %252C is the %2C that stands in the record; plus is a blank.
    let good = "/tools/lint?kind=tlsrpt&text=v%3DTLSRPTv1%3B+rua%3Dhttps%3A%2F%2Fr.example%2Fa%252Cb";
    let answer = page(&app, good, &cookie);
    assert!(answer.body.contains("Valid: the TLS-RPT record conforms"), "{answer:?}");
    assert!(answer.body.contains("rua=https://r.example/a%2Cb</textarea>"), "the box holds what was typed");
    let bad = "/tools/lint?kind=tlsrpt&text=v%3DTLSRPTv1%3B+rua%3Dhttps%3A%2F%2Fr.example%2Fa%2Cb";
    assert!(page(&app, bad, &cookie).body.contains("tls-rpt-uri-comma"));
    // What no form of ours sends is as if nothing had been asked.
    assert_eq!(page(&app, "/tools/lint?kind=odd&text=v", &cookie).status, 200);
}

#[test]
fn what_is_looked_up_is_said_to_be_off_or_watched() {
    let app = TestApp::start();
    let cookie = app.sign_in();
    let look = |domain: &str| page(&app, &format!("/tools/look-up?domain={domain}"), &cookie);
    assert!(look("example.com").body.contains("checks.enabled"));
    app.add_domain("example.com");
    assert!(look("Example.COM").body.contains("href=\"/domains/example.com/records\""));
    let wrong = look("postmaster%40example.com");
    assert_eq!(wrong.status, 200);
    assert!(wrong.body.contains("e-mail address"), "{wrong:?}");
}

#[test]
fn a_look_up_says_what_cannot_be_told() {
    // A name server that is not there.
    let app = TestApp::with(&[PUBLIC, ("checks.enabled", "true"), ("checks.name_servers", "127.0.0.1:1")]);
    let answer = app.get("/tools/look-up?domain=example.com");
    assert_eq!(answer.status, 200);
    for words in ["Looked at", "TLS-RPT record", "MTA-STS policy", "Cannot tell"] {
        assert!(answer.body.contains(words), "{words}: {answer:?}");
    }
}

/// Sends the form that reads a report.
fn read(app: &TestApp, cookie: &str, field: &str, bytes: &[u8]) -> Answer {
    let mut form = format!("--x\r\nContent-Disposition: form-data; name={field}\r\n\r\n").into_bytes();
    form.extend_from_slice(bytes);
    form.extend_from_slice(b"\r\n--x--\r\n");
    let headers = [
        ("Cookie", cookie),
        ("Accept", "text/html"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "multipart/form-data; boundary=x"),
    ];
    app.post("/do/read_report", &headers, &form)
}

#[test]
fn a_report_is_read_and_shown_and_not_stored() {
    let app = TestApp::start();
    let cookie = app.sign_in();
    app.add_domain("example.com");
    let report = report_of("Alpha <b>", "example.com", "1");
    let file = "\"file\"; filename=\"a.json.gz\"";
    for answer in [read(&app, &cookie, "\"text\"", &report), read(&app, &cookie, file, &gzip(&report))] {
        assert_eq!(answer.status, 200, "{answer:?}");
        for words in [
            "3 of 100 sessions of Alpha &lt;b&gt; to example.com on 15 Jan",
            "the certificate of mx.example.com has expired",
            "Certificate expired",
            "In testing this mail was delivered all the same.",
            "mode: testing",
            "nothing is stored",
        ] {
            assert!(answer.body.contains(words), "{words}: {answer:?}");
        }
        assert!(answer.header("content-security-policy").unwrap().contains("nonce-"), "it is a page");
    }
    let log = page(&app, "/log", &cookie).body;
    assert!(log.contains("Nothing has arrived yet"), "{log}");
    let reports = page(&app, "/reports", &cookie).body;
    assert!(reports.contains("No report has arrived yet"), "{reports}");
}

#[test]
fn what_is_no_report_is_told_why() {
    let app = TestApp::with(&[("limits.body", "1 MiB"), ("smtp.message", "1 MiB")]);
    let cookie = app.sign_in();
    let told = |field: &str, bytes: &[u8]| {
        let answer = read(&app, &cookie, field, bytes);
        assert_eq!(answer.status, 200, "{answer:?}");
        let (_, told) = answer.body.split_once("role=\"alert\"").expect("why");
        told[..told.find("</p>").unwrap()].to_owned()
    };
    assert!(told("\"text\"", b"{\"organization-name\": \"Bro").contains("it ends in the middle"));
    assert!(told("\"text\"", b"  \r\n ").contains("Nothing came"));
    assert!(told("\"other\"", b"x").contains("Nothing came"));
    let large = "x".repeat(1_100_000);
    assert!(told("\"text\"", large.as_bytes()).contains("larger than this server reads"));
    // Its address alone leads to the form.
    let alone = page(&app, "/do/read_report", &cookie);
    assert_eq!((alone.status, alone.header("location")), (303, Some("/tools/report")));
}

#[test]
fn strangers_may_read_reports_where_the_tools_are_public_and_not_without_end() {
    let report = report_of("Alpha", "example.com", "1");
    assert_eq!(read(&TestApp::start(), "", "\"text\"", &report).header("location"), Some("/sign-in"));
    let app = TestApp::with(&[PUBLIC]);
    for _ in 0..12 {
        assert_eq!(read(&app, "", "\"text\"", &report).status, 200);
    }
    assert_eq!(read(&app, "", "\"text\"", &report).status, 429);
}

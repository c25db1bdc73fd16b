//! What leaves a domain's page: share links, pictures of the chart, the days as a file, the month on paper.

use serde_json::Value;

use crate::support::{Answer, TestApp, get, on_each_database, report};

const PAGE: &str = "/domains/example.com/share";

/// A page as a browser asks for it.
fn page(app: &TestApp, path: &str, cookies: &str) -> Answer {
    get(app.address(), path, &[("Cookie", cookies), ("Accept", "text/html")])
}

/// A server with one report on a domain, and its owner's session.
fn reported(app: &TestApp) -> String {
    let path = app.report_path("example.com");
    assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 201);
    app.sign_in()
}

/// Makes a share link and gives the cookie that carries it to the page.
fn make(app: &TestApp, session: &str, form: &str) -> Option<String> {
    let answer = app.submit("/do/create_share_link", session, form);
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookie = answer.header("set-cookie")?;
    assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    assert_eq!(answer.header("location"), Some(PAGE), "no secret stands in a URL of ours");
    Some(cookie.split(';').next().unwrap().to_owned())
}

/// The path of the share link in a page.
fn link_in(html: &str) -> Option<String> {
    let from = html.find("/shared/wxl_")?;
    Some(html[from..].chars().take("/shared/".len() + 44).collect())
}

/// Makes a share link and gives its path.
fn share(app: &TestApp, session: &str) -> String {
    let handed = make(app, session, "domain=example.com&name=the+auditor&days=7").unwrap();
    link_in(&page(app, PAGE, &format!("{session}; {handed}")).body).expect("a link is shown")
}

#[test]
fn a_link_is_shown_once_opens_without_an_account_and_is_revoked_for_good() {
    on_each_database(&[], |app| {
        let session = reported(app);
        assert!(page(app, PAGE, &session).body.contains("Nobody has a link to this domain."));
        let handed = make(app, &session, "domain=example.com&name=the+auditor&days=7").unwrap();
        let shown = page(app, PAGE, &format!("{session}; {handed}"));
        let link = link_in(&shown.body).unwrap_or_else(|| panic!("{}", shown.body));
        assert!(shown.header("set-cookie").unwrap().contains("Max-Age=0"), "the cookie ends where it was used");
        let again = page(app, PAGE, &session);
        assert!(again.body.contains("the auditor") && again.body.contains(">never"), "{}", again.body);
        assert_eq!(link_in(&again.body), None);

        let opened = app.get(&format!("{link}?days=365"));
        assert_eq!(opened.status, 200);
        for (name, value) in
            [("referrer-policy", "no-referrer"), ("cache-control", "no-store"), ("x-robots-tag", "noindex, nofollow")]
        {
            assert_eq!(opened.header(name), Some(value));
        }
        assert!(opened.body.contains("certificate-expired") && opened.body.contains("Sender GmbH"));
        assert!(!opened.body.contains("Sign in") && !opened.body.contains("owner@example.com"), "{}", opened.body);
        // Whoever is signed in sees there what everybody sees.
        let mine = page(app, &format!("{link}?days=365"), &session);
        assert!(!mine.body.contains("Sign out") && !mine.body.contains("owner@example.com"));
        assert!(!page(app, PAGE, &session).body.contains(">never"), "that it was opened is told");

        let id = again.body.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let revoked = app.submit("/do/revoke_share_link", &session, &format!("domain=example.com&id={id}"));
        assert_eq!((revoked.status, revoked.header("location")), (303, Some(PAGE)));
        assert_eq!(app.get(&link).status, 404);
        let audit = page(app, "/settings/audit", &session).body;
        // Once in the filter, once in the log.
        for act in ["Made a share link", "Revoked a share link"] {
            assert_eq!(audit.matches(act).count(), 2, "{act}");
        }
    });
}

#[test]
fn a_link_that_is_over_revoked_or_invented_leads_to_one_page() {
    let app = TestApp::start();
    let session = reported(&app);
    let link = share(&app, &session);
    let mistyped = format!("{}a", &link[..link.len() - 1]);
    app.submit("/do/rotate_address", &session, "domain=example.com&grace=30");
    // What differs between two pages is the nonce of their script alone.
    let told = |path: &str| {
        let answer = page(&app, path, "");
        let nonce = answer.header("content-security-policy").unwrap().split("'nonce-").nth(1).unwrap();
        let nonce = nonce.split('\'').next().unwrap();
        let body = answer.body.replace(nonce, "").replace(path, "");
        (answer.status, body, answer.header("referrer-policy").map(str::to_owned))
    };
    let revoked = told(&link);
    assert_eq!((revoked.0, revoked.2.as_deref()), (404, Some("no-referrer")));
    assert!(revoked.1.contains("This link shows nothing"), "{}", revoked.1);
    for other in [mistyped.as_str(), "/shared/x", "/shared/%3Cscript%3E", "/shared/wxl_"] {
        assert_eq!(told(other), revoked, "{other}");
    }
}

#[test]
fn a_planted_cookie_shows_nothing() {
    let app = TestApp::start();
    let session = reported(&app);
    for planted in ["wxl_7p57x6737p57x6737p57x6737p57x673aaaaaaaa", "<script>", ""] {
        let answer = page(&app, PAGE, &format!("{session}; waxseal-share={planted}"));
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("Your new share link"), "{planted}");
    }
}

#[test]
fn a_form_that_cannot_be_says_why() {
    let app = TestApp::start();
    let session = reported(&app);
    for (form, why) in [
        ("name=&days=7", "whom the link is for"),
        ("name=x&days=0", "a share link lives for 1 to 366 days"),
        ("name=x&days=lots", "a share link lives for 1 to 366 days"),
    ] {
        let answer = app.submit("/do/create_share_link", &session, &format!("domain=example.com&{form}"));
        assert!(answer.header("set-cookie").is_none(), "{form}");
        assert!(page(&app, answer.header("location").unwrap(), &session).body.contains(why), "{form}");
    }
    let answer = app.submit("/do/revoke_share_link", &session, "domain=example.com&id=77");
    assert!(page(&app, answer.header("location").unwrap(), &session).body.contains("no such link any more"));
}

#[test]
fn strangers_ask_only_so_often() {
    let app = TestApp::start();
    // More than two a second, which is what comes back.
    let asked = (0..400).map(|_| app.get("/shared/guessed/chart.svg").status);
    let (found, turned_away): (Vec<u16>, Vec<u16>) = asked.partition(|status| *status == 404);
    assert!(found.len() >= 120 && turned_away.contains(&429), "{} {turned_away:?}", found.len());
}

#[test]
fn the_chart_is_a_picture() {
    on_each_database(&[], |app| {
        let session = reported(app);
        let link = share(app, &session);
        let days = "?from=2026-01-10&to=2026-01-20";
        for chart in ["/domains/example.com/chart".to_owned(), format!("{link}/chart")] {
            let svg = get(app.address(), &format!("{chart}.svg{days}"), &[("Cookie", &session)]);
            assert_eq!((svg.status, svg.header("content-type")), (200, Some("image/svg+xml")), "{svg:?}");
            assert!(svg.body.starts_with("<svg xmlns=") && svg.body.contains("10 Jan to 20 Jan 2026"), "{}", svg.body);
            assert!(svg.body.contains(">certificate-expired<") && !svg.body.contains("class="), "{}", svg.body);
            let png = get(app.address(), &format!("{chart}.png{days}"), &[("Cookie", &session)]);
            assert_eq!((png.status, png.header("content-type")), (200, Some("image/png")));
            let name = "inline; filename=\"waxseal-example.com-2026-01-20.png\"";
            assert_eq!(png.header("content-disposition"), Some(name));
            assert!(png.body.contains("IHDR") && png.body.contains("IEND"));
            for wrong in ["?days=0", "?days=367", "?from=2026-01-10", "?from=2024-01-01&to=2026-01-01", "?month=1"] {
                let answer = get(app.address(), &format!("{chart}.svg{wrong}"), &[("Cookie", &session)]);
                assert_eq!(answer.status, 400, "{wrong}");
            }
        }
        let unknown = get(app.address(), "/domains/unknown.example/chart.png", &[("Cookie", &session)]);
        assert_eq!(unknown.status, 404);
    });
}

#[test]
fn the_days_shown_are_a_file() {
    on_each_database(&[], |app| {
        let session = reported(app);
        let file = |path: &str| get(app.address(), path, &[("Cookie", &session)]);
        let csv = file("/export/days.csv?domain=example.com&from=2026-01-14&to=2026-01-16");
        let expected = "day,sessions,failed,first_cause,complete\r\n2026-01-14,0,0,0,yes\r\n\
                        2026-01-15,100,3,3,yes\r\n2026-01-16,0,0,0,yes\r\n";
        assert_eq!(csv.body, expected);
        let json: Vec<Value> =
            serde_json::from_str(&file("/export/days.json?domain=example.com&from=2026-01-15&to=2026-01-15").body)
                .unwrap();
        assert_eq!((&json[0]["sessions"], &json[0]["failed"]), (&100.into(), &3.into()));
        assert_eq!(file("/export/days.csv?domain=example.com&from=2020-01-01&to=2026-01-15").status, 400);
        assert_eq!(file("/export/days.csv?domain=unknown.example").status, 404);
    });
}

#[test]
fn a_month_is_told_on_one_page() {
    on_each_database(&[], |app| {
        let session = reported(app);
        let month = |month: &str| page(app, &format!("/domains/example.com/monthly?month={month}"), &session).body;
        let january = month("2026-01");
        for words in ["January 2026", "3 of 100 sessions failed", "nothing in December 2025", "Sender GmbH"] {
            assert!(january.contains(words), "{words}: {january}");
        }
        assert!(month("2026-02").contains("100 in January 2026"));
        assert!(month("2026-13").contains("is no month: write a month as 2026-10"));
        let address = app.add_domain("example.com").address;
        assert!(!january.contains(&address), "it is made to be handed on");
    });
}

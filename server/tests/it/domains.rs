//! Bringing in domains by forms, as a browser without script sends them.

use crate::support::{Answer, TestApp, get, on_each_database, report, wait_until};

fn page(app: &TestApp, cookie: &str, path: &str) -> Answer {
    let answer = get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")]);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

/// Submits a form and gives where it leads.
fn submit(app: &TestApp, cookie: &str, path: &str, form: &str) -> String {
    let answer = app.submit(path, cookie, form);
    assert_eq!(answer.status, 303, "{path}: {answer:?}");
    answer.header("location").unwrap().to_owned()
}

/// Uploads a file and gives where that leads.
fn upload(app: &TestApp, cookie: &str, name: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let headers = [
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Accept", "text/html"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Cookie", cookie),
    ];
    app.post("/do/add_domains_file", &headers, &body)
}

const SETTINGS: [(&str, &str); 1] = [("http.base_url", "http://waxseal.test")];

#[test]
fn what_was_pasted_is_told_line_by_line() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let form = "names=example.com%0D%0Alocalhost%0D%0AEXAMPLE.com.%0D%0Ab%C3%BCcher.example%0D%0A%23+note";
        let to = submit(app, &cookie, "/do/add_domains", form);
        assert!(to.starts_with("/additions/"), "{to}");
        let answer = page(app, &cookie, &to);
        let body = &answer.body;
        assert!(answer.header("refresh").is_none(), "it is all done");
        for told in
            ["2 domains added", "1 name not added", "Line 2: ", "only one label", "Given twice", "also on line 1"]
        {
            assert!(body.contains(told), "{told}: {body}");
        }
        assert!(body.contains("bücher.example") && body.contains("a comment"), "{body}");
        let again = submit(app, &cookie, "/do/add_domains", "names=example.com");
        assert!(page(app, &cookie, &again).body.contains("All of these were there already"));
        assert_eq!(submit(app, &cookie, "/do/add_domains", "names=+"), "/domains/add?error=nothing");
        let other = get(app.address(), "/additions/999", &[("Cookie", &cookie), ("Accept", "text/html")]);
        assert_eq!(other.status, 404);
    });
}

#[test]
fn many_names_come_with_their_progress() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let names = (0..2_000).map(|i| format!("d{i}.example%0A")).collect::<Vec<_>>().concat();
        let to = submit(app, &cookie, "/do/add_domains", &format!("names={names}"));
        let first = page(app, &cookie, &to);
        let refresh = first.header("refresh").map(ToOwned::to_owned);
        assert_eq!(refresh, Some(format!("2; url={to}")), "{first:?}");
        assert!(first.body.contains("<progress"), "{first:?}");
        wait_until("all are added", || page(app, &cookie, &to).header("refresh").is_none());
        assert!(page(app, &cookie, &to).body.contains("2,000 domains added"));
    });
}

#[test]
fn a_file_is_as_good_as_a_text() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let answer = upload(app, &cookie, "customers.csv", b"domain,customer,tags\nexample.com,Acme,web\n\"x y\",,\n");
        assert_eq!(answer.status, 303, "{answer:?}");
        let body = page(app, &cookie, answer.header("location").unwrap()).body;
        assert!(
            body.contains("customers.csv") && body.contains("1 domain added") && body.contains("1 name not added"),
            "{body}"
        );
        let body = page(app, &cookie, "/domains/example.com/settings").body;
        assert!(body.contains("Acme") && body.contains("value=\"web\""), "{body}");
        for (bytes, error) in [(&b"PK\x03\x04"[..], "no-text"), (b"", "no-file")] {
            let answer = upload(app, &cookie, "../../x\r\nSet-Cookie: a=b", bytes);
            let expected = format!("/domains/add?error={error}");
            assert_eq!(answer.header("location"), Some(expected.as_str()), "{answer:?}");
            assert!(page(app, &cookie, &expected).body.contains("role=\"alert\""));
        }
        let large = upload(app, &cookie, "large.txt", &vec![b'a'; (8 << 20) + (64 << 10)]);
        assert_eq!(large.header("location"), Some("/domains/add?error=too-large"), "{large:?}");
    });
}

#[test]
fn the_line_to_test_with_is_a_test_that_counts_nowhere() {
    let app = TestApp::with(&[("http.base_url", "https://tlsrpt.example.net")]);
    let cookie = app.sign_in();
    let path = app.report_path("example.com");
    let shown = page(&app, &cookie, "/domains/example.com/records").body;
    let line = shown.split("--data ").nth(1).expect("a line with a report");
    let line = line.replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    let body = line.split('\'').nth(1).unwrap();
    assert_eq!(app.post(&path, &[], body.as_bytes()).status, 201, "{body}");
    assert_eq!(app.listing("example.com").reports, 0);
    assert!(page(&app, &cookie, "/log?outcome=test").body.contains("1 delivery"));
}

#[test]
fn records_are_taken_away_in_three_forms() {
    let app = TestApp::with(&[("http.base_url", "https://tlsrpt.example.net")]);
    let cookie = app.sign_in();
    let address = app.add_domain("example.com").address;
    app.add_domain("example.org");
    let value = format!("v=TLSRPTv1; rua=https://tlsrpt.example.net/r/{address}");
    let file = |path: &str| get(app.address(), path, &[("Cookie", &cookie)]);
    let zone = file("/records/records.zone");
    assert!(zone.body.starts_with(&format!("_smtp._tls.example.com. IN TXT \"{value}\"\n")), "{zone:?}");
    assert_eq!(zone.body.lines().count(), 2);
    assert_eq!(zone.header("content-disposition"), Some("attachment; filename=\"records.zone\""));
    let csv = file("/records/records.csv?show=waiting");
    assert!(csv.body.contains(&format!("example.com,_smtp._tls.example.com,_smtp._tls,TXT,{value},")), "{csv:?}");
    let json: serde_json::Value = serde_json::from_str(&file("/records/records.json").body).unwrap();
    assert_eq!(json[0]["record"]["value"], value.as_str());
    assert_eq!(file("/records/records.json?addition=1").body, "[]");
    assert_eq!(file("/records/other.txt").status, 404);
    assert_eq!(get(app.address(), "/records/records.zone", &[]).status, 303, "for those who are signed in");
    let table = page(&app, &cookie, "/records?show=waiting").body;
    assert!(table.contains("2 domains still wait for their record") && table.contains(&address), "{table}");
}

#[test]
fn a_domain_has_its_settings() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let old = app.add_domain("example.com").address;
        let to = submit(app, &cookie, "/do/rotate_address", "domain=example.com&grace=7");
        assert_eq!(to, "/domains/example.com/settings#addresses");
        let new = app.add_domain("example.com").address;
        assert_ne!(old, new);
        let body = page(app, &cookie, "/domains/example.com/settings").body;
        assert!(body.contains(&old) && body.contains(&new) && body.contains("still valid until"), "{body}");
        let post = |address: &str, id: &str| app.post(&format!("/r/{address}"), &[], &report("example.com", id)).status;
        assert_eq!((post(&old, "1"), post(&new, "2")), (201, 201));
        let retire = format!("domain=example.com&address={old}");
        assert_eq!(submit(app, &cookie, "/do/retire_address", &retire), to);
        assert_eq!(
            submit(app, &cookie, "/do/retire_address", &retire),
            "/domains/example.com/settings?error=address#addresses"
        );
        assert_eq!((post(&old, "3"), post(&new, "4")), (404, 201));

        let note = "domain=example.com&tags=Web%2C+eu&customer=Acme&notes=a%0D%0Ab&recipients=team%40example.com";
        assert_eq!(submit(app, &cookie, "/do/note_domain", note), "/domains/example.com/settings#notes");
        let body = page(app, &cookie, "/domains/example.com/settings").body;
        assert!(body.contains("value=\"web, eu\"") && body.contains("mailto:team@example.com"), "{body}");
        let wrong =
            submit(app, &cookie, "/do/note_domain", "domain=example.com&customer=Acme&recipients=ftp%3A%2F%2Fx");
        let body = page(app, &cookie, &wrong).body;
        assert!(
            body.contains("role=\"alert\"") && body.contains("Nothing was saved") && body.contains("ftp://x"),
            "{body}"
        );
        let found = page(app, &cookie, "/?q=acme").body;
        assert!(found.contains("/domains/example.com"), "{found}");
    });
}

#[test]
fn removing_a_domain_asks_for_its_name() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 201);
        let body = page(app, &cookie, "/domains/example.com/remove").body;
        assert!(body.contains("1 report") && body.contains("1 delivery"), "{body}");
        let remove =
            |confirm: &str| submit(app, &cookie, "/do/remove_domain", &format!("domain=example.com&confirm={confirm}"));
        assert_eq!(remove("example.org"), "/domains/example.com/remove?error=confirm");
        assert_eq!(app.post(&path, &[], &report("example.com", "2")).status, 201);
        assert_eq!(remove("Example.COM."), "/");
        assert_eq!(app.post(&path, &[], &report("example.com", "3")).status, 404, "its address is dead at once");
        let gone = get(app.address(), "/domains/example.com", &[("Cookie", &cookie), ("Accept", "text/html")]);
        assert_eq!(gone.status, 404);
        assert!(page(app, &cookie, "/").body.contains("No domain is watched yet"));
        wait_until("it may be added again", || {
            let to = submit(app, &cookie, "/do/add_domains", "names=example.com");
            page(app, &cookie, &to).body.contains("1 domain added")
        });
    });
}

#[test]
fn getting_started_turns_green_step_by_step() {
    on_each_database(&[("http.base_url", "https://tlsrpt.example.net")], |app| {
        let cookie = app.sign_in();
        let start = |path: &str| page(app, &cookie, path).body;
        let done = |body: &str| body.matches("class=\"status ok\"").count();
        let fresh = start("/start");
        assert!(fresh.contains("0 of 5 steps"), "{fresh}");
        assert!(fresh.contains("WAXSEAL_HTTP__BASE_URL=https://tlsrpt.example.net"), "{fresh}");
        assert!(fresh.contains("reverse_proxy 127.0.0.1:"), "{fresh}");
        let through = [("Cookie", cookie.as_str()), ("Host", "tlsrpt.example.net"), ("Accept", "text/html")];
        assert_eq!(done(&get(app.address(), "/start", &through).body), 1, "it was reached under its public address");

        for (way, said) in [
            ("smtp", "tlsrpt.example.net. MX 0 tlsrpt.example.net."),
            ("lmtp", "WAXSEAL_LMTP__LISTEN=127.0.0.1:2424"),
            ("imap", "WAXSEAL_IMAP__MAILBOXES=imaps://tls-reports%40example.com"),
        ] {
            assert_eq!(submit(app, &cookie, "/do/choose_way", &format!("way={way}")), "/start#arrival");
            assert!(start("/start").contains(said), "{way}");
        }
        submit(app, &cookie, "/do/choose_way", "way=https");
        assert!(start("/start").contains("The big senders are not known to deliver by HTTPS"));
        submit(app, &cookie, "/do/choose_way", "way=upload");
        let files = start("/start");
        assert!(files.contains("waxseal import PATH") && files.contains("2 of 5 steps"), "{files}");
        submit(app, &cookie, "/do/choose_way", "way=https");
        let path = app.report_path("example.com");
        assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 201);
        let almost = start("/start");
        assert!(almost.contains("4 of 5 steps") && almost.contains("checks.enabled"), "{almost}");
        assert!(page(app, &cookie, "/").body.contains("href=\"/start\""), "it stays until all is done");
        assert!(start("/start?host=no..host").contains("is no host name"));
        assert!(start("/start?host=in.example.org").contains("BASE_URL=https://in.example.org"));
    });
}

#[test]
fn many_domains_are_edited_in_one_go() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        for name in ["a.example", "b.example", "c.example"] {
            app.add_domain(name);
        }
        let list = page(app, &cookie, "/domains/edit").body;
        assert!(list.contains("3 domains.") && list.contains("value=\"b.example\""), "{list}");
        let edit = |form: &str| submit(app, &cookie, "/do/edit_domains", form);
        let to = edit("names%5B%5D=a.example&names%5B%5D=b.example&act=add-tags&typed=web");
        assert_eq!(to, "/domains/edit?done=add-tags&changed=2");
        assert!(page(app, &cookie, &to).body.contains("2 domains got the tags."));
        let to = edit("which=listed&q=web&act=archive");
        assert_eq!(to, "/domains/edit?q=web&done=archive&changed=2");
        let overview = page(app, &cookie, "/").body;
        assert!(overview.contains("c.example") && !overview.contains("a.example"), "{overview}");
        let archive = page(app, &cookie, "/domains/edit?show=archived").body;
        assert!(
            archive.contains("2 domains in the archive.") && archive.contains("take out of the archive"),
            "{archive}"
        );
        assert!(page(app, &cookie, "/domains/a.example").body.contains("archived: kept and counted, not looked at"));
        assert!(page(app, &cookie, "/domains/a.example/records").body.contains("The domain is archived"));

        let back = submit(app, &cookie, "/do/archive_domain", "domain=a.example&archived=no");
        assert_eq!(back, "/domains/a.example/settings");
        assert!(page(app, &cookie, "/").body.contains("a.example"));

        for (form, error) in [
            ("act=add-tags&typed=web", "none"),
            ("names%5B%5D=c.example&act=add-tags&typed=+", "tag"),
            ("names%5B%5D=c.example&act=drop", "act"),
        ] {
            let to = edit(form);
            assert!(to.contains(&format!("error={error}")), "{to}");
            assert!(page(app, &cookie, &to).body.contains("role=\"alert\""), "{to}");
        }
    });
}

//! The ingest log by hand: files brought in, bytes taken away, decisions, and one report that took every way.

use crate::support::{Answer, MailClient, TestApp, get, gzip, mail, on_each_database, report, wait_until, waxseal};

const SETTINGS: [(&str, &str); 3] =
    [("http.base_url", "http://waxseal.test"), ("smtp.listen", "127.0.0.1:0"), ("smtp.host", "in.example")];

fn ask(app: &TestApp, cookie: &str, path: &str) -> Answer {
    get(app.address(), path, &[("Cookie", cookie), ("Accept", "text/html")])
}

fn page(app: &TestApp, cookie: &str, path: &str) -> String {
    let answer = ask(app, cookie, path);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

/// Uploads files as a browser does, and gives where that leads.
fn upload(app: &TestApp, cookie: &str, files: &[(&str, &[u8])]) -> String {
    upload_of(app, cookie, files).header("location").unwrap().to_owned()
}

/// The same with all of the answer.
fn upload_of(app: &TestApp, cookie: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes(),
        );
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    let headers = [
        ("Content-Type", "multipart/form-data; boundary=x"),
        ("Accept", "text/html"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Cookie", cookie),
    ];
    let answer = app.post("/do/upload_reports", &headers, &body);
    assert_eq!(answer.status, 303, "{answer:?}");
    answer
}

/// The ids in links on a page that begin like this.
fn ids(page: &str, start: &str) -> Vec<String> {
    let link = format!("href=\"{start}");
    let found = page.split(&link).skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    found.filter(|id: &String| !id.is_empty()).collect()
}

#[test]
fn each_uploaded_file_has_its_result() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        app.add_domain("example.com");
        let letter = mail("example.com", "c");
        let mbox = ["d", "e"].map(|id| {
            [b"From sender@example.net Thu Jan 15 06:00:00 2026\n".as_slice(), &mail("example.com", id), b"\n\n"]
                .concat()
        });
        let to = upload(
            app,
            &cookie,
            &[
                ("a.json", &report("example.com", "a")),
                ("b <script>.json.gz", &gzip(&report("example.com", "b"))),
                ("c.eml", &letter),
                ("old.mbox", &mbox.concat()),
                ("again.json", &report("example.com", "a")),
                ("stranger.json", &report("stranger.example", "s")),
                ("notes.txt", b"buy milk"),
            ],
        );
        assert!(to.starts_with("/upload?done="), "{to}");
        let told = page(app, &cookie, &to);
        for said in
            ["a.json", "c.eml", "old.mbox, message 2", "duplicate", "quarantined", "unreadable", "stranger.example"]
        {
            assert!(told.contains(said), "{said}: {told}");
        }
        assert!(!told.contains("b <script>"), "{told}");
        assert_eq!(app.listing("example.com").reports, 5);
        assert_eq!(told.matches("<th scope=\"row\">").count(), 8, "{told}");
        let log = page(app, &cookie, "/settings/audit?act=reports_uploaded");
        assert!(log.contains("8 files"), "{log}");

        let nothing = upload(app, &cookie, &[("", b"")]);
        assert_eq!(nothing, "/upload?error=no-file");
        assert!(page(app, &cookie, &nothing).contains("role=\"alert\""));
        let large =
            upload(app, &cookie, &[("large.json", &vec![b' '; 16 << 20]), ("f.json", &report("example.com", "f"))]);
        assert!(large.contains("left=1") && large.contains("done="), "{large}");
        let unnamed = page(app, &cookie, &large);
        assert!(unnamed.contains("1 file not taken in") && !unnamed.contains("large.json"), "a link brings no text");
        assert_eq!(app.listing("example.com").reports, 6, "the file after it is not lost");
    });
}

#[test]
fn what_is_not_taken_in_is_named_with_the_reason() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        app.add_domain("example.com");
        let told = |files: &[(&str, &[u8])]| {
            let answer = upload_of(app, &cookie, files);
            let names = answer.header("set-cookie").unwrap().split(';').next().unwrap();
            page(app, &format!("{cookie}; {names}"), answer.header("location").unwrap()).replace("<!>", "")
        };
        let message = [b"From MAILER-DAEMON Thu Jan 15 06:00:00 2026\n".to_vec(), b"x: y\n\n".to_vec()].concat();
        let shown = told(&[
            ("large <b>.json", &vec![b' '; 16 << 20]),
            ("nothing.json", b""),
            ("many.mbox", &message.repeat(503)),
        ]);
        for said in [
            "large &lt;b&gt;.json</b>: larger than 15.0 MiB",
            "nothing.json</b>: empty",
            "many.mbox, message 501</b>: one too many",
            "many.mbox, message 503</b>: one too many",
            "5 files not taken in",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        // Little more than is read at once: whoever sends much more finds the connection closed.
        let (first, second) = (vec![b' '; 40 << 20], vec![b' '; (24 << 20) + (32 << 10)]);
        let shown = told(&[("first.json", &first), ("second.json", &second), ("third.json", b"x")]);
        assert!(shown.contains("first.json</b>: larger") && shown.contains("second.json</b>: cut off"), "{shown}");
        assert!(shown.contains("more than 64 MiB at once"), "{shown}");
    });
}

#[test]
fn a_report_that_nothing_proves_is_let_in_by_itself() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let setup = app.add_domain("example.com");
        let to = setup.report_email.unwrap();
        let mut client = MailClient::connect(app.smtp());
        for id in ["a", "b"] {
            assert_eq!(client.deliver(&[&to], &mail("example.com", id)).0, 250);
        }
        assert_eq!(app.listing("example.com").reports, 0, "nobody signed them");
        let log = page(app, &cookie, "/log?outcome=quarantined");
        let of = |delivery: &String| ids(&page(app, &cookie, &format!("/log/{delivery}")), "/reports/").remove(0);
        let reports: Vec<_> = ids(&log, "/log/").iter().map(of).collect();
        let shown = page(app, &cookie, &format!("/reports/{}", reports[0]));
        assert!(shown.contains("Count it") && shown.contains("quarantined: it came without"), "{shown}");
        let count = |id: &str| {
            let answer = app.submit("/do/count_report", &cookie, &format!("id={id}"));
            page(app, &cookie, answer.header("location").unwrap())
        };
        let shown = count(&reports[0]);
        assert!(shown.contains("It is counted from now on.") && !shown.contains("Count it"), "{shown}");
        assert_eq!(app.listing("example.com").reports, 1, "and the other one stays where it is");
        assert!(count(&reports[0]).contains("nothing to decide"));
        let log = page(app, &cookie, "/settings/audit?act=report_chosen");
        assert!(log.contains("1 entry"), "{log}");
    });
}

#[test]
fn bytes_and_json_are_there_to_be_taken_away() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        let sent = report("example.com", "a");
        assert_eq!(app.post(&path, &[], &gzip(&sent)).status, 201);
        let log = page(app, &cookie, "/log");
        let delivery = ids(&log, "/log/").remove(0);
        let raw = ask(app, &cookie, &format!("/log/{delivery}/raw"));
        assert_eq!(raw.status, 200);
        assert_eq!(raw.header("content-length"), Some(gzip(&sent).len().to_string().as_str()));
        assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
        assert_eq!(
            raw.header("content-disposition"),
            Some(format!("attachment; filename=\"delivery-{delivery}\"").as_str())
        );
        let shown = page(app, &cookie, &format!("/log/{delivery}"));
        assert!(shown.contains(&format!("/log/{delivery}/raw")) && shown.contains("Sender GmbH"), "{shown}");
        let report = ids(&shown, "/reports/").remove(0);
        let json = ask(app, &cookie, &format!("/reports/{report}/json"));
        assert_eq!(json.body.as_bytes(), sent, "as it was before it was packed");
        assert_eq!(json.header("content-type"), Some("application/json"));
        for path in ["/log/999999/raw", "/reports/999999/json", "/log/x/raw"] {
            assert_eq!(ask(app, &cookie, path).status, 404, "{path}");
        }
    });
}

#[test]
fn filters_stand_in_the_url() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        assert_eq!(app.post(&path, &[], &report("example.com", "a")).status, 201);
        upload(app, &cookie, &[("b.json", &report("example.com", "b"))]);
        let today = server::running::now().day();
        let count = |query: &str| page(app, &cookie, &format!("/log?{query}")).matches("<th scope=\"row\">").count();
        assert_eq!((count(""), count("channel=upload"), count("channel=https"), count("channel=smtp")), (2, 1, 1, 0));
        assert_eq!((count(&format!("from={today}")), count(&format!("to={}", today.plus(-1)))), (2, 0));
        assert_eq!(count(&format!("channel=upload&outcome=counted&from={today}&to={today}")), 1);
        let filtered = page(app, &cookie, "/log?channel=upload&outcome=counted");
        assert!(filtered.contains("/export/deliveries.csv?outcome=counted&amp;channel=upload"), "{filtered}");
        let exported = ask(app, &cookie, "/export/deliveries.csv?channel=upload").body;
        assert!(exported.contains("b.json") && exported.lines().count() == 2, "{exported}");
        let refused = ask(app, &cookie, "/export/deliveries.csv?channel=pigeon");
        assert_eq!(refused.status, 400);
        assert_eq!(refused.body, "The query's channel can be https, smtp, imap, upload, import, pipe.\n");
    });
}

#[test]
fn one_report_that_took_every_way_is_one_report_with_all_its_arrivals() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let setup = app.add_domain("example.com");
        let bytes = report("example.com", "a");
        assert_eq!(app.post(&format!("/r/{}", setup.address), &[], &bytes).status, 201);
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.deliver(&[&setup.report_email.unwrap()], &mail("example.com", "a")).0, 250);
        upload(app, &cookie, &[("a.json.gz", &gzip(&bytes))]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.eml"), mail("example.com", "a")).unwrap();
        let imported =
            waxseal(folder.path(), &[("database.url", app.database_url())]).args(["import", "a.eml"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&imported.stdout), "0 counted, 1 duplicate, 0 quarantined, 0 refused\n");

        let listing = app.listing("example.com");
        assert_eq!((listing.reports, listing.totals.sessions), (1, 100), "however it came, it is counted once");
        let reports = page(app, &cookie, "/domains/example.com/reports");
        let shown = page(app, &cookie, &format!("/reports/{}", ids(&reports, "/reports/")[0]));
        assert!(shown.contains("It came more than once") && shown.contains("4 arrivals in all"), "{shown}");
        for way in [", by HTTPS", ", by SMTP", ", by upload", ", by import"] {
            assert!(shown.contains(way), "{way}: {shown}");
        }
    });
}

#[test]
fn what_is_quarantined_is_released_or_discarded_singly_and_together() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        for (domain, id) in [("one.example", "1"), ("one.example", "2"), ("two.example", "3"), ("two.example", "4")] {
            assert_eq!(app.post(&path, &[], &report(domain, id)).status, 201);
        }
        let aside = || page(app, &cookie, "/log?outcome=quarantined");
        let first = aside();
        let all = ids(&first, "/log/");
        assert_eq!(first.matches("type=\"checkbox\"").count(), 4, "{first}");
        let decide = |form: &str| {
            let answer = app.submit("/do/decide_deliveries", &cookie, form);
            page(app, &cookie, answer.header("location").unwrap())
        };
        assert!(decide("decision=discard").contains("tick at least one"));
        let ticked = format!("decision=discard&ids%5B1%5D={}&ids%5B3%5D={}", all[0], all[3]);
        let told = decide(&ticked);
        assert!(told.contains("2 deliveries discarded."), "{told}");
        assert!(decide(&ticked).contains("none of these is quarantined any more"));
        assert_eq!(aside().matches("type=\"checkbox\"").count(), 2);
        assert!(page(app, &cookie, "/log?outcome=discarded").contains("Its owner took it out of every total."));
        assert!(decide(&format!("decision=release&ids[0]={}", all[1])).contains("quarantined still"));

        // What was put aside comes in by itself once its domain is watched, but for what was discarded.
        app.add_domain("one.example");
        assert_eq!(app.listing("one.example").reports, 1);
        assert!(decide("decision=discard-all").contains("1 delivery discarded."));
        assert_eq!(aside().matches("type=\"checkbox\"").count(), 0);
        let log = page(app, &cookie, "/settings/audit?act=delivery_discarded");
        assert!(log.contains("3 entries"), "{log}");
    });
}

#[test]
fn deliveries_are_read_again_and_nothing_counts_twice() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        let path = app.report_path("example.com");
        for id in 0..30 {
            assert_eq!(app.post(&path, &[], &report("example.com", &id.to_string())).status, 201);
        }
        assert_eq!(app.post(&path, &[], &report("example.com", "1")).status, 200);
        assert_eq!(app.post(&path, &[], b"no report").status, 400);
        let log = page(app, &cookie, "/log");
        let before = app.listing("example.com");
        let one = ids(&log, "/log/").pop().unwrap();
        let again = app.submit("/do/read_again", &cookie, &format!("id={one}"));
        assert_eq!(again.header("location"), Some(format!("/log/{one}?again=same").as_str()));
        assert!(page(app, &cookie, &format!("/log/{one}?again=same")).contains("the same came out"));
        let none = app.submit("/do/read_again", &cookie, "id=999999");
        assert_eq!(none.header("location"), Some("/log/999999?error=none"));

        assert_eq!(
            app.submit("/do/read_all_again", &cookie, "scope=x").header("location"),
            Some("/log/read-again?error=scope")
        );
        let begun = app.submit("/do/read_all_again", &cookie, "scope=all");
        assert_eq!(begun.header("location"), Some("/log/read-again"));
        wait_until("all are read", || ask(app, &cookie, "/log/read-again").header("refresh").is_none());
        let told = page(app, &cookie, "/log/read-again");
        assert!(told.contains("31 of 31 read again, 0 came out otherwise."), "{told}");
        assert_eq!(app.listing("example.com"), before, "counted as before");
        assert_eq!(page(app, &cookie, "/log?outcome=duplicate").matches("<th scope=\"row\">").count(), 1);
    });
}

#[test]
fn a_flooded_address_costs_the_others_nothing() {
    let quota = [("receiving.domain_per_day", "20"), ("receiving.domain_bytes_per_day", "1 MiB")];
    on_each_database(&[&SETTINGS[..], &quota].concat(), |app| {
        let cookie = app.sign_in();
        let (flooded, other) = (app.report_path("flooded.example"), app.report_path("example.com"));
        let mut turned_away = 0;
        for n in 0..60 {
            let status = app.post(&flooded, &[], format!("rubbish {n}").as_bytes()).status;
            turned_away += usize::from(status == 429);
        }
        assert_eq!(turned_away, 40, "its quota is used up");
        for id in 0..5 {
            assert_eq!(app.post(&other, &[], &report("example.com", &id.to_string())).status, 201);
        }
        let log = page(app, &cookie, "/log");
        assert!(log.contains("40 deliveries") && log.contains("turned away today"), "{log}");
        let kept = page(app, &cookie, "/log?domain=flooded.example").matches("<th scope=\"row\">").count();
        assert_eq!(kept, 20, "no more of it is kept than a day may bring");
    });
}

#[test]
fn mail_to_nobody_is_only_counted() {
    on_each_database(&SETTINGS, |app| {
        let cookie = app.sign_in();
        app.add_domain("example.com");
        assert!(!page(app, &cookie, "/log").contains("nobody’s here"));
        let mut client = MailClient::connect(app.smtp());
        client.say("MAIL FROM:<>");
        for _ in 0..2 {
            assert_eq!(client.say("RCPT TO:<aaaaaaaaaaaaaaaaaaaaaaaaaa@in.example>").0, 550);
        }
        assert!(page(app, &cookie, "/log").contains("2 mails to report addresses that are nobody’s here"));
        app.wait(app.engine().keep_unknown_addresses(server::running::now())).unwrap();
        let log = page(app, &cookie, "/log");
        assert!(
            log.contains("2 mails to report addresses") && log.contains("0 deliveries"),
            "kept, and no more: {log}"
        );
    });
}

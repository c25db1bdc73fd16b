//! The ingest log by hand: files brought in, bytes taken away, decisions, and one report that took every way.

use crate::support::{Answer, MailClient, TestApp, get, gzip, mail, on_each_database, report, waxseal};

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
    answer.header("location").unwrap().to_owned()
}

/// The ids in links on a page that begin like this.
fn ids(page: &str, start: &str) -> Vec<String> {
    let rest = page.split(&format!("href=\"{start}")).skip(1);
    rest.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect())
        .filter(|id: &String| !id.is_empty())
        .collect()
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
        assert!(large.contains("too-large=1") && large.contains("done="), "{large}");
        assert!(page(app, &cookie, &large).contains("1 file larger than this server reads"));
        assert_eq!(app.listing("example.com").reports, 6, "the file after it is not lost");
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
        assert_eq!(ask(app, &cookie, "/export/deliveries.csv?channel=pigeon").status, 400);
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

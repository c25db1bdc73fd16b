//! Whole lists as files.

#![expect(clippy::print_stdout, reason = "the memory of a long export belongs in its log")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use serde_json::Value;
use storage::{Settings, Storage};
use tokio::runtime::Runtime;

use crate::support::{
    Answer, Program, TestApp, get, on_each_database, post, report_of, request, session_cookie, watching,
};

fn export(app: &TestApp, session: &str, path: &str) -> Answer {
    get(app.address(), path, &[("Cookie", session)])
}

#[test]
fn every_list_is_a_file() {
    on_each_database(&[], |app| {
        let session = app.sign_in();
        let path = app.report_path("example.com");
        let reporter = "=HYPERLINK(\"http://evil.example\",\"a\")";
        assert_eq!(app.post(&path, &[], &report_of(reporter, "example.com", "1")).status, 201);
        assert_eq!(app.post(&path, &[], &report_of("＠SUM(1,2)", "example.com", "2")).status, 201);
        assert_eq!(app.post(&path, &[], b"noise").status, 400);
        for (list, rows) in [
            ("domains.{}", 1),
            ("domains.{}?q=AMPLE.c&days=7", 1),
            ("domains.{}?q=nowhere", 0),
            ("domains.{}?status=error", 0),
            ("incidents.{}?q=nowhere", 0),
            ("deliveries.{}", 3),
            ("deliveries.{}?outcome=unreadable", 1),
            ("deliveries.{}?domain=example.com&outcome=counted", 2),
            ("reports.{}?domain=example.com", 2),
            ("reports.{}?domain=example.com&failing=yes", 2),
            ("reports.{}", 2),
            ("reports.{}?failing=yes&q=EXAMPLE.com&from=2018-01-01&policy=sts", 2),
            ("reports.{}?domain=example.com&trust=unsigned", 2),
            ("deliveries.{}?trust=unsigned", 3),
            ("failures.{}?domain=example.com", 2),
            ("failures.{}?domain=example.com&from=2026-01-15&to=2026-01-15", 2),
            ("failures.{}?domain=example.com&from=2026-01-16", 0),
            ("reports.{}?domain=example.com&to=2026-01-14", 0),
            ("days.{}?domain=example.com", 30),
            ("days.{}?domain=example.com&from=2026-01-14&to=2026-01-16", 3),
        ] {
            let csv = export(app, &session, &format!("/export/{}", list.replace("{}", "csv")));
            assert_eq!(
                (csv.status, csv.header("content-type").unwrap()),
                (200, "text/csv; charset=utf-8; header=present")
            );
            assert!(csv.header("content-disposition").unwrap().starts_with("attachment; filename=\"waxseal-"));
            let lines: Vec<_> = csv.body.split_terminator("\r\n").collect();
            assert_eq!(lines.len(), rows + 1, "{list}: {}", csv.body);
            for cell in lines.iter().flat_map(|line| line.split(',')) {
                assert!(
                    !cell.trim_start_matches('"').starts_with(['=', '+', '-', '@', '＠']),
                    "{cell} would be computed"
                );
            }
            let json = export(app, &session, &format!("/export/{}", list.replace("{}", "json")));
            assert_eq!((json.status, json.header("content-type").unwrap()), (200, "application/json"));
            let json: Vec<Value> = serde_json::from_str(&json.body).unwrap();
            // As browsers ask for it.
            let headers = [("Cookie", session.as_str()), ("Accept-Encoding", "gzip, deflate, br")];
            let packed = get(app.address(), &format!("/export/{}", list.replace("{}", "csv")), &headers);
            assert_eq!(packed.status, 200, "{list}");
            assert_eq!(json.len(), rows, "{list}");
            for row in json {
                assert_eq!(row.as_object().unwrap().len(), lines[0].split(',').count(), "{list}: the same columns");
            }
        }
        let failures = export(app, &session, "/export/failures.csv?domain=example.com").body;
        assert!(failures.contains("\"'=HYPERLINK(\"\"http"), "{failures}");
    });
}

#[test]
fn an_empty_list_is_a_file_too() {
    let app = TestApp::start();
    let session = app.sign_in();
    let csv = export(&app, &session, "/export/deliveries.csv");
    assert_eq!(csv.body, "delivery,received,channel,remote,domain,outcome,reason,size,reports,trust,signer\r\n");
    assert_eq!(export(&app, &session, "/export/deliveries.json").body, "[]\n");
    assert_eq!(export(&app, &session, "/export/reports.json?q=nowhere&failing=all").body, "[]\n");
}

#[test]
fn what_cannot_be_exported_says_so() {
    let app = TestApp::start();
    assert_eq!(app.get("/export/domains.csv").status, 303, "for who is signed in");
    let session = app.sign_in();
    for (path, status) in [
        ("/export/domains.xml", 404),
        ("/export/people.csv", 404),
        ("/export/reports.csv?domain=unknown.example", 404),
        ("/export/reports.csv?failing=odd", 400),
        ("/export/domains.csv?status=odd", 400),
        ("/export/domains.csv?days=0", 400),
        ("/export/failures.csv?domain=no%20domain", 400),
        ("/export/deliveries.csv?outcome=lost", 400),
        ("/export/deliveries.csv?nonsense=1", 400),
    ] {
        assert_eq!(export(&app, &session, path).status, status, "{path}");
    }
}

#[test]
fn pages_lead_to_their_exports() {
    let app = TestApp::start();
    let session = app.sign_in();
    let body = String::from_utf8(report_of("Alpha", "example.com", "1")).unwrap();
    let body = body.replace("2026-01-15", &server::running::now().day().plus(-1).to_string());
    assert_eq!(app.post(&app.report_path("example.com"), &[], body.as_bytes()).status, 201);
    // As far as the page shows them.
    let shown = model::DayRange::ending(server::running::now().day(), 30);
    let of_domain = |file: &str, more: &str| {
        format!("/export/{file}?domain=example.com&amp;from={}&amp;to={}{more}", shown.first, shown.last)
    };
    for (page, link) in [
        ("/", "/export/domains.csv?days=30"),
        ("/?q=example&days=7", "/export/domains.json?q=example&amp;days=7"),
        ("/domains/example.com/networks", &of_domain("failures.csv", "")),
        ("/incidents?q=example", "/export/incidents.csv?q=example"),
        ("/log?outcome=counted", "/export/deliveries.json?outcome=counted"),
        ("/domains/example.com/reports?failing=yes", "/export/reports.csv?domain=example.com&amp;failing=yes"),
        ("/domains/example.com", &of_domain("failures.csv", "")),
        (
            "/domains/example.com?mx=mx1.example.com&trust=unsigned",
            &of_domain("days.json", "&amp;mx=mx1.example.com&amp;trust=unsigned"),
        ),
    ] {
        let html = export(&app, &session, page).body;
        let links: Vec<_> = html.split("href=\"").filter(|part| part.starts_with("/export/")).collect();
        assert!(links.iter().any(|part| part.starts_with(&format!("{link}\""))), "{page}: {links:?}");
        assert_eq!(export(&app, &session, &link.replace("&amp;", "&")).status, 200, "{link}");
    }
}

/// Fills a database with so many deliveries and asks for all of them: memory stays what it was.
fn exports_with_little_memory(rows: u64) {
    let (folder, path) = watching("example.com");
    let program = Program::serve(folder.path(), &[]);
    let code = program.printed.split("code=").nth(1).unwrap().split_whitespace().next().unwrap();
    let form = format!("code={code}&email=owner%40example.com&password=correct-horse-battery");
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Accept", "text/html"),
    ];
    let answer = post(program.address, "/do/create_first_user", &headers, form.as_bytes());
    let session = session_cookie(&answer).unwrap();
    assert_eq!(post(program.address, &path, &[], &report_of("A", "example.com", "1")).status, 201);

    let url = format!("sqlite://{}", folder.path().join("data/waxseal.db").display());
    Runtime::new().unwrap().block_on(async {
        let storage = Storage::open(&Settings { url, may_upgrade: false }).await.unwrap();
        storage.repeat_oldest_delivery(rows).await.unwrap();
        storage.close().await;
    });
    for format in ["csv", "json"] {
        let before = most_memory(&program);
        let mut stream = TcpStream::connect(program.address).unwrap();
        let asked = request("GET", &format!("/export/deliveries.{format}"), &[("Cookie", &session)], b"");
        stream.write_all(&asked).unwrap();
        let mut lines = 0;
        for line in BufReader::new(stream).split(b'\n') {
            let line = line.unwrap();
            lines += u64::from(line.windows(7).any(|part| part == b"counted"));
        }
        assert_eq!(lines, rows + 1, "{format}: each row once");
        let grown = most_memory(&program).saturating_sub(before);
        println!("{rows} rows as {format}: {grown} KiB more");
        assert!(grown < 24 << 10, "{format}: {grown} KiB more for {rows} rows");
    }
}

/// The most memory that the program has held, in KiB.
fn most_memory(program: &Program) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_long_list_costs_little_memory() {
    exports_with_little_memory(60_000);
}

#[test]
#[ignore = "takes minutes"]
fn a_million_rows_cost_little_memory() {
    exports_with_little_memory(1_000_000);
}

//! `POST /r/{address}` (RFC 8460 §5.4): every way in which senders post, and every way in which it can go wrong.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::support::{TestApp, exchange, gzip, need, on_each_database, read_answer, report, report_of, request};

const DOMAIN: &str = "example.com";

#[test]
fn a_report_is_stored_once_however_often_it_comes() {
    on_each_database(&[], |app| {
        let path = app.report_path(DOMAIN);
        let body = gzip(&report(DOMAIN, "r1"));
        let headers = [("Content-Type", "application/tlsrpt+gzip")];
        let first = app.post(&path, &headers, &body);
        assert_eq!((first.status, first.body.as_str()), (201, "The report is stored and counted.\n"));
        let again = app.post(&path, &headers, &body);
        assert_eq!(again.status, 200, "{again:?}");
        let listing = app.listing(DOMAIN);
        assert_eq!((listing.reports, listing.totals.sessions, listing.totals.failed), (1, 100, 3));
    });
}

#[test]
fn many_copies_at_once_are_one_report() {
    on_each_database(&[], |app| {
        let path = app.report_path(DOMAIN);
        let body = report(DOMAIN, "r1");
        let statuses: Vec<u16> = thread::scope(|scope| {
            let posts: Vec<_> = (0..50).map(|_| scope.spawn(|| app.post(&path, &[], &body).status)).collect();
            posts.into_iter().map(|post| post.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
        assert_eq!(app.listing(DOMAIN).reports, 1);
    });
}

#[test]
fn a_flooded_address_turns_deliveries_away_until_tomorrow_and_its_owner_sees_it() {
    on_each_database(&[("receiving.domain_per_day", "2")], |app| {
        let path = app.report_path(DOMAIN);
        for (id, status) in [("r1", 201), ("r2", 201), ("r3", 429), ("r2", 200)] {
            assert_eq!(app.post(&path, &[], &report(DOMAIN, id)).status, status, "{id}");
        }
        let away = app.post(&path, &[], b"what nobody can read");
        assert!(away.body.starts_with("This address has taken in what one day may bring."), "{away:?}");
        let wait: u64 = away.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=86_401).contains(&wait), "{wait}");
        assert!(app.get("/metrics").body.contains("waxseal_delivery_refusals_total{cause=\"over_quota\"}"));

        let other = app.report_path("other.example");
        assert_eq!(app.post(&other, &[], &report("other.example", "r1")).status, 201, "others do not notice");
        let log = crate::support::get(app.address(), "/log", &[("Cookie", &app.sign_in())]).body;
        let said = log.contains("2 deliveries") && log.contains(" were turned away today: more than 2 deliveries and ");
        assert!(said, "{log}");
    });
}

/// What the headers call the body decides nothing: its bytes do.
#[test]
fn any_type_and_coding_around_any_body() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    let types = [
        Some("application/tlsrpt+gzip"),
        Some("application/tlsrpt+json"),
        Some("application/gzip"),
        Some("application/json"),
        Some("application/octet-stream"),
        Some("text/plain; charset=\"utf-8\""),
        Some("multipart/form-data; boundary=x"),
        None,
    ];
    let codings = [None, Some("gzip"), Some("identity"), Some("br")];
    let mut rows = 0;
    for (t, content_type) in types.into_iter().enumerate() {
        for (c, coding) in codings.into_iter().enumerate() {
            let json = |kind| report(DOMAIN, &format!("{t}-{c}-{kind}"));
            let mut rubbish = gzip(&json("trailing"));
            rubbish.extend_from_slice(b"\0\0\0");
            let mut members = gzip(&json("members")[..40]);
            members.extend(gzip(&json("members")[40..]));
            let twice = gzip(&gzip(&json("twice")));
            let cut = gzip(&json("cut"));
            let bodies: [(&str, Vec<u8>, u16); 8] = [
                ("plain", json("plain"), 201),
                ("with a byte order mark", [b"\xef\xbb\xbf", &json("bom")[..]].concat(), 201),
                ("gzip", gzip(&json("gzip")), 201),
                ("gzip in two members", members, 201),
                ("gzip and rubbish after it", rubbish, 201),
                ("gzip cut short", cut[..cut.len() - 6].to_vec(), 400),
                ("no report", b"hello".to_vec(), 400),
                // A file that is compressed, and then its transfer as well.
                ("gzip in gzip", twice, 201),
            ];
            for (kind, body, expected) in bodies {
                let headers: Vec<_> = [("Content-Type", content_type), ("Content-Encoding", coding)]
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)))
                    .collect();
                let answer = app.post(&path, &headers, &body);
                // "hello" and its like repeat what was unreadable before; that is no success.
                assert_eq!(answer.status, expected, "{kind} as {content_type:?} in {coding:?}: {}", answer.body);
                rows += 1;
            }
        }
    }
    assert_eq!(rows, 256);
    assert_eq!(app.listing(DOMAIN).reports, 8 * 4 * 6, "six good bodies in each row");
}

#[test]
fn what_cannot_be_read_is_kept_and_its_sender_told_why() {
    on_each_database(&[], |app| {
        let path = app.report_path(DOMAIN);
        let answer = app.post(&path, &[("Content-Type", "application/tlsrpt+json")], b"<html>502 Bad Gateway</html>");
        assert_eq!(answer.status, 400);
        assert!(
            answer.body.starts_with("The body is kept for the owner of this address, but it is no report. "),
            "{answer:?}"
        );
        let cookie = app.sign_in();
        let log = crate::support::get(app.address(), "/log", &[("Cookie", &cookie)]);
        assert_eq!(log.status, 200);
        assert!(log.body.to_lowercase().contains("unreadable"), "the owner sees it in the ingest log");
        assert_eq!(app.listing(DOMAIN).reports, 0);
    });
}

#[test]
fn poison_values_are_stored_not_choked_on() {
    on_each_database(&[], |app| {
        let path = app.report_path(DOMAIN);
        let json = String::from_utf8(report(DOMAIN, "poison")).unwrap();
        for (what, to) in [
            ("\"Sender GmbH\"", "\"NUL \\u0000 here\""),
            ("\"Sender GmbH\"", "\"lone \\ud800 surrogate\""),
            ("\"Sender GmbH\"", "\"\\u001b[31m \\u202e\""),
            (":97", ":9223372036854775807"),
            (":97", ":18446744073709551616"),
            ("\"poison\"", &format!("\"{}\"", "x".repeat(100_000))),
        ] {
            let answer = app.post(&path, &[], json.replace(what, to).as_bytes());
            assert!([200, 201].contains(&answer.status), "{to:.60}: {answer:?}");
        }
        assert!(app.listing(DOMAIN).reports >= 5);
        let cookie = app.sign_in();
        let page = crate::support::get(app.address(), &format!("/domains/{DOMAIN}/reports"), &[("Cookie", &cookie)]);
        assert_eq!(page.status, 200);
        assert!(!page.body.contains('\u{1b}'));
    });
}

#[test]
fn a_chunked_body_is_a_body() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    let body = report(DOMAIN, "chunked");
    let mut bytes =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
            .into_bytes();
    for chunk in body.chunks(7) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes().chain(chunk.iter().copied()).chain(*b"\r\n"));
    }
    bytes.extend(b"0\r\n\r\n");
    assert_eq!(exchange(app.address(), &bytes).unwrap().status, 201);
    assert_eq!(app.listing(DOMAIN).reports, 1);
}

#[test]
fn a_sender_that_waits_for_leave_gets_it_or_the_reason() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    let ask = |path: &str, length: usize| {
        let mut stream = TcpStream::connect(app.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };

    let body = report(DOMAIN, "expected");
    let mut stream = ask(&path, body.len());
    let mut leave = [0; 25];
    stream.read_exact(&mut leave).unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&body).unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().status, 201);

    assert_eq!(read_answer(&mut ask(&path, 11 << 20)).unwrap().status, 413);
    assert_eq!(read_answer(&mut ask("/r/aaaaaaaaaaaaaaaaaaaaaaaaaa", 5)).unwrap().status, 404);
}

#[test]
fn what_is_too_large_is_refused_declared_or_not() {
    let app = TestApp::with(&[("limits.body", "100 KiB")]);
    let path = app.report_path(DOMAIN);
    let large = vec![b' '; 300 << 10];
    let declared = app.post(&path, &[], &large);
    assert_eq!(declared.status, 413);
    assert!(declared.body.contains("larger than 100 KiB"), "{declared:?}");
    let mut chunked =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
            .into_bytes();
    chunked.extend(format!("{:x}\r\n", large.len()).bytes().chain(large).chain(*b"\r\n0\r\n\r\n"));
    assert_eq!(exchange(app.address(), &chunked).unwrap().status, 413);
    assert_eq!(app.post(&path, &[], &report(DOMAIN, "small")).status, 201, "the next one is welcome");
}

#[test]
fn a_bomb_is_refused_in_no_time() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    // 64 MiB of blanks in 64 kB: over the limit of 32 MiB.
    let bomb = gzip(&vec![b' '; 64 << 20]);
    let start = Instant::now();
    let answer = app.post(&path, &[], &bomb);
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn without_memory_senders_are_asked_to_come_again() {
    let app = TestApp::with(&[("limits.memory", "64 KiB")]);
    let path = app.report_path(DOMAIN);
    let answer = app.post(&path, &[], &vec![b' '; 200 << 10]);
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(app.post(&path, &[], &report(DOMAIN, "small")).status, 201, "small ones need none of it");
}

#[test]
fn an_unknown_address_is_a_path_that_does_not_exist() {
    let app = TestApp::start();
    let known = app.report_path(DOMAIN);
    let body = report(DOMAIN, "r1");
    let nowhere = app.post("/no/such/path", &[], &body);
    assert_eq!(nowhere.status, 404);
    let alike = format!("{}a", &known[..known.len() - 1]);
    let other = if alike == known { format!("{}b", &known[..known.len() - 1]) } else { alike };
    for path in
        ["/r/aaaaaaaaaaaaaaaaaaaaaaaaaa", &other, "/r", "/r/", "/r/a/b", "/r/%00", "/r/..%2fetc", &format!("{known}/x")]
    {
        let answer = app.post(path, &[], &body);
        assert_eq!((answer.status, &answer.body), (404, &nowhere.body), "{path}");
        let named = |answer: &crate::support::Answer| {
            answer
                .headers
                .iter()
                .filter(|(name, _)| *name != "date")
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(named(&answer), named(&nowhere), "{path}");
    }
    assert_eq!(app.post(&format!("{known}/"), &[], &body).status, 201, "a final slash is forgiven, never redirected");
    assert_eq!(app.post(&format!("{known}?x=y"), &[], &body).status, 200);
}

#[test]
fn much_sent_to_an_unknown_address_is_not_waited_for() {
    let app = TestApp::start();
    let mut stream = TcpStream::connect(app.address()).unwrap();
    let head = "POST /r/aaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: x\r\nContent-Length: 10485760\r\n\r\n";
    let start = Instant::now();
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().status, 404);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn other_methods_learn_nothing() {
    let app = TestApp::start();
    let known = app.report_path(DOMAIN);
    for path in [known.as_str(), "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/r/", "/r", "/r/a/b"] {
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
            let answer = exchange(app.address(), &request(method, path, &[], b"")).unwrap();
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method} {path}");
        }
    }
}

#[test]
fn too_many_are_asked_to_come_later() {
    let settings = [("receiving.address_burst", "3"), ("receiving.address_per_minute", "1")];
    let app = TestApp::with(&settings);
    let (one, other) = (app.report_path(DOMAIN), app.report_path("example.org"));
    for n in 0..3 {
        assert_eq!(app.post(&one, &[], &report(DOMAIN, &n.to_string())).status, 201);
    }
    let answer = app.post(&one, &[], &report(DOMAIN, "3"));
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(app.post(&other, &[], &report("example.org", "0")).status, 201, "others are not held up");
    assert_eq!(app.listing(DOMAIN).reports, 3);
}

#[test]
fn a_contradiction_is_kept_and_not_counted_twice() {
    on_each_database(&[], |app| {
        let path = app.report_path(DOMAIN);
        let first = String::from_utf8(report(DOMAIN, "same-id")).unwrap();
        assert_eq!(app.post(&path, &[], first.as_bytes()).status, 201);
        let other = app.post(&path, &[], first.replace(":97", ":96").as_bytes());
        assert_eq!(other.status, 201);
        assert!(other.body.contains("contradicts"), "{other:?}");
        assert_eq!(app.listing(DOMAIN).totals.sessions, 100);
        let stranger = app.post(&path, &[], &report_of("Other Ltd", DOMAIN, "same-id"));
        assert_eq!(stranger.status, 201, "another sender may use the same id");
    });
}

#[test]
fn a_report_about_a_stranger_is_kept_apart() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    let answer = app.post(&path, &[], &report("stranger.example", "r1"));
    assert_eq!(answer.status, 201);
    assert!(answer.body.contains("not counted"), "{answer:?}");
    assert_eq!(app.listing(DOMAIN).reports, 0);
}

#[test]
fn receiving_knows_no_cookies_and_no_redirects() {
    let app = TestApp::start();
    let path = app.report_path(DOMAIN);
    let cross_site = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Cookie", "waxseal=x")];
    let answer = app.post(&path, &cross_site, &report(DOMAIN, "r1"));
    assert_eq!(answer.status, 201);
    assert!(answer.header("set-cookie").is_none() && answer.header("location").is_none());
}

#[test]
fn http_2_carries_reports_as_well() {
    need("curl", "curl");
    let app = TestApp::start();
    let url = format!("http://{}{}", app.address(), app.report_path(DOMAIN));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report");
    std::fs::write(&file, gzip(&report(DOMAIN, "h2"))).unwrap();
    let output = Command::new("curl")
        .args(["--silent", "--http2-prior-knowledge", "--write-out", "%{http_version} %{http_code}", "--data-binary"])
        .arg(format!("@{}", file.display()))
        .arg(url)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.ends_with("2 201"), "{told}");
    assert_eq!(app.listing(DOMAIN).reports, 1);
}

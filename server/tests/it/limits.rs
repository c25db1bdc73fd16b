//! Slow, silent and numerous clients: each is cut off by a limit of its own, and the others do not notice.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::support::{TestApp, get, read_answer, report};

const SHORT: [(&str, &str); 4] = [
    ("http.header_timeout", "400ms"),
    ("http.idle_timeout", "1200ms"),
    ("http.transfer_grace", "600ms"),
    ("http.min_rate", "100 KiB"),
];

fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// How long until the server closes.
fn closed_after(mut stream: TcpStream) -> Duration {
    let start = Instant::now();
    match stream.read_to_end(&mut Vec::new()) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("still open"),
        _ => start.elapsed(),
    }
}

fn between(low: u64, high: u64) -> impl Fn(Duration) -> bool {
    move |time| (u128::from(low)..u128::from(high)).contains(&time.as_millis())
}

#[test]
fn who_says_nothing_or_half_a_word_is_cut_off() {
    let app = TestApp::with(&SHORT);
    let beginnings: [(&str, &[u8]); 5] = [
        ("silence", b""),
        ("half a method", b"PO"),
        ("half a head", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow:"),
        ("half the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM"),
        (
            "the HTTP/2 preface and nothing more",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        ),
    ];
    thread::scope(|scope| {
        for (what, bytes) in beginnings {
            let app = &app;
            scope.spawn(move || {
                let mut stream = connect(app);
                stream.write_all(bytes).unwrap();
                let time = closed_after(stream);
                assert!(between(350, 1100)(time), "{what}: {time:?}");
            });
        }
    });
}

#[test]
fn dripping_a_head_wins_no_time() {
    let app = TestApp::with(&SHORT);
    let mut stream = connect(&app);
    let start = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    while start.elapsed() < Duration::from_secs(10) {
        if stream.write_all(b"X: y\r\n").is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert!(between(350, 2000)(start.elapsed()), "{:?}", start.elapsed());
}

#[test]
fn a_dripping_body_is_answered_408() {
    let app = TestApp::with(&SHORT);
    let path = app.report_path("example.com");
    let mut stream = connect(&app);
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let start = Instant::now();
    let mut dripping = stream.try_clone().unwrap();
    let drips = thread::spawn(move || {
        while dripping.write_all(b"x").is_ok() && start.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let answer = read_answer(&mut stream).unwrap();
    assert_eq!(answer.status, 408, "{answer:?}");
    assert!(between(500, 3000)(start.elapsed()), "{:?}", start.elapsed());
    drips.join().unwrap();
    assert_eq!(app.listing("example.com").reports, 0);
}

#[test]
fn a_steady_body_may_take_longer_than_the_grace() {
    let app = TestApp::with(&[("http.transfer_grace", "500ms"), ("http.min_rate", "100")]);
    let path = app.report_path("example.com");
    let body = report("example.com", "steady");
    let mut stream = connect(&app);
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    for part in body.chunks(body.len().div_ceil(10)) {
        stream.write_all(part).unwrap();
        thread::sleep(Duration::from_millis(120));
    }
    assert_eq!(read_answer(&mut stream).unwrap().status, 201);
}

#[test]
fn between_requests_a_connection_may_rest() {
    let app = TestApp::with(&SHORT);
    let mut stream = connect(&app);
    let ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut answer = [0; 4096];
    stream.write_all(ask).unwrap();
    assert!(stream.read(&mut answer).unwrap() > 0);
    thread::sleep(Duration::from_millis(700));
    stream.write_all(ask).unwrap();
    assert!(stream.read(&mut answer).unwrap() > 0, "longer than a head may take, shorter than the idle time");
    let time = closed_after(stream);
    assert!(between(1000, 2500)(time), "{time:?}");
}

#[test]
fn who_does_not_read_is_dropped() {
    let app = TestApp::with(&SHORT);
    let mut stream = connect(&app);
    let start = Instant::now();
    // Pipelined requests whose answers fill every buffer on the way.
    let ask = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    while start.elapsed() < Duration::from_secs(15) {
        match stream.write_all(&ask) {
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return,
            _ => {}
        }
    }
    panic!("still open after {:?}", start.elapsed());
}

#[test]
fn one_client_cannot_take_all_connections() {
    let app = TestApp::with(&[("http.max_connections_per_address", "3")]);
    let held: Vec<_> = (0..3).map(|_| connect(&app)).collect();
    thread::sleep(Duration::from_millis(100));
    let refused = read_answer(&mut connect(&app)).unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("10")));
    assert!(refused.body.contains("too many connections from your address"), "{refused:?}");
    drop(held);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(app.get("/healthz").status, 200, "room comes back");
}

#[test]
fn the_server_has_a_cap_that_holds_for_proxies_too() {
    let app = TestApp::with(&[
        ("http.max_connections", "5"),
        ("http.max_connections_per_address", "1"),
        ("http.trusted_proxies", "127.0.0.1"),
    ]);
    let held: Vec<_> = (0..5).map(|_| connect(&app)).collect();
    thread::sleep(Duration::from_millis(100));
    let refused = read_answer(&mut connect(&app)).unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("as many connections as it may"), "{refused:?}");
    drop(held);
}

#[test]
fn honest_clients_do_not_notice_an_attack() {
    let app = TestApp::with(&[("http.header_timeout", "1s"), ("http.trusted_proxies", "127.0.0.1")]);
    let path = app.report_path("example.com");
    let mut attackers = Vec::new();
    for n in 0..600 {
        let mut stream = connect(&app);
        let _ = stream.write_all([&b""[..], b"POST ", b"PRI * HTTP"][n % 3]);
        attackers.push(stream);
    }
    for n in 0..20 {
        let start = Instant::now();
        assert_eq!(app.post(&path, &[], &report("example.com", &n.to_string())).status, 201);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
    thread::sleep(Duration::from_secs(2));
    let metrics = app.get("/metrics").body;
    let open = metrics.lines().find_map(|line| line.strip_prefix("waxseal_http_connections_open ")).unwrap();
    assert!(open.parse::<f64>().unwrap() < 10.0, "{open} connections are still open");
}

/// Framing that two servers could read differently is refused (request smuggling).
#[test]
fn ambiguous_framing_is_refused() {
    let app = TestApp::start();
    let path = app.report_path("example.com");
    for (what, head) in [
        ("two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
        ("two lengths in one line", "Content-Length: 5, 6\r\n"),
        ("a signed length", "Content-Length: +5\r\n"),
        ("a length that is no number", "Content-Length: 0x5\r\n"),
        ("a coding that is not the last", "Transfer-Encoding: chunked, identity\r\n"),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n"),
        ("white space before the colon", "Content-Length : 5\r\n"),
        ("a folded line", "X: a\r\n b\r\n"),
        ("a bare CR in a value", "X: a\rb\r\n"),
        ("a NUL in a value", "X: a\0b\r\n"),
    ] {
        let bytes =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\n{head}\r\nhelloGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut stream = connect(&app);
        stream.write_all(bytes.as_bytes()).unwrap();
        let answer = read_answer(&mut stream).unwrap();
        assert_eq!(answer.status, 400, "{what}: {answer:?}");
        assert!(!answer.body.contains("HTTP/1.1"), "{what}: one answer, then the connection ends");
    }
    assert_eq!(get(app.address(), "/healthz", &[]).status, 200);
}

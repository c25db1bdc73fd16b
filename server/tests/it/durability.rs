//! `kill -9` at any moment: what was acknowledged is there, once. And proof that this test would notice otherwise.

#![expect(clippy::print_stdout, reason = "the numbers of a storm belong in its log")]

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::support::{Program, audit, counted, exchange, lost, report, request, watching};

const CLIENTS: u32 = 8;
const DOMAIN: &str = "example.com";
/// Limits that do not get in the way.
const GENEROUS: [(&str, &str); 5] = [
    ("receiving.source_burst", "1000000"),
    ("receiving.source_per_minute", "1000000"),
    ("receiving.address_burst", "1000000"),
    ("receiving.address_per_minute", "1000000"),
    ("receiving.domain_per_day", "1000000"),
];

#[test]
fn what_is_acknowledged_survives_fifty_kills() {
    survive(50);
}

#[test]
#[ignore = "takes minutes"]
fn what_is_acknowledged_survives_three_hundred_kills() {
    survive(300);
}

fn survive(kills: u32) {
    let (folder, path) = watching(DOMAIN);
    let server = Arc::new(Mutex::new(None));
    let acknowledged = storm(folder.path(), &server, kills, || *lock(&server), &path);
    let last = Program::serve(folder.path(), &GENEROUS);
    let counted = counted(folder.path());
    let missing = lost(last.address, &path, DOMAIN, &acknowledged);
    println!("{kills} kills, {} acknowledged, {counted} counted, {} lost", acknowledged.len(), missing.len());
    assert!(acknowledged.len() > kills as usize * 5, "the storm was a breeze: {}", acknowledged.len());
    assert!(missing.is_empty(), "acknowledged and lost: {missing:?}");
    // Each client repeats a report until it is acknowledged, so nothing else can be there.
    assert_eq!(counted, acknowledged.len(), "every report is there exactly once");
    last.kill();
    assert_eq!(audit(folder.path()), [""; 0], "the sums say what the reports say");
}

/// The negative control: in front of the same server stands one that acknowledges before anything is stored.
#[test]
fn a_server_that_acknowledges_too_early_is_found_out() {
    let (folder, path) = watching(DOMAIN);
    let server = Arc::new(Mutex::new(None));
    let eager = acknowledge_early(Arc::clone(&server));
    let acknowledged = storm(folder.path(), &server, 8, || Some(eager), &path);
    let last = Program::serve(folder.path(), &GENEROUS);
    let missing = lost(last.address, &path, DOMAIN, &acknowledged);
    println!("control: {} acknowledged, {} lost", acknowledged.len(), missing.len());
    assert!(!missing.is_empty(), "the check finds no loss where there must be some: it proves nothing");
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Eight clients post to wherever `target` says while the server in `folder` is killed and started again. Each repeats
/// a report until it is acknowledged. Gives what was acknowledged.
fn storm(
    folder: &Path,
    server: &Mutex<Option<SocketAddr>>,
    kills: u32,
    target: impl Fn() -> Option<SocketAddr> + Sync,
    path: &str,
) -> BTreeSet<String> {
    let over = AtomicBool::new(false);
    let acknowledged = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (over, acknowledged, target) = (&over, &acknowledged, &target);
            scope.spawn(move || {
                for number in 0.. {
                    let id = format!("{client}-{number}");
                    let bytes = request("POST", path, &[], &report(DOMAIN, &id));
                    loop {
                        if over.load(Ordering::Relaxed) {
                            return;
                        }
                        let answer = target().and_then(|address| exchange(address, &bytes).ok());
                        if answer.is_some_and(|answer| [200, 201].contains(&answer.status)) {
                            break;
                        }
                        thread::sleep(Duration::from_millis(5));
                    }
                    lock(acknowledged).insert(id);
                    thread::sleep(Duration::from_millis(3));
                }
            });
        }
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..kills {
            let program = Program::serve(folder, &GENEROUS);
            *lock(server) = Some(program.address);
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            thread::sleep(Duration::from_millis(20 + (random >> 33) % 300));
            program.kill();
            *lock(server) = None;
        }
        // Once more without a kill, so that each client finishes the report it holds.
        let program = Program::serve(folder, &GENEROUS);
        *lock(server) = Some(program.address);
        thread::sleep(Duration::from_millis(500));
        over.store(true, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(500));
        program.kill();
    });
    acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A server that answers 201 as soon as it has the bytes and passes them on a moment later.
fn acknowledge_early(server: Arc<Mutex<Option<SocketAddr>>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let server = Arc::clone(&server);
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                // A report is one JSON object that ends with its report-id.
                let complete = |bytes: &[u8]| bytes.ends_with(b"\"}");
                while !complete(&bytes) {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => return,
                        Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                    }
                }
                let _ = stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                drop(stream);
                thread::sleep(Duration::from_millis(5));
                let now = *lock(&server);
                if let Some(server) = now {
                    let _ = exchange(server, &bytes);
                }
            });
        }
    });
    address
}

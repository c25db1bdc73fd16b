//! The end of the program: what is under way is finished, what is not acknowledged is not lost.

use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::support::{Program, exchange, read_answer, report, request, watching, waxseal};

/// A POST of which all but the last byte is sent.
fn almost_sent(program: &Program, path: &str) -> (TcpStream, u8) {
    let bytes = request("POST", path, &[], &report("example.com", "slow"));
    let mut stream = TcpStream::connect(program.address).unwrap();
    let (last, most) = bytes.split_last().unwrap();
    stream.write_all(most).unwrap();
    thread::sleep(Duration::from_millis(200));
    (stream, *last)
}

#[test]
fn a_request_under_way_is_finished() {
    let (folder, path) = watching("example.com");
    let program = Program::serve(folder.path(), &[]);
    let address = program.address;
    let (mut stream, last) = almost_sent(&program, &path);
    program.signal("TERM");
    thread::sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(address).is_err(), "nothing new is accepted");
    stream.write_all(&[last]).unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().status, 201);
    assert_eq!(program.wait(Duration::from_secs(5)), Some(0));
    assert!(!folder.path().join("data/waxseal.db-wal").exists(), "the database is one file again");
    let program = Program::serve(folder.path(), &[]);
    assert_eq!(
        exchange(program.address, &request("POST", &path, &[], &report("example.com", "slow"))).unwrap().status,
        200
    );
}

#[test]
fn waiting_has_an_end() {
    let (folder, path) = watching("example.com");
    let program = Program::serve(folder.path(), &[("http.drain_timeout", "1s")]);
    let _held = almost_sent(&program, &path);
    let start = Instant::now();
    program.signal("INT");
    assert_eq!(program.wait(Duration::from_secs(5)), Some(0));
    assert!(start.elapsed() > Duration::from_millis(900), "{:?}", start.elapsed());
}

#[test]
fn a_second_signal_ends_at_once() {
    let (folder, path) = watching("example.com");
    let program = Program::serve(folder.path(), &[]);
    let _held = almost_sent(&program, &path);
    program.signal("TERM");
    thread::sleep(Duration::from_millis(200));
    program.signal("INT");
    assert_eq!(program.wait(Duration::from_secs(2)), Some(130));
}

/// One signal or two in a row, the sample data goes, also when it is still being made.
#[test]
fn the_demo_leaves_nothing_behind() {
    for signals in [&["TERM"][..], &["INT"], &["TERM", "INT"]] {
        let folder = tempfile::tempdir().unwrap();
        let mut demo = waxseal(folder.path(), &[]).arg("demo").env("TMPDIR", folder.path()).spawn().unwrap();
        let left = || fs::read_dir(folder.path()).unwrap().count();
        let start = Instant::now();
        while left() == 0 {
            assert!(start.elapsed() < Duration::from_secs(10), "it made no folder");
            thread::sleep(Duration::from_millis(20));
        }
        for signal in signals {
            // At the second one, it may have ended already.
            let _ = Command::new("kill").args([&format!("-{signal}"), &demo.id().to_string()]).status();
        }
        let ended = demo.wait().unwrap();
        assert!([Some(0), Some(130)].contains(&ended.code()), "{signals:?}: {ended:?}");
        assert_eq!(left(), 0, "{signals:?}");
    }
}

#[test]
fn an_idle_server_ends_quickly() {
    let (folder, _) = watching("example.com");
    let program = Program::serve(folder.path(), &[]);
    let _idle = TcpStream::connect(program.address).unwrap();
    program.signal("TERM");
    assert_eq!(program.wait(Duration::from_secs(3)), Some(0));
}

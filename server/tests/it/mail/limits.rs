//! Slow, large and numerous peers: each is bounded, and the others do not notice.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use tokio::net::{TcpSocket, TcpStream};

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, TestApp, delivery, mail, wait_until};

fn with(settings: &[(&'static str, &'static str)]) -> TestApp {
    TestApp::with(&[&SMTP[..], settings].concat())
}

#[test]
fn too_large_is_told_before_and_after() {
    let app = with(&[("smtp.message", "64 KiB")]);
    let address = app.report_email(DOMAIN);
    let mut client = MailClient::connect(app.smtp());
    assert!(client.say("EHLO x").1.contains("SIZE 65536\r\n"));
    assert_eq!(client.say("MAIL FROM:<> SIZE=65537").0, 552);
    assert_eq!(client.deliver(&[&address], &vec![b'x'; 70 << 10]).0, 552);
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250, "the session goes on");
    assert_eq!(client.deliver(&[&address], &vec![b'x'; 300 << 10]).0, 552, "its end was not waited for");
    assert!(client.is_closed());
}

#[test]
fn without_memory_the_sender_comes_again() {
    let app = with(&[("limits.memory", "256 KiB")]);
    let address = app.report_email(DOMAIN);
    let mut client = MailClient::connect(app.smtp());
    let large = [&b"Subject: large\r\n\r\n"[..], &vec![b'x'; 1 << 20]].concat();
    let (code, text) = client.deliver(&[&address], &large);
    assert_eq!((code, text.starts_with("452 4.3.1 ")), (452, true), "{text}");
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250, "small ones come through");
}

#[test]
fn without_room_on_the_disk_nothing_is_begun() {
    let app = with(&[("smtp.message", "1024 GiB")]);
    let (code, text) = MailClient::connect(app.smtp()).say("MAIL FROM:<>");
    assert_eq!((code, text.starts_with("452 4.3.1 ")), (452, true), "no disk has room for two of these: {text}");
}

#[test]
fn a_flooded_address_and_a_flooding_source_wait() {
    let app = with(&[("receiving.domain_per_day", "1")]);
    let address = app.report_email(DOMAIN);
    assert_eq!(delivery(app.smtp(), &address, &mail(DOMAIN, "r1")), Some(250));
    assert_eq!(delivery(app.smtp(), &address, &mail(DOMAIN, "r2")), Some(452), "enough for a day");
    let app = with(&[("receiving.source_burst", "2"), ("receiving.source_per_minute", "1")]);
    let address = app.report_email(DOMAIN);
    let answers: Vec<_> = (0..3).map(|n| delivery(app.smtp(), &address, &mail(DOMAIN, &n.to_string()))).collect();
    assert_eq!(answers, [Some(250), Some(250), Some(450)]);
}

#[test]
fn a_silent_peer_and_a_dripping_one_are_sent_away() {
    let short = [("smtp.command_timeout", "500ms"), ("smtp.message_grace", "500ms"), ("smtp.min_rate", "10 KiB")];
    let app = with(&short);
    let address = app.report_email(DOMAIN);
    let ended = |client: &mut MailClient, begun: Instant| {
        assert_eq!(client.code().unwrap(), 421);
        assert!(client.is_closed());
        let time = begun.elapsed();
        assert!((400..3_000).contains(&time.as_millis()), "{time:?}");
    };
    let mut silent = MailClient::connect(app.smtp());
    ended(&mut silent, Instant::now());

    let mut dripping = MailClient::connect(app.smtp());
    let begun = Instant::now();
    for _ in 0..4 {
        dripping.send("N");
        thread::sleep(Duration::from_millis(100));
    }
    ended(&mut dripping, begun);

    let mut slow = MailClient::connect(app.smtp());
    assert_eq!(slow.say("MAIL FROM:<>").0, 250);
    assert_eq!(slow.say(&format!("RCPT TO:<{address}>")).0, 250);
    assert_eq!(slow.say("DATA").0, 354);
    let begun = Instant::now();
    for _ in 0..4 {
        slow.send("x");
        thread::sleep(Duration::from_millis(100));
    }
    ended(&mut slow, begun);

    let app = with(&[("smtp.session_timeout", "1s")]);
    let mut busy = MailClient::connect(app.smtp());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(800) {
        assert_eq!(busy.say("NOOP").0, 250);
        thread::sleep(Duration::from_millis(50));
    }
    ended(&mut busy, begun);
}

#[test]
fn one_address_cannot_take_all_places() {
    let app = with(&[("smtp.max_connections_per_address", "3")]);
    let held: Vec<_> = (0..3).map(|_| MailClient::connect(app.smtp())).collect();
    let mut refused = MailClient::dial(app.smtp());
    assert_eq!(refused.code().unwrap(), 421);
    assert!(refused.is_closed());
    drop(held);
    let address = app.report_email(DOMAIN);
    wait_until("places come back", || delivery(app.smtp(), &address, &mail(DOMAIN, "r1")) == Some(250));
}

/// More of them than there are places, from fifty addresses, in every stage of a session that is never finished.
#[test]
fn a_thousand_slow_peers_delay_no_delivery() {
    let app = with(&[("smtp.command_timeout", "8s")]);
    let address = app.report_email(DOMAIN);
    let server = app.smtp();
    let attack = async {
        let mut peers = vec![];
        for number in 0..1_000_u16 {
            let from = Ipv4Addr::new(127, 1, 0, u8::try_from(1 + number / 20).unwrap());
            let stream = connect(server, from.into()).await;
            let word: &[u8] =
                [&b""[..], b"EH", b"EHLO x\r\n", b"EHLO x\r\nMAIL FROM:<>\r\nRC"][usize::from(number % 4)];
            let _ = stream.try_write(word);
            peers.push(stream);
        }
        peers
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peers = runtime.block_on(attack);
    for number in 0..10 {
        let begun = Instant::now();
        assert_eq!(delivery(server, &address, &mail(DOMAIN, &number.to_string())), Some(250));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    assert_eq!(app.listing(DOMAIN).reports, 10);
    wait_until("all of them are sent away", || app.get("/metrics").body.contains("waxseal_smtp_sessions_open 0\n"));
    drop(peers);
}

async fn connect(server: SocketAddr, from: IpAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from, 0)).unwrap();
    socket.connect(server).await.unwrap()
}

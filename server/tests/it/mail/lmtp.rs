//! LMTP: a mail server on this machine hands over what came to report addresses.

use std::{os::unix::net::UnixStream, time::Duration};

use super::DOMAIN;
use crate::support::{MailClient, TestApp, mail, on_each_database};

const LMTP: [(&str, &str); 2] = [("lmtp.listen", "127.0.0.1:0"), ("smtp.host", "in.example")];

#[test]
fn each_recipient_has_an_answer_of_its_own() {
    on_each_database(&LMTP, |app| {
        let (first, second) = (app.report_email(DOMAIN), app.report_email("other.example"));
        let mut client = MailClient::dial(app.lmtp());
        assert!(client.answer().unwrap().1.contains("LMTP"));
        assert_eq!(client.say("EHLO relay.example").0, 500);
        assert_eq!(client.say("LHLO relay.example").0, 250);
        assert_eq!(client.say("MAIL FROM:<>").0, 250);
        for (recipient, code) in [(first.as_str(), 250), ("nobody@in.example", 550), (second.as_str(), 250)] {
            assert_eq!(client.say(&format!("RCPT TO:<{recipient}>")).0, code, "{recipient}");
        }
        assert_eq!(client.say("DATA").0, 354);
        client.send([&mail(DOMAIN, "r1")[..], b"\r\n.\r\n"].concat());
        assert_eq!([client.code().unwrap(), client.code().unwrap()], [250, 250]);
        assert_eq!(client.say("QUIT").0, 221);
        assert_eq!(app.listing(DOMAIN).reports, 1);
    });
}

#[test]
fn the_mail_server_speaks_for_many_senders() {
    let settings = [
        ("receiving.source_burst", "1"),
        ("receiving.source_per_minute", "1"),
        ("smtp.max_connections_per_address", "1"),
    ];
    let app = TestApp::with(&[&LMTP[..], &settings].concat());
    let address = app.report_email(DOMAIN);
    let mut clients: Vec<_> = (0..3)
        .map(|_| {
            let mut client = MailClient::dial(app.lmtp());
            client.code().unwrap();
            assert_eq!(client.say("LHLO relay.example").0, 250);
            client
        })
        .collect();
    for (number, client) in clients.iter_mut().enumerate() {
        assert_eq!(client.deliver(&[&address], &mail(DOMAIN, &number.to_string())).0, 250);
    }
    assert_eq!(app.listing(DOMAIN).reports, 3);
}

#[test]
fn it_comes_through_a_socket_in_the_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lmtp.sock");
    let app = TestApp::with(&[("lmtp.listen", path.to_str().unwrap()), ("smtp.host", "in.example")]);
    let address = app.report_email(DOMAIN);
    let stream = UnixStream::connect(&path).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut client = MailClient { stream };
    client.code().unwrap();
    assert_eq!(client.say("LHLO relay.example").0, 250);
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250);
    assert_eq!(app.listing(DOMAIN).reports, 1);
    drop(client);
    drop(app);
    assert!(!path.exists(), "nothing is left behind");
}

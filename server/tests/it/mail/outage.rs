//! A database that is gone, and the end of the program: the sender is asked to come again, and nothing is lost.

use std::{
    thread,
    time::{Duration, Instant},
};

use storage::testing::PostgresServer;

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, Program, TestApp, delivery, free_port, lost, mail, wait_until, watching};

#[test]
fn while_the_database_hangs_senders_are_asked_to_come_again() {
    let postgres = PostgresServer::start();
    let url = postgres.url();
    let app = TestApp::with(&[&SMTP[..], &[("database.url", url.as_str())]].concat());
    let address = app.report_email(DOMAIN);
    let send = |id: &str| delivery(app.smtp(), &address, &mail(DOMAIN, id));
    assert_eq!(send("before"), Some(250));
    let mut open = MailClient::connect(app.smtp());
    assert_eq!(open.say("MAIL FROM:<>").0, 250);
    assert_eq!(open.say(&format!("RCPT TO:<{address}>")).0, 250);
    assert_eq!(open.say("DATA").0, 354);

    postgres.freeze();
    let begun = Instant::now();
    open.send([&mail(DOMAIN, "during")[..], b"\r\n.\r\n"].concat());
    assert_eq!(open.code().unwrap(), 451, "it cannot be stored");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(send("during"), Some(451), "nobody knows whose address it is");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    postgres.thaw();
    wait_until("it heals", || send("during") == Some(250));
    assert_eq!(app.listing(DOMAIN).reports, 2, "each once");
}

/// A server with a listener for mail, the address of a domain there, and where both listen.
fn mail_server(folder: &std::path::Path, port: u16) -> Program {
    let listen = format!("127.0.0.1:{port}");
    Program::serve(folder, &[("smtp.listen", &listen), ("smtp.host", "in.example"), ("http.drain_timeout", "5s")])
}

#[test]
fn at_the_end_a_message_under_way_is_finished_and_the_idle_are_told() {
    let (folder, path) = watching(DOMAIN);
    let address = format!("{}@in.example", path.trim_start_matches("/r/"));
    let port = free_port();
    let program = mail_server(folder.path(), port);
    let smtp = ([127, 0, 0, 1], port).into();
    let mut idle = MailClient::connect(smtp);
    let mut sending = MailClient::connect(smtp);
    assert_eq!(sending.say("MAIL FROM:<>").0, 250);
    assert_eq!(sending.say(&format!("RCPT TO:<{address}>")).0, 250);
    assert_eq!(sending.say("DATA").0, 354);
    let message = mail(DOMAIN, "slow");
    let (front, back) = message.split_at(100);
    sending.send(front);
    thread::sleep(Duration::from_millis(200));
    program.signal("TERM");
    assert_eq!(idle.code().unwrap(), 421);
    assert!(idle.is_closed());
    sending.send([back, b"\r\n.\r\n"].concat());
    assert_eq!(sending.code().unwrap(), 250);
    assert_eq!(sending.code().unwrap(), 421, "and nothing more");
    assert_eq!(program.wait(Duration::from_secs(5)), Some(0));
    let program = mail_server(folder.path(), port);
    assert_eq!(lost(program.address, &path, DOMAIN, &["slow".to_owned()].into()), [""; 0]);
}

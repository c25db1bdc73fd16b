//! STARTTLS: mail comes encrypted, and nothing said before it counts.

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, Pem, TestApp, mail, on_each_database};

fn settings(pem: &Pem) -> Vec<(&str, &str)> {
    [&SMTP[..], &pem.settings()].concat()
}

#[test]
fn a_report_comes_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    on_each_database(&settings(&pem), |app| {
        let address = app.report_email(DOMAIN);
        let mut client = MailClient::dial(app.smtp());
        client.code().unwrap();
        assert!(client.say("EHLO sender.example").1.contains("STARTTLS\r\n"));
        assert_eq!(client.say("STARTTLS").0, 220);
        let mut client = client.secure(&pem, "in.example").unwrap();
        assert_eq!(client.say("MAIL FROM:<>").0, 503, "the greeting is forgotten");
        let offered = client.say("EHLO sender.example").1;
        assert!(!offered.contains("STARTTLS"), "{offered}");
        assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250);
        assert_eq!(client.say("QUIT").0, 221);
        assert_eq!(app.listing(DOMAIN).reports, 1);
    });
}

#[test]
fn nothing_injected_before_the_handshake_is_done_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    let app = TestApp::with(&settings(&pem));
    for _ in 0..20 {
        let mut client = MailClient::connect(app.smtp());
        client.send("STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@x.example>\r\n");
        assert_eq!(client.code().unwrap(), 220);
        let mut client = client.secure(&pem, "in.example").unwrap();
        assert_eq!(client.say("RCPT TO:<nobody@in.example>").0, 503, "no message was begun");
        assert_eq!(client.say("EHLO sender.example").0, 250, "one answer to one command");
        assert_eq!(client.say("MAIL FROM:<>").0, 250, "none is under way");
    }
}

#[test]
fn a_new_certificate_is_shown_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let old = Pem::write(folder.path(), "in.example");
    let app = TestApp::with(&settings(&old));
    let secure = |name: &str| {
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.say("STARTTLS").0, 220);
        client.secure(&old, name).is_ok()
    };
    assert!(secure("in.example"));
    Pem::write(folder.path(), "renewed.example");
    assert!(secure("renewed.example"), "the new one");
    assert!(!secure("in.example"), "and no longer the old one");
}

#[test]
fn without_a_certificate_none_is_offered() {
    let app = TestApp::with(&SMTP);
    let mut client = MailClient::dial(app.smtp());
    client.code().unwrap();
    assert!(!client.say("EHLO sender.example").1.contains("STARTTLS"));
    assert_eq!(client.say("STARTTLS").0, 502);
}

#[test]
fn a_handshake_that_is_none_ends_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    let app = TestApp::with(&settings(&pem));
    let mut client = MailClient::connect(app.smtp());
    assert_eq!(client.say("STARTTLS").0, 220);
    client.send("MAIL FROM:<evil@x.example>\r\n");
    assert!(client.is_closed());
}

//! What is read of a mailbox, and what is done in it.

use std::time::Duration;

use model::{Channel, mailbox::MailboxRow, view::LogQuery};

use super::{DOMAIN, HERE, settings};
use crate::support::{Dovecot, TestApp, mail, mail_of, may_run_dovecot, on_each_database, wait_until};

const DAY: Duration = Duration::from_hours(24);

/// The one mailbox there is.
fn mailbox(app: &TestApp) -> MailboxRow {
    app.wait(app.engine().mailboxes(app.workspace())).unwrap().remove(0)
}

fn reports(app: &TestApp) -> u64 {
    app.listing(DOMAIN).reports
}

#[test]
fn reports_are_counted_and_other_mail_stays_as_it_is() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    let url = dovecot.url("localhost", "?after=seen");
    on_each_database(&settings(&dovecot, &url), |app| {
        app.count_unsigned_mail();
        app.add_domain(DOMAIN);
        let name = format!("{}", app.address().port());
        dovecot.deliver(&format!("{name}-1"), &mail(DOMAIN, "1"), 3 * DAY);
        dovecot.deliver(&format!("{name}-2"), b"From: a@example.com\r\nSubject: Lunch?\r\n\r\nAt noon.\r\n", DAY);
        dovecot.deliver(&format!("{name}-3"), &mail_of(DOMAIN, "3", b"\x1f\x8bno gzip"), DAY);
        dovecot.deliver(&format!("{name}-4"), &mail(DOMAIN, "4"), DAY);
        wait_until("both reports are counted", || reports(app) == 2);
        wait_until("all four are done with", || mailbox(app).others == 1 && mailbox(app).taken == 3);
        let row = mailbox(app);
        assert!(row.configured && row.error.is_none() && row.skipped == 0, "{row:?}");
        wait_until("those that are reports are marked as read", || {
            dovecot.mails("").iter().filter(|mail| mail.ends_with('S')).count() == 3
        });
        assert!(
            dovecot.mails("").iter().any(|mail| mail.starts_with(&format!("{name}-2")) && !mail.contains('S')),
            "other mail is not touched: {:?}",
            dovecot.mails("")
        );
        // One comes while the server waits: Dovecot tells of it.
        dovecot.deliver(&format!("{name}-5"), &mail(DOMAIN, "5"), Duration::ZERO);
        wait_until("it is counted", || reports(app) == 3);

        let log = LogQuery { page: 1, ..LogQuery::default() };
        let log = app.wait(app.engine().ingest_log(app.workspace(), &log)).unwrap();
        let first = log.rows.iter().min_by_key(|row| row.received.0).unwrap();
        assert_eq!(first.channel, Channel::Imap);
        let age = server::running::now().0 - first.received.0;
        let day = 24 * 3_600_000;
        assert!((3 * day..3 * day + 600_000).contains(&age), "it came when it came into the mailbox: {age}");

        // All UIDs are others: everything is fetched again and nothing is counted twice.
        dovecot.forget_uids();
        dovecot.deliver(&format!("{name}-6"), &mail(DOMAIN, "6"), Duration::ZERO);
        wait_until("the broken session is noticed", || mailbox(app).error.is_some());
        // A test that goes well makes the mailbox due at once; otherwise it would be half a minute.
        let test = app.wait(app.engine().test_mailbox(app.workspace(), mailbox(app).id, server::running::now()));
        assert!(test.unwrap() && mailbox(app).tested.unwrap().1.is_none());
        wait_until("the new one is counted", || reports(app) == 4);
        wait_until("all were fetched again", || mailbox(app).taken >= 9);
        assert_eq!(reports(app), 4);
        for mail in dovecot.mails("") {
            dovecot.remove("", &mail);
        }
    });
}

#[test]
fn reports_are_moved_once_they_are_stored() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    let url = dovecot.url("localhost", "?after=move&archive=TLS%20reports").replace("imaps:", "imap:");
    let url = url.replace(&dovecot.imaps.to_string(), &dovecot.imap.to_string());
    let app = TestApp::with(&settings(&dovecot, &url));
    app.count_unsigned_mail();
    app.add_domain(DOMAIN);
    dovecot.deliver("1", &mail(DOMAIN, "1"), DAY);
    wait_until("the report is counted", || reports(&app) == 1);
    // There is no such folder yet: that is told, the next one is read all the same, and nothing is counted twice.
    wait_until("the fault is told", || mailbox(&app).error.is_some());
    let why = mailbox(&app).error.unwrap().1;
    assert!(why.contains("move a message"), "{why}");
    dovecot.deliver("2", &mail(DOMAIN, "2"), DAY);
    let test = app.wait(app.engine().test_mailbox(app.workspace(), mailbox(&app).id, server::running::now()));
    assert!(test.unwrap());
    assert_eq!(mailbox(&app).tested.unwrap().1, None);
    wait_until("the second is counted", || reports(&app) == 2);
    wait_until("the round is noted", || mailbox(&app).taken == 2);
    assert_eq!(dovecot.mails("").len(), 2);
}

#[test]
fn a_wrong_password_is_told_and_so_is_a_wrong_certificate() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    let told = |url: &str, extra: &[(&str, &str)]| {
        let app = TestApp::with(&[&settings(&dovecot, url), extra].concat());
        wait_until("the fault is told", || mailbox(&app).error.is_some());
        mailbox(&app).error.unwrap().1
    };
    let right = dovecot.url("localhost", "");
    let why = told(&right.replace("100%25", "99%25"), &[]);
    assert!(why.contains("refuses user and secret") && why.contains("Authentication failed"), "{why}");
    let why = told(&right, &[("imap.extra_ca", "")]);
    assert!(why.contains("no TLS") && why.contains("UnknownIssuer"), "{why}");
    let why = told(&dovecot.url("127.0.0.1", ""), &[]);
    assert!(why.contains("no TLS"), "{why}");
    let why = told(&right.replace("INBOX", "Nowhere"), &[]);
    assert!(why.contains("open the folder") && why.contains("Nowhere"), "{why}");
    assert!(!dovecot.log().contains("p:@ss, 99%"), "Dovecot was told no password in clear text");
}

#[test]
fn a_template_tells_whose_a_report_is() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    let url = dovecot.url("localhost", "?form=tls%2B%7Baddress%7D@provider.example.net");
    on_each_database(&settings(&dovecot, &url), |app| {
        let address = app.report_email(DOMAIN);
        assert!(address.starts_with("tls+") && address.ends_with("@provider.example.net"), "{address}");
        let told = |field: &str, to: &str, id: &str| {
            // No report can be read of it, so that nothing but the recipient tells whose it is.
            let mail = mail_of(DOMAIN, id, b"\x1f\x8bno gzip");
            [format!("{field}: {to}\r\n").as_bytes(), &mail].concat()
        };
        let name = app.address().port().to_string();
        let mails = [
            told("Delivered-To", &address, "1"),
            told("X-Original-To", &address.to_uppercase(), "2"),
            told("Delivered-To", "tls+aaaaaaaaaaaaaaaaaaaaaaaaaa@provider.example.net", "3"),
            told("Delivered-To", "tls@provider.example.net", "4"),
        ];
        for (number, mail) in mails.iter().enumerate() {
            // Each of another time, so that they can be told apart.
            dovecot.deliver(&format!("{name}-{number}"), mail, Duration::from_hours(10 - number as u64));
        }
        wait_until("all are taken in", || mailbox(app).taken == 4);
        let log = LogQuery { page: 1, ..LogQuery::default() };
        let mut rows = app.wait(app.engine().ingest_log(app.workspace(), &log)).unwrap().rows;
        rows.sort_by_key(|row| row.received.0);
        let domains: Vec<_> = rows.iter().map(|row| row.domain.as_ref().map(model::DomainName::as_str)).collect();
        assert_eq!(domains, [Some(DOMAIN), Some(DOMAIN), None, None]);
        for mail in dovecot.mails("") {
            dovecot.remove("", &mail);
        }
    });
}

#[test]
fn two_servers_read_a_mailbox_once() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    for number in 0..40 {
        dovecot.deliver(&format!("{number}"), &mail(DOMAIN, &number.to_string()), DAY);
    }
    let url = dovecot.url("localhost", "");
    let one = TestApp::with(&settings(&dovecot, &url));
    one.count_unsigned_mail();
    one.add_domain(DOMAIN);
    let database = one.database_url().to_owned();
    let two = TestApp::with(&[&settings(&dovecot, &url)[..], &[("database.url", &database)]].concat());
    wait_until("all are counted", || reports(&one) == 40);
    wait_until("all are done with", || mailbox(&one).taken >= 40);
    assert_eq!(mailbox(&two).taken, 40, "each was fetched once");
}

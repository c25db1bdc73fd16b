//! Who may receive, and what becomes of a message.

use std::time::{Duration, Instant};

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, get, gzip, mail, mail_of, on_each_database, report, wait_until};

#[test]
fn a_mailed_report_is_counted_and_seen_on_its_domains_page() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        assert!(address.ends_with("@in.example"), "{address}");
        let mut client = MailClient::connect(app.smtp());
        let answer = client.deliver(&[&address], &mail(DOMAIN, "r1"));
        assert_eq!(answer, (250, "250 2.0.0 The report is stored\r\n".to_owned()));
        let listing = app.listing(DOMAIN);
        assert_eq!((listing.reports, listing.totals.sessions, listing.totals.failed), (1, 100, 3));

        assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r1")).0, 250, "a repetition is no error");
        assert_eq!(
            app.post(&format!("/r/{}", address.split('@').next().unwrap()), &[], &report(DOMAIN, "r1")).status,
            200
        );
        assert_eq!(client.deliver(&[&address.to_uppercase()], &mail(DOMAIN, "r2")).0, 250, "capitals are forgiven");
        assert_eq!(app.listing(DOMAIN).reports, 2);
        assert_eq!(client.say("QUIT").0, 221);
        assert!(client.is_closed());

        let cookie = app.sign_in();
        let page = |path: &str| get(app.address(), path, &[("Cookie", &cookie), ("Accept", "text/html")]).body;
        assert!(page("/domains/example.com/reports").contains("Sender GmbH"));
        assert!(page("/log").contains("SMTP"), "the ingest log says how it came");
        assert!(page("/domains/example.com/records").contains(&address), "and the records page where to");
        drop(client);
        wait_until("the place is free", || app.get("/metrics").body.contains("waxseal_smtp_sessions_open 0\n"));
    });
}

#[test]
fn pipelined_commands_are_answered_in_their_order() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        let mut client = MailClient::connect(app.smtp());
        client.send(format!("MAIL FROM:<>\r\nRCPT TO:<nobody@in.example>\r\nRCPT TO:<{address}>\r\nDATA\r\n"));
        let codes: Vec<_> = (0..4).map(|_| client.code().unwrap()).collect();
        assert_eq!(codes, [250, 550, 250, 354]);
        client.send([&mail(DOMAIN, "r1")[..], b"\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n"].concat());
        let codes: Vec<_> = (0..3).map(|_| client.code().unwrap()).collect();
        assert_eq!(codes, [250, 250, 221]);
        assert_eq!(app.listing(DOMAIN).reports, 1);
    });
}

#[test]
fn one_message_to_several_addresses_is_one_delivery_for_each() {
    on_each_database(&SMTP, |app| {
        let (first, second) = (app.report_email(DOMAIN), app.report_email("other.example"));
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.deliver(&[&first, &second, &first], &mail(DOMAIN, "r1")).0, 250);
        assert_eq!(app.listing(DOMAIN).reports, 1);
        let cookie = app.sign_in();
        let log = get(app.address(), "/log", &[("Cookie", &cookie), ("Accept", "text/html")]).body;
        // Its policy belongs to the first domain, whichever address it came to.
        assert!(log.contains("example.com") && log.contains("other.example"), "{log}");
        let metrics = app.get("/metrics").body;
        let stored = |outcome: &str| {
            let name = format!("waxseal_deliveries_total{{outcome=\"{outcome}\"}} ");
            metrics.lines().find_map(|line| line.strip_prefix(&name)?.parse::<u32>().ok()).unwrap_or_default()
        };
        assert!(stored("counted") + stored("duplicate") + stored("quarantined") >= 2, "{metrics}");
    });
}

#[test]
fn nobody_else_receives_anything() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        let local = address.split('@').next().unwrap();
        let odd = [
            "nobody@in.example".to_owned(),
            "aaaaaaaaaaaaaaaaaaaaaaaaaa@in.example".into(),
            format!("{local}@elsewhere.example"),
            format!("{local}@in.example."),
            format!("{local}@sub.in.example"),
            format!("{local}%elsewhere.example@in.example"),
            format!("elsewhere.example!{local}@in.example"),
            format!("{local}+tag@in.example"),
            format!("\"{local}\"@in.example"),
            format!("@relay.example:{local}@in.example"),
            format!("{local}@[127.0.0.1]"),
            format!("victim@elsewhere.example@{local}"),
            "postmaster".into(),
            local.to_owned(),
            format!("{}@in.example", "a".repeat(200)),
        ];
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.say("MAIL FROM:<a@sender.example>").0, 250);
        for recipient in &odd {
            let begun = Instant::now();
            let (code, text) = client.say(&format!("RCPT TO:<{recipient}>"));
            assert_eq!(code, 550, "{recipient}: {text}");
            assert!(text.starts_with("550 5.1.1 ") && !text.contains(local), "{text}");
            let time = begun.elapsed();
            assert!((100..1_000).contains(&time.as_millis()), "{recipient}: {time:?}, the same for all");
        }
        assert_eq!(client.say("DATA").0, 503, "without a recipient there is no message");
        assert_eq!(client.say(&format!("RCPT TO:<{address}>")).0, 250, "a known one is none the worse for it");
        assert_eq!(client.say("VRFY postmaster").0, 252);
        let metrics = app.get("/metrics").body;
        assert!(metrics.contains("waxseal_smtp_refusals_total{cause=\"unknown_address\"}"), "{metrics}");
    });
}

#[test]
fn guessing_ends_after_twenty_tries() {
    on_each_database(&SMTP, |app| {
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.say("MAIL FROM:<>").0, 250);
        let begun = Instant::now();
        for _ in 0..20 {
            assert_eq!(client.say("RCPT TO:<aaaaaaaaaaaaaaaaaaaaaaaaab@in.example>").0, 550);
        }
        assert_eq!(client.code().unwrap(), 421);
        assert!(client.is_closed());
        assert!(begun.elapsed() > Duration::from_secs(2), "each guess costs its time");
    });
}

#[test]
fn what_nobody_can_read_is_kept_and_makes_no_bounce() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        let mut client = MailClient::connect(app.smtp());
        assert_eq!(client.deliver(&[&address], b"Subject: You have won\r\n\r\nCall now.").0, 250);
        assert_eq!(app.listing(DOMAIN).reports, 0);
        let log = get(app.address(), "/log", &[("Cookie", &app.sign_in()), ("Accept", "text/html")]).body;
        assert!(log.to_lowercase().contains("unreadable"), "the owner sees it: {log}");
    });
}

#[test]
fn a_message_with_bare_line_ends_is_refused_as_a_whole() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        let mut client = MailClient::connect(app.smtp());
        let smuggled = format!("\n.\r\nMAIL FROM:<>\r\nRCPT TO:<{address}>\r\nDATA\r\n");
        let message = [&mail(DOMAIN, "r1")[..], smuggled.as_bytes(), &mail(DOMAIN, "r2")].concat();
        let (code, text) = client.deliver(&[&address], &message);
        assert_eq!((code, text.starts_with("550 5.6.0 ")), (550, true), "{text}");
        assert_eq!(app.listing(DOMAIN).reports, 0, "neither the one nor the other");
        assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "r3")).0, 250, "the session goes on");
    });
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    on_each_database(&SMTP, |app| {
        let address = app.report_email(DOMAIN);
        let bomb = mail_of(DOMAIN, "bomb", &gzip(&vec![b' '; 40 << 20]));
        let mut client = MailClient::connect(app.smtp());
        let begun = Instant::now();
        let (code, text) = client.deliver(&[&address], &bomb);
        assert_eq!((code, text.starts_with("552 5.3.4 ")), (552, true), "{text}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    });
}

//! A real mail server: Postfix delivers to the listener, and hands over by LMTP as docs/postfix/main.cf tells.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, Pem, Postfix, TestApp, mail, may_run_postfix, need, send};

const REPORTS: usize = 1_000;

/// The recipe in the documentation.
const RECIPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/postfix/main.cf");

/// So many mails as files, one report each. `smtp-source` ends lines and doubles dots itself.
fn messages(folder: &Path, kind: &str, count: usize) -> Vec<PathBuf> {
    let write = |number: usize| {
        let path = folder.join(format!("{kind}-{number}"));
        let lines = String::from_utf8(mail(DOMAIN, &format!("{kind}-{number}"))).unwrap();
        fs::write(&path, lines.replace("\r\n..", "\r\n.").replace("\r\n", "\n")).unwrap();
        path
    };
    (0..count).map(write).collect()
}

/// Waits until so many reports are counted, as long as it goes on.
fn all_counted(app: &TestApp, wanted: usize, log: impl Fn() -> String) {
    let (mut seen, mut moved) = (0, Instant::now());
    while seen < wanted {
        let now = usize::try_from(app.listing(DOMAIN).reports).unwrap();
        if now > seen {
            (seen, moved) = (now, Instant::now());
        }
        assert!(moved.elapsed() < Duration::from_secs(30), "{seen} of {wanted} are counted\n{}", tail(&log()));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(seen, wanted, "each once");
}

/// What went otherwise than it should, and the last lines.
fn tail(log: &str) -> String {
    let amiss =
        |line: &&str| ["status=deferred", "status=bounced", "warning", "fatal"].iter().any(|word| line.contains(word));
    let (amiss, last) = (log.lines().filter(amiss).take(5), log.lines().rev().take(5));
    amiss.chain(last).collect::<Vec<_>>().join("\n")
}

fn relay(server: SocketAddr, tls: &str) -> Postfix {
    Postfix::start(&format!(
        "relayhost = [{}]:{}\nsmtp_tls_security_level = {tls}\nsmtp_tls_loglevel = 1\n",
        server.ip(),
        server.port()
    ))
}

#[test]
fn postfix_relays_a_thousand_reports_in_clear_text_and_over_tls() {
    if !may_run_postfix() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    let app = TestApp::with(&[&SMTP[..], &pem.settings()].concat());
    let address = app.report_email(DOMAIN);
    for (round, (kind, tls)) in [("plain", "none"), ("tls", "encrypt")].into_iter().enumerate() {
        let postfix = relay(app.smtp(), tls);
        let messages = messages(folder.path(), kind, REPORTS);
        let begun = Instant::now();
        postfix.send(&address, &messages);
        all_counted(&app, (round + 1) * REPORTS, || postfix.log());
        println!("{REPORTS} reports through Postfix, {kind}: {:?}", begun.elapsed());
        let log = postfix.log();
        assert_eq!(log.contains("TLS connection established to 127.0.0.1"), kind == "tls", "{}", tail(&log));
    }
}

#[test]
fn smtp_source_delivers_a_thousand_reports() {
    need("smtp-source", "postfix");
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::with(&SMTP);
    let begun = Instant::now();
    send(app.smtp(), &app.report_email(DOMAIN), &messages(folder.path(), "source", REPORTS));
    all_counted(&app, REPORTS, String::new);
    println!("{REPORTS} reports from smtp-source: {:?}", begun.elapsed());
}

#[test]
fn behind_postfix_by_lmtp_as_documented() {
    if !may_run_postfix() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::with(&[("lmtp.listen", "127.0.0.1:0"), ("smtp.host", "in.example")]);
    let address = app.report_email(DOMAIN);
    // The two values that differ from one installation to the next; later lines win.
    let own = format!("waxseal_host = in.example\nwaxseal_lmtp = inet:{}\n", app.lmtp());
    // To the letter.
    let recipe = fs::read_to_string(RECIPE).unwrap();
    let postfix = Postfix::start(&format!("{recipe}\n{own}"));

    let mut client = MailClient::connect(postfix.address);
    assert_eq!(client.say("MAIL FROM:<reports@sender.example>").0, 250);
    let (code, text) = client.say("RCPT TO:<aaaaaaaaaaaaaaaaaaaaaaaaaa@in.example>");
    assert_eq!(code, 550, "an unknown address is refused at RCPT: {text}\n{}", tail(&postfix.log()));
    let (code, text) = client.say(&format!("RCPT TO:<{address}>"));
    assert_eq!(code, 250, "{text}\n{}", tail(&postfix.log()));
    assert_eq!(client.say("QUIT").0, 221);

    postfix.send(&address, &messages(folder.path(), "lmtp", 100));
    all_counted(&app, 100, || postfix.log());
}

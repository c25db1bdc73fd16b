//! Mails that prove who sent them, and mails that do not, from the wire to the pages.

use std::{fs, io::Write as _, process::Stdio};

use checks::testing::{World, dns::Signing};
use ingest::testing::Signer;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{DOMAIN, SMTP};
use crate::support::{MailClient, TestApp, get, mail, watching, waxseal};

/// A DNS with the key of a signer.
struct Dns {
    world: World,
    _runtime: Runtime,
    folder: TempDir,
}

impl Dns {
    fn of(signer: &Signer) -> Self {
        let (runtime, mut world) = (Runtime::new().unwrap(), World::new());
        let (place, text) = signer.record();
        world.zone(&signer.domain, Signing::Signed, &format!("{place} TXT \"{text}\""));
        runtime.block_on(world.runner());
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("anchor"), world.zones.trust_anchor()).unwrap();
        Self { world, _runtime: runtime, folder }
    }

    /// The settings by which it is asked.
    fn settings(&self) -> [(&'static str, String); 2] {
        let anchor = self.folder.path().join("anchor");
        [
            ("checks.name_servers", self.world.settings.name_servers[0].to_string()),
            ("checks.trust_anchor", anchor.to_str().unwrap().to_owned()),
        ]
    }
}

/// A mail as it is signed: no line that begins with a dot is doubled yet.
fn plain(id: &str) -> Vec<u8> {
    String::from_utf8(mail(DOMAIN, id)).unwrap().replace("\r\n..", "\r\n.").into_bytes()
}

#[test]
fn what_proves_its_sender_counts_and_the_rest_is_put_aside_until_settings_say_otherwise() {
    let signer = Signer::of("sender.example");
    let dns = Dns::of(&signer);
    let settings = dns.settings();
    let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
    let app = TestApp::with(&[&SMTP[..], &settings].concat());
    let address = app.add_domain(DOMAIN).report_email.unwrap();
    let mut client = MailClient::connect(app.smtp());

    let wire = |mail: Vec<u8>| String::from_utf8(mail).unwrap().replace("\r\n.", "\r\n..").into_bytes();
    assert_eq!(client.deliver(&[&address], &wire(signer.sign(&plain("signed")))).0, 250);
    assert_eq!(app.listing(DOMAIN).reports, 1);
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "plain")).0, 250, "nobody is told that it was put aside");
    assert_eq!(app.listing(DOMAIN).reports, 1);

    let cookie = app.sign_in();
    let page = |path: &str| get(app.address(), path, &[("Cookie", &cookie), ("Accept", "text/html")]).body;
    let log = page("/log");
    assert!(log.contains("signed by sender.example") && log.contains("unverified"), "{log}");
    assert!(page("/log?trust=signed").contains("1 delivery"));
    let aside = page("/log?outcome=quarantined&trust=unverified");
    assert!(aside.contains("1 delivery") && aside.contains("No valid DKIM signature"), "{aside}");
    let reports = page("/domains/example.com/reports?trust=signed");
    assert!(reports.contains("1 report") && reports.contains("signed by sender.example"), "{reports}");
    assert!(page("/domains/example.com/reports?trust=unsigned").contains("No report is like this."));
    let path = |list: &str, link: &str| {
        let (_, rest) = list.split_once(&format!("href=\"{link}")).unwrap();
        format!("{link}{}", rest.split('"').next().unwrap())
    };
    assert!(page(&path(&reports, "/reports/")).contains("a valid DKIM signature of the sender"));
    let table = aside.split("<tbody>").nth(1).unwrap();
    let delivery = page(&path(table, "/log/"));
    assert!(delivery.contains("It has no DKIM signature."), "{delivery}");

    let settings = page("/settings/trust");
    assert!(settings.contains("By SMTP or LMTP"), "{settings}");
    let answer =
        app.submit("/do/set_treatments", &cookie, "smtp=count&imap=quarantine&pipe=quarantine&https=quarantine");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/settings/trust")), "{answer:?}");
    assert_eq!(client.deliver(&[&address], &mail(DOMAIN, "later")).0, 250);
    assert_eq!(app.listing(DOMAIN).reports, 2);
    let posted =
        app.post(&format!("/r/{}", address.split('@').next().unwrap()), &[], &crate::support::report(DOMAIN, "p"));
    assert!(posted.status == 201 && posted.body.contains("not counted"), "{posted:?}");
    assert_eq!(app.listing(DOMAIN).reports, 2);
    let wrong = app.submit("/do/set_treatments", &cookie, "smtp=count&imap=perhaps");
    assert_eq!(wrong.header("location"), Some("/settings/trust?error=treatment"));
    assert!(page("/settings/trust?error=treatment").contains("Nothing was changed."));
}

#[test]
fn a_mail_on_a_pipe_must_prove_its_sender_too() {
    let signer = Signer::of("sender.example");
    let dns = Dns::of(&signer);
    let (folder, _) = watching(DOMAIN);
    let settings = dns.settings();
    let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
    let import = |mail: Vec<u8>| {
        // Mail servers write the line ends of their system.
        let mail = String::from_utf8(mail).unwrap().replace("\r\n", "\n");
        let mut import = waxseal(folder.path(), &settings);
        let mut child = import.args(["import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let told = import(signer.sign(&plain("signed")));
    assert!(told.ends_with("1 counted, 0 duplicate, 0 quarantined, 0 refused\n"), "{told}");
    let told = import(plain("plain"));
    assert!(told.ends_with("0 counted, 0 duplicate, 1 quarantined, 0 refused\n"), "{told}");
}

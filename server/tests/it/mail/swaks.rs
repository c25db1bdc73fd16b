//! A real client: swaks, in clear text and over TLS.

use std::{net::SocketAddr, path::Path, process::Command};

use super::{DOMAIN, SMTP};
use crate::support::{Pem, TestApp, mail, need};

fn swaks(server: SocketAddr, to: &str, message: &Path, more: &[&str]) -> String {
    let output = Command::new("swaks")
        .args(["--server", &server.ip().to_string(), "--port", &server.port().to_string()])
        .args(["--from", "reports@sender.example", "--to", to, "--helo", "sender.example", "--data"])
        .arg(format!("@{}", message.display()))
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn deliver(reports: usize) {
    need("swaks", "swaks libnet-ssleay-perl");
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    let app = TestApp::with(&[&SMTP[..], &pem.settings()].concat());
    let address = app.report_email(DOMAIN);
    let message = folder.path().join("message");
    for number in 0..reports {
        for (how, more) in [("plain", &[][..]), ("tls", &["--tls"][..])] {
            // swaks doubles dots and ends lines itself.
            let lines = String::from_utf8(mail(DOMAIN, &format!("{how}-{number}"))).unwrap();
            std::fs::write(&message, lines.replace("\r\n..", "\r\n.").replace("\r\n", "\n")).unwrap();
            let said = swaks(app.smtp(), &address, &message, more);
            assert!(said.contains("250 2.0.0 The report is stored"), "{said}");
            assert_eq!(said.contains("TLS started"), how == "tls", "{said}");
        }
    }
    assert_eq!(usize::try_from(app.listing(DOMAIN).reports).unwrap(), 2 * reports);
}

#[test]
fn swaks_delivers_in_clear_text_and_over_tls() {
    deliver(3);
}

#[test]
#[ignore = "takes minutes"]
fn swaks_delivers_a_thousand_reports_both_ways() {
    deliver(1_000);
}

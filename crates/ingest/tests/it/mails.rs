//! E-mails and mailboxes in the shapes that senders, gateways and people make of RFC 8460 §5.3.

use ingest::{Error, Limits};
use proptest::prelude::*;

use crate::samples::{NAME, assert_read, assert_refused, base64, domains_and_codes, gzip, read, report, report_about};

/// A mail with these header lines, a multipart of this type and these parts.
fn multipart(headers: &str, content_type: &str, parts: &[String]) -> String {
    let body = parts.iter().fold(String::new(), |body, part| body + "--limit\r\n" + part + "\r\n");
    format!(
        "{headers}MIME-Version: 1.0\r\nContent-Type: {content_type}; boundary=\"limit\"\r\n\r\npreamble\r\n{body}--limit--\r\n"
    )
}

const HEADERS: &str = "From: noreply@sender.example\r\n\
    Subject: Report Domain: example.org\r\n\tSubmitter: sender.example\r\n Report-ID: <1+example.org@sender.example>\r\n\
    TLS-Report-Domain: example.org\r\nTLS-Report-Submitter: sender.example\r\n";

const REPORT: &str = "multipart/report; report-type=tlsrpt";

fn words() -> String {
    "Content-Type: text/plain; charset=utf-8\r\n\r\nThis is an aggregate TLS report.\r\n".to_owned()
}

fn attached(content_type: &str) -> String {
    format!(
        "Content-Type: {content_type};\r\n\tname=\"{NAME}\"\r\nContent-Disposition: attachment;\r\n\tfilename=\"{NAME}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64(gzip(report()))
    )
}

fn inline(content_type: &str) -> String {
    format!("Content-Type: {content_type}\r\n\r\n{}", report())
}

/// A mail as RFC 8460 §5.3 wants it.
fn sound() -> String {
    multipart(HEADERS, REPORT, &[words(), attached("application/tlsrpt+gzip")])
}

#[test]
fn a_sound_mail_is_read_without_a_note() {
    assert_read(sound(), &[]);
    assert_read(sound().replace("\r\n", "\n"), &[]);
    assert_read(format!("\u{feff}\r\n{}", sound()), &[]);
    let hints = read(sound()).expect("a report")[0].hints.clone();
    assert_eq!((hints.domain.as_deref(), hints.submitter.as_deref()), (Some("example.org"), Some("sender.example")));
    assert_read(multipart(HEADERS, REPORT, &[words(), inline("application/tlsrpt+json")]), &[]);
    assert_read(
        multipart(HEADERS, "Multipart/Report; REPORT-TYPE=\"tlsrpt\"", &[words(), attached("Application/TLSRPT+gzip")]),
        &[],
    );
}

#[test]
fn other_parts_are_ignored() {
    let html = "Content-Type: text/html\r\n\r\n<p>Report</p>".to_owned();
    let empty = "Content-Type: text/plain\r\n\r\n".to_owned();
    assert_read(multipart(HEADERS, REPORT, &[html, attached("application/tlsrpt+gzip"), empty]), &[]);
}

#[test]
fn any_media_type_and_multipart_will_do() {
    for content_type in [
        "application/tlsrpt",
        "application/tlsrpt+x-gzip",
        "application/tlsrpt+zip",
        "application/gzip",
        "application/x-gzip",
        "application/json",
        "application/octet-stream",
        "text/plain",
        "text/html",
        "nonsense",
        "",
    ] {
        assert_read(multipart(HEADERS, REPORT, &[words(), attached(content_type)]), &["mail-shape"]);
    }
    for shape in ["multipart/mixed", "multipart/related", "multipart/alternative", "multipart/report"] {
        assert_read(multipart(HEADERS, shape, &[words(), attached("application/tlsrpt+gzip")]), &["mail-shape"]);
    }
    assert_read(multipart(HEADERS, REPORT, &[inline("text/plain")]), &["mail-shape"]);
    let nested = multipart("", "multipart/mixed", &[attached("application/tlsrpt+gzip")]).replace("limit", "inner");
    assert_read(multipart(HEADERS, REPORT, &[words(), nested]), &["mail-shape"]);
}

#[test]
fn plain_json_may_be_called_gzip() {
    let part = inline("application/tlsrpt+gzip");
    assert_read(multipart(HEADERS, REPORT, &[words(), part]), &[]);
}

#[test]
fn the_whole_body_may_be_the_report() {
    assert_read(format!("{HEADERS}{}", inline("application/tlsrpt+json")), &[]);
    assert_read(format!("{HEADERS}{}", attached("application/tlsrpt+gzip")), &[]);
    assert_read(format!("{HEADERS}\r\n{}", report()), &["mail-shape"]);
    assert_read(format!("{HEADERS}\r\n{}", base64(gzip(report()))), &["mail-shape", "base64-undeclared"]);
}

#[test]
fn every_transfer_encoding_is_undone() {
    let quoted = report().replace('=', "=3D").replace("\"policies\"", "=22poli=\r\ncies=22");
    let part =
        format!("Content-Type: application/tlsrpt+json\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n{quoted}");
    assert_read(multipart(HEADERS, REPORT, &[part]), &[]);
    for encoding in ["7bit", "8bit", "binary", "unheard-of", "base64"] {
        let part = format!("Content-Transfer-Encoding: {encoding}\r\n{}", inline("application/tlsrpt+json"));
        assert_read(multipart(HEADERS, REPORT, &[part]), &[]);
    }
    let (header, body) = (attached("application/tlsrpt+gzip"), base64(gzip(report())));
    let damaged: String = body.chars().flat_map(|c| [c, ' ']).collect();
    assert_read(multipart(HEADERS, REPORT, &[header.replace(&body, &damaged)]), &[]);
}

#[test]
fn misspelled_headers_are_understood() {
    let mail = sound().replace("Content-Type:", "ContentType:");
    assert_read(mail, &[]);
}

#[test]
fn file_names_may_be_in_pieces() {
    let part = format!(
        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n filename*0=\"sender.example!example.net\";\r\n \
         filename*1=\"!1767225600!1767311999.json\"\r\n\r\n{}",
        report()
    );
    let read = read(multipart("From: a@example.com\r\n", REPORT, &[part])).expect("a report");
    assert_eq!(read[0].hints.domain.as_deref(), Some("example.net"));
    assert!(read[0].report.notes.iter().any(|note| note.code == "domain-differs"), "{:?}", read[0].report.notes);
}

#[test]
fn headers_that_contradict_the_report_are_noted() {
    let mail = sound().replace("TLS-Report-Domain: example.org", "TLS-Report-Domain: victim.example");
    assert_read(mail, &["domain-differs"]);
    let mail = sound().replace("TLS-Report-Submitter: sender.example", "TLS-Report-Submitter: Some Organisation");
    assert_read(mail, &["submitter-differs"]);
    let mail = sound().replace("TLS-Report-Submitter: sender.example", "TLS-Report-Submitter: mail.sender.example");
    assert_read(mail, &[]);
}

#[test]
fn a_forwarded_mail_speaks_for_itself() {
    let sound = || sound().replace("limit", "inner");
    let forwarded = format!("Content-Type: message/rfc822\r\n\r\n{}", sound());
    let outer = "From: admin@example.net\r\nSubject: Fwd: look\r\nTLS-Report-Domain: victim.example\r\n";
    assert_read(multipart(outer, "multipart/mixed", &[words(), forwarded]), &[]);
    let encoded =
        format!("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", base64(sound()));
    assert_read(multipart(outer, "multipart/mixed", &[encoded]), &[]);
    let file = format!("Content-Type: application/octet-stream; name=report.eml\r\n\r\n{}", sound());
    assert_read(multipart(outer, "multipart/mixed", &[file]), &[]);
}

#[test]
fn boundaries_may_be_missing() {
    assert_read(sound().replace("--limit--", ""), &[]);
    assert_read(sound().replace("; boundary=\"limit\"", ""), &[]);
}

#[test]
fn several_reports_in_one_mail_are_all_read() {
    let second = format!("Content-Type: application/tlsrpt+json\r\n\r\n{}", report_about("example.net"));
    let mail = multipart("From: a@example.com\r\n", REPORT, &[attached("application/tlsrpt+gzip"), second]);
    assert_eq!(domains_and_codes(mail).0, ["example.org", "example.net"]);
}

#[test]
fn a_broken_part_beside_a_report_is_noted() {
    let broken =
        "Content-Type: application/gzip; name=x.gz\r\nContent-Transfer-Encoding: base64\r\n\r\nH4sIAAAA".to_owned();
    assert_read(multipart(HEADERS, REPORT, &[broken, attached("application/tlsrpt+gzip")]), &["part-unreadable"]);
    let other = format!("Content-Type: application/json\r\n\r\n{}", r#"{"hello":1}"#);
    assert_read(multipart(HEADERS, REPORT, &[other, attached("application/tlsrpt+gzip")]), &["part-unreadable"]);
}

#[test]
fn a_mail_without_a_report_says_what_it_holds() {
    let error = assert_refused(multipart(HEADERS, REPORT, &[words()]), "it holds text/plain");
    assert!(matches!(error, Error::NoReport { container: "e-mail", .. }));
    assert_refused(
        "Subject: Report Domain: a.example Submitter: b.example\r\nContent-Type: multipart/report\r\n\r\n",
        "empty",
    );
    assert_refused("Subject: only a header\r\n", "empty text/plain");
    let cut = sound().split_at(sound().len() - 200).0.to_owned();
    assert_refused(cut, "it is cut short");
    let wrong = "Content-Type: application/tlsrpt+gzip; name=a.json.gz\r\n\r\nhello".to_owned();
    assert_refused(multipart(HEADERS, REPORT, &[wrong]), "neither JSON nor gzip nor zip");
}

#[test]
fn parts_depth_and_headers_are_capped() {
    let parts = vec![words(); 100];
    assert_refused(multipart(HEADERS, REPORT, &parts), "more than 100 parts");
    let mut nested = inline("application/tlsrpt+json");
    for _ in 0..200 {
        nested = format!("Content-Type: message/rfc822\r\n\r\n{nested}");
    }
    assert_refused(format!("{HEADERS}{nested}"), "more than 10 levels");
    let mut nested = inline("application/tlsrpt+json");
    for depth in 0..200 {
        nested = format!(
            "Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n{nested}\r\n--b{depth}--\r\n"
        );
    }
    assert_refused(format!("{HEADERS}{nested}"), "more than 10 levels");
    assert_refused(format!("X-Long: {}\r\n\r\nbody", "x".repeat(100_000)), "the header of the e-mail is larger");
    let many = format!("{HEADERS}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\n".repeat(1_000_000));
    assert_refused(many, "more than 100 parts");
    let parameters = (0..500_000).fold(String::new(), |all, n| all + " a" + &n.to_string() + "*1=x;");
    assert_refused(format!("Content-Type: text/plain;{parameters}\r\n\r\n"), "the header of the e-mail is larger");
}

#[test]
fn all_parts_share_the_cap_on_unpacked_bytes() {
    let part = format!(
        "Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(gzip(vec![b' '; 600_000]))
    );
    let limits = Limits { unpacked: 1_000_000, ..Limits::default() };
    let mail = multipart(HEADERS, REPORT, &[part.clone(), part]);
    assert!(ingest::read(mail.as_bytes(), &limits).expect_err("too large").is_too_large());
}

#[test]
fn a_mailbox_gives_the_reports_of_all_its_mails() {
    let other = "Subject: lunch?\r\n\r\nFrom here it is not far.\r\n";
    let mbox = format!(
        "From a@example.com Thu Jan  1 00:00:00 2026\n{}\nFrom b@example.com Thu Jan  1 00:00:00 2026\nStatus: RO\n{other}\n\
         From c@example.com Thu Jan  1 00:00:00 2026\n>From the archive\n{}\n",
        sound().replace("\r\n", "\n"),
        sound().replace("\r\n", "\n")
    );
    let (domains, codes) = domains_and_codes(&mbox);
    assert_eq!(domains, ["example.org", "example.org"]);
    assert_eq!(codes, [""; 0]);
    assert_refused(format!("From a 1:23\n{other}"), "none of its 1 message carries one");
    let messages: Vec<_> = ingest::mbox::messages(mbox.as_bytes(), 1 << 20).collect();
    assert_eq!(messages.len(), 3);
}

proptest! {
    #[test]
    fn any_mail_is_survived(
        headers in "(Content-Type: ?[a-z/;=\"* 0-9\r\n]{0,40}\n|[A-Za-z-]{1,8}:.{0,10}\n){0,5}",
        body in "(--b|--|\n|[a-z {}\"]|=[0-9A-F]{2}|\r\n){0,30}",
    ) {
        let _ = read(format!("A: b\n{headers}\n{body}"));
        let _ = read(format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{headers}\n{body}"));
        let _ = read(format!("From x\n{headers}\n{body}"));
    }

    #[test]
    fn any_bytes_in_a_header_are_survived(value in prop::collection::vec(any::<u8>(), 0..80)) {
        for name in ["Content-Type: ", "Subject: ", "Content-Disposition: ", "Content-Transfer-Encoding: "] {
            let _ = read([name.as_bytes(), &value, b"\nContent-Type: text/plain\n\nx"].concat());
        }
    }

    #[test]
    fn any_damage_to_any_container_is_survived(at in 0_usize..2_000, byte in any::<u8>(), kind in 0..3) {
        let mut bytes = match kind {
            0 => gzip(report()),
            1 => sound().into_bytes(),
            _ => format!("From a\n{}", sound()).into_bytes(),
        };
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(bytes);
    }
}

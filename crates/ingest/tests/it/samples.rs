//! A report and the containers it is put into.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use ingest::{Error, Limits, ReadReport};

/// A report about a domain, as RFC 8460 wants it.
pub(crate) fn report_about(domain: &str) -> String {
    format!(
        r#"{{"organization-name":"Example Sender","date-range":{{"start-datetime":"2026-01-01T00:00:00Z","end-datetime":"2026-01-01T23:59:59Z"}},"contact-info":"tls@sender.example","report-id":"1","policies":[{{"policy":{{"policy-type":"no-policy-found","policy-domain":"{domain}"}},"summary":{{"total-successful-session-count":3,"total-failure-session-count":0}}}}]}}"#
    )
}

/// The usual report.
pub(crate) fn report() -> String {
    report_about("example.org")
}

/// The name that goes with [`report`].
pub(crate) const NAME: &str = "sender.example!example.org!1767225600!1767311999!001.json.gz";

pub(crate) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).and_then(|()| encoder.finish()).expect("memory")
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    data_encoding::BASE64_MIME.encode(bytes.as_ref())
}

pub(crate) fn read(bytes: impl AsRef<[u8]>) -> Result<Vec<ReadReport>, Error> {
    ingest::read(bytes.as_ref(), &Limits::default())
}

/// The domains of the reports that were read, and the codes of the notes of the first.
pub(crate) fn domains_and_codes(bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let reports = read(bytes).expect("reports");
    let domains = reports.iter().map(|read| read.report.policies[0].policy_domain.clone().expect("a domain")).collect();
    (domains, reports[0].report.notes.iter().map(|note| note.code.to_string()).collect())
}

/// Asserts that exactly the usual report is read, with these notes.
#[track_caller]
pub(crate) fn assert_read(bytes: impl AsRef<[u8]>, codes: &[&str]) {
    let (domains, noted) = domains_and_codes(bytes);
    assert_eq!(domains, ["example.org"]);
    assert_eq!(noted, codes);
}

/// Asserts that reading fails and says this.
#[track_caller]
pub(crate) fn assert_refused(bytes: impl AsRef<[u8]>, says: &str) -> Error {
    let error = read(bytes).expect_err("an error");
    assert!(error.to_string().contains(says), "{error}");
    error
}

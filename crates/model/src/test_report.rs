//! Test reports: sent the way that real ones come, told by their mark, and counted nowhere.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Channel, Day, DomainName, Timestamp};

/// How the id of every test report begins. Whoever else writes it keeps a report of their own out of the figures, no more.
const MARK: &str = "waxseal-test-";

/// The id of the test reports that people send by hand.
pub const BY_HAND: &str = "by-hand";

/// What a test that is sent from inside cannot tell.
pub const FROM_INSIDE: &str = "What is sent from this machine cannot tell whether others get in: a router may lead it back by a shorter \
    way, or not at all, and a firewall may let in what comes from here alone. So run this on another machine, outside; it is marked \
    as a test, too, and counted nowhere.";

/// The JSON of a test report (RFC 8460 §4.4). `token` tells it from others: letters, digits and hyphens.
#[must_use]
pub fn document(name: &DomainName, token: &str, day: Day) -> String {
    format!(
        "{{\"organization-name\":\"Waxseal test\",\"date-range\":{{\"start-datetime\":\"{day}T00:00:00Z\",\
         \"end-datetime\":\"{day}T23:59:59Z\"}},\"contact-info\":\"postmaster@{name}\",\"report-id\":\"{MARK}{token}\",\
         \"policies\":[{{\"policy\":{{\"policy-type\":\"no-policy-found\",\"policy-domain\":\"{name}\"}},\
         \"summary\":{{\"total-successful-session-count\":1,\"total-failure-session-count\":0}}}}]}}"
    )
}

/// The token of a report that is a test.
#[must_use]
pub fn token_of(report: &tlsrpt::Report) -> Option<&str> {
    report.report_id.as_deref()?.trim().strip_prefix(MARK)
}

/// An e-mail with a test report (RFC 8460 §5.3).
#[must_use]
pub fn letter(name: &DomainName, token: &str, to: &str, host: &str, now: Timestamp) -> String {
    let document = document(name, token, now.day().plus(-1));
    // A line of mail has at most 998 bytes (RFC 5322 §2.1.1), and JSON may be broken at commas.
    let document = document.replace(",\"", ",\r\n\"");
    format!(
        "From: <postmaster@{host}>\r\nTo: <{to}>\r\nSubject: Report Domain: {name} Submitter: {host} Report-ID: <{MARK}{token}>\r\n\
         Message-ID: <{MARK}{token}@{host}>\r\nMIME-Version: 1.0\r\nTLS-Report-Domain: {name}\r\nTLS-Report-Submitter: {host}\r\n\
         Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"test\"\r\n\r\n--test\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\r\nThis is a test by Waxseal. It counts nowhere.\r\n--test\r\n\
         Content-Type: application/tlsrpt+json\r\nContent-Disposition: attachment; filename=\"test.json\"\r\n\r\n\
         {document}\r\n--test--\r\n"
    )
}

/// The way of a test report, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Where the report host is, by DNS.
    LookUp,
    /// A connection to it.
    Connect,
    /// Encryption.
    Encrypt,
    /// The report, and what was answered.
    HandOver,
    /// Found in the database.
    Commit,
}

impl Stage {
    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::LookUp => "Look the report host up in DNS",
            Self::Connect => "Connect to it",
            Self::Encrypt => "Encrypt the connection",
            Self::HandOver => "Hand the report over",
            Self::Commit => "Find it in the database",
        }
    }
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub stage: Stage,
    /// Whether the report came through it.
    pub passed: bool,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What was seen, or what was wrong.
    pub said: String,
    /// What to do about it; empty when there is nothing to do.
    pub remedy: String,
}

impl Step {
    /// A step that went well.
    #[must_use]
    pub fn passed(stage: Stage, millis: u64, said: impl Into<String>) -> Self {
        Self { stage, passed: true, millis, said: said.into(), remedy: String::new() }
    }

    /// A step at which the report went no further.
    #[must_use]
    pub fn failed(stage: Stage, millis: u64, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { stage, passed: false, millis, said: said.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.passed { "ok" } else { "failed" };
        write!(f, "{word}: {} ({} ms): {}", self.stage.title(), self.millis, self.said)
    }
}

/// One test report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReport {
    /// Its id.
    pub id: i64,
    /// The way it takes: [`Channel::Smtp`] or [`Channel::Https`].
    pub way: Channel,
    /// When it was sent.
    pub sent: Timestamp,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// Whether there are no more to come.
    pub finished: bool,
    /// When it came in.
    pub arrived: Option<Timestamp>,
}

impl TestReport {
    /// Whether it came all the way.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.finished
            && self.steps.iter().all(|step| step.passed)
            && self.steps.last().is_some_and(|step| step.stage == Stage::Commit)
    }
}

/// A `curl` line that posts a test report from elsewhere.
#[must_use]
pub fn curl_line(name: &DomainName, url: &str, day: Day) -> String {
    format!("curl -i -H 'Content-Type: application/tlsrpt+json' --data '{}' '{url}'", document(name, BY_HAND, day))
}

/// A `swaks` line that mails a test report from elsewhere. It looks the report host up by itself.
#[must_use]
pub fn swaks_line(name: &DomainName, to: &str, day: Day) -> String {
    format!(
        "swaks --to '{to}' --from '<>' --header 'Subject: Report Domain: {name}' --attach-type application/tlsrpt+json --attach '{}'",
        document(name, BY_HAND, day)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> DomainName {
        DomainName::parse("example.com").unwrap()
    }

    #[test]
    fn the_document_is_a_report_that_is_known_as_a_test() {
        let text = document(&name(), "abc", Day(20_000));
        let reports = tlsrpt::parse(text.as_bytes(), &tlsrpt::Limits::default()).unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].notes, []);
        assert_eq!(token_of(&reports[0]), Some("abc"));
        let other = tlsrpt::Report { report_id: Some("2026-waxseal-test-abc".to_owned()), ..reports[0].clone() };
        assert_eq!(token_of(&other), None);
    }

    #[test]
    fn lines_of_mail_are_short_and_end_as_they_should() {
        let text = letter(&name(), "abc", "a@in.example", "in.example", Timestamp(1_795_262_400_000));
        for line in text.split("\r\n") {
            assert!(line.len() < 998 && !line.contains('\n') && !line.starts_with('.'), "{line}");
        }
    }

    #[test]
    fn a_test_has_passed_when_it_was_found() {
        let step = |stage| Step::passed(stage, 1, "");
        let mut test = TestReport {
            id: 1,
            way: Channel::Smtp,
            sent: Timestamp(0),
            steps: vec![step(Stage::LookUp), step(Stage::HandOver)],
            finished: true,
            arrived: None,
        };
        assert!(!test.passed());
        test.steps.push(step(Stage::Commit));
        assert!(test.passed());
        test.steps.push(Step::failed(Stage::Commit, 1, "", ""));
        assert!(!test.passed());
    }
}

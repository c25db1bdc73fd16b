//! The reports of a file as one line of JSON, written piece by piece.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use ingest::ReadReport;
use serde::Serialize;
use tlsrpt::Note;

use super::source::Outcome;
use crate::commands;

/// Prints one JSON object a line for each file.
pub(super) struct Printer<W> {
    out: W,
    is_first: bool,
}

impl<W: Write> Printer<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, is_first: true }
    }

    fn value(&mut self, value: &impl Serialize) -> io::Result<()> {
        commands::json::write(&mut self.out, value)
    }
}

impl<W: Write> super::Printer for Printer<W> {
    fn begin(&mut self, file: &str) -> io::Result<()> {
        self.is_first = true;
        self.out.write_all(b"{\"file\":")?;
        self.value(&file)?;
        self.out.write_all(b",\"reports\":[")
    }

    fn report(&mut self, read: &ReadReport) -> io::Result<()> {
        if !std::mem::take(&mut self.is_first) {
            self.out.write_all(b",")?;
        }
        self.value(&JsonReport::of(read))
    }

    fn end(&mut self, outcome: &Outcome) -> io::Result<()> {
        let (count, messages) = &outcome.skipped;
        let skipped = Skipped { count: *count, messages: messages.iter().map(Message::of).collect() };
        self.out.write_all(b"],\"error\":")?;
        self.value(&outcome.error)?;
        self.out.write_all(b",\"skipped\":")?;
        self.value(&skipped)?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    organization_name: Option<&'a str>,
    report_id: Option<&'a str>,
    contact_info: Option<&'a str>,
    start: Option<String>,
    end: Option<String>,
    policies: Vec<JsonPolicy<'a>>,
    notes: &'a [Note],
    /// SHA-256 of the unpacked report: equal for the same report however it was packed.
    sha256: String,
    /// What the e-mail or file name said.
    hints: Hints<'a>,
}

#[derive(Serialize)]
struct JsonPolicy<'a> {
    policy_type: Option<&'a str>,
    policy_domain: Option<&'a str>,
    mode: Option<&'static str>,
    successful: u64,
    failed: u64,
    failures: Vec<JsonFailure<'a>>,
    policy_string: &'a [String],
    mx_host: &'a [String],
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    result_type: Option<&'a str>,
    failed: u64,
    sending_ip: Option<&'a str>,
    receiving_mx: Option<&'a str>,
    receiving_ip: Option<&'a str>,
    reason: Option<&'a str>,
    info: Option<&'a str>,
    helo: Option<&'a str>,
}

#[derive(Serialize)]
struct Hints<'a> {
    domain: Option<&'a str>,
    submitter: Option<&'a str>,
}

/// Messages of a mailbox that gave no report.
#[derive(Serialize)]
struct Skipped<'a> {
    count: u64,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    message: u64,
    error: &'a str,
}

impl<'a> Message<'a> {
    fn of((message, error): &'a (u64, String)) -> Self {
        Self { message: *message, error }
    }
}

impl<'a> JsonReport<'a> {
    fn of(read: &'a ReadReport) -> Self {
        let report = &read.report;
        Self {
            organization_name: report.organization_name.as_deref(),
            report_id: report.report_id.as_deref(),
            contact_info: report.contact_info.as_deref(),
            start: report.start.map(rfc_3339),
            end: report.end.map(rfc_3339),
            policies: report.policies.iter().map(JsonPolicy::of).collect(),
            notes: &report.notes,
            sha256: hex(&read.content_hash),
            hints: Hints { domain: read.hints.domain.as_deref(), submitter: read.hints.submitter.as_deref() },
        }
    }
}

impl<'a> JsonPolicy<'a> {
    fn of(policy: &'a tlsrpt::Policy) -> Self {
        Self {
            policy_type: not_empty(policy.policy_type.as_str()),
            policy_domain: policy.policy_domain.as_deref(),
            mode: policy.mode.map(tlsrpt::Mode::keyword),
            successful: policy.successful,
            failed: policy.failed,
            failures: policy.failures.iter().map(JsonFailure::of).collect(),
            policy_string: &policy.policy_string,
            mx_host: &policy.mx_host,
        }
    }
}

impl<'a> JsonFailure<'a> {
    fn of(failure: &'a tlsrpt::Failure) -> Self {
        Self {
            result_type: not_empty(failure.result_type.as_str()),
            failed: failure.failed,
            sending_ip: failure.sending_mta_ip.as_deref(),
            receiving_mx: failure.receiving_mx_hostname.as_deref(),
            receiving_ip: failure.receiving_ip.as_deref(),
            reason: failure.failure_reason_code.as_deref(),
            info: failure.additional_information.as_deref(),
            helo: failure.receiving_mx_helo.as_deref(),
        }
    }
}

/// A type that was absent is an empty word in the report, and null here.
fn not_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn rfc_3339(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

//! Bytes to reports.

use std::{borrow::Cow, ops::Range};

use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::error::Category;

use crate::{
    Limits, ParseError, Report, convert,
    decode::decode,
    note::{Code, Notes},
    repair::repair,
    wire::{self, Context, Found, Into, Kind},
};

/// One report and the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// The report.
    pub report: Report,
    /// Its own bytes: the whole input when that holds one report.
    pub json: Cow<'a, [u8]>,
}

/// Reads a document (RFC 8460 §4.4): usually one report; several when documents were joined, or put into a list.
///
/// Of duplicate keys the last one wins. Whatever else is odd inside a report becomes one of its notes.
///
/// ```
/// let json = br#"{
///     "organization-name": "Example Sender",
///     "date-range": { "start-datetime": "2026-01-01T00:00:00Z", "end-datetime": "2026-01-01T23:59:59" },
///     "contact-info": "tls@sender.example",
///     "report-id": "1",
///     "policies": [{
///         "policy": { "policy-type": "no-policy-found", "policy-domain": "example.org" },
///         "summary": { "total-successful-session-count": 12, "total-failure-session-count": "0" }
///     }]
/// }"#;
/// let reports = tlsrpt::parse(json, &tlsrpt::Limits::default())?;
/// assert_eq!(reports[0].policies[0].successful, 12);
/// assert_eq!(reports[0].notes[0].code, "date-without-zone");
/// assert_eq!(reports[0].notes[1].code, "count-as-text");
/// # Ok::<(), tlsrpt::ParseError>(())
/// ```
///
/// # Errors
/// When no report can be read at all: the document is too long, no JSON, cut short, or about something else.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Vec<Report>, ParseError> {
    Ok(parse_each(bytes, limits)?.into_iter().map(|parsed| parsed.report).collect())
}

/// Like [`parse`], and tells each report's own bytes.
///
/// # Errors
/// As [`parse`].
pub fn parse_each<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Vec<Parsed<'a>>, ParseError> {
    if bytes.len() > limits.document {
        return Err(ParseError::TooLong { size: bytes.len(), limit: limits.document });
    }
    let mut notes = Notes::default();
    let mut text = decode(bytes, &mut notes);
    let reports = match documents(&text, limits, &notes) {
        Err(ParseError::NotJson { line, column, reason }) => match repair(&text, &mut notes) {
            None => Err(ParseError::NotJson { line, column, reason }),
            Some(repaired) => {
                text = Cow::Owned(repaired);
                documents(&text, limits, &notes)
            }
        },
        read => read,
    }?;
    let is_only = reports.len() == 1;
    Ok(reports
        .into_iter()
        .map(|(report, range)| Parsed {
            report,
            json: match &text {
                _ if is_only => Cow::Borrowed(bytes),
                // The text of a document that needed no decoding lies in the input itself.
                Cow::Borrowed(text) => Cow::Borrowed(&text.as_bytes()[range]),
                Cow::Owned(text) => Cow::Owned(text.as_bytes()[range].to_vec()),
            },
        })
        .collect())
}

/// Reads report after report. Lists around and commas between them are passed over like white space.
fn documents(text: &str, limits: &Limits, notes: &Notes) -> Result<Vec<(Report, Range<usize>)>, ParseError> {
    let is_plain = convert::is_plain(text);
    let mut reports = Vec::new();
    // The first thing that is no report.
    let mut other = None;
    let mut at = 0;
    let mut entries = 0;
    loop {
        at = text.len() - text[at..].trim_start_matches(is_between).len();
        if at == text.len() {
            break;
        }
        if reports.len() == limits.reports || entries >= limits.failures {
            other.get_or_insert((at, String::new()));
            break;
        }
        match document(text, at, limits, is_plain, notes) {
            Ok((Ok(report), end)) => {
                entries += report.policies.iter().map(|policy| 1 + policy.failures.len()).sum::<usize>();
                reports.push((report, at..end));
                at = end;
            }
            Ok((Err(found), end)) => {
                other.get_or_insert((at, found));
                at = end;
            }
            Err(error) if reports.is_empty() && other.is_none() => return Err(error),
            Err(_) => {
                other.get_or_insert((at, String::new()));
                break;
            }
        }
    }
    if reports.is_empty() {
        return Err(no_report(text, other.map(|(_, found)| found)));
    }
    let several = (reports.len() > 1).then(|| {
        Code::SeveralReports.note(format!("the document holds {} reports; this is one of them", reports.len()))
    });
    let trailing = other.map(|(at, _)| {
        let (line, column) = position(text, at);
        Code::TrailingData.note(format!(
            "at line {line}, column {column} of the document stands something that is no report, or more than is read at once; it was ignored"
        ))
    });
    for (report, _) in &mut reports {
        report.notes.extend(several.iter().chain(&trailing).cloned());
    }
    Ok(reports)
}

/// Reads the value at `at`: a report, or the description of something else; and the place after it.
fn document(
    text: &str,
    at: usize,
    limits: &Limits,
    is_plain: bool,
    notes: &Notes,
) -> Result<(Result<Report, String>, usize), ParseError> {
    let context = Context::new(limits);
    let mut json = serde_json::Deserializer::from_str(&text[at..]);
    let mut found = Found::<wire::Report<'_>>::default();
    Into::new(&mut found, &context).deserialize(&mut json).map_err(|error| not_json(&error, text, at))?;
    let end = at + json.into_iter::<IgnoredAny>().byte_offset();
    let document = match found {
        Found::Object(report) if report.is_report() => Ok(convert::report(report, &context, is_plain, notes.clone())),
        Found::Object(report) => Err(described(&report)),
        Found::Absent => Err("it is null".to_owned()),
        Found::Odd(kind) => Err(format!("it is {kind}")),
    };
    Ok((document, end))
}

/// What may stand before, between and after reports.
const fn is_between(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\0' | '[' | ']' | ',' | '\u{1e}' | '\u{feff}')
}

fn described(report: &wire::Report<'_>) -> String {
    match (report.policies.instead, report.others.as_slice()) {
        (Some(kind), _) => format!("its policies are {kind}"),
        (None, []) if report.known == 0 => "it is an empty object".to_owned(),
        (None, []) => "it has only one key of a report, and no policies".to_owned(),
        (None, keys) => format!("it is an object with the keys {}", keys.join(", ")),
    }
}

fn no_report(text: &str, other: Option<String>) -> ParseError {
    match other {
        Some(found) => ParseError::NotAReport { found },
        None if text.trim_matches(['\0', '\u{feff}', ' ', '\t', '\n', '\r']).is_empty() => ParseError::Empty,
        None => match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) => not_json(&error, text, 0),
            Ok(_) => ParseError::NotAReport { found: format!("it is {} without a report", Kind::List) },
        },
    }
}

/// Line and column of a place, from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    (before.matches('\n').count() + 1, at - before.rfind('\n').map_or(0, |newline| newline + 1) + 1)
}

/// The JSON reader's error, with its place in the whole text.
fn not_json(error: &serde_json::Error, text: &str, at: usize) -> ParseError {
    let start = position(text, at);
    let line = start.0 + error.line().saturating_sub(1);
    let column = if error.line() <= 1 { start.1 - 1 + error.column() } else { error.column() };
    let reason = error.to_string();
    match error.classify() {
        Category::Eof => ParseError::Truncated { line, column },
        _ if reason.starts_with("recursion limit") => ParseError::TooDeep { line, column },
        _ => ParseError::NotJson {
            line,
            column,
            reason: reason.rsplit_once(" at line").map_or(reason.as_str(), |(reason, _)| reason).to_owned(),
        },
    }
}

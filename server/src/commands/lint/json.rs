//! Judgements as JSON, one object a line.

use std::io::{self, Write};

use model::{Finding, lint::Outcome};
use serde::Serialize;

use super::{Input, Judgement};
use crate::commands;

/// Prints one JSON object a line for each thing judged.
pub(super) struct Printer<W> {
    out: W,
}

impl<W: Write> Printer<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out }
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        commands::json::write(&mut self.out, value)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

/// The record, the records of an answer, or the name of the file.
#[derive(Serialize)]
#[serde(untagged)]
enum Given<'a> {
    One(&'a str),
    Several(&'a [String]),
}

#[derive(Serialize)]
struct Line<'a> {
    input: Given<'a>,
    verdict: &'static str,
    /// Only for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    findings: &'a [Finding],
    /// Only when MX hosts were given.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    mx: Vec<Host<'a>>,
}

#[derive(Serialize)]
struct Host<'a> {
    host: &'a str,
    covered: bool,
}

/// A file that could not be read has neither verdict nor findings.
#[derive(Serialize)]
struct Unreadable<'a> {
    input: &'a str,
    error: &'a str,
}

impl<W: Write> super::Printer for Printer<W> {
    fn judged(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        self.line(&Line {
            input: match judgement.input {
                Input::Record(_, text) | Input::File(text) => Given::One(text),
                Input::Answer(_, records) => Given::Several(records),
            },
            verdict: judgement.verdict.keyword(),
            outcome: judgement.outcome.map(Outcome::keyword),
            findings: &judgement.findings,
            mx: judgement.mx.iter().map(|cover| Host { host: &cover.host, covered: cover.covered }).collect(),
        })
    }

    fn unreadable(&mut self, file: &str, error: &str) -> io::Result<()> {
        self.line(&Unreadable { input: file, error })
    }
}

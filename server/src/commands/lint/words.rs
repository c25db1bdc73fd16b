//! Judgements in words, for an administrator at a terminal. Whatever was given passes through [`visible`].

use std::io::{self, Write};

use model::{
    Finding, Publish,
    lint::{Outcome, Verdict},
    text::{visible, visible_short},
};

use super::{Input, Judgement};
use crate::commands::wrapped;

/// Prints each judgement under what was given.
pub(super) struct Printer<W> {
    out: W,
}

/// Characters of a record that are repeated.
const RECORD: usize = 400;

impl<W: Write> Printer<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out }
    }

    fn finding(&mut self, finding: &Finding, is_told: bool) -> io::Result<()> {
        writeln!(self.out)?;
        wrapped(&mut self.out, "  ", &format!("{}: {}", finding.status.word(), visible(&finding.title)))?;
        if !is_told {
            wrapped(&mut self.out, "    ", &visible(&finding.consequence))?;
        }
        if let Some(evidence) = &finding.evidence {
            wrapped(&mut self.out, "    ", &format!("Seen: {}", visible(evidence)))?;
        }
        if let Some(remedy) = &finding.remedy {
            wrapped(&mut self.out, "    ", &visible(remedy))?;
        }
        writeln!(self.out, "    {} · {}", visible(&finding.code), visible(&finding.source))
    }

    /// The corrected text, unwrapped so that it can be copied.
    fn publish(&mut self, publish: &Publish) -> io::Result<()> {
        writeln!(self.out, "\n  Publish instead:")?;
        match publish {
            Publish::Record(record) => {
                writeln!(self.out, "    {} {} {}", visible(&record.name), visible(&record.kind), visible(&record.value))
            }
            Publish::Value(value) => writeln!(self.out, "    {}", visible(value)),
            Publish::Policy(text) => text.lines().try_for_each(|line| writeln!(self.out, "    {}", visible(line))),
        }
    }
}

impl<W: Write> super::Printer for Printer<W> {
    fn judged(&mut self, judgement: &Judgement<'_>) -> io::Result<()> {
        match judgement.input {
            Input::Record(_, "") => writeln!(self.out, "(an empty record)")?,
            Input::Record(_, record) => writeln!(self.out, "{}", visible_short(record, RECORD))?,
            Input::Answer(_, records) => {
                for record in records {
                    writeln!(self.out, "{}", visible_short(record, RECORD))?;
                }
            }
            Input::File("-") => writeln!(self.out, "standard input")?,
            Input::File(file) => writeln!(self.out, "{}", visible(file))?,
        }
        wrapped(&mut self.out, "  ", &verdict(judgement))?;
        for cover in &judgement.mx {
            let word = if cover.covered { "covered" } else { "not covered" };
            writeln!(self.out, "  {}: {word}", visible_short(&cover.host, RECORD))?;
        }
        // What several findings lead to is said once.
        let mut told = None;
        for finding in &judgement.findings {
            self.finding(finding, told == Some(&finding.consequence))?;
            told = Some(&finding.consequence);
        }
        // All findings of one text have the same correction.
        if let Some(publish) = judgement.findings.iter().find_map(|finding| finding.publish.as_ref()) {
            self.publish(publish)?;
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    fn unreadable(&mut self, file: &str, error: &str) -> io::Result<()> {
        let file = if file == "-" { "standard input" } else { file };
        writeln!(self.out, "{}", visible(file))?;
        wrapped(&mut self.out, "  ", &format!("Not read: {}.", visible(error)))?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

/// The judgement in one sentence.
fn verdict(judgement: &Judgement<'_>) -> String {
    let (thing, rule) = match judgement.input {
        Input::Record(kind, _) | Input::Answer(kind, _) => (kind.name(), kind.source()),
        Input::File(_) => ("policy", "RFC 8461 §3.2"),
    };
    match (judgement.outcome, judgement.verdict) {
        (Some(Outcome::None), _) => format!("None: the answer has no {thing} ({rule})."),
        (Some(Outcome::Multiple), _) => {
            format!("Several: the answer has more than one {thing}, which counts as none ({rule}).")
        }
        (_, Verdict::Valid) => format!("Valid: the {thing} conforms to {rule}."),
        (_, Verdict::Warning) => {
            format!("Accepted by many: not everyone reads the {thing} as {rule} has it, or the RFC contradicts itself.")
        }
        (_, Verdict::Unusable) => format!("Unusable: the {thing} conforms to {rule}, but nobody can do what it asks."),
        (_, Verdict::Invalid) => format!("Invalid: the {thing} does not conform to {rule}."),
    }
}

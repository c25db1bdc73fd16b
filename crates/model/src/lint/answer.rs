//! A whole DNS answer: which of its TXT records is the one, and what is wrong with it.

use mtasts::{
    Verdict,
    answer::{self, Answer},
};

use super::{
    Code, Kind,
    draft::{Draft, Drafts},
};
use crate::{Finding, Status};

/// What an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exactly one record, good or bad.
    Found,
    /// No such record.
    None,
    /// Several, which senders treat like none.
    Multiple,
}

impl Outcome {
    /// The stable word for programs.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::None => "none",
            Self::Multiple => "multiple",
        }
    }
}

/// What was found about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerLint {
    /// That of the one record; [`Verdict::Invalid`] when there is not exactly one.
    pub verdict: Verdict,
    /// How many records count.
    pub outcome: Outcome,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

pub(super) fn lint(kind: Kind, records: &[&str]) -> AnswerLint {
    let (mut findings, outcome, verdict) = match answer::pick(records, kind.version()) {
        Answer::Found(record) => {
            let lint = super::record(kind, record);
            (lint.findings, Outcome::Found, lint.verdict)
        }
        Answer::None => (none(kind, records), Outcome::None, Verdict::Invalid),
        Answer::Multiple(several) => (multiple(kind, &several), Outcome::Multiple, Verdict::Invalid),
    };
    if outcome == Outcome::Found && records.len() > 1 {
        findings.push(others(kind, records.len() - 1).finish());
    }
    AnswerLint { verdict, outcome, findings }
}

/// None begins as it must. What was meant to be the record has findings of its own.
fn none(kind: Kind, records: &[&str]) -> Vec<Finding> {
    let title = format!("The answer has no {}", kind.name());
    let remedy = format!("Publish one that begins with {} and a semicolon.", kind.version());
    let mut drafts = Drafts::default();
    drafts.add(kind.draft(Code::AnswerNone, Status::Error, title).seen(records.join(" · ")).remedy(remedy));
    let mut findings = drafts.finish(None);
    let meant = records.iter().filter(|record| kind.is_meant(record));
    for finding in meant.flat_map(|record| super::record(kind, record).findings) {
        if !findings.iter().any(|known| known.code == finding.code) {
            findings.push(finding);
        }
    }
    findings
}

fn multiple(kind: Kind, several: &[&str]) -> Vec<Finding> {
    let title = format!("The answer has {} records that begin with {};", several.len(), kind.version());
    let consequence = format!("{} Neither the first nor the good one wins.", kind.without());
    let mut drafts = Drafts::default();
    drafts.add(
        Draft::new(Code::AnswerMultiple, Status::Error, title, consequence)
            .source(kind.source())
            .seen(several.join(" · "))
            .remedy(match kind {
                Kind::TlsRpt => "Keep one record; several destinations stand in one rua, separated by commas.",
                Kind::MtaSts => "Keep one record.",
            }),
    );
    let merged = (kind == Kind::TlsRpt).then(|| super::mend::merged(several)).flatten().map(crate::Publish::Value);
    drafts.finish(merged.as_ref())
}

fn others(kind: Kind, count: usize) -> Draft {
    let title =
        format!("The answer has {} beside the {}", crate::format::counted(count as u64, "other record"), kind.name());
    Draft::new(
        Code::AnswerOthers,
        Status::Suggestion,
        title,
        "Senders discard what does not begin with the version; a wildcard is a common cause.",
    )
    .source(kind.source())
}

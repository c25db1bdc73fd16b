//! Findings while they are collected.

use mtasts::Verdict;

use super::{Code, Kind};
use crate::{Finding, Publish, Status, text::visible_short};

/// Characters of evidence that are kept, and places of the same kind that are listed.
const EVIDENCE: usize = 300;
const PLACES: usize = 5;

/// One finding in the making.
pub(super) struct Draft {
    code: Code,
    finding: Finding,
}

impl Draft {
    pub(super) fn new(code: Code, status: Status, title: impl Into<String>, consequence: impl Into<String>) -> Self {
        let finding = Finding {
            code: code.as_str().to_owned(),
            status,
            title: title.into(),
            consequence: consequence.into(),
            evidence: None,
            remedy: None,
            publish: None,
            source: code.source().to_owned(),
        };
        Self { code, finding }
    }

    /// What was seen.
    pub(super) fn seen(mut self, evidence: impl AsRef<str>) -> Self {
        self.finding.evidence = Some(cut(evidence.as_ref()));
        self
    }

    /// What to do.
    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.finding.remedy = Some(remedy.into());
        self
    }

    /// A narrower rule than the code's: that of one of the two records.
    pub(super) fn source(mut self, source: &str) -> Self {
        source.clone_into(&mut self.finding.source);
        self
    }

    /// The same thing where it spoils the record.
    pub(super) fn worse(mut self) -> Self {
        self.finding.status = Status::Error;
        Kind::TlsRpt.without().clone_into(&mut self.finding.consequence);
        self
    }

    pub(super) fn finish(self) -> Finding {
        self.finding
    }
}

/// The beginning of a text. Unlike [`visible_short`] it changes nothing: whoever prints it makes it safe.
fn cut(text: &str) -> String {
    text.char_indices()
        .nth(EVIDENCE)
        .map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", text.get(..end).unwrap_or_default()))
}

/// Findings, of each code one, so that a hostile text has no more of them than there are codes.
#[derive(Default)]
pub(super) struct Drafts(Vec<(Draft, usize)>);

impl Drafts {
    /// Adds a finding. Of a second with the same code only the evidence is kept.
    pub(super) fn add(&mut self, draft: Draft) {
        let Some((known, times)) = self.0.iter_mut().find(|(known, _)| known.code == draft.code) else {
            self.0.push((draft, 1));
            return;
        };
        *times += 1;
        if let (Some(evidence), Some(more), true) =
            (&mut known.finding.evidence, draft.finding.evidence, *times <= PLACES)
        {
            evidence.push_str(" · ");
            evidence.push_str(&more);
        }
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.0.iter().any(|(draft, _)| draft.code == code)
    }

    /// The findings, the worst first; each that says what to do about something wrong has the text to publish.
    pub(super) fn finish(self, publish: Option<&Publish>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.0.into_iter().map(|(draft, times)| told(draft.finding, times)).collect();
        for finding in &mut findings {
            if finding.remedy.is_some() && matches!(finding.status, Status::Error | Status::Warning) {
                finding.publish = publish.cloned();
            }
        }
        findings.sort_by_key(|finding| match finding.status {
            Status::Error => 0,
            Status::Warning => 1,
            Status::Suggestion => 2,
            _ => 3,
        });
        findings
    }
}

fn told(mut finding: Finding, times: usize) -> Finding {
    if let (Some(evidence), Some(more)) = (&mut finding.evidence, times.checked_sub(PLACES).filter(|more| *more > 0)) {
        *evidence = format!("{evidence} · and {more} more");
    }
    finding
}

/// How bad a departure is, from what it makes of the whole.
pub(super) const fn status(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Valid => Status::Suggestion,
        Verdict::Warning => Status::Warning,
        Verdict::Unusable | Verdict::Invalid => Status::Error,
    }
}

/// A stranger's text inside a sentence of ours.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", visible_short(text, 60))
}

/// A character inside a sentence, by its name where it cannot be seen.
pub(super) fn character(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' => "a line feed".to_owned(),
        '\r' => "a carriage return".to_owned(),
        '\u{a0}' => "a no-break space (U+00A0)".to_owned(),
        '\u{feff}' => "a byte order mark (U+FEFF)".to_owned(),
        _ if c.is_ascii_graphic() => format!("“{c}”"),
        _ => format!("{} (U+{:04X})", quoted(&c.to_string()), u32::from(c)),
    }
}

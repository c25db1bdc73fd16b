//! The TXT record of MTA-STS, `_mta-sts.<domain>` (RFC 8461 §3.1):
//!
//! ```text
//! sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
//! sts-field       = sts-id / sts-extension
//! sts-id          = %s"id=" 1*32(ALPHA / DIGIT)
//! ```

use crate::{
    Verdict,
    txt::{self, Fault, FieldFault},
};

/// What the record begins with, letter for letter.
pub const VERSION: &str = "v=STSv1";

/// The longest id.
pub const MAX_ID: usize = 32;

/// A record as it was read: what can be used of it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The id, when it is one.
    pub id: Option<String>,
    /// Every departure from the grammar and everything odd within it, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not a list of fields after a version.
    Form(Fault),
    /// A field is neither `id=` nor an extension.
    Field {
        /// As published.
        text: String,
        /// Why.
        fault: FieldFault,
    },
    /// The id is none.
    Id(String),
    /// There is no field `id=`.
    IdMissing,
    /// A further `id=`: ignored, since the first of a field counts (RFC 8461 §3.2).
    IdAgain {
        /// Its value.
        value: String,
        /// Whether it would have been an id. One that is not is outside the grammar, though it is ignored all the same.
        is_id: bool,
    },
    /// A further `v=`: an extension to the grammar, and ignored.
    VersionAgain,
}

impl Problem {
    /// What the problem makes of the record.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Form(fault) => fault.verdict(),
            Self::Field { .. } | Self::Id(_) | Self::IdMissing => Verdict::Invalid,
            Self::IdAgain { is_id: false, .. } => Verdict::Warning,
            Self::IdAgain { .. } | Self::VersionAgain => Verdict::Valid,
        }
    }
}

impl Reading {
    /// The record as a whole.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.problems.iter().map(Problem::verdict).max().unwrap_or(Verdict::Valid)
    }
}

/// Reads a record, its strings already [joined](crate::answer::join).
#[must_use]
pub fn read(text: &str) -> Reading {
    let form = txt::read(text, VERSION);
    let mut reading = Reading { id: None, problems: form.faults.into_iter().map(Problem::Form).collect() };
    // Nothing can be said of fields that were not read.
    let was_read = !reading
        .problems
        .iter()
        .any(|problem| matches!(problem, Problem::Form(Fault::NotBegun | Fault::NoDelimiter | Fault::NoField)));
    let mut id_seen = false;
    for field in form.fields {
        match (field.name, field.value) {
            ("id", Some(value)) if id_seen => {
                reading.problems.push(Problem::IdAgain { value: value.to_owned(), is_id: is_id(value) });
            }
            ("id", Some(value)) => {
                id_seen = true;
                if is_id(value) {
                    reading.id = Some(value.to_owned());
                } else {
                    reading.problems.push(Problem::Id(value.to_owned()));
                }
            }
            _ => match field.extension() {
                Err(fault) => reading.problems.push(Problem::Field { text: field.text.to_owned(), fault }),
                Ok(()) if field.name == "v" => reading.problems.push(Problem::VersionAgain),
                Ok(()) => {}
            },
        }
    }
    if was_read && !id_seen {
        reading.problems.push(Problem::IdMissing);
    }
    reading
}

/// Whether a text can be an id: 1 to 32 letters and digits.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The record with that id; none when the text is no id.
#[must_use]
pub fn compose(id: &str) -> Option<String> {
    is_id(id).then(|| format!("{VERSION}; id={id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_id_counts() {
        for text in ["v=STSv1;id=1", "v=STSv1; x=y; id=1;", "v=STSv1; v=STSv1; id=1", "v=STSv1; id=1; id=2; ID=3"] {
            let reading = read(text);
            assert_eq!((reading.id.as_deref(), reading.verdict()), (Some("1"), Verdict::Valid), "{text}");
        }
        let longest = "Ab3".repeat(11)[1..].to_owned();
        assert_eq!(read(&format!("v=STSv1; id={longest}")).id, Some(longest));
    }

    #[test]
    fn what_the_grammar_refuses_is_invalid() {
        for text in [
            "",
            "id=1; v=STSv1",
            "v=STSv1",
            "v=STSv1;",
            "v=STSv1; x=1",
            "v=STSv1; ID=1",
            "v=STSv1; id=",
            "v=STSv1; id= 1",
            "v=STSv1; id=2026-01-01",
            "v=STSv1; id=é",
            "v=STSv1; id=1;; x=1",
            "v=STSv1; id=1; x",
            "v=STSv1; id=1-; id=2",
            "v=STSv1; id=123456789012345678901234567890123",
        ] {
            assert_eq!(read(text).verdict(), Verdict::Invalid, "{text}");
        }
    }

    #[test]
    fn what_is_commonly_accepted_is_a_warning() {
        for text in ["v=STSv1 ; id=1", "v=STSv1; id=1 ", "v=STSv1; id=1; id=2-3", "v=STSv1; id=1; id="] {
            let reading = read(text);
            assert_eq!((reading.id.as_deref(), reading.verdict()), (Some("1"), Verdict::Warning), "{text}");
        }
    }

    #[test]
    fn a_record_that_was_not_begun_has_no_other_problem() {
        assert_eq!(read("id=1").problems, [Problem::Form(Fault::NotBegun)]);
        assert_eq!(read("v=STSv1 id=1").problems, [Problem::Form(Fault::NoDelimiter)]);
    }

    #[test]
    fn only_an_id_is_composed() {
        assert_eq!(compose("20260101T000000").as_deref(), Some("v=STSv1; id=20260101T000000"));
        assert_eq!(compose("2026-01-01"), None);
    }
}

//! Bytes to reports: unpack, then parse.

use sha2::{Digest, Sha256};
use tlsrpt::{Note, note::Code};

use crate::{Document, Error, Hints, Limits, hints, unpack::unpack_named};

/// One report and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadReport {
    /// The report, with the notes of unpacking among its own.
    pub report: tlsrpt::Report,
    /// SHA-256 of `json`: the report's content, however it was packed.
    pub content_hash: [u8; 32],
    /// The report's own unpacked bytes.
    pub json: Vec<u8>,
    /// What stood around it.
    pub hints: Hints,
}

/// Reads every report in `bytes`.
///
/// # Errors
/// When there is not one readable report; a part that cannot be read beside one that can becomes a note.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<ReadReport>, Error> {
    read_named(bytes, None, limits)
}

/// As [`read`], with the name of the file, from which hints are taken (RFC 8460 §5.1). It is never used as a path.
///
/// # Errors
/// As [`read`].
pub fn read_named(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Vec<ReadReport>, Error> {
    let unpacked = unpack_named(bytes, name, limits)?;
    let mut notes = unpacked.notes;
    let mut reports = Vec::new();
    let mut failed = None;
    for document in unpacked.documents {
        match parse(&document, limits) {
            Ok(read) => reports.extend(read),
            Err(error) => {
                let name = document.name.as_deref().unwrap_or("a part");
                notes.push(part_unreadable(name, &error));
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) if reports.is_empty() => return Err(error),
        _ => {}
    }
    for read in &mut reports {
        read.report.notes.splice(0..0, notes.iter().cloned());
    }
    Ok(reports)
}

fn parse(document: &Document, limits: &Limits) -> Result<Vec<ReadReport>, Error> {
    let read = |parsed: tlsrpt::Parsed<'_>| {
        let mut report = parsed.report;
        let mut notes = document.notes.clone();
        notes.extend(hints::disagreements(&report, &document.hints, document.name.as_deref()));
        report.notes.splice(0..0, notes);
        ReadReport {
            report,
            content_hash: Sha256::digest(&parsed.json).into(),
            json: parsed.json.into_owned(),
            hints: document.hints.clone(),
        }
    };
    Ok(tlsrpt::parse_each(&document.json, &limits.report)?.into_iter().map(read).collect())
}

fn part_unreadable(name: &str, error: &Error) -> Note {
    Code::PartUnreadable.note(format!("“{}”: {error}", model::text::visible_short(name, 60)))
}

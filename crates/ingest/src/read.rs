//! Bytes to reports: unpack, then parse.

use model::text::visible_short;
use sha2::{Digest, Sha256};
use tlsrpt::{Report, note::Code};

use crate::{Document, Error, Hints, Limits, hints, unpack::unpack_named};

/// One report and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadReport {
    /// The report, with the notes of unpacking among its own.
    pub report: Report,
    /// SHA-256 of `json` without the white space around it: the report's content, however it was packed or mailed.
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
    let mut entries = 0;
    for document in unpacked.documents {
        let name = document.name.clone();
        match parse(document, limits) {
            Ok(read) => {
                entries += read.iter().map(|read| entries_of(&read.report)).sum::<usize>();
                reports.extend(read);
            }
            Err(error) => {
                let name = visible_short(name.as_deref().unwrap_or("a part"), 60).into_owned();
                notes.push(Code::PartUnreadable.note(format!("“{name}”: {error}")));
                failed.get_or_insert(error);
            }
        }
        if entries > limits.entries {
            return Err(Error::TooMany { what: "policies and failures in what was sent", limit: limits.entries });
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

fn parse(document: Document, limits: &Limits) -> Result<Vec<ReadReport>, Error> {
    let Document { json, name, hints, notes } = document;
    let finish = |mut report: Report, json: Vec<u8>| {
        let about = hints::disagreements(&report, &hints, name.as_deref());
        report.notes.splice(0..0, notes.iter().cloned().chain(about));
        ReadReport { report, content_hash: Sha256::digest(json.trim_ascii()).into(), json, hints: hints.clone() }
    };
    let mut parsed = tlsrpt::parse_each(&json, &limits.report)?;
    if parsed.len() == 1
        && let Some(only) = parsed.pop()
    {
        // Moved, not copied: it may be large.
        return Ok(vec![finish(only.report, json)]);
    }
    Ok(parsed.into_iter().map(|parsed| finish(parsed.report, parsed.json.into_owned())).collect())
}

/// How many policies and failures a report holds.
fn entries_of(report: &Report) -> usize {
    report.policies.iter().map(|policy| 1 + policy.failures.len()).sum()
}

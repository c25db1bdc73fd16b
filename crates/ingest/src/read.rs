//! Bytes to reports: unpack, then parse.

use sha2::{Digest, Sha256};

use crate::{Error, Hints, Limits, unpack};

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
    let mut reports = Vec::new();
    for document in unpack(bytes, limits)?.documents {
        for parsed in tlsrpt::parse_each(&document.json, &limits.report)? {
            reports.push(ReadReport {
                report: parsed.report,
                content_hash: Sha256::digest(&parsed.json).into(),
                json: parsed.json.into_owned(),
                hints: document.hints.clone(),
            });
        }
    }
    Ok(reports)
}

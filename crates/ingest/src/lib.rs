//! Bytes in, reports out: unpacks by magic bytes, reads e-mails, parses. No database.

/// Caps on what is unpacked and read.
#[derive(Clone, Debug, Default)]
pub struct Limits {}

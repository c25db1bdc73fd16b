//! Caps on what is unpacked and read.

/// Caps on what is unpacked and read. The defaults take any report that real senders produce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as received. RFC 8460 §5.2 calls ten megabytes a common limit.
    pub received: usize,
    /// Bytes after unpacking, summed over all parts.
    pub unpacked: usize,
    /// Entries of a zip archive.
    pub zip_entries: usize,
    /// Parts of an e-mail, at all levels together.
    pub mail_parts: usize,
    /// Levels of multiparts and attached messages.
    pub mail_depth: usize,
    /// Bytes of one header block.
    pub mail_headers: usize,
    /// Policies and failures of all reports together.
    pub entries: usize,
    /// Caps on each report.
    pub report: tlsrpt::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            received: 10 << 20,
            unpacked: 32 << 20,
            zip_entries: 16,
            mail_parts: 100,
            mail_depth: 10,
            mail_headers: 64 << 10,
            entries: 100_000,
            report: tlsrpt::Limits::default(),
        }
    }
}

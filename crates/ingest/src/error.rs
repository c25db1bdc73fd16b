//! Why bytes gave no report.

use tlsrpt::ParseError;

/// Why bytes gave no report. Each message says what was found and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No bytes: send the report as the body.
    #[error("nothing was sent; send the report as JSON, gzip or zip, or the e-mail that carries it")]
    Empty,
    /// More bytes than [`Limits::received`](crate::Limits) or `unpacked`: answer 413; the owner may raise the limit.
    #[error("{what} is larger than the limit of {limit} bytes; split it or raise the limit")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// More entries, parts or levels than the limits allow: send the reports singly.
    #[error("there are more than {limit} {what}; send the reports one by one")]
    TooMany {
        /// Of what there are too many.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Cut short or altered on its way: get the file again.
    #[error("the {format} file is damaged: {reason}; get it again from where it came")]
    Damaged {
        /// gzip or zip.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A zip archive that uses something not read here: unpack it and send what is inside.
    #[error("the zip file {reason}; unpack it and send what is inside")]
    Unsupported {
        /// What it uses.
        reason: String,
    },
    /// A sound container without a report: look for the right file.
    #[error("the {container} holds no TLS report: {found}")]
    NoReport {
        /// e-mail, zip file or mailbox.
        container: &'static str,
        /// What it holds instead.
        found: String,
    },
    /// None of the known formats: answer 415.
    #[error("this is no TLS report: {found}; send JSON, gzip or zip, or the e-mail that carries it")]
    UnknownFormat {
        /// How it begins.
        found: String,
    },
    /// Unpacked, but what came out is no report.
    #[error("the report cannot be read: {0}")]
    Unreadable(#[from] ParseError),
    /// The source failed while it was read.
    #[error("reading failed: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Whether it was refused for its size (HTTP 413) rather than for what it is.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::Unreadable(ParseError::TooLong { .. }))
    }
}

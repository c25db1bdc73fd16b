//! Why a document gave no report.

/// Why a document gave no report. Each message says what was found and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing, or only white space: send the report's JSON.
    #[error("there is nothing in it; a TLS report is a JSON object")]
    Empty,
    /// More bytes than [`Limits::document`](crate::Limits): split it, or raise the limit.
    #[error("it is {size} bytes long; at most {limit} are read")]
    TooLong {
        /// Its length.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// Lists or objects nested beyond 128 levels: no report is, so it is not one.
    #[error("it nests more than 128 levels deep at line {line}, column {column}; no TLS report does")]
    TooDeep {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// The text ends in the middle: fetch the whole file again.
    #[error("it ends in the middle, at line {line}, column {column}; get the whole file again")]
    Truncated {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Not JSON: the sender must mend it.
    #[error("it is not JSON: {reason} at line {line}, column {column}")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// JSON, but something else than a TLS report: look for the right file.
    #[error("it is JSON but no TLS report: {found}; a report has the keys organization-name, date-range and policies")]
    NotAReport {
        /// What stands there.
        found: String,
    },
}

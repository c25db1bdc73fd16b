//! The two records, and what they have of their own.

use super::{Code, draft::Draft};
use crate::Status;

/// Which of the two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `_smtp._tls.<domain>`
    TlsRpt,
    /// `_mta-sts.<domain>`
    MtaSts,
}

impl Kind {
    /// What the record begins with, letter for letter.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::TlsRpt => tlsrpt::record::VERSION,
            Self::MtaSts => mtasts::record::VERSION,
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TlsRpt => "TLS-RPT record",
            Self::MtaSts => "MTA-STS record",
        }
    }

    /// Where it is defined.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::TlsRpt => "RFC 8460 §3",
            Self::MtaSts => "RFC 8461 §3.1",
        }
    }

    /// Whether somebody meant a text to be such a record, however it begins.
    #[must_use]
    pub fn is_meant(self, text: &str) -> bool {
        let name = self.version().trim_start_matches("v=").trim_end_matches('1');
        text.to_ascii_lowercase().contains(&name.to_ascii_lowercase())
    }

    /// What senders do when there is no such record.
    pub(super) const fn without(self) -> &'static str {
        match self {
            Self::TlsRpt => "Senders act as though there were no TLS-RPT record: they send no reports.",
            Self::MtaSts => {
                "Senders act as though the domain had no MTA-STS policy: only those that hold an earlier one still protect mail."
            }
        }
    }

    /// The field that must be there.
    pub(super) const fn needed(self) -> &'static str {
        match self {
            Self::TlsRpt => "rua",
            Self::MtaSts => "id",
        }
    }

    /// A finding of this record.
    pub(super) fn draft(self, code: Code, status: Status, title: impl Into<String>) -> Draft {
        let consequence = match status {
            Status::Error => self.without(),
            Status::Warning => "Some senders take the record all the same, others ignore it.",
            _ => "Senders read the record as though this were not there.",
        };
        Draft::new(code, status, title, consequence).source(self.source())
    }
}

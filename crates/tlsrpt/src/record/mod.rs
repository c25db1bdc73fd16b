//! The TXT record of TLSRPT, `_smtp._tls.<domain>` (RFC 8460 §3):
//!
//! ```text
//! tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]
//! tlsrpt-field  = tlsrpt-rua / tlsrpt-extension
//! tlsrpt-rua    = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)
//! ```
//!
//! The form is that of the MTA-STS record ([`mtasts::txt`]), as is the choice of one record out of a DNS answer
//! ([`mtasts::answer`]).

pub mod destination;
pub mod mailto;
pub mod uri;

use mtasts::{
    Verdict,
    txt::{self, Fault, FieldFault, WSP},
};

pub use destination::{Destination, DestinationFault, Kind, Unusable};

/// What the record begins with, letter for letter.
pub const VERSION: &str = "v=TLSRPTv1";

/// A record as it was read: what can be used of it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The destinations that are grammatical, of all `rua` fields in order. Many senders use them even when the record has
    /// faults elsewhere.
    pub destinations: Vec<Destination>,
    /// Every departure from the grammar and everything odd within it, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not a list of fields after a version.
    Form(Fault),
    /// A field is neither `rua=` nor an extension.
    Field {
        /// As published.
        text: String,
        /// Why.
        fault: FieldFault,
    },
    /// There is no field `rua=`, and "the tlsrpt-rua record is required".
    RuaMissing,
    /// White space stands between `rua=` and the first URI.
    BlankAfterRua,
    /// One element of the list in `rua=` is no destination.
    Destination {
        /// As published.
        text: String,
        /// Why.
        fault: DestinationFault,
        /// Where in its list it stands, counted from 0.
        position: usize,
    },
    /// A further `rua=`; the ABNF allows several.
    RuaAgain,
    /// A further `v=`: an extension to the grammar, and ignored.
    VersionAgain,
    /// No destination is left that senders can deliver to.
    NothingUsable,
}

impl Problem {
    /// What the problem makes of the record.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Form(fault) => fault.verdict(),
            Self::Field { .. } | Self::RuaMissing | Self::Destination { .. } => Verdict::Invalid,
            Self::BlankAfterRua => Verdict::Warning,
            Self::RuaAgain | Self::VersionAgain => Verdict::Valid,
            Self::NothingUsable => Verdict::Unusable,
        }
    }
}

impl Reading {
    /// The record as a whole.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.problems.iter().map(Problem::verdict).max().unwrap_or(Verdict::Valid)
    }
}

/// Reads a record, its strings already [joined](mtasts::answer::join).
#[must_use]
pub fn read(text: &str) -> Reading {
    let form = txt::read(text, VERSION);
    let mut reading =
        Reading { destinations: Vec::new(), problems: form.faults.into_iter().map(Problem::Form).collect() };
    if form.fields.is_empty() {
        return reading;
    }
    let mut has_rua = false;
    for field in form.fields {
        if let ("rua", Some(value)) = (field.name, field.value) {
            if std::mem::replace(&mut has_rua, true) {
                reading.problems.push(Problem::RuaAgain);
            }
            reading.rua(value);
        } else {
            match field.extension() {
                Err(fault) => reading.problems.push(Problem::Field { text: field.text.to_owned(), fault }),
                Ok(()) if field.name == "v" => reading.problems.push(Problem::VersionAgain),
                Ok(()) => {}
            }
        }
    }
    if !has_rua {
        reading.problems.push(Problem::RuaMissing);
    } else if !reading.destinations.iter().any(Destination::is_usable) {
        reading.problems.push(Problem::NothingUsable);
    }
    reading
}

impl Reading {
    fn rua(&mut self, value: &str) {
        let list = value.trim_start_matches(WSP);
        if list.len() < value.len() {
            self.problems.push(Problem::BlankAfterRua);
        }
        for (position, element) in list.split(',').enumerate() {
            let element = element.trim_matches(WSP);
            match Destination::parse(element) {
                Ok(destination) => self.destinations.push(destination),
                Err(fault) => {
                    self.problems.push(Problem::Destination { text: element.to_owned(), fault, position });
                }
            }
        }
    }
}

/// The record with these destinations, in this order; none when one of them is none, or senders can deliver to none.
#[must_use]
pub fn compose<'t>(destinations: impl IntoIterator<Item = &'t str>) -> Option<String> {
    let list: Vec<_> = destinations.into_iter().collect();
    let record = format!("{VERSION}; rua={}", list.join(","));
    (read(&record).verdict() == Verdict::Valid).then_some(record)
}

#[cfg(test)]
mod tests;

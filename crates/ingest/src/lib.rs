//! Bytes in, reports out: unpacks by magic bytes, reads e-mails, parses. No database.
//!
//! [`read()`] takes whatever came by POST, mail, upload or file: JSON, gzip, zip, an e-mail, a mailbox. Everything is held to
//! [`Limits`] while it is read, and nothing is ever written to a place that the input names. [`signature`] tells whose
//! signature a mail bears.

mod error;
mod format;
mod gzip;
mod hints;
mod limits;
mod mail;
pub mod mbox;
mod read;
pub mod signature;
#[cfg(feature = "testing")]
pub mod testing;
mod transfer;
mod unpack;
mod zip;

pub use error::Error;
pub use format::is_mail;
pub use limits::Limits;
pub use mail::{claim::claims_report, recipients::recipients};
pub use read::{ReadReport, read, read_named};
pub use unpack::{Document, Hints, Unpacked, unpack};

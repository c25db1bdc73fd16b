//! Bytes in, reports out: unpacks by magic bytes, reads e-mails, parses. No database.

pub mod error;
pub mod limits;
pub mod mbox;
pub mod read;
pub mod unpack;

pub use error::Error;
pub use limits::Limits;
pub use read::{ReadReport, read};
pub use unpack::{Document, Hints, Unpacked, unpack};

//! The report as senders write it (RFC 8460 §4.4), with any JSON value in any place.
//!
//! The JSON reader's events go straight into these types; no tree of the document is ever built, and every list has its
//! cap, so a hostile document costs no more than its own size. No shape is an error here: [`crate::convert`] judges.

mod lines;
mod list;
mod object;
mod scalar;
mod value;

pub(crate) use lines::Lines;
pub(crate) use list::List;
pub(crate) use object::{DateRange, Entry, Failure, Found, PolicyFields, Report, Summary};
pub(crate) use scalar::Scalar;
pub(crate) use value::{Context, Into, Kind};

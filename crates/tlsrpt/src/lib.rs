//! SMTP TLS Reporting (RFC 8460): the DNS record, the report and its result types. Pure, no I/O.
//!
//! [`parse()`] reads what senders really write: JSON events become a wire type that takes any value in any place (`wire`), and
//! that becomes a [`Report`] in our words (`convert`). No deviation loses a report; each is told as a [`Note`] with one of
//! the codes of [`Code`].
//!
//! [`record`] is as strict as that is lenient: it tells owners what other people's parsers will do.

mod convert;
mod date;
mod decode;
mod error;
mod limits;
pub mod note;
mod parse;
pub mod policy_type;
pub mod record;
mod repair;
pub mod report;
pub mod result_type;
mod wire;

pub use error::ParseError;
pub use limits::Limits;
pub use mtasts::Mode;
pub use note::{Code, Note};
pub use parse::{Parsed, parse, parse_each};
pub use policy_type::PolicyType;
pub use report::{Failure, Policy, Report};
pub use result_type::ResultType;

//! SMTP TLS Reporting (RFC 8460): the report, its result types, and (later) the DNS record. Pure, no I/O.

mod convert;
mod date;
mod decode;
pub mod error;
pub mod limits;
pub mod note;
pub mod parse;
pub mod policy_type;
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

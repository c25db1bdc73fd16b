//! SMTP TLS Reporting (RFC 8460): the report, its result types, and (later) the DNS record. Pure, no I/O.

pub mod note;
pub mod policy_type;
pub mod report;
pub mod result_type;

pub use note::Note;
pub use policy_type::PolicyType;
pub use report::{Failure, Policy, Report};
pub use result_type::ResultType;

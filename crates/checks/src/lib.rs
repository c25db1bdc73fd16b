//! Looks at a mail domain from outside, as senders do, and says what is published, what is wrong, what it does to mail, and
//! what to publish instead.
//!
//! [`Runner::check`] goes to DNS, to the policy host over HTTPS and to the MX hosts over SMTP, and brings an [`Outcome`]:
//! findings with raw evidence for each subject, and facts that can be kept and compared. What is looked at is listed by
//! [`model::check::Check`]; one file under `check/` for each.
//!
//! Three things it holds to:
//! - **"Cannot tell" is an answer of its own.** A timeout, SERVFAIL, a blocked port, a resolver that strips DNSSEC: none of
//!   these is "absent", and none is an Error of the domain.
//! - **Nothing is dialled that a user should not reach through us**: [`Settings::allow`] says what is let through besides the
//!   public Internet; everything goes one way out (`outbound`).
//! - **Every check ends in its [`Limits`]**, whatever name servers, web servers and mail servers do.
//!
//! DNS stands behind a small trait, so that rules are tested with scripted answers. This crate knows neither the database
//! nor the pages; `engine` joins it with storage. It keeps in memory what it saw of MX hosts, for domains share them.

mod authoritative;
mod check;
mod codes;
mod context;
mod dns;
mod error;
mod https;
mod limits;
mod mail_hosts;
mod notices;
mod outbound;
mod outcome;
mod reach;
mod reverse;
mod rules;
mod runner;
mod settings;
mod shape;
mod share;
mod smtp;
mod test_report;
#[cfg(feature = "testing")]
pub mod testing;
mod texts;
mod tls;
mod words;
mod zone;

pub use codes::{CODES, Code};
pub use context::{Context, Event};
pub use error::Error;
pub use limits::Limits;
pub use outbound::{NoWay, WayOut};
pub use outcome::Outcome;
pub use reverse::Names;
pub use runner::Runner;
pub use settings::Settings;
pub use share::Shared;
pub use texts::{TextFinder, Texts};

//! Waxseal's own words, free of I/O: domain names, days, trust, impact, counting, and the shapes that pages show.
//!
//! Everything above (storage, engine, app) speaks these types; nothing here knows a database, a clock or a socket.
//! The RFCs' own words live below, in [`tlsrpt`] and [`mtasts`].

pub mod addition;
pub mod address;
pub mod audit;
pub mod check;
pub mod counting;
pub mod csv;
pub mod delivery;
pub mod dkim;
pub mod domain_name;
pub mod explain;
pub mod finding;
pub mod format;
pub mod glossary;
pub mod ids;
pub mod impact;
pub mod lint;
pub mod mail_form;
pub mod mailbox;
pub mod month;
pub mod names;
pub mod people;
pub mod plan;
pub mod proof;
pub mod publish;
pub mod reading;
pub mod record_list;
pub mod reporter;
pub mod retention;
pub mod role;
pub mod setup;
pub mod share_link;
pub mod start;
pub mod status;
pub mod test_report;
pub mod text;
pub mod time;
pub mod token;
pub mod trust;
pub mod verdict;
pub mod view;

pub use audit::{Act, Actor};
pub use counting::Totals;
pub use delivery::{Channel, DayQuota, DeliveryOutcome, ReportState};
pub use domain_name::{DomainName, DomainNameError};
pub use finding::{Finding, Publish};
pub use ids::{DeliveryId, DomainId, MailboxId, ReportId, ReporterId, ShareLinkId, TokenId, UserId, WorkspaceId};
pub use impact::Impact;
pub use mail_form::MailForm;
pub use month::Month;
pub use proof::Proof;
pub use reporter::Reporter;
pub use role::Role;
pub use share_link::ShareLinkRow;
pub use status::Status;
pub use time::{Day, DayRange, Timestamp};
pub use token::{TokenRow, TokenScope};
pub use trust::{Treatment, Treatments, Trust};

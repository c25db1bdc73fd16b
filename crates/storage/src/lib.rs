//! What Waxseal keeps: the only crate that names `sea-orm`. It speaks our words and keeps the tables to itself.
//!
//! [`Storage`] works the same on SQLite and PostgreSQL; the tests run on both. A report's way through these files:
//! `writer` gathers deliveries and commits many at once, `record` turns them into rows, `attribution` says whose they are,
//! `identity` whether they came before, `settle` what becomes of each, `contribution` what that adds to the roll-ups,
//! `rollups` adds it; `quota` bounds what a domain takes in a day. `decisions`, `quarantine`, `readings` and `retention` come later. `audit` tells who
//! did what, `glance` is what Overview asks first, `lists` reads whole lists for programs and exports, `backup` copies everything. The other files are queries, one for
//! each page.

mod account;
mod additions;
mod addresses;
mod attribution;
mod audit;
mod backup;
mod checks;
mod codes;
mod contribution;
mod database;
mod decisions;
mod delivery;
mod domain_page;
mod domains;
mod duties;
mod edits;
mod entity;
mod error;
mod failure_filter;
mod glance;
mod identity;
mod incidents;
mod ingest_log;
mod invitations;
mod labels;
mod lists;
mod mailbox_edits;
mod mailboxes;
mod members;
mod metrics;
mod overview;
mod particulars;
mod people;
mod proof;
mod publication;
mod quarantine;
mod quota;
mod read;
mod readings;
mod record;
mod report_filter;
mod report_kin;
mod report_list;
mod report_page;
mod report_search;
mod retention;
mod rollups;
mod schema;
mod second_factor;
mod sessions;
mod settle;
mod share_links;
mod sightings;
mod sign_on;
mod sql;
mod standing;
mod start;
mod test_reports;
#[cfg(feature = "testing")]
pub mod testing;
mod tickets;
mod tokens;
mod treatments;
mod trend;
mod trial;
mod unknown_mail;
mod users;
mod waiting;
mod workspaces;
mod writer;

use std::sync::Arc;

pub use account::{EmailOutcome, User};
pub use additions::AddedSome;
pub use addresses::{AddressOwner, ReportAddress};
pub use audit::AuditOf;
pub use backup::{Backup, backup, backup_extension};
pub use checks::{CheckRecord, CheckedDomain, ClaimedCheck};
use database::Database;
pub use database::{Settings, sqlite_file};
pub use decisions::Decision;
pub use delivery::{Content, Dkim, NewDelivery, NewReport, Recorded};
pub use domains::Domain;
pub use edits::{Edit, EditFilter, EditRow};
pub use error::Error;
pub use glance::{Glance, Version};
pub use incidents::{FailedOn, IncidentFacts};
pub use invitations::{Acceptance, NewInvitation};
pub use lists::{DeliveryFilter, DomainItem, FailureItem, FailurePlace, ReportPlace};
pub use mailbox_edits::MailboxEdit;
pub use mailboxes::{Again, ClaimedMailbox, PollRecord, Progress, StoredMailbox};
pub use members::MemberChange;
pub use metrics::DomainListing;
pub use particulars::{DomainNotes, Holdings};
pub use people::{Account, NewUser};
pub use publication::{PublicationRow, Published, RecordScope, Surroundings};
pub use quarantine::QuarantineDecision;
pub use quota::NotTaken;
pub use readings::ReadingPart;
pub use report_filter::ReportFilter;
pub use report_page::StoredReport;
pub use second_factor::SecondFactor;
pub use sessions::{NewSession, Session, SessionListing};
pub use share_links::{NewShareLink, NotShared, StoredShareLink};
pub use sign_on::NewSignedOn;
pub use standing::{Scope, Standing};
pub use start::Beginning;
pub use tickets::{NewTicket, Ticket, TicketPurpose};
pub use tokens::{NewToken, StoredToken};
pub use waiting::{Judged, WaitingDelivery};

/// An open database. Cheap to clone; all clones share its connections.
#[derive(Clone, Debug)]
pub struct Storage {
    database: Arc<Database>,
    writers: Arc<writer::Writers>,
    labels: Arc<labels::Cache>,
    actor: Option<Arc<model::Actor>>,
}

impl Storage {
    /// Opens the database; a fresh one is created, an older one upgraded when the settings allow it.
    ///
    /// # Errors
    /// Says what to do about a database that cannot be used as it is.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        let database = Arc::new(Database::open(settings).await?);
        let labels = Arc::default();
        let writers = Arc::new(writer::Writers::start(&database, &labels));
        Ok(Self { database, writers, labels, actor: None })
    }

    /// Stores a delivery. When this returns what became of it, it is durable.
    ///
    /// # Errors
    /// The domain it came to is gone, or has taken in enough for the day: nothing was stored. Or the database cannot be used:
    /// should it have fallen silent in the middle, the delivery may be stored all the same, and its repetition is recognised.
    pub async fn record(&self, delivery: NewDelivery) -> Result<Recorded, Error> {
        self.writers.record(delivery).await
    }

    /// How many statements were run in the database since it was opened: what a page costs is seen by it.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.database.statements()
    }

    /// Bytes that are free on the disk of the SQLite file; none for a database elsewhere, or when the system does not tell.
    #[must_use]
    pub fn free_space(&self) -> Option<u64> {
        self.database.free_space()
    }

    /// Stores what is waiting, then closes all connections.
    pub async fn close(&self) {
        self.writers.stop().await;
        self.database.close().await;
    }
}

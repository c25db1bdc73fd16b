//! The use cases of Waxseal: take in, attribute, onboard, show. No HTTP, no Leptos; it alone joins ingest and storage.
//!
//! Command line, server functions and listeners all call [`Engine`], so nothing is written twice. Each file holds the
//! use cases of one concern:
//!
//! - [`receiving`]: whose address it is, what arrived, what became of it
//! - [`signatures`]: who sent it
//! - [`intake`]: how it is read within bounds of memory, and stored
//! - [`domains`]: workspaces and the domains they watch
//! - [`additions`]: adding many domains at once
//! - [`records`]: what all of them are to publish
//! - [`domain_settings`]: a domain's addresses, what is noted about it, removing it
//! - [`edits`]: editing many domains at once
//! - [`start`]: from an installed program to the first report
//! - [`checks`]: looking at domains from outside, when it is due
//! - [`look_up`]: looking at any domain, for whoever asks
//! - [`reading`]: reading a report that somebody shows, for whoever asks
//! - [`reverse_names`]: the names of addresses
//! - [`people`]: users and sessions, one's own account, members of workspaces, invitations
//! - [`posting`]: mails to people
//! - [`audit`]: who did what
//! - [`tokens`]: with which programs act
//! - [`share_links`]: with which others see one domain's summary
//! - [`mailboxes`]: reading mailboxes by IMAP
//! - [`lists`]: whole lists, for programs and exports
//! - [`pages`]: what the pages show
//! - [`upkeep`]: deleting what is old
//! - [`vault`]: keeping secrets that must be readable again
//!
//! Time is an argument of every use case that needs it, and randomness ([`Chance`]) is given when the engine is opened.

pub mod additions;
pub mod audit;
pub mod backup;
mod chance;
pub mod checks;
pub mod deliveries;
pub mod domain_settings;
pub mod domains;
pub mod edits;
mod error;
pub mod intake;
pub mod lists;
pub mod look_up;
pub mod mailboxes;
pub mod pages;
pub mod people;
pub mod posting;
pub mod reading;
pub mod receiving;
pub mod records;
pub mod reverse_names;
mod secret_form;
mod settings;
pub mod share_links;
pub mod signatures;
pub mod start;
pub mod test_reports;
pub mod tokens;
pub mod upkeep;
pub mod vault;

use std::sync::{Arc, atomic::AtomicU64};

pub use ::checks::{CODES as CHECK_CODES, Code as CheckCode};

pub use self::{
    audit::AuditOf,
    chance::Chance,
    checks::ClaimedCheck,
    deliveries::{Decided, Decision, QuarantineDecision, ReadAgain},
    domain_settings::{DomainSettings, NotesRefused},
    domains::DomainListing,
    error::Error,
    intake::Budget,
    lists::{DeliveryFilter, DomainItem, FailureItem, FailurePlace, RawBody, ReportFilter, ReportPlace},
    look_up::LookUp,
    mailboxes::{ClaimedMailbox, MailboxesOpen},
    pages::{HistoryRow, IncidentFilter, IncidentItem, IncidentPlace},
    people::{
        Account, AccountRefusal, Admission, Arrived, CodeRefusal, EmailChange, INVITATION_DAYS, Identity,
        InviteRefusal, JoinRefusal, MemberRefusal, PasswordProblem, Peer, ResetAnswer, ResetRefusal, SecondStepSetUp,
        SessionLine, SessionToken, SetupRefusal, SignInRefusal, SignOnRefusal, SignedIn, StepToken, UserRefusal,
        Visitor, WorkspaceRefusal,
    },
    posting::{MailServer, MailTest},
    receiving::{Arrival, Destination, InMailbox, Receipt, Receiver},
    records::RecordScope,
    reverse_names::Names,
    settings::Settings,
    share_links::{CreatedShareLink, ShareLinkRefusal, ShareLinkRequest, ShareSecret, SharedDomain},
    test_reports::TestRefusal,
    tokens::{ApiToken, Bearer, CreatedToken, TokenRefusal, TokenRequest},
    upkeep::{ClockMoved, Expired, Retention},
    vault::{KeySource, SecretKey, VaultError},
};

/// The use cases. Cheap to clone; all clones share one database.
#[derive(Clone, Debug)]
pub struct Engine {
    storage: storage::Storage,
    settings: Arc<Settings>,
    chance: Chance,
    passwords: people::Passwords,
    tries: Arc<people::Tries>,
    post: posting::Posting,
    standings: pages::Figures<storage::Standing>,
    incidents: pages::Incidents,
    readers: pages::Readers,
    intake: intake::Intake,
    judge: signatures::Judge,
    checks: Arc<checks::Checks>,
    look_ups: Arc<look_up::LookUps>,
    reverse_names: Arc<reverse_names::ReverseNames>,
    chores: Arc<additions::Chores>,
    unknown_mail: Arc<AtomicU64>,
    vault: vault::Vault,
    mailboxes: Arc<mailboxes::Mailboxes>,
}

impl Engine {
    /// Opens the database; a fresh one is created, an older one upgraded if the settings allow it.
    ///
    /// # Errors
    /// Says why the database cannot be used, and what to do about it.
    pub async fn open(settings: Settings) -> Result<Self, Error> {
        Self::open_with(settings, Chance::system()).await
    }

    /// The same with a chosen source of random bytes.
    ///
    /// # Errors
    /// Says why the database cannot be used, and what to do about it.
    pub async fn open_with(settings: Settings, chance: Chance) -> Result<Self, Error> {
        let storage = storage::Settings { url: settings.database_url.clone(), may_upgrade: settings.migrate };
        let post = posting::Posting::by(settings.mail.as_ref())?;
        let storage = storage::Storage::open(&storage).await?;
        let engine = Self {
            // After the database: now the folder is there, and it is known to be this user's.
            vault: vault::Vault::open(&settings.secrets, settings.migrate, &chance)?,
            post,
            storage,
            judge: signatures::Judge::new(settings.keys.clone(), settings.limits.mail_headers),
            intake: intake::Intake::new(settings.limits.clone(), settings.memory, settings.quota),
            checks: Arc::new(checks::Checks::new(settings.checks.clone())),
            look_ups: Arc::default(),
            reverse_names: Arc::default(),
            chores: Arc::default(),
            unknown_mail: Arc::default(),
            mailboxes: Arc::default(),
            settings: Arc::new(settings),
            chance,
            passwords: people::Passwords::new(),
            tries: Arc::new(people::Tries::new()),
            standings: pages::Figures::default(),
            incidents: pages::Incidents::default(),
            readers: pages::Readers::new(),
        };
        if engine.settings.migrate {
            engine.seal_second_factors().await?;
        }
        Ok(engine)
    }

    /// How this installation is reached: the configured address, or the one listened on; without a final slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.settings.base_url.as_deref().unwrap_or(&self.settings.local_url).trim_end_matches('/')
    }

    /// Whether the database answers (readiness).
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.storage.ready().await?)
    }

    /// How many statements were run in the database since it was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.storage.statements()
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        self.storage.close().await;
    }
}

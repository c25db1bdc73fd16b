//! The use cases of Waxseal: take in, attribute, onboard, show. No HTTP, no Leptos; it alone joins ingest and storage.
//!
//! Command line, server functions and listeners all call [`Engine`], so nothing is written twice.

use model::{
    DeliveryId, DeliveryOutcome, DomainId, DomainName, ReportId, Timestamp, Totals, UserId, WorkspaceId,
    view::{
        DeliveryPage, DomainPage, DomainSetup, IngestLog, LogQuery, Overview, OverviewQuery, ReportList, ReportPage,
        ReportQuery,
    },
};

/// Everything the engine must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://data/waxseal.db` or `postgres://…`.
    pub database_url: String,
    /// The public address of this installation, such as `https://tlsrpt.example.com`.
    pub base_url: Option<String>,
    /// What the base URL is while none is configured: the address listened on.
    pub local_url: String,
    /// Caps on what is taken in.
    pub limits: ingest::Limits,
    /// Whether [`Engine::open`] may create or upgrade the schema. Other commands than `serve` and `migrate` refuse a differing one.
    pub migrate: bool,
}

/// The use cases. Cheap to clone; all clones share one database.
#[derive(Clone, Debug)]
pub struct Engine {}

/// What can go wrong. Each variant says what the caller should do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be used now: answer 503 with Retry-After, or end the command.
    #[error("the database cannot be used: {0}")]
    Database(String),
}

/// The owner of a report address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The domain whose address it is.
    pub domain: DomainId,
    /// That domain's name.
    pub name: DomainName,
}

/// Where a delivery was sent.
#[derive(Clone, Debug)]
pub enum Destination {
    /// To a domain's own address.
    Address(Receiver),
    /// To a workspace as a whole: upload, import, a bare mailbox.
    Workspace(WorkspaceId),
}

/// Something that arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Where to.
    pub to: Destination,
    /// How.
    pub channel: model::Channel,
    /// From which address, or which file.
    pub remote: Option<String>,
    /// The bytes as received.
    pub body: Vec<u8>,
    /// When.
    pub received: Timestamp,
}

/// What became of an arrival, told only after it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The outcome as a whole.
    pub outcome: DeliveryOutcome,
    /// Why, in a sentence; empty when there is nothing to say.
    pub reason: String,
    /// The report rows it made or met.
    pub reports: Vec<ReportId>,
}

/// One watched domain with its all-time figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainListing {
    /// Its name.
    pub name: DomainName,
    /// Its report address.
    pub address: String,
    /// Counted reports.
    pub reports: u64,
    /// Sessions, counted as everywhere.
    pub totals: Totals,
    /// When the last counted report arrived.
    pub last_report: Option<Timestamp>,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// The workspace they see.
    pub workspace: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
}

/// A new session: `token` goes into the cookie and nowhere else; the database holds its hash.
#[derive(Clone)]
pub struct SessionToken(pub String);

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// The same answer whether or not the user exists.
    WrongCredentials,
    /// Too many tries just now.
    TooMany,
}

/// Why the first user was not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// The code is not the one printed at start.
    WrongCode,
    /// A user exists already.
    AlreadyDone,
    /// Not an e-mail address.
    Email,
    /// Shorter than 12 characters, or longer than 256.
    Password,
    /// Too many tries just now.
    TooMany,
}

/// Where a request came from, for the session list and limits.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// IP address as text.
    pub ip: String,
    /// User agent.
    pub agent: String,
}

#[expect(clippy::unused_async, clippy::missing_errors_doc, missing_docs, reason = "signatures first; bodies follow")]
impl Engine {
    pub async fn open(_settings: Settings) -> Result<Self, Error> {
        unimplemented!()
    }
    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {}
    /// Whether the database answers (readiness).
    pub async fn ready(&self) -> Result<(), Error> {
        unimplemented!()
    }

    // Receiving
    pub async fn receiver(&self, _address: &str) -> Result<Option<Receiver>, Error> {
        unimplemented!()
    }
    pub async fn receive(&self, _arrival: Arrival) -> Result<Receipt, Error> {
        unimplemented!()
    }

    // Workspaces and domains
    /// The named workspace, or the only one. `Ok(None)`: no such workspace; with no name: there are several.
    pub async fn workspace(&self, _name: Option<&str>) -> Result<Option<WorkspaceId>, Error> {
        unimplemented!()
    }
    /// Adds a domain, or finds it: adding twice is no error.
    pub async fn add_domain(
        &self,
        _workspace: WorkspaceId,
        _name: &DomainName,
        _now: Timestamp,
    ) -> Result<DomainSetup, Error> {
        unimplemented!()
    }
    pub async fn domains(&self, _workspace: WorkspaceId) -> Result<Vec<DomainListing>, Error> {
        unimplemented!()
    }
    /// All workspaces' domains, for the metrics page.
    pub async fn all_domains(&self) -> Result<Vec<DomainListing>, Error> {
        unimplemented!()
    }

    // People
    /// A new set-up code while no user exists; none once there is one.
    pub async fn setup_code(&self, _now: Timestamp) -> Result<Option<String>, Error> {
        unimplemented!()
    }
    pub async fn create_first_user(
        &self,
        _code: &str,
        _email: &str,
        _password: &str,
        _peer: &Peer,
        _now: Timestamp,
    ) -> Result<Result<SessionToken, SetupRefusal>, Error> {
        unimplemented!()
    }
    pub async fn sign_in(
        &self,
        _email: &str,
        _password: &str,
        _peer: &Peer,
        _now: Timestamp,
    ) -> Result<Result<SessionToken, SignInRefusal>, Error> {
        unimplemented!()
    }
    /// Who holds this session, while it lives (idle 12 h, absolute 14 days).
    pub async fn visitor(&self, _token: &str, _now: Timestamp) -> Result<Option<Visitor>, Error> {
        unimplemented!()
    }
    pub async fn sign_out(&self, _token: &str) -> Result<(), Error> {
        unimplemented!()
    }

    // Pages
    pub async fn overview(&self, _w: WorkspaceId, _q: &OverviewQuery, _now: Timestamp) -> Result<Overview, Error> {
        unimplemented!()
    }
    pub async fn domain_page(
        &self,
        _w: WorkspaceId,
        _name: &DomainName,
        _days: u16,
        _now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        unimplemented!()
    }
    pub async fn reports(
        &self,
        _w: WorkspaceId,
        _d: &DomainName,
        _q: &ReportQuery,
    ) -> Result<Option<ReportList>, Error> {
        unimplemented!()
    }
    pub async fn report(&self, _w: WorkspaceId, _id: ReportId, _now: Timestamp) -> Result<Option<ReportPage>, Error> {
        unimplemented!()
    }
    pub async fn ingest_log(&self, _w: WorkspaceId, _q: &LogQuery) -> Result<IngestLog, Error> {
        unimplemented!()
    }
    pub async fn delivery(&self, _w: WorkspaceId, _id: DeliveryId) -> Result<Option<DeliveryPage>, Error> {
        unimplemented!()
    }
}

//! What Waxseal keeps: the only crate that names `sea-orm`. It speaks our words and keeps the tables to itself.
//!
//! [`Storage`] works the same on SQLite and PostgreSQL. Reading methods use a pool of readers. Every write begins with
//! [`Database::begin`](database::Database::begin); reports go through the writer, which commits many deliveries at once.

mod codes;
mod database;
mod domain_page;
mod entity;
mod error;
mod metrics;
mod overview;
mod people;
mod read;
mod schema;
mod sessions;
mod standing;
mod trend;
mod workspaces;

use std::sync::Arc;

use database::Database;
pub use database::Settings;
pub use error::Error;
pub use metrics::DomainListing;
pub use people::{Account, NewUser};
pub use sessions::{NewSession, Session};
pub use standing::Standing;

/// An open database. Cheap to clone; all clones share its connections.
#[derive(Clone, Debug)]
pub struct Storage {
    database: Arc<Database>,
}

impl Storage {
    /// Opens the database; a fresh one is created, an older one upgraded when the settings allow it.
    ///
    /// # Errors
    /// Says what to do about a database that cannot be used as it is.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        Ok(Self { database: Arc::new(Database::open(settings).await?) })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

//! What can go wrong, by what the caller should do about it.

use std::time::Duration;

/// Why a use case could not be carried out. A thing that does not exist is no error but `None`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be used now, and nothing was stored: answer 503 with Retry-After, or end the command.
    #[error("the database cannot be used now: {0}")]
    Database(String),
    /// Too many passwords are being checked, or too much is being read, at once: answer 503 with Retry-After.
    #[error("too much is going on just now; try again in a moment")]
    Busy,
    /// It is no report at all, and came from where other mail is: leave it there.
    #[error("this is no TLS report")]
    NoReport,
    /// The domain was deleted meanwhile: answer as for an address that never was.
    #[error("the domain is no longer watched here")]
    DomainGone,
    /// The domain is being removed: say so, and try again in a minute.
    #[error("the domain is still being removed; add it again in a minute")]
    BeingRemoved,
    /// The domain has taken in what one day may bring, and nothing was stored: answer 429 with Retry-After. A new day begins
    /// so much later.
    #[error("the domain has taken in what one day may bring")]
    OverQuota(Duration),
    /// The database has the schema of another version: end with this message, which says what to run.
    #[error("{0}")]
    SchemaDiffers(String),
    /// The database cannot be opened as configured, or not by this user: end with this message, which says what to change.
    #[error("{0}")]
    Settings(String),
    /// What is stored cannot be read back, which is a defect: answer 500 and log it.
    #[error("{0}")]
    Defect(String),
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Unavailable(cause) => Self::Database(cause),
            storage::Error::DomainGone => Self::DomainGone,
            storage::Error::BeingRemoved => Self::BeingRemoved,
            storage::Error::OverQuota(rest_of_day) => Self::OverQuota(rest_of_day),
            storage::Error::SchemaOlder | storage::Error::SchemaNewer(_) => Self::SchemaDiffers(error.to_string()),
            storage::Error::Settings(_) | storage::Error::OtherUser { .. } => Self::Settings(error.to_string()),
            storage::Error::Inconsistent(_) => Self::Defect(error.to_string()),
        }
    }
}

//! What can go wrong with the database, by what the caller should do about it.

use std::{path::PathBuf, time::Duration};

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Why the database did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be used now (gone, full, too slow). Nothing was stored: answer 503 with Retry-After, or end
    /// the command.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// The domain was deleted meanwhile: answer as for an address that never was.
    #[error("the domain is no longer watched here")]
    DomainGone,
    /// The domain is being removed, and what is added to it now would go with it: say so, and try again in a minute.
    #[error("the domain is still being removed; add it again in a minute")]
    BeingRemoved,
    /// Its domain has taken in what a day may bring. Nothing was stored but the count of it: answer 429 with Retry-After. A new
    /// day begins so much later.
    #[error("its domain has taken in what one day may bring")]
    OverQuota(Duration),
    /// The database URL cannot be used: end with this message.
    #[error("{0}")]
    Settings(String),
    /// Another user owns the database file; writing as this one would lock that one out. End with this message.
    #[error(
        "{} belongs to user {owner}, but this command runs as user {user}; run it as the owner: sudo -u '#{owner}' waxseal …",
        path.display()
    )]
    OtherUser {
        /// The database file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// Who asks.
        user: u32,
    },
    /// The schema is older than this program: `serve` and `migrate` upgrade it, other commands end with this message.
    #[error("the database has an older schema; stop the server, make a copy, then run: waxseal migrate")]
    SchemaOlder,
    /// The schema is newer than this program: end with this message.
    #[error("a newer waxseal has upgraded this database (it knows {0}); use that version or a newer one")]
    SchemaNewer(String),
    /// A stored row cannot be read back: a defect. Answer 500 and log it.
    #[error("the database holds something this program cannot read: {0}")]
    Inconsistent(String),
}

/// What to do with a statement that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Somebody else was in the way: try again a little later.
    Again,
    /// The database itself is in trouble: give up, nothing is wrong with the values.
    GiveUp,
    /// The values are at fault.
    Poison,
}

/// Judges a failure by the code the engine gave it.
pub(crate) fn judge(error: &DbErr) -> Verdict {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Verdict::GiveUp,
            // What was read had changed before it was written.
            DbErr::RecordNotUpdated => Verdict::Again,
            _ => Verdict::Poison,
        };
    };
    let SqlxError::Database(error) = &**error else {
        return match &**error {
            SqlxError::Encode(_) | SqlxError::Decode(_) | SqlxError::ColumnDecode { .. } => Verdict::Poison,
            _ => Verdict::GiveUp,
        };
    };
    match error.code().as_deref().unwrap_or_default() {
        // PostgreSQL: serialisation failure, deadlock, lock timeout; and a unique key that another writer took first, which
        // SQLite calls by the last two.
        "40001" | "40P01" | "55P03" | "23505" | "1555" | "2067" => Verdict::Again,
        code if code.len() == 5 => match &code[..2] {
            // Data exceptions, constraints, program limits.
            "22" | "23" | "54" => Verdict::Poison,
            _ => Verdict::GiveUp,
        },
        // SQLite's primary code is the low byte of the extended one. BUSY is none of these: it comes after the whole busy
        // timeout, so another try would keep the sender waiting for as long again.
        code => match code.parse::<u32>().map(|code| code & 0xff) {
            // TOOBIG, CONSTRAINT, MISMATCH, RANGE.
            Ok(18 | 19 | 20 | 25) => Verdict::Poison,
            _ => Verdict::GiveUp,
        },
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::Type(_) | DbErr::Json(_) | DbErr::ConvertFromU64(_) | DbErr::TryIntoErr { .. } => {
                Self::Inconsistent(error.to_string())
            }
            error => Self::Unavailable(error.to_string()),
        }
    }
}

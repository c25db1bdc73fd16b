//! The connections: which engine, how it is tuned, and the one way to begin a write.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, Database as Connector, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
    sqlx::{
        self,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::time::timeout;

use crate::{Error, schema};

/// How long a write waits for another process that holds the SQLite file.
const BUSY: Duration = Duration::from_secs(30);
/// How long to wait for a free connection before saying that the database cannot be used.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long somebody waits for one of the short queries ahead of everything else before the database counts as down.
const PROMPT: Duration = Duration::from_secs(2);
/// The same for a mere sign of life, while a write takes long.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// A page must never hold a connection longer than this (PostgreSQL).
const STATEMENT: Duration = Duration::from_secs(10);

/// Everything the storage must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://data/waxseal.db` (a path relative to the working directory) or `postgres://…`.
    pub url: String,
    /// Whether an existing database may be upgraded. A fresh one is always created.
    pub may_upgrade: bool,
}

/// Where a database is.
#[derive(Debug)]
pub(crate) enum Place<'a> {
    /// A file of SQLite.
    File(PathBuf),
    /// A server of PostgreSQL, by its URL.
    Server(&'a str),
}

impl<'a> Place<'a> {
    /// Reads a URL.
    pub(crate) fn of(url: &'a str) -> Result<Self, Error> {
        if url.starts_with("sqlite:") {
            Ok(Self::File(sqlite_path(url)?))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::Server(url))
        } else {
            Err(Error::Settings(
                "the database URL must start with sqlite:// or postgres://, such as sqlite://data/waxseal.db".into(),
            ))
        }
    }
}

/// Readers and writers of one database.
pub(crate) struct Database {
    read: DatabaseConnection,
    prompt: DatabaseConnection,
    write: DatabaseConnection,
    /// The file of SQLite.
    file: Option<PathBuf>,
    /// Statements that were run.
    statements: Arc<AtomicU64>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("engine", &self.backend()).finish_non_exhaustive()
    }
}

impl Database {
    /// Connects, and creates or upgrades the schema as far as that is allowed.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Error> {
        let mut database = match Place::of(&settings.url)? {
            Place::File(path) => Self::open_sqlite(&path, settings.may_upgrade).await?,
            Place::Server(url) => Self::open_postgres(url, settings.may_upgrade).await?,
        };
        for connection in [&mut database.read, &mut database.prompt, &mut database.write] {
            let statements = Arc::clone(&database.statements);
            connection.set_metric_callback(move |_| {
                statements.fetch_add(1, Relaxed);
            });
        }
        Ok(database)
    }

    async fn open_sqlite(path: &Path, may_upgrade: bool) -> Result<Self, Error> {
        create_parent(path)?;
        check_owner(path)?;
        // Held while the journal mode is set and the schema is made, so that two processes may start at once.
        let lock = lock_file(path).await?;
        let write = Connector::connect(sqlite_options(path, 1, false)).await?;
        schema::prepare(&write, may_upgrade).await?;
        drop(lock);
        let read = Connector::connect(sqlite_options(path, 4, true)).await?;
        let prompt = Connector::connect(sqlite_options(path, 2, true)).await?;
        Ok(Self { read, prompt, write, file: Some(path.to_owned()), statements: Arc::default() })
    }

    async fn open_postgres(url: &str, may_upgrade: bool) -> Result<Self, Error> {
        let mut options = postgres_options(url, WRITERS_POSTGRES + 2);
        options.map_sqlx_postgres_pool_opts(|pool| pool.after_release(|it, _| Box::pin(is_outside_transactions(it))));
        let write = Connector::connect(options).await?;
        schema::prepare(&write, may_upgrade).await?;
        let reader = |connections| {
            let mut options = postgres_options(url, connections);
            options.statement_timeout(STATEMENT);
            Connector::connect(options)
        };
        let (read, prompt) = (reader(8).await?, reader(3).await?);
        Ok(Self { read, prompt, write, file: None, statements: Arc::default() })
    }

    /// For queries. On SQLite it refuses writes.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For the short queries that come before anything else: whose address, whose session. They never wait behind pages.
    pub(crate) fn prompt(&self) -> &DatabaseConnection {
        &self.prompt
    }

    /// Whether the database shows a sign of life. SQLite is part of this process: it is slow or it fails, but never gone.
    pub(crate) async fn lives(&self) -> Result<(), Error> {
        if self.backend() == DbBackend::Sqlite {
            return Ok(());
        }
        let answer = timeout(SIGN_OF_LIFE, self.prompt.ping()).await;
        Ok(answer.map_err(|_| no_answer())??)
    }

    /// How many statements were run on all connections.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Relaxed)
    }

    /// Bytes that are free on the disk of the SQLite file, for whoever is not root.
    pub(crate) fn free_space(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(self.file.as_deref()?).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Which engine this is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Begins a write. Dropped without commit, nothing of it has happened. On SQLite it holds the file from here on:
    /// a transaction that turned from reading to writing would fail instead of waiting.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, sea_orm::DbErr> {
        begin(&self.write).await
    }

    /// How many writers may work at once.
    pub(crate) fn writers(&self) -> u32 {
        if self.backend() == DbBackend::Sqlite { 1 } else { WRITERS_POSTGRES }
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        for connection in [&self.read, &self.prompt, &self.write] {
            if let Err(error) = connection.close_by_ref().await {
                tracing::warn!(%error, "closing the database");
            }
        }
    }
}

/// Runs a short query that somebody waits for. A database that has not answered after two seconds counts as down.
pub(crate) async fn promptly<T>(query: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(PROMPT, query).await.unwrap_or_else(|_| Err(no_answer()))
}

fn no_answer() -> Error {
    Error::Unavailable("it does not answer".into())
}

/// PostgreSQL commits of several writers share one flush.
const WRITERS_POSTGRES: u32 = 4;

/// Begins a transaction that may write.
pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, sea_orm::DbErr> {
    let sqlite_transaction_mode =
        (connection.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    connection.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
}

pub(crate) fn sqlite_options(path: &Path, connections: u32, read_only: bool) -> ConnectOptions {
    let path = path.to_owned();
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(if read_only { ACQUIRE } else { BUSY })
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .filename(&path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // NORMAL may lose the last commits when the power fails, and a commit is what an answer 2xx rests on.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY);
            if read_only {
                options.pragma("query_only", "ON").pragma("cache_size", "-4096")
            } else {
                options
                    .pragma("cache_size", "-32768")
                    .pragma("wal_autocheckpoint", "4096")
                    .pragma("journal_size_limit", "67108864")
            }
        });
    if !read_only {
        options.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|it, _| Box::pin(is_outside_transactions(it))));
    }
    options
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .set_application_name("waxseal")
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

/// Whether a connection that comes back may be used again; else it is closed.
///
/// After a COMMIT that failed, as on a full disk, it is still inside that transaction. The next BEGIN would then be a mere
/// savepoint in there: its commit would succeed, its report be acknowledged, and all of it be undone in the end.
async fn is_outside_transactions(connection: &mut impl sqlx::Connection) -> Result<bool, sqlx::Error> {
    // A rollback that is under way ends first.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// The file of a database on SQLite; none for one elsewhere, and for a URL that names no file.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    url.starts_with("sqlite:").then(|| sqlite_path(url).ok()).flatten()
}

/// The file a URL names.
fn sqlite_path(url: &str) -> Result<PathBuf, Error> {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if path.is_empty() || path == ":memory:" {
        return Err(Error::Settings(format!("{url} names no file; give one, such as sqlite://data/waxseal.db")));
    }
    Ok(PathBuf::from(path))
}

/// The folder may hold sessions and people's mail: it is made for its owner alone.
fn create_parent(path: &Path) -> Result<(), Error> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(parent)
        .map_err(|error| Error::Settings(format!("the folder {} cannot be made: {error}", parent.display())))
}

/// Root, or anybody else, would leave behind a journal that the owner cannot open.
#[cfg(unix)]
pub(crate) fn check_owner(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;

    let user = rustix::process::geteuid().as_raw();
    match std::fs::metadata(path) {
        Ok(file) if file.uid() != user => Err(Error::OtherUser { path: path.to_owned(), owner: file.uid(), user }),
        // What is wrong with it, opening it will tell.
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(crate) fn check_owner(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// Takes the lock beside the database file; it is free again when the file is dropped, or its process dies.
async fn lock_file(path: &Path) -> Result<std::fs::File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let failed = |error: &dyn fmt::Display| Error::Settings(format!("{} cannot be locked: {error}", name.display()));
    let file = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| failed(&error))?;
    let patience = Duration::from_millis(50);
    for _ in 0..BUSY.as_millis() / patience.as_millis() {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(patience).await,
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(&error)),
        }
    }
    Err(Error::Unavailable(format!("another process holds {}; it may be upgrading the database", name.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file() {
        assert_eq!(sqlite_path("sqlite://data/waxseal.db").unwrap(), PathBuf::from("data/waxseal.db"));
        assert_eq!(sqlite_path("sqlite:///var/lib/waxseal.db?mode=rwc").unwrap(), PathBuf::from("/var/lib/waxseal.db"));
        assert!(sqlite_path("sqlite::memory:").is_err());
        assert!(sqlite_path("sqlite://").is_err());
    }
}

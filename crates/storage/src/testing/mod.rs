//! For tests: databases of either engine, and an audit of the roll-ups.

mod audit;
mod postgres;

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use tempfile::TempDir;

pub use self::postgres::PostgresServer;
use crate::{Error, Settings, Storage, sql};

/// An engine to test with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own in a private cluster.
    Postgres,
}

/// An empty database that is gone after the test.
#[derive(Debug)]
pub struct Database {
    /// How to open it.
    pub url: String,
    _folder: TempDir,
}

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// It cannot be made; without PostgreSQL, the message says what to install.
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}/test.db", folder.path().display()),
            Engine::Postgres => postgres::new_database().await,
        };
        Self { url, _folder: folder }
    }

    /// Opens it, with the schema made or upgraded.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn open(&self) -> Storage {
        let settings = Settings { url: self.url.clone(), may_upgrade: true };
        Storage::open(&settings).await.expect("the database opens")
    }
}

impl Storage {
    /// Lists the oldest delivery so many times more, each with an id of its own: a long list without the work of one.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn repeat_oldest_delivery(&self, times: u64) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let repeat = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
            INSERT INTO deliveries
                (id, domain_id, workspace_id, body_id, received, channel, remote, outcome, reason, size)
            SELECT 1000000 + i, domain_id, workspace_id, body_id, received, channel, remote, outcome, reason, size
            FROM n CROSS JOIN (SELECT * FROM deliveries ORDER BY id LIMIT 1) y";
        sql::execute(&transaction, repeat, [i64::try_from(times).unwrap_or(i64::MAX).into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// What SQLite itself finds wrong with its file; nothing, if all is well, and on PostgreSQL.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn damage(&self) -> Result<Vec<String>, Error> {
        if self.database.backend() != DbBackend::Sqlite {
            return Ok(vec![]);
        }
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
        let rows = self.database.read().query_all_raw(check).await?;
        let mut found = rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// How the writing connection of SQLite is tuned: journal mode, synchronous, busy timeout, size limit of the journal.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn pragmas(&self) -> Result<Vec<String>, Error> {
        let transaction = self.database.begin().await?;
        let mut all = Vec::new();
        for pragma in ["journal_mode", "synchronous", "busy_timeout", "journal_size_limit"] {
            let select = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
            let row = transaction.query_one_raw(select).await?;
            let row = row.ok_or_else(|| Error::Inconsistent(format!("{pragma} is not set")))?;
            let value =
                row.try_get_by_index::<String>(0).or_else(|_| row.try_get_by_index(0).map(|n: i64| n.to_string()));
            all.push(value?);
        }
        Ok(all)
    }
}

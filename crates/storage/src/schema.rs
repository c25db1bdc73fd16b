//! The schema: made when there is none, upgraded when that is allowed, refused when it differs.

use std::{collections::BTreeSet, time::Duration};

use migrations::{Migrations, MigratorTrait as _};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement};

use crate::{Error, database};

/// The advisory lock under which PostgreSQL schemas change: "waxseal" in ASCII.
const LOCK: i64 = 0x0077_6178_7365_616c;

/// Makes the schema what this program needs, in one transaction and under a lock: `sea-orm-migration` has neither.
pub(crate) async fn prepare(connection: &DatabaseConnection, may_upgrade: bool) -> Result<(), Error> {
    if standing(connection).await? == Standing::Current {
        return Ok(());
    }
    // SQLite: an immediate transaction is the lock. PostgreSQL: an advisory one that ends with the transaction.
    let transaction = database::begin(connection).await?;
    lock(&transaction).await?;
    // Another process may have done it meanwhile.
    match standing(&transaction).await? {
        Standing::Current => {}
        Standing::Newer(name) => return Err(Error::SchemaNewer(name)),
        Standing::Older if !may_upgrade => return Err(Error::SchemaOlder),
        Standing::Absent | Standing::Older => Migrations::up(&transaction, None).await?,
    }
    transaction.commit().await?;
    Ok(())
}

/// How the database's schema stands to this program.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Absent,
    Older,
    Current,
    /// With the first change that is not known here.
    Newer(String),
}

async fn standing(connection: &impl ConnectionTrait) -> Result<Standing, DbErr> {
    let backend = connection.get_database_backend();
    let exists = match backend {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE name = 'seaql_migrations'",
        _ => "SELECT 1 WHERE to_regclass('seaql_migrations') IS NOT NULL",
    };
    if connection.query_one_raw(Statement::from_string(backend, exists)).await?.is_none() {
        return Ok(Standing::Absent);
    }
    let applied = connection
        .query_all_raw(Statement::from_string(backend, "SELECT version FROM seaql_migrations"))
        .await?
        .iter()
        .map(|row| row.try_get::<String>("", "version"))
        .collect::<Result<BTreeSet<_>, _>>()?;
    let known: BTreeSet<_> = migrations::names().into_iter().collect();
    Ok(match applied.difference(&known).next() {
        Some(name) => Standing::Newer(name.clone()),
        None if applied == known => Standing::Current,
        None if applied.is_empty() => Standing::Absent,
        None => Standing::Older,
    })
}

/// Waits for the lock by trying again and again: a process blocked inside PostgreSQL would hold up others.
async fn lock(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    loop {
        let attempt = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock($1) AS taken",
            [LOCK.into()],
        );
        let taken = match transaction.query_one_raw(attempt).await? {
            Some(row) => row.try_get("", "taken")?,
            None => false,
        };
        if taken {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

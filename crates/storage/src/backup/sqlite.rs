//! Copying a file of SQLite: `VACUUM INTO` reads one state of it, however much is written meanwhile, and leaves out what was
//! deleted.

use std::path::Path;

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connector, DatabaseConnection, DbBackend, Statement};

use super::broken;
use crate::{Error, database};

/// Writes the copy into an empty file and reads all of it again.
pub(super) async fn copy(file: &Path, to: &Path) -> Result<(), Error> {
    if !file.exists() {
        return Err(broken(&format!("{} does not exist; is `database.url` right?", file.display())));
    }
    database::check_owner(file)?;
    let path = to.to_str().ok_or_else(|| broken("the name of the copy is no UTF-8"))?;
    let source = Connector::connect(database::sqlite_options(file, 1, false)).await?;
    let into = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [path.into()]);
    let copied = source.execute_raw(into).await;
    source.close().await?;
    copied.map_err(|error| broken(&error.to_string()))?;

    let copy = Connector::connect(reading(to)).await?;
    let sound = verify(&copy).await;
    copy.close().await?;
    sound
}

/// Opens the copy as it is: nothing is written beside it.
fn reading(path: &Path) -> ConnectOptions {
    let path = path.to_owned();
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| options.filename(&path).read_only(true));
    options
}

/// Reads every page, and every row with its index entries.
async fn verify(copy: &DatabaseConnection) -> Result<(), Error> {
    let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(10)");
    let found = copy.query_all_raw(check).await?;
    let found = found.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    if found != ["ok"] {
        return Err(broken(&format!("the copy is damaged, and so may be the database: {}", found.join("; "))));
    }
    let tables =
        Statement::from_string(DbBackend::Sqlite, "SELECT 1 FROM sqlite_master WHERE name = 'seaql_migrations'");
    match copy.query_one_raw(tables).await? {
        Some(_) => Ok(()),
        None => Err(broken("this is no database of Waxseal; is `database.url` right?")),
    }
}

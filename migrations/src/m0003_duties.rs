//! When each duty was last done, so that a clock that jumped since is noticed.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The table.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_duties"
    }
}

/// `done` is in Unix milliseconds.
const TABLE: &str = "
    CREATE TABLE duties (
        name TEXT NOT NULL PRIMARY KEY,
        done BIGINT NOT NULL
    )";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clustered = if manager.get_database_backend() == DbBackend::Sqlite { " WITHOUT ROWID" } else { "" };
        manager.get_connection().execute_unprepared(&format!("{TABLE}{clustered}")).await?;
        Ok(())
    }
}

//! How much each domain's own address took in on each day, so that a quota holds over all processes.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The table.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_daily_intake"
    }
}

/// By domain and UTC day: deliveries that were stored, repetitions of reports that were listed, bytes of stored bodies, and
/// deliveries that were turned away.
const TABLE: &str = "
    CREATE TABLE daily_intake (
        domain_id BIGINT NOT NULL,
        day INTEGER NOT NULL,
        deliveries BIGINT NOT NULL,
        repeats BIGINT NOT NULL,
        bytes BIGINT NOT NULL,
        turned_away BIGINT NOT NULL,
        PRIMARY KEY (domain_id, day)
    )";

/// Retention deletes by day.
const BY_DAY: &str = "CREATE INDEX daily_intake_day ON daily_intake (day)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clustered = if manager.get_database_backend() == DbBackend::Sqlite { " WITHOUT ROWID" } else { "" };
        manager.get_connection().execute_unprepared(&format!("{TABLE}{clustered}")).await?;
        manager.get_connection().execute_unprepared(BY_DAY).await?;
        Ok(())
    }
}

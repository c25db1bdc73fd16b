//! How long each workspace keeps what is kept in full, and indexes that find what is old in it, and where a report came from.

use sea_orm_migration::prelude::*;

/// The columns and indexes.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0012_keeping"
    }
}

const STATEMENTS: [&str; 9] = [
    // In days; absent: as long as the installation says.
    "ALTER TABLE workspaces ADD COLUMN keep_bodies INTEGER",
    "ALTER TABLE workspaces ADD COLUMN keep_failures INTEGER",
    // What is old is looked for domain by domain, since each workspace has an age of its own.
    "DROP INDEX bodies_received",
    "CREATE INDEX bodies_received ON bodies (domain_id, received_day)",
    "DROP INDEX failures_received",
    "CREATE INDEX failures_received ON failures (domain_id, received_day)",
    // The arrivals of a report; and deliveries by time, and by channel where that is not HTTPS (0).
    "CREATE INDEX delivery_reports_report ON delivery_reports (report_id)",
    "CREATE INDEX deliveries_received ON deliveries (workspace_id, received)",
    "CREATE INDEX deliveries_channel ON deliveries (workspace_id, channel, id) WHERE channel <> 0",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

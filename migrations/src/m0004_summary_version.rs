//! `domain_summary.version`: tells whether anything about a domain's roll-ups has changed since they were last read.

use sea_orm_migration::prelude::*;

/// The version of a domain's roll-ups.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_summary_version"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = "ALTER TABLE domain_summary ADD COLUMN version BIGINT NOT NULL DEFAULT 0";
        manager.get_connection().execute_unprepared(add).await?;
        Ok(())
    }
}

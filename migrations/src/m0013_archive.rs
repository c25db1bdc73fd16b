//! Archived domains: kept with all that was counted, and out of the way.

use sea_orm_migration::prelude::*;

/// The column of archived domains.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0013_archive"
    }
}

/// When the domain was archived.
const STATEMENT: &str = "ALTER TABLE domains ADD COLUMN archived BIGINT";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(STATEMENT).await.map(|_| ())
    }
}

//! Paused mailboxes: kept with how far they were read, and not read.

use sea_orm_migration::prelude::*;

/// The column of paused mailboxes.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0016_paused_mailboxes"
    }
}

/// When the mailbox was paused.
const STATEMENT: &str = "ALTER TABLE mailboxes ADD COLUMN paused BIGINT";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(STATEMENT).await.map(|_| ())
    }
}

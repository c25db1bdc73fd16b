//! Who sent a delivery: what DKIM said of it when it came, what waits for a key, and what each workspace does with reports
//! that nobody signed.

use sea_orm_migration::prelude::*;

/// The columns.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_trust"
    }
}

const STATEMENTS: [&str; 14] = [
    "ALTER TABLE deliveries ADD COLUMN trust SMALLINT NOT NULL DEFAULT 0",
    // What came by HTTPS is unsigned; of mails that are there already nobody asked for a signature.
    "UPDATE deliveries SET trust = 1 WHERE channel = 0",
    "ALTER TABLE deliveries ADD COLUMN signer TEXT",
    // JSON: each signature, and what was said of it.
    "ALTER TABLE deliveries ADD COLUMN verdict TEXT",
    // When it came into the mailbox that it was taken from.
    "ALTER TABLE deliveries ADD COLUMN mailed BIGINT",
    // It counts whatever its workspace does with reports that nobody signed.
    "ALTER TABLE deliveries ADD COLUMN admitted BOOLEAN NOT NULL DEFAULT FALSE",
    // How often a key was asked for again, and when it is next; NULL where nothing waits for a key.
    "ALTER TABLE deliveries ADD COLUMN tries SMALLINT NOT NULL DEFAULT 0",
    "ALTER TABLE deliveries ADD COLUMN next_try BIGINT",
    "CREATE INDEX deliveries_waiting ON deliveries (next_try) WHERE next_try IS NOT NULL",
    "CREATE INDEX deliveries_trust ON deliveries (workspace_id, trust, id)",
    // By channel, whether reports that no valid signature proves are kept out of the totals.
    "ALTER TABLE workspaces ADD COLUMN quarantine_smtp BOOLEAN NOT NULL DEFAULT TRUE",
    "ALTER TABLE workspaces ADD COLUMN quarantine_imap BOOLEAN NOT NULL DEFAULT TRUE",
    "ALTER TABLE workspaces ADD COLUMN quarantine_pipe BOOLEAN NOT NULL DEFAULT TRUE",
    "ALTER TABLE workspaces ADD COLUMN quarantine_https BOOLEAN NOT NULL DEFAULT FALSE",
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

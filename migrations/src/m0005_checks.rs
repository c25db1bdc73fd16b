//! Checks of domains: when each is due, what the last one found, and the history of what changed.

use sea_orm_migration::prelude::*;

/// The tables of checks.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_checks"
    }
}

const STATEMENTS: [&str; 4] = [
    // `due` is the instant of the next check. Who checks holds a lease until `leased_until`, by the database's clock, and a
    // fencing number: what an overtaken holder brings is not stored. `sections`, `notices`, `facts` and `published` are JSON
    // of the last check, and absent before the first.
    "CREATE TABLE checks (
        domain_id BIGINT NOT NULL PRIMARY KEY,
        due BIGINT NOT NULL,
        leased_until BIGINT NOT NULL,
        fence BIGINT NOT NULL,
        checked BIGINT,
        changed BIGINT,
        status SMALLINT,
        sections TEXT,
        notices TEXT,
        facts TEXT,
        published TEXT
    )",
    "CREATE INDEX checks_due ON checks (due)",
    // What was seen whenever it was not what had been seen before; of the first look, `changes` is empty.
    "CREATE TABLE snapshots (
        domain_id BIGINT NOT NULL,
        taken BIGINT NOT NULL,
        day INTEGER NOT NULL,
        changes TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (domain_id, taken)
    )",
    // Domains that are there already are due at once.
    "INSERT INTO checks (domain_id, due, leased_until, fence) SELECT id, 0, 0, 0 FROM domains",
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

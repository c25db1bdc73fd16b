//! A person's own account: single-use secrets, the second step of signing in, and accounts at an identity provider.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The tables of accounts.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_account"
    }
}

const STATEMENTS: [&str; 6] = [
    // What can be used once, before it expires, by whoever brings the secret with this hash: a link to set a new password, a link
    // that proves a new e-mail address (`detail`), the second step of signing in.
    "CREATE TABLE tickets (
        hash {bytes} NOT NULL PRIMARY KEY,
        user_id BIGINT NOT NULL REFERENCES users (id),
        purpose SMALLINT NOT NULL,
        detail TEXT NOT NULL,
        created BIGINT NOT NULL,
        expires BIGINT NOT NULL,
        tries INTEGER NOT NULL
    )",
    "CREATE INDEX tickets_user ON tickets (user_id)",
    // `confirmed` is absent until the first right code. Codes of `last_step` and before are used up.
    "CREATE TABLE second_factors (
        user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
        secret {bytes} NOT NULL,
        begun BIGINT NOT NULL,
        confirmed BIGINT,
        last_step BIGINT NOT NULL
    )",
    "CREATE TABLE recovery_codes (
        user_id BIGINT NOT NULL REFERENCES users (id),
        hash {bytes} NOT NULL,
        PRIMARY KEY (user_id, hash)
    )",
    // Who an identity provider says somebody is: issuer and subject together never mean another person.
    "CREATE TABLE identities (
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        user_id BIGINT NOT NULL REFERENCES users (id),
        created BIGINT NOT NULL,
        PRIMARY KEY (issuer, subject)
    )",
    "CREATE INDEX identities_user ON identities (user_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytes = if manager.get_database_backend() == DbBackend::Sqlite { "BLOB" } else { "BYTEA" };
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(&statement.replace("{bytes}", bytes)).await?;
        }
        Ok(())
    }
}

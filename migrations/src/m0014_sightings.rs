//! What live checks saw at each place of a domain, and from when to when: what incidents are compared with.

use sea_orm_migration::prelude::*;

/// The table of sightings.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0014_sightings"
    }
}

/// `seen` is JSON: the codes of the findings, by check and host. It was first seen so at `taken`, and last at `confirmed`.
const STATEMENT: &str = "CREATE TABLE sightings (
    domain_id BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    seen TEXT NOT NULL,
    PRIMARY KEY (domain_id, taken)
)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(STATEMENT).await.map(|_| ())
    }
}

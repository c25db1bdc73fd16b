//! The roll-up of failures tells as well under which policy sessions failed, how far the report is to be trusted, and from which
//! network they came; so no page has to read single failures to filter by it.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The roll-up with more keys, filled from single failures.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0017_failing_keys"
    }
}

/// The network from which a session came, by number; 0 where the report does not say. Of what came before, that stays untold.
const NETWORK: &str = "ALTER TABLE failures ADD COLUMN network BIGINT NOT NULL DEFAULT 0";

/// `network` is 0 where sessions of a report came from several.
const TABLE: &str = "CREATE TABLE failing (
    domain_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    result_type SMALLINT NOT NULL,
    result_label BIGINT NOT NULL,
    mx_label BIGINT NOT NULL,
    impact SMALLINT NOT NULL,
    reporter_id BIGINT NOT NULL,
    policy_type SMALLINT NOT NULL,
    policy_label BIGINT NOT NULL,
    mode SMALLINT NOT NULL,
    trust SMALLINT NOT NULL,
    network BIGINT NOT NULL,
    reports BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day, result_type, result_label, mx_label, impact, reporter_id, policy_type, policy_label, mode,
        trust, network)
)";

/// What single failures tell.
const OF_FAILURES: &str = "
    INSERT INTO failing
    SELECT r.domain_id, r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id, p.policy_type,
        p.policy_label, p.mode, r.trust, 0, COUNT(DISTINCT r.id), CAST(SUM(f.failed) AS BIGINT)
    FROM reports r
    JOIN failures f ON f.domain_id = r.domain_id AND f.report_id = r.id AND f.failed > 0
    JOIN policies p ON p.domain_id = r.domain_id AND p.report_id = r.id AND p.position = f.policy
    WHERE r.state = 0 AND r.domain_id <> 0 AND r.has_details
    GROUP BY r.domain_id, r.day, f.result_type, f.result_label, f.mx_label, f.impact, r.reporter_id, p.policy_type,
        p.policy_label, p.mode, r.trust";

/// What is counted beyond these, from reports whose failures are deleted by now. Of them the policy with most failures is known.
/// A report stood once with a cause, and now stands once with each policy that has it: so failed sessions tell what is left.
const OF_THE_REST: &str = "
    INSERT INTO failing
    SELECT o.domain_id, o.day, o.result_type, o.result_label, o.mx_label, o.impact, o.reporter_id,
        COALESCE(p.policy_type, 0), COALESCE(p.policy_label, 0), COALESCE(p.mode, 0), COALESCE(r.trust, 0), 0,
        CASE WHEN o.reports > COALESCE(n.reports, 0) THEN o.reports - COALESCE(n.reports, 0) ELSE 1 END,
        o.failed - COALESCE(n.failed, 0)
    FROM daily_failure o
    LEFT JOIN (
        SELECT domain_id, day, result_type, result_label, mx_label, impact, reporter_id,
            CAST(SUM(reports) AS BIGINT) AS reports, CAST(SUM(failed) AS BIGINT) AS failed
        FROM failing
        GROUP BY domain_id, day, result_type, result_label, mx_label, impact, reporter_id
    ) n ON n.domain_id = o.domain_id AND n.day = o.day AND n.result_type = o.result_type
        AND n.result_label = o.result_label AND n.mx_label = o.mx_label AND n.impact = o.impact
        AND n.reporter_id = o.reporter_id
    LEFT JOIN reports r ON r.domain_id = o.domain_id AND r.id = (
        SELECT r.id FROM reports r
        WHERE r.domain_id = o.domain_id AND r.day = o.day AND r.reporter_id = o.reporter_id AND r.state = 0
            AND r.failed > 0 AND NOT r.has_details
        ORDER BY r.failed DESC, r.id LIMIT 1
    )
    LEFT JOIN policies p ON p.domain_id = r.domain_id AND p.report_id = r.id AND p.position = (
        SELECT p.position FROM policies p WHERE p.domain_id = r.domain_id AND p.report_id = r.id
        ORDER BY p.failed DESC, p.position LIMIT 1
    )
    WHERE o.failed > COALESCE(n.failed, 0)
    ON CONFLICT (domain_id, day, result_type, result_label, mx_label, impact, reporter_id, policy_type, policy_label, mode,
        trust, network)
    DO UPDATE SET reports = failing.reports + excluded.reports, failed = failing.failed + excluded.failed";

/// It takes the place of the other.
const INSTEAD: [&str; 2] = ["DROP TABLE daily_failure", "ALTER TABLE failing RENAME TO daily_failure"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let clustered = if manager.get_database_backend() == DbBackend::Sqlite { " WITHOUT ROWID" } else { "" };
        let table = format!("{TABLE}{clustered}");
        for statement in [NETWORK, &table, OF_FAILURES, OF_THE_REST].into_iter().chain(INSTEAD) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

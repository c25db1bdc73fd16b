//! A roll-up of failures by the addresses between which they happened, so that no page has to read single failures to tell of these.

use std::{collections::BTreeMap, fmt::Write as _, net::IpAddr};

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

/// The roll-up, filled from single failures.
#[derive(Debug)]
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0018_daily_address"
    }
}

/// `sending` and `receiving` are empty where a report does not say.
const TABLE: &str = "CREATE TABLE daily_address (
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
    sending TEXT NOT NULL,
    receiving TEXT NOT NULL,
    reports BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day, result_type, result_label, mx_label, impact, reporter_id, policy_type, policy_label, mode,
        trust, sending, receiving)
)";

/// What is read at once.
const MONTHS: &str = "SELECT DISTINCT domain_id, day / 31 AS month FROM daily_failure";

/// Single failures of a domain, from a day up to another, by report.
const FAILURES: &str = "
    SELECT r.id, r.domain_id || ', ' || r.day || ', ' || f.result_type || ', ' || f.result_label || ', ' || f.mx_label || ', '
        || f.impact || ', ' || r.reporter_id || ', ' || p.policy_type || ', ' || p.policy_label || ', ' || p.mode || ', '
        || r.trust AS cause, f.sending_mta_ip, f.receiving_ip, f.failed
    FROM reports r
    JOIN failures f ON f.domain_id = r.domain_id AND f.report_id = r.id AND f.failed > 0
    JOIN policies p ON p.domain_id = r.domain_id AND p.report_id = r.id AND p.position = f.policy
    WHERE r.domain_id = $1 AND r.day >= $2 AND r.day < $3 AND r.state = 0 AND r.has_details
    ORDER BY r.id, f.policy, f.position";

/// As counting does it: rows with addresses that a report adds, and the largest count.
const MOST_ADDRESSED: usize = 1_000;
const MAX_COUNT: i64 = 1_000_000_000_000;

/// Rows of one statement.
const AT_ONCE: usize = 500;

/// A key of the roll-up: its first columns as SQL, and the addresses.
type Key = (String, [String; 2]);

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let backend = manager.get_database_backend();
        let clustered = if backend == DbBackend::Sqlite { " WITHOUT ROWID" } else { "" };
        connection.execute_unprepared(&format!("{TABLE}{clustered}")).await?;
        for month in connection.query_all_raw(Statement::from_string(backend, MONTHS)).await? {
            let (domain, month): (i64, i32) = (month.try_get("", "domain_id")?, month.try_get("", "month")?);
            let values = [domain.into(), (month * 31).into(), ((month + 1) * 31).into()];
            let failures = Statement::from_sql_and_values(backend, FAILURES, values);
            let mut sums = BTreeMap::<Key, (i64, i64)>::new();
            let (mut report, mut of_report) = (0, BTreeMap::new());
            for row in connection.query_all_raw(failures).await? {
                let id: i64 = row.try_get("", "id")?;
                if id != report {
                    count(&mut sums, std::mem::take(&mut of_report));
                    report = id;
                }
                let told = |column: &str| Ok::<_, DbErr>(address(row.try_get("", column)?));
                let key = (row.try_get("", "cause")?, [told("sending_mta_ip")?, told("receiving_ip")?]);
                let fits = of_report.len() < MOST_ADDRESSED || of_report.contains_key(&key);
                let failed = of_report.entry(if fits { key } else { (key.0, Default::default()) }).or_insert(0);
                *failed = (*failed + row.try_get::<i64>("", "failed")?).clamp(0, MAX_COUNT);
            }
            count(&mut sums, of_report);
            let rows: Vec<_> = sums.into_iter().collect();
            for rows in rows.chunks(AT_ONCE) {
                connection.execute_unprepared(&insert(rows)).await?;
            }
        }
        Ok(())
    }
}

/// Adds what one report tells.
fn count(sums: &mut BTreeMap<Key, (i64, i64)>, of_report: BTreeMap<Key, i64>) {
    for (key, failed) in of_report {
        let (reports, sum) = sums.entry(key).or_default();
        *reports += 1;
        *sum += failed;
    }
}

/// The statement that stores rows. All in it are numbers, and addresses as we write them.
fn insert(rows: &[(Key, (i64, i64))]) -> String {
    let mut statement = "INSERT INTO daily_address VALUES ".to_owned();
    for (place, ((cause, [sending, receiving]), (reports, failed))) in rows.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let _ = write!(statement, "{comma}({cause}, '{sending}', '{receiving}', {reports}, {failed})");
    }
    statement
}

/// An address that a sender wrote, in one spelling.
fn address(written: Option<String>) -> String {
    let address = written.and_then(|written| written.trim().parse::<IpAddr>().ok());
    address.map_or_else(String::new, |address| address.to_canonical().to_string())
}

//! Adds deltas to the roll-ups: one statement for each table, in the order of the keys, so that writers never wait for each
//! other in a circle.

use std::net::IpAddr;

use sea_orm::{
    DatabaseTransaction, DbErr,
    sea_query::{Expr, OnConflict},
};

use crate::{
    contribution::{Deltas, Summary, with_failure_key},
    entity::{daily_address, daily_domain, daily_failure, daily_policy, daily_reporter, domain_summary},
    sql,
};

/// The columns of a [`crate::contribution::FailureKey`].
const FAILURE_KEY: [&str; 11] = [
    "domain_id",
    "day",
    "result_type",
    "result_label",
    "mx_label",
    "impact",
    "reporter_id",
    "policy_type",
    "policy_label",
    "mode",
    "trust",
];

/// Writes all deltas.
pub(crate) async fn apply(transaction: &DatabaseTransaction, deltas: Deltas) -> Result<(), DbErr> {
    let Deltas { domain, reporter, policy, failure, address, summary } = deltas;

    let rows = domain.into_iter().map(|((domain_id, day), counts)| daily_domain::Model {
        domain_id,
        day,
        reports: counts.reports,
        sessions: counts.sessions,
        failed: counts.failed,
    });
    let key = ["domain_id", "day"];
    let add = adding("daily_domain", &key, &["reports", "sessions", "failed"]);
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    let rows = reporter.into_iter().map(|((domain_id, day, reporter_id, trust), covered)| daily_reporter::Model {
        domain_id,
        day,
        reporter_id,
        trust,
        covering: covered.covering,
        failing: covered.failing,
        reports: covered.counts.reports,
        sessions: covered.counts.sessions,
        failed: covered.counts.failed,
    });
    let key = ["domain_id", "day", "reporter_id", "trust"];
    let add = adding("daily_reporter", &key, &["covering", "failing", "reports", "sessions", "failed"]);
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    let rows =
        policy.into_iter().map(|((domain_id, day, policy_type, policy_label, mode), counts)| daily_policy::Model {
            domain_id,
            day,
            policy_type,
            policy_label,
            mode,
            reports: counts.reports,
            sessions: counts.sessions,
            failed: counts.failed,
        });
    let key = ["domain_id", "day", "policy_type", "policy_label", "mode"];
    let add = adding("daily_policy", &key, &["reports", "sessions", "failed"]);
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    let rows = failure.into_iter().map(|((key, network), counts)| {
        with_failure_key!(daily_failure::Model, key, network: network, reports: counts.reports, failed: counts.failed)
    });
    let add = adding("daily_failure", &[&FAILURE_KEY[..], &["network"]].concat(), &["reports", "failed"]);
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    let text = |address: Option<IpAddr>| address.map_or_else(String::new, |address| address.to_string());
    let rows = address.into_iter().map(|((key, pair), counts)| {
        with_failure_key!(
            daily_address::Model, key,
            sending: text(pair.sending), receiving: text(pair.receiving), reports: counts.reports, failed: counts.failed
        )
    });
    let add = adding("daily_address", &[&FAILURE_KEY[..], &["sending", "receiving"]].concat(), &["reports", "failed"]);
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    summaries(transaction, summary).await
}

async fn summaries(
    transaction: &DatabaseTransaction,
    summaries: std::collections::BTreeMap<i64, Summary>,
) -> Result<(), DbErr> {
    if summaries.is_empty() {
        return Ok(());
    }
    let version = sql::take_ids(transaction, 1).await?.next().unwrap_or_default();
    let look_up: Vec<_> = summaries.iter().filter(|(_, summary)| summary.look_up).map(|(domain, _)| *domain).collect();
    let rows = summaries.into_iter().map(|(domain_id, summary)| {
        let (mode_day, mode) = summary.mode.unwrap_or((0, 0));
        domain_summary::Model {
            domain_id,
            reports: summary.counts.reports,
            sessions: summary.counts.sessions,
            failed: summary.counts.failed,
            last_report: summary.last_report,
            mode,
            mode_day,
            version,
        }
    });
    let mut add = adding("domain_summary", &["domain_id"], &["reports", "sessions", "failed"]);
    let later_mode = "excluded.mode <> 0 AND (domain_summary.mode = 0 OR excluded.mode_day > domain_summary.mode_day \
                      OR (excluded.mode_day = domain_summary.mode_day AND excluded.mode < domain_summary.mode))";
    let keep = |column: &str, when: &str| {
        Expr::cust(format!("CASE WHEN {when} THEN excluded.{column} ELSE domain_summary.{column} END"))
    };
    let later_report = "excluded.last_report > coalesce(domain_summary.last_report, excluded.last_report - 1)";
    add.value("version", Expr::cust("excluded.version"));
    add.value("last_report", keep("last_report", later_report));
    add.value("mode", keep("mode", later_mode));
    add.value("mode_day", keep("mode_day", later_mode));
    sql::insert_with(transaction, rows.collect(), Some(add)).await?;

    for domain in look_up {
        look_up_latest(transaction, domain).await?;
        sweep(transaction, domain).await?;
    }
    Ok(())
}

/// Deletes what was subtracted down to nothing.
async fn sweep(transaction: &DatabaseTransaction, domain: i64) -> Result<(), DbErr> {
    for (table, presence) in [
        ("daily_domain", "reports"),
        ("daily_reporter", "covering"),
        ("daily_policy", "reports"),
        ("daily_failure", "reports"),
        ("daily_address", "reports"),
        ("domain_summary", "reports"),
    ] {
        let delete = format!("DELETE FROM {table} WHERE domain_id = $1 AND {presence} = 0");
        sql::execute(transaction, &delete, [domain.into()]).await?;
    }
    Ok(())
}

/// What was latest may just have been taken out.
async fn look_up_latest(transaction: &DatabaseTransaction, domain: i64) -> Result<(), DbErr> {
    let latest_mode = |column: &str| {
        format!(
            "coalesce((SELECT {column} FROM daily_policy WHERE domain_id = $1 AND policy_type = 2 AND mode <> 0 \
             AND reports > 0 ORDER BY day DESC, mode LIMIT 1), 0)"
        )
    };
    let update = format!(
        "UPDATE domain_summary SET last_report = (SELECT max(received) FROM reports WHERE domain_id = $1 AND state = 0), \
         mode = {}, mode_day = {} WHERE domain_id = $1",
        latest_mode("mode"),
        latest_mode("day"),
    );
    sql::execute(transaction, &update, [domain.into()]).await?;
    Ok(())
}

/// On conflict of the key, adds the counts to what is there.
fn adding(table: &str, key: &[&'static str], counts: &[&'static str]) -> OnConflict {
    let mut on_conflict = OnConflict::columns(key.iter().copied());
    for &count in counts {
        on_conflict.value(count, Expr::cust(format!("{table}.{count} + excluded.{count}")));
    }
    on_conflict
}

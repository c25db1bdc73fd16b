//! Recounts every roll-up from the stored rows.

use std::{collections::BTreeMap, fmt::Debug};

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::{
    Error, Storage,
    contribution::{Counts, Covered, Deltas, FailureKey, Pair, Summary, with_failure_key},
    entity::{daily_address, daily_domain, daily_failure, daily_policy, daily_reporter, domain_summary, reports},
    settle,
};

impl Storage {
    /// What the roll-ups say otherwise than a recount of the counted reports does; nothing, if all is well.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn audit(&self) -> Result<Vec<String>, Error> {
        let read = self.database.read();
        let mut recount = Deltas::default();
        for report in reports::Entity::find().filter(reports::Column::State.eq(0)).all(read).await? {
            let details = settle::details(read, &report).await?;
            recount.count(&report, &details);
        }
        let sessions = |reports, sessions, failed| Counts { reports, sessions, failed };

        let mut found = Vec::new();
        let rows = daily_domain::Entity::find().all(read).await?.into_iter();
        let rows = rows.map(|row| ((row.domain_id, row.day), sessions(row.reports, row.sessions, row.failed)));
        compare("daily_domain", &recount.domain, &rows.collect(), &mut found);

        let rows = daily_reporter::Entity::find().all(read).await?.into_iter().map(|row| {
            let counts = sessions(row.reports, row.sessions, row.failed);
            let covered = Covered { covering: row.covering, failing: row.failing, counts };
            ((row.domain_id, row.day, row.reporter_id, row.trust), covered)
        });
        compare("daily_reporter", &recount.reporter, &rows.collect(), &mut found);

        let rows = daily_policy::Entity::find().all(read).await?.into_iter().map(|row| {
            let key = (row.domain_id, row.day, row.policy_type, row.policy_label, row.mode);
            (key, sessions(row.reports, row.sessions, row.failed))
        });
        compare("daily_policy", &recount.policy, &rows.collect(), &mut found);

        let rows = daily_failure::Entity::find().all(read).await?.into_iter().map(|row| {
            let key = with_failure_key!(FailureKey, row);
            ((key, row.network), sessions(row.reports, 0, row.failed))
        });
        compare("daily_failure", &recount.failure, &rows.collect(), &mut found);

        let rows = daily_address::Entity::find().all(read).await?.into_iter().map(|row| {
            let key = with_failure_key!(FailureKey, row);
            let pair = Pair { sending: row.sending.parse().ok(), receiving: row.receiving.parse().ok() };
            ((key, pair), sessions(row.reports, 0, row.failed))
        });
        compare("daily_address", &recount.address, &rows.collect(), &mut found);

        let rows = domain_summary::Entity::find().all(read).await?.into_iter().map(|row| {
            let counts = sessions(row.reports, row.sessions, row.failed);
            let mode = (row.mode != 0).then_some((row.mode_day, row.mode));
            (row.domain_id, Summary { counts, last_report: row.last_report, mode, look_up: false })
        });
        compare("domain_summary", &recount.summary, &rows.collect(), &mut found);
        Ok(found)
    }
}

fn compare<K: Ord + Debug, V: PartialEq + Debug>(
    table: &str,
    recount: &BTreeMap<K, V>,
    stored: &BTreeMap<K, V>,
    found: &mut Vec<String>,
) {
    for (key, value) in stored {
        if recount.get(key) != Some(value) {
            found.push(format!("{table} {key:?}: {value:?} is stored, {:?} is right", recount.get(key)));
        }
    }
    for (key, value) in recount.iter().filter(|(key, _)| !stored.contains_key(key)) {
        found.push(format!("{table} {key:?}: nothing is stored, {value:?} is right"));
    }
}

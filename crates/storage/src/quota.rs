//! What a domain's own address takes in on a day, and the quota it keeps within: a flood at one address fills neither the disk
//! nor the ingest log.
//!
//! The figures are rows of `daily_intake`, read and added to in the transaction that stores the deliveries. So the quota holds
//! over all processes, and what is rolled back was never counted. What repeats a stored report takes nothing of the quota; when
//! as many repetitions as the quota has deliveries were listed, further ones are counted with their report and no longer listed.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use model::{Day, DayQuota, DomainName, WorkspaceId};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr, FromQueryResult, QueryResult, Statement, Value};

use crate::{Error, NewDelivery, Storage, read, sql};

/// How many domains are named that turned deliveries away.
const MOST_NAMED: u32 = 20;

/// Domain, and day since 1970-01-01.
pub(crate) type Key = (i64, i32);

/// Whose quota a delivery takes from: none of what came to no domain's own address.
pub(crate) fn key(delivery: &NewDelivery) -> Option<Key> {
    delivery.domain.map(|domain| (domain.0, delivery.received.day().0))
}

/// What the domains of a group of deliveries had taken in before it, and what the group adds.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    before: HashMap<Key, Figures>,
    added: BTreeMap<Key, Added>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    deliveries: i64,
    repeats: i64,
    bytes: i64,
    turned_away: i64,
}

#[derive(Debug, Default)]
struct Added {
    figures: Figures,
    /// That of the deliveries added.
    quota: Option<DayQuota>,
}

impl Intake {
    /// Learns from a row with `deliveries`, `repeats` and `bytes`, null when there were none, what was taken in before.
    pub(crate) fn learn(&mut self, key: Key, row: &QueryResult) -> Result<(), DbErr> {
        let figure = |name| Ok::<_, DbErr>(row.try_get::<Option<i64>>("", name)?.unwrap_or(0));
        let figures = Figures {
            deliveries: figure("deliveries")?,
            repeats: figure("repeats")?,
            bytes: figure("bytes")?,
            turned_away: 0,
        };
        self.before.insert(key, figures);
        Ok(())
    }

    /// Counts a delivery with so many bytes to be stored, if the quota has room for it; else counts that it was turned away,
    /// and says how long its day still is.
    pub(crate) fn admit(&mut self, delivery: &NewDelivery, bytes: usize) -> Result<(), Error> {
        let Some(key) = key(delivery) else { return Ok(()) };
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let before = self.before.get(&key).copied().unwrap_or_default();
        let added = self.added.entry(key).or_default();
        let with_it = Figures {
            deliveries: added.figures.deliveries + 1,
            bytes: added.figures.bytes.saturating_add(bytes),
            ..added.figures
        };
        if delivery.quota.is_some_and(|quota| before.plus(with_it).exceed(quota)) {
            added.figures.turned_away += 1;
            return Err(Error::OverQuota(rest_of_day(delivery)));
        }
        *added = Added { figures: with_it, quota: delivery.quota };
        Ok(())
    }

    /// Whether one more repetition of a stored report is listed; then it is counted.
    pub(crate) fn lists_repetition(&mut self, delivery: &NewDelivery) -> bool {
        let Some(key) = key(delivery) else { return true };
        let before = self.before.get(&key).copied().unwrap_or_default();
        let added = &mut self.added.entry(key).or_default().figures;
        let listed = delivery.quota.is_none_or(|quota| read::count(before.repeats + added.repeats) < quota.deliveries);
        added.repeats += i64::from(listed);
        listed
    }

    /// Adds the group to the rows, in the order of their keys.
    ///
    /// Another writer may have added to them since they were read. When that leaves no room for what was admitted, this fails as
    /// [`DbErr::RecordNotUpdated`]: the group is to be tried again.
    pub(crate) async fn write(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let added: Vec<_> = self.added.iter().filter(|(_, added)| added.figures.any()).collect();
        if added.is_empty() {
            return Ok(());
        }
        let backend = transaction.get_database_backend();
        let upsert = format!(
            "INSERT INTO daily_intake (domain_id, day, deliveries, repeats, bytes, turned_away) VALUES {} \
             ON CONFLICT (domain_id, day) DO UPDATE SET \
             deliveries = daily_intake.deliveries + excluded.deliveries, \
             repeats = daily_intake.repeats + excluded.repeats, \
             bytes = daily_intake.bytes + excluded.bytes, \
             turned_away = daily_intake.turned_away + excluded.turned_away \
             RETURNING domain_id, day, deliveries, bytes",
            sql::placeholders(backend, added.len(), 6)
        );
        let values = added.iter().flat_map(|((domain, day), Added { figures, .. })| -> [Value; 6] {
            let Figures { deliveries, repeats, bytes, turned_away } = *figures;
            [(*domain).into(), (*day).into(), deliveries.into(), repeats.into(), bytes.into(), turned_away.into()]
        });
        for row in transaction.query_all_raw(Statement::from_sql_and_values(backend, upsert, values)).await? {
            let key: Key = (row.try_get("", "domain_id")?, row.try_get("", "day")?);
            let now = Figures {
                deliveries: row.try_get("", "deliveries")?,
                bytes: row.try_get("", "bytes")?,
                ..Figures::default()
            };
            let Some(added) = self.added.get(&key).filter(|added| added.figures.deliveries > 0) else { continue };
            let expected = self.before.get(&key).copied().unwrap_or_default().plus(added.figures);
            let overtaken = now.deliveries != expected.deliveries || now.bytes != expected.bytes;
            if overtaken && added.quota.is_some_and(|quota| now.exceed(quota)) {
                return Err(DbErr::RecordNotUpdated);
            }
        }
        Ok(())
    }
}

impl Figures {
    const fn plus(self, other: Self) -> Self {
        Self {
            deliveries: self.deliveries + other.deliveries,
            repeats: self.repeats + other.repeats,
            bytes: self.bytes.saturating_add(other.bytes),
            turned_away: self.turned_away + other.turned_away,
        }
    }

    fn exceed(self, quota: DayQuota) -> bool {
        read::count(self.deliveries) > quota.deliveries || read::count(self.bytes) > quota.bytes
    }

    const fn any(self) -> bool {
        self.deliveries > 0 || self.repeats > 0 || self.turned_away > 0
    }
}

/// From the arrival of a delivery to the end of its day.
fn rest_of_day(delivery: &NewDelivery) -> Duration {
    let end = delivery.received.day().plus(1).start();
    Duration::from_millis(read::count(end.0 - delivery.received.0))
}

/// A domain with what it turned away; without a name, the mail to nobody's addresses.
#[derive(FromQueryResult)]
struct Row {
    name: Option<String>,
    turned_away: i64,
}

/// What was not taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotTaken {
    /// The domains that turned deliveries away on a day, with how many, most first; at most twenty.
    pub domains: Vec<(DomainName, u64)>,
    /// Mails to report addresses that are nobody's.
    pub unknown: u64,
}

impl Storage {
    /// What a workspace turned away on this day; and how many mails to nobody's addresses were refused from the day
    /// `unknown_from` on, by all servers and whosever they might have been.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn not_taken(&self, workspace: WorkspaceId, day: Day, unknown_from: Day) -> Result<NotTaken, Error> {
        let select = format!(
            "SELECT name, turned_away FROM (\
                SELECT d.name, i.turned_away FROM daily_intake i JOIN domains d ON d.id = i.domain_id \
                WHERE i.day = $2 AND i.turned_away > 0 AND d.workspace_id = $1 \
                ORDER BY i.turned_away DESC, d.name LIMIT {MOST_NAMED}\
             ) most \
             UNION ALL SELECT NULL, CAST(COALESCE(SUM(mails), 0) AS BIGINT) FROM unknown_mail WHERE day >= $3"
        );
        let mut told = NotTaken::default();
        for row in self.rows::<Row>(&select, [workspace.0.into(), day.0.into(), unknown_from.0.into()]).await? {
            match row.name {
                Some(name) => told.domains.push((read::name(&name)?, read::count(row.turned_away))),
                None => told.unknown = read::count(row.turned_away),
            }
        }
        told.domains.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
        Ok(told)
    }

    /// Deletes the daily figures of what was taken in before this day.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_intake(&self, before: Day) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        sql::execute(&transaction, "DELETE FROM daily_intake WHERE day < $1", [before.0.into()]).await?;
        Ok(transaction.commit().await?)
    }
}

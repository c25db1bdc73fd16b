//! Stores a group of deliveries in one transaction: attribute, build rows, settle, write.

mod log;
mod outcome;
mod part;
mod surroundings;
mod text;

pub(crate) use self::{
    outcome::{PartOutcome, summary},
    part::is_own_note,
};

use sea_orm::{DatabaseTransaction, DbErr};

use self::{
    log::{Log, SharedBodies, body_key, unreadable_bodies},
    surroundings::Surroundings,
};
use crate::{
    Content, Error, NewDelivery, Recorded,
    contribution::Details,
    entity::reports,
    labels::{self, Ids, Wanted},
    quota::Intake,
    settle::Ledger,
    sql,
};

/// A delivery to be stored, or one that is stored and settled anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) delivery: &'a NewDelivery,
    pub(crate) again: Option<&'a Again>,
}

/// What stays of a delivery that is settled anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Again {
    /// Its id.
    pub(crate) delivery: i64,
    /// The ids its report rows had; new rows take them, so that links to them stay.
    pub(crate) reports: Vec<i64>,
    /// How often its reports had arrived.
    pub(crate) arrivals: i64,
}

/// Stores all items. What is wrong with one of them alone is told in its place; an error means that nothing was stored.
pub(crate) async fn group(
    transaction: &DatabaseTransaction,
    cache: &labels::Cache,
    items: &[Item<'_>],
) -> Result<(Vec<Result<Recorded, Error>>, Ids), DbErr> {
    let (surroundings, mut intake) = Surroundings::load(transaction, items).await?;
    let mut wanted = Wanted::default();
    let mut parts = Vec::new();
    for (item, Item { delivery, .. }) in items.iter().enumerate() {
        if surroundings.gone(delivery) {
            continue;
        }
        if let Content::Reports(reports) = &delivery.content {
            for report in reports {
                parts.extend(surroundings.parts(item, delivery, report, &mut wanted));
            }
        }
    }
    let ids = cache.resolve(transaction, &wanted).await?;
    let mut next_id = sql::take_ids(transaction, items.len() + parts.len()).await?;
    let mut take_id = || next_id.next().unwrap_or_default();
    let delivery_ids: Vec<_> =
        items.iter().map(|item| item.again.map_or_else(&mut take_id, |again| again.delivery)).collect();
    let mut known_ids: Vec<_> =
        items.iter().map(|item| item.again.map_or(&[][..], |again| &again.reports).iter().copied()).collect();
    let mut rows: Vec<Vec<(reports::Model, Details)>> = items.iter().map(|_| Vec::new()).collect();
    for part in parts {
        let item = part.item;
        let id = known_ids[item].next().unwrap_or_else(&mut take_id);
        let (mut report, details) = part.rows(id, &delivery_ids, &ids);
        report.arrivals = items[item].again.map_or(1, |again| again.arrivals);
        rows[item].push((report, details));
    }

    let mut ledger = Ledger::new(transaction);
    ledger.load_kin(rows.iter().flatten().map(|(report, _)| report)).await?;
    let shared = unreadable_bodies(transaction, items).await?;
    let mut settled = Vec::with_capacity(items.len());
    for (item, rows) in items.iter().zip(rows) {
        settled.push(if surroundings.gone(item.delivery) {
            Err(Error::DomainGone)
        } else if let Err(error) = admit(*item, &rows, &ledger, &shared, &mut intake) {
            Err(error)
        } else {
            let mut settled = Vec::with_capacity(rows.len());
            for (report, details) in rows {
                settled.push(ledger.settle(report, details).await?);
            }
            Ok(settled)
        });
    }

    let mut log = Log::default();
    let recorded = items
        .iter()
        .zip(delivery_ids)
        .zip(settled)
        .map(|((item, id), settled)| Ok(log.enter(*item, id, &settled?, &ledger, &shared, &mut intake)))
        .collect();
    log.write(transaction).await?;
    intake.write(transaction).await?;
    ledger.write().await?;
    Ok((recorded, ids))
}

/// Whether a delivery is within its domain's quota. One that only repeats what is there always is.
fn admit(
    Item { delivery, again }: Item<'_>,
    rows: &[(reports::Model, Details)],
    ledger: &Ledger<'_>,
    shared: &SharedBodies,
    intake: &mut Intake,
) -> Result<(), Error> {
    let readable = matches!(delivery.content, Content::Reports(_));
    // What waits for a key keeps its bytes, though it may only repeat what is there.
    let repeats = readable && delivery.dkim.next_try.is_none() && rows.iter().all(|(report, _)| ledger.knows(report));
    if again.is_some() || repeats {
        return Ok(());
    }
    let known_body = !readable && shared.contains_key(&body_key(delivery));
    intake.admit(delivery, if known_body { 0 } else { delivery.body.len() })
}

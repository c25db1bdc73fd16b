//! The rows of the ingest log that a group makes. What repeats a report shares the body that brought it.

use std::collections::HashMap;

use model::{DeliveryId, ReportId};
use sea_orm::{DatabaseTransaction, DbErr, Value, sea_query::OnConflict};
use sha2::{Digest as _, Sha256};

use super::{
    Item,
    outcome::outcome,
    text::{bounded, json},
};
use crate::{
    Content, NewDelivery, Recorded,
    codes::Code as _,
    entity::{bodies, deliveries, delivery_reports},
    quota::Intake,
    settle::{Ledger, Settled},
    sql,
};

/// Beyond these, arrivals of one report are counted but no longer listed.
const ARRIVALS_LISTED: i64 = 100;

/// Bodies that nobody could read, by domain and hash: what is equal to one of them shares it.
pub(super) type SharedBodies = HashMap<(i64, Vec<u8>), i64>;

pub(super) fn body_key(delivery: &NewDelivery) -> (i64, Vec<u8>) {
    (delivery.domain.map_or(0, |domain| domain.0), Sha256::digest(&delivery.body).to_vec())
}

/// The rows of the ingest log that a group makes.
#[derive(Debug, Default)]
pub(super) struct Log {
    bodies: Vec<bodies::Model>,
    deliveries: Vec<deliveries::Model>,
    links: Vec<delivery_reports::Model>,
    /// Unreadable bodies of this group, by domain and hash.
    unreadable: SharedBodies,
}

impl Log {
    pub(super) fn enter(
        &mut self,
        Item { delivery, again }: Item<'_>,
        id: i64,
        settled: &[(i64, Settled)],
        ledger: &Ledger<'_>,
        shared: &SharedBodies,
        intake: &mut Intake,
    ) -> Recorded {
        let domain_id = delivery.domain.map_or(0, |domain| domain.0);
        let (outcome, reason) = outcome(delivery, settled, ledger);
        let mut report_ids: Vec<_> = settled.iter().map(|(report, _)| *report).collect();
        report_ids.sort_unstable();
        report_ids.dedup();
        let reports = report_ids.iter().map(|&id| ReportId(id)).collect();

        if again.is_some() {
            self.link(domain_id, id, report_ids);
            return Recorded { delivery: DeliveryId(id), outcome, reason, reports };
        }
        // The first delivery of a report brought its body; what merely repeats it shares that one.
        let waits = delivery.dkim.next_try.is_some();
        let repeats = !waits && settled.iter().all(|(_, settled)| *settled == Settled::Duplicate { raised: false });
        let first = settled.first().filter(|_| repeats).and_then(|(report, _)| ledger.report(*report));
        if let Some(first) = first
            && (settled.iter().all(|(id, _)| ledger.report(*id).is_some_and(|row| row.arrivals > ARRIVALS_LISTED))
                || !intake.lists_repetition(delivery))
        {
            return Recorded { delivery: DeliveryId(first.delivery_id), outcome, reason, reports };
        }
        let readable = matches!(delivery.content, Content::Reports(_));
        let key = body_key(delivery);
        let known_body = match first {
            Some(first) => Some(first.delivery_id),
            None if readable => None,
            None => self.unreadable.get(&key).or_else(|| shared.get(&key)).copied(),
        };
        let body_id = known_body.unwrap_or(id);
        if known_body.is_none() {
            if !readable {
                self.unreadable.insert(key.clone(), id);
            }
            self.bodies.push(bodies::Model {
                id,
                domain_id,
                hash: key.1,
                readable,
                received_day: delivery.received.day().0,
                bytes: delivery.body.clone(),
            });
        }
        self.deliveries.push(deliveries::Model {
            id,
            domain_id,
            workspace_id: delivery.workspace.0,
            body_id,
            received: delivery.received.0,
            channel: delivery.channel.code(),
            remote: delivery.remote.as_deref().map(bounded),
            outcome: outcome.code(),
            reason: reason.clone(),
            size: i64::try_from(delivery.body.len()).unwrap_or(i64::MAX),
            trust: delivery.trust.code(),
            signer: delivery.signer.as_ref().map(ToString::to_string),
            verdict: delivery.dkim.verdict.as_ref().map(json),
            mailed: delivery.dkim.mailed.map(|at| at.0),
            admitted: delivery.dkim.admitted,
            tries: 0,
            next_try: delivery.dkim.next_try.filter(|_| readable).map(|at| at.0),
        });
        self.link(domain_id, id, report_ids);
        Recorded { delivery: DeliveryId(id), outcome, reason, reports }
    }

    fn link(&mut self, domain_id: i64, delivery_id: i64, reports: Vec<i64>) {
        let links = reports.into_iter().map(|report_id| delivery_reports::Model { domain_id, delivery_id, report_id });
        self.links.extend(links);
    }

    pub(super) async fn write(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        sql::insert(transaction, self.bodies).await?;
        sql::insert(transaction, self.deliveries).await?;
        let known = OnConflict::new().do_nothing().to_owned();
        sql::insert_with(transaction, self.links, Some(known)).await
    }
}

/// Bodies among the stored ones that could not be read either and are the same.
pub(super) async fn unreadable_bodies(
    transaction: &DatabaseTransaction,
    items: &[Item<'_>],
) -> Result<SharedBodies, DbErr> {
    let keys: Vec<[Value; 2]> = items
        .iter()
        .map(|item| item.delivery)
        .filter(|item| !matches!(item.content, Content::Reports(_)))
        .map(body_key)
        .map(|(domain, hash)| [domain.into(), hash.into()])
        .collect();
    let select =
        "SELECT id, domain_id, hash FROM keys CROSS JOIN bodies WHERE domain_id = a AND hash = b AND NOT readable";
    sql::query_by_keys(transaction, select, &keys)
        .await?
        .iter()
        .map(|row| Ok(((row.try_get("", "domain_id")?, row.try_get("", "hash")?), row.try_get("", "id")?)))
        .collect()
}

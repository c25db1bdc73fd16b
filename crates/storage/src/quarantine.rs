//! What owners decide about deliveries that were put aside: to judge them anew, or to take them out for good.

use model::{Act, DeliveryId, DeliveryOutcome, ReportState, WorkspaceId};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, Statement,
};

use crate::{
    Error, Storage,
    codes::Code as _,
    decisions,
    entity::{deliveries, reports},
    settle::Ledger,
    sql, writer,
};

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineDecision {
    /// Judge it anew, by the domains and MX hosts that are known now.
    Release,
    /// Take it out of every total, for good.
    Discard,
}

impl Storage {
    /// The deliveries of a workspace that are quarantined, the oldest first, at most so many after this one.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn quarantined_after(
        &self,
        workspace: WorkspaceId,
        after: DeliveryId,
        most: u32,
    ) -> Result<Vec<DeliveryId>, Error> {
        let select = format!(
            "SELECT id FROM deliveries WHERE workspace_id = $1 AND outcome = {} AND outcome <> 1 AND id > $2 \
             ORDER BY id LIMIT {most}",
            DeliveryOutcome::Quarantined.code()
        );
        let rows: Vec<Id> = self.rows(&select, [workspace.0.into(), after.0.into()]).await?;
        Ok(rows.into_iter().map(|row| DeliveryId(row.id)).collect())
    }

    /// Decides about what of a delivery is quarantined. Gives what became of the delivery; none when the workspace has no such
    /// delivery, or nothing of it is quarantined.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn decide_quarantined(
        &self,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        decision: QuarantineDecision,
    ) -> Result<Option<DeliveryOutcome>, Error> {
        let outcome = writer::patiently(|| self.try_decide(workspace, delivery, decision)).await?;
        outcome.map(DeliveryOutcome::from_code).transpose()
    }

    async fn try_decide(
        &self,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        decision: QuarantineDecision,
    ) -> Result<Option<i16>, DbErr> {
        let transaction = self.database.begin().await?;
        let Some(stored) = locked(&transaction, workspace, delivery).await? else { return Ok(None) };
        let aside = [ReportState::Quarantined.code(), ReportState::OutOfRange.code()];
        let mut rows = rows_of(&transaction, &stored).await?;
        rows.retain(|row| aside.contains(&row.state));
        if rows.is_empty() {
            return Ok(None);
        }
        let act = match decision {
            QuarantineDecision::Release => {
                // Whoever sent it.
                decisions::admit(&transaction, stored.id).await?;
                self.settle_rows_anew(&transaction, rows).await?;
                Act::DeliveryReleased
            }
            QuarantineDecision::Discard => {
                let mut ledger = Ledger::new(&transaction);
                for row in rows {
                    let id = row.id;
                    ledger.enter_stored(row);
                    ledger.set_state(id, ReportState::Discarded).await?;
                }
                ledger.write().await?;
                decisions::refresh(&transaction, stored.id).await?;
                Act::DeliveryDiscarded
            }
        };
        self.note(&transaction, workspace, act, &delivery.to_string(), "").await?;
        let now = locked(&transaction, workspace, delivery).await?;
        transaction.commit().await?;
        Ok(now.map(|stored| stored.outcome))
    }
}

/// A delivery of a workspace, which nobody else changes until the transaction ends.
pub(crate) async fn locked(
    transaction: &DatabaseTransaction,
    workspace: WorkspaceId,
    delivery: DeliveryId,
) -> Result<Option<deliveries::Model>, DbErr> {
    deliveries::Entity::find()
        .filter(deliveries::Column::Id.eq(delivery.0))
        .filter(deliveries::Column::WorkspaceId.eq(workspace.0))
        .lock_exclusive()
        .one(transaction)
        .await
}

/// The report rows that a delivery brought first, in their order, which nobody else changes until the transaction ends.
pub(crate) async fn rows_of(
    transaction: &DatabaseTransaction,
    stored: &deliveries::Model,
) -> Result<Vec<reports::Model>, DbErr> {
    let select = format!(
        "SELECT r.* FROM reports r WHERE r.delivery_id = $2 AND r.id IN \
         (SELECT report_id FROM delivery_reports WHERE domain_id = $1 AND delivery_id = $2){}",
        sql::for_update(transaction)
    );
    let values = [stored.domain_id.into(), stored.id.into()];
    let backend = sea_orm::ConnectionTrait::get_database_backend(transaction);
    let mut rows = reports::Model::find_by_statement(Statement::from_sql_and_values(backend, select, values))
        .all(transaction)
        .await?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

//! Deliveries that wait for the key of a DKIM signature: taken when a key is to be asked for again, and settled once there is a
//! verdict.

use std::time::Duration;

use model::{DeliveryId, DomainName, ReportState, Timestamp, Trust, WorkspaceId, dkim::Verdict};
use sea_orm::{DbBackend, DbErr, FromQueryResult, Statement, Value};

use crate::{Content, Error, Storage, codes::Code as _, sql, writer};

/// A delivery whose key is to be asked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingDelivery {
    /// Its id.
    pub delivery: DeliveryId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// By when its signatures are judged: when it came, into its mailbox or here.
    pub came: Timestamp,
    /// How often a key was asked for again, this time included. No two tries have the same number.
    pub tries: u32,
}

/// What another try led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What is said of it now.
    pub verdict: Verdict,
    /// The trust that follows.
    pub trust: Trust,
    /// The `d=` of the signature that holds.
    pub signer: Option<DomainName>,
    /// When the next try is, where a key is still missing; none settles the delivery.
    pub next_try: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    workspace_id: i64,
    received: i64,
    mailed: Option<i64>,
    tries: i16,
}

#[derive(FromQueryResult)]
struct State {
    state: i16,
}

impl Storage {
    /// Takes deliveries whose next try is due, the longest due first. Whoever takes one has it for the time of a lease; then it
    /// is due again.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn claim_waiting(
        &self,
        now: Timestamp,
        most: u32,
        lease: Duration,
    ) -> Result<Vec<WaitingDelivery>, Error> {
        let backend = self.database.backend();
        let skip = if backend == DbBackend::Sqlite { "" } else { "FOR UPDATE SKIP LOCKED" };
        let claim = format!(
            "UPDATE deliveries SET tries = tries + 1, next_try = $1 WHERE id IN (
                SELECT id FROM deliveries WHERE next_try IS NOT NULL AND next_try <= $2 ORDER BY next_try, id LIMIT {most} {skip}
            ) RETURNING id, workspace_id, received, mailed, tries"
        );
        let until = now.plus_seconds(i64::try_from(lease.as_secs()).unwrap_or(i64::MAX));
        let transaction = self.database.begin().await?;
        let statement = Statement::from_sql_and_values(backend, claim, [until.0.into(), now.0.into()]);
        let rows = Row::find_by_statement(statement).all(&transaction).await?;
        transaction.commit().await?;
        let mut waiting: Vec<_> = rows.into_iter().map(Row::waiting).collect();
        waiting.sort_by_key(|waiting| waiting.delivery.0);
        Ok(waiting)
    }

    /// Stores what another try led to: the delivery waits on, or is settled as it would have been with this verdict at once.
    /// False when it does not wait any more, or somebody else tries by now.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn judge_waiting(
        &self,
        waiting: &WaitingDelivery,
        judged: &Judged,
        content: &Content,
    ) -> Result<bool, Error> {
        Ok(writer::patiently(|| self.try_judge_waiting(waiting, judged, content)).await?)
    }

    async fn try_judge_waiting(
        &self,
        waiting: &WaitingDelivery,
        judged: &Judged,
        content: &Content,
    ) -> Result<bool, DbErr> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE deliveries SET verdict = $1, trust = $2, signer = $3, next_try = $4 \
                      WHERE id = $5 AND tries = $6 AND next_try IS NOT NULL";
        let values: [Value; 6] = [
            serde_json::to_string(&judged.verdict).unwrap_or_default().into(),
            judged.trust.code().into(),
            judged.signer.as_ref().map(ToString::to_string).into(),
            judged.next_try.map(|at| at.0).into(),
            waiting.delivery.0.into(),
            i16::try_from(waiting.tries).unwrap_or(i16::MAX).into(),
        ];
        if sql::execute(&transaction, update, values).await? == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        // What its owner has discarded meanwhile stays so.
        let select = "SELECT state FROM reports WHERE workspace_id = $1 AND delivery_id = $2 AND id IN \
                      (SELECT report_id FROM delivery_reports WHERE delivery_id = $2 AND domain_id = \
                      (SELECT domain_id FROM deliveries WHERE id = $2))";
        let values = [waiting.workspace.0.into(), waiting.delivery.0.into()];
        let statement = Statement::from_sql_and_values(self.database.backend(), select, values);
        let states = State::find_by_statement(statement).all(&transaction).await?;
        let discarded = !states.is_empty() && states.iter().all(|row| row.state == ReportState::Discarded.code());
        if judged.next_try.is_none() && !discarded {
            self.read_again_within(&transaction, waiting.workspace, waiting.delivery, content.clone()).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

impl Row {
    fn waiting(self) -> WaitingDelivery {
        WaitingDelivery {
            delivery: DeliveryId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            came: Timestamp(self.mailed.unwrap_or(self.received)),
            tries: u32::try_from(self.tries).unwrap_or(0),
        }
    }
}

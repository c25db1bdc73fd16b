//! What is decided about reports after they came: by their owner, by a new domain, by a newer parser.

use std::collections::BTreeMap;

use model::{Act, Channel, DeliveryId, DomainId, DomainName, ReportId, ReportState, Timestamp, Trust, WorkspaceId};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement,
};
use tlsrpt::{Note, Report};

use crate::{
    Content, Dkim, Error, NewDelivery, NewReport, Recorded, Storage,
    codes::Code as _,
    contribution::Details,
    entity::{deliveries, delivery_reports, reports},
    quarantine,
    record::{self, Again, Item, PartOutcome},
    report_page,
    settle::{Ledger, is_held},
    sql, writer,
};

/// Rows released in one transaction, about.
const RELEASED_AT_ONCE: u64 = 2_000;

/// What became of an owner's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is done.
    Done,
    /// There is nothing to decide: the report is not in a state in which this could be asked.
    NotOpen(ReportState),
    /// Retention has deleted the details of a report that is counted, so it cannot be taken out of the totals exactly.
    TooOld,
}

impl Storage {
    /// Counts this report instead of the one with the same identity that is counted now; also one that nothing proves, or not
    /// yet.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn choose(&self, workspace: WorkspaceId, report: ReportId) -> Result<Option<Decision>, Error> {
        Ok(writer::patiently(|| self.decide(workspace, report, ReportState::Counted)).await?)
    }

    /// Takes a report out of every total, as though it had not come. If another with the same identity had to yield to it,
    /// the best trusted of those is counted, else the first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn discard(&self, workspace: WorkspaceId, report: ReportId) -> Result<Option<Decision>, Error> {
        Ok(writer::patiently(|| self.decide(workspace, report, ReportState::Discarded)).await?)
    }

    async fn decide(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        wanted: ReportState,
    ) -> Result<Option<Decision>, DbErr> {
        let transaction = self.database.begin().await?;
        let found = reports::Entity::find()
            .filter(reports::Column::Id.eq(id.0))
            .filter(reports::Column::WorkspaceId.eq(workspace.0))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let Some(report) = found else { return Ok(None) };
        let state = ReportState::from_code(report.state).map_err(|error| DbErr::Type(error.to_string()))?;
        let open = match wanted {
            ReportState::Counted => state == ReportState::Conflict || is_held(&report),
            _ => state != ReportState::Discarded,
        };
        if !open {
            return Ok(Some(Decision::NotOpen(state)));
        }
        let kin = same_identity(&transaction, &report).await?;
        let counted = kin.iter().find(|kin| kin.state == ReportState::Counted.code());
        // Rows that enter or leave the totals must have their details.
        if [Some(&report), counted].into_iter().flatten().any(|row| !row.has_details) {
            return Ok(Some(Decision::TooOld));
        }
        let mut ledger = Ledger::new(&transaction);
        let mut changed = vec![report.delivery_id];
        ledger.enter_stored(report.clone());
        if let Some(counted) = counted.filter(|_| wanted == ReportState::Counted) {
            changed.push(counted.delivery_id);
            ledger.enter_stored(counted.clone());
            ledger.set_state(counted.id, ReportState::Conflict).await?;
        }
        ledger.set_state(report.id, wanted).await?;
        if wanted == ReportState::Counted && is_held(&report) {
            admit(&transaction, report.delivery_id).await?;
        }
        if state == ReportState::Counted
            && let Some(next) = kin.iter().find(|kin| kin.state == ReportState::Conflict.code() && kin.has_details)
        {
            changed.push(next.delivery_id);
            ledger.enter_stored(next.clone());
            ledger.set_state(next.id, ReportState::Counted).await?;
        }
        ledger.write().await?;
        for delivery in changed {
            refresh(&transaction, delivery).await?;
        }
        let act = if wanted == ReportState::Counted { Act::ReportChosen } else { Act::ReportDiscarded };
        self.note(&transaction, workspace, act, &id.to_string(), "").await?;
        transaction.commit().await?;
        Ok(Some(Decision::Done))
    }

    /// Settles anew what was quarantined because nobody watched this name or one above it.
    pub(crate) async fn release(&self, workspace: WorkspaceId, name: &DomainName) -> Result<(), Error> {
        let mut after = 0;
        while let Some(last) = writer::patiently(|| self.release_some(workspace, name, after)).await? {
            after = last;
        }
        Ok(())
    }

    /// Releases some rows with ids after this one; gives the last of them, or none when none was left.
    async fn release_some(&self, workspace: WorkspaceId, name: &DomainName, after: i64) -> Result<Option<i64>, DbErr> {
        let transaction = self.database.begin().await?;
        let mut rows = reports::Entity::find()
            .filter(reports::Column::WorkspaceId.eq(workspace.0))
            .filter(sea_orm::sea_query::Expr::cust("state = 3"))
            .filter(reports::Column::Id.gt(after))
            .filter(
                Condition::any()
                    .add(reports::Column::ClaimedName.eq(name.as_str()))
                    .add(reports::Column::ClaimedName.like(format!("%.{name}"))),
            )
            .order_by_asc(reports::Column::Id)
            .limit(RELEASED_AT_ONCE)
            .lock_exclusive()
            .all(&transaction)
            .await?;
        // Parts of one document become one row: they must not be torn apart.
        if rows.len() as u64 == RELEASED_AT_ONCE
            && let Some(last) = rows.last().map(|row| row.delivery_id)
            && rows.first().is_some_and(|first| first.delivery_id != last)
        {
            rows.retain(|row| row.delivery_id != last);
        }
        let Some(last) = rows.iter().map(|row| row.id).max() else { return Ok(None) };
        self.settle_rows_anew(&transaction, rows).await?;
        transaction.commit().await?;
        Ok(Some(last))
    }

    /// Settles stored rows anew, document by document: parts of one document may become one row.
    pub(crate) async fn settle_rows_anew(
        &self,
        transaction: &DatabaseTransaction,
        rows: Vec<reports::Model>,
    ) -> Result<(), DbErr> {
        let mut documents = BTreeMap::<(i64, Vec<u8>), Vec<reports::Model>>::new();
        for row in rows {
            documents.entry((row.delivery_id, row.document_hash.clone())).or_default().push(row);
        }
        let mut ledger = Ledger::new(transaction);
        let mut again = Vec::new();
        for ((delivery, _), rows) in documents {
            let mut parts = Vec::new();
            for row in rows {
                let id = row.id;
                ledger.enter_stored(row);
                parts.extend(ledger.withdraw(id).await?);
            }
            again.extend(anew(transaction, delivery, parts).await?);
        }
        ledger.write().await?;
        self.settle_anew(transaction, &again).await?;
        Ok(())
    }

    /// Settles anew a stored delivery whose body was read again; none when the workspace has no such delivery, and when nothing
    /// is to be changed about it: its owner has discarded something of it, or retention has deleted details of it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn read_again(
        &self,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        content: Content,
    ) -> Result<Option<Recorded>, Error> {
        Ok(writer::patiently(|| self.try_read_again(workspace, delivery, content.clone())).await?)
    }

    async fn try_read_again(
        &self,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        content: Content,
    ) -> Result<Option<Recorded>, DbErr> {
        let transaction = self.database.begin().await?;
        let recorded = self.read_again_within(&transaction, workspace, delivery, content).await?;
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Settles anew a stored delivery by what is stored of it now.
    pub(crate) async fn read_again_within(
        &self,
        transaction: &DatabaseTransaction,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        content: Content,
    ) -> Result<Option<Recorded>, DbErr> {
        let Some(stored) = quarantine::locked(transaction, workspace, delivery).await? else { return Ok(None) };
        let rows = quarantine::rows_of(transaction, &stored).await?;
        // What an owner has discarded stays so, and what has lost its details could not be taken out of the totals exactly.
        if rows.iter().any(|row| row.state == ReportState::Discarded.code() || !row.has_details) {
            return Ok(None);
        }
        let mut ledger = Ledger::new(transaction);
        // What it only repeated has counted its arrival.
        let arrivals = i64::from(!is_linked(transaction, &stored).await?);
        let mut again = Again { delivery: stored.id, reports: Vec::new(), arrivals };
        // A later arrival may have raised them.
        let (mut trust, mut signer) = (stored.trust, stored.signer.clone());
        for row in rows {
            again.reports.push(row.id);
            again.arrivals = again.arrivals.max(row.arrivals);
            trust = trust.max(row.trust);
            signer = signer.or_else(|| row.signer.clone());
            let id = row.id;
            ledger.enter_stored(row);
            ledger.withdraw(id).await?;
        }
        ledger.write().await?;
        let defect = |error: Error| DbErr::Type(error.to_string());
        let anew = NewDelivery {
            workspace,
            domain: (stored.domain_id != 0).then_some(DomainId(stored.domain_id)),
            quota: None,
            channel: Channel::from_code(stored.channel).map_err(defect)?,
            remote: stored.remote.clone(),
            received: Timestamp(stored.received),
            trust: Trust::from_code(trust).map_err(defect)?,
            signer: signer.as_deref().and_then(DomainName::parse_lenient),
            dkim: standing(Some(&stored)),
            body: Vec::new(),
            content,
        };
        let readable = matches!(anew.content, Content::Reports(_));
        sql::execute(
            transaction,
            "UPDATE bodies SET readable = $1 WHERE id = $2",
            [readable.into(), stored.body_id.into()],
        )
        .await?;
        let recorded = self.settle_anew(transaction, &[(anew, again)]).await?;
        Ok(recorded.into_iter().next())
    }

    async fn settle_anew(
        &self,
        transaction: &DatabaseTransaction,
        again: &[(NewDelivery, Again)],
    ) -> Result<Vec<Recorded>, DbErr> {
        let items: Vec<_> = again.iter().map(|(delivery, again)| Item { delivery, again: Some(again) }).collect();
        // The cache learns only from commits, and this one is still to come.
        let (recorded, _) = record::group(transaction, &self.labels, &items).await?;
        let recorded: Vec<_> = recorded.into_iter().filter_map(Result::ok).collect();
        for ((_, again), now) in again.iter().zip(&recorded) {
            for gone in again.reports.iter().filter(|id| !now.reports.contains(&ReportId(**id))) {
                let unlink = "DELETE FROM delivery_reports WHERE report_id = $1 AND delivery_id = $2 AND domain_id = \
                              (SELECT domain_id FROM deliveries WHERE id = $2)";
                sql::execute(transaction, unlink, [(*gone).into(), again.delivery.into()]).await?;
            }
            if now.reports.is_empty() {
                set_outcome(transaction, again.delivery, now.outcome.code(), &now.reason).await?;
            } else {
                refresh(transaction, again.delivery).await?;
            }
        }
        Ok(recorded)
    }
}

/// Rows of the same domain and identity, the best trusted and then the first in front.
async fn same_identity(
    transaction: &DatabaseTransaction,
    report: &reports::Model,
) -> Result<Vec<reports::Model>, DbErr> {
    let mut kin = Vec::new();
    // Each half names the condition of one partial index.
    for half in ["state = 0", "state <> 0"] {
        kin.extend(
            reports::Entity::find()
                .filter(reports::Column::DomainId.eq(report.domain_id))
                .filter(reports::Column::IdentityHash.eq(report.identity_hash.clone()))
                .filter(reports::Column::Id.ne(report.id))
                .filter(sea_orm::sea_query::Expr::cust(half))
                .lock_exclusive()
                .all(transaction)
                .await?,
        );
    }
    kin.sort_by_key(|row| (-row.trust, row.id));
    Ok(kin)
}

/// A delivery as it would be handed in today, made of the rows that were withdrawn from one of its documents.
async fn anew(
    transaction: &DatabaseTransaction,
    delivery: i64,
    parts: Vec<(reports::Model, Details)>,
) -> Result<Option<(NewDelivery, Again)>, DbErr> {
    let again = Again {
        delivery,
        reports: parts.iter().map(|(row, _)| row.id).collect(),
        arrivals: parts.iter().map(|(row, _)| row.arrivals).max().unwrap_or(1),
    };
    let stored = deliveries::Entity::find().filter(deliveries::Column::Id.eq(delivery)).one(transaction).await?;
    let Some(first) = parts.first().map(|(row, _)| row.clone()) else { return Ok(None) };
    let defect = |error: Error| DbErr::Type(error.to_string());
    let instant = |at: Option<i64>| at.and_then(chrono::DateTime::from_timestamp_millis);
    let mut notes: Vec<Note> = Vec::new();
    let mut policies = Vec::new();
    for (row, details) in parts {
        let told: Vec<Note> = row.notes.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        notes.extend(told.into_iter().filter(|note| !record::is_own_note(note)));
        let told = report_page::told(details.policies, details.failures).map_err(defect)?;
        policies.extend(told.into_iter().map(|told| told.policy));
    }
    notes.dedup();
    let report = Report {
        organization_name: first.organization_name.clone(),
        contact_info: first.contact_info.clone(),
        report_id: first.report_id.clone(),
        start: instant(first.start_at),
        end: instant(first.end_at),
        policies,
        notes,
    };
    let hint = first.claimed_name.as_deref().and_then(DomainName::parse_lenient);
    let document_hash = first.document_hash.clone().try_into().unwrap_or_default();
    let channel = stored.as_ref().map_or(Ok(Channel::Import), |stored| Channel::from_code(stored.channel));
    let delivery = NewDelivery {
        workspace: WorkspaceId(first.workspace_id),
        domain: stored.as_ref().filter(|stored| stored.domain_id != 0).map(|stored| DomainId(stored.domain_id)),
        quota: None,
        channel: channel.map_err(defect)?,
        remote: None,
        received: Timestamp(first.received),
        trust: Trust::from_code(first.trust).map_err(defect)?,
        signer: first.signer.as_deref().and_then(DomainName::parse_lenient),
        dkim: standing(stored.as_ref()),
        body: Vec::new(),
        content: Content::Reports(vec![NewReport { report, document_hash, hint }]),
    };
    Ok(Some((delivery, again)))
}

/// What keeps a stored delivery's reports out of the totals, or lets them in. Its verdict stays where it is.
fn standing(stored: Option<&deliveries::Model>) -> Dkim {
    Dkim {
        verdict: None,
        next_try: stored.and_then(|stored| stored.next_try).map(Timestamp),
        mailed: stored.and_then(|stored| stored.mailed).map(Timestamp),
        admitted: stored.is_some_and(|stored| stored.admitted),
    }
}

/// Lets a delivery's reports in, whoever sent them: neither the verdict that they wait for nor another reading of them puts them
/// aside again.
pub(crate) async fn admit(transaction: &DatabaseTransaction, delivery: i64) -> Result<(), DbErr> {
    let admit = "UPDATE deliveries SET admitted = TRUE WHERE id = $1";
    sql::execute(transaction, admit, [delivery.into()]).await?;
    Ok(())
}

/// Whether a delivery made or met any report.
async fn is_linked(transaction: &DatabaseTransaction, delivery: &deliveries::Model) -> Result<bool, DbErr> {
    let links = delivery_reports::Entity::find()
        .filter(delivery_reports::Column::DomainId.eq(delivery.domain_id))
        .filter(delivery_reports::Column::DeliveryId.eq(delivery.id));
    Ok(links.one(transaction).await?.is_some())
}

#[derive(FromQueryResult)]
struct PartState {
    state: i16,
    claimed_name: Option<String>,
    domain_id: i64,
}

/// Brings the outcome of a delivery in step with the states of its report rows.
pub(crate) async fn refresh(transaction: &DatabaseTransaction, delivery: i64) -> Result<(), DbErr> {
    let select = "SELECT r.state, r.claimed_name, r.domain_id FROM deliveries d \
                  JOIN delivery_reports l ON l.domain_id = d.domain_id AND l.delivery_id = d.id \
                  JOIN reports r ON r.id = l.report_id WHERE d.id = $1 ORDER BY r.id";
    let backend = sea_orm::ConnectionTrait::get_database_backend(transaction);
    let statement = Statement::from_sql_and_values(backend, select, [delivery.into()]);
    let parts = PartState::find_by_statement(statement).all(transaction).await?;
    let mut states = Vec::new();
    for part in &parts {
        let state = ReportState::from_code(part.state).map_err(|error| DbErr::Type(error.to_string()))?;
        let (claimed, watched) = (part.claimed_name.as_deref(), part.domain_id != 0);
        states.push(PartOutcome { state: Some(state), claimed, watched });
    }
    let (outcome, reason) = record::summary(states.into_iter());
    set_outcome(transaction, delivery, outcome.code(), &reason).await
}

async fn set_outcome(
    transaction: &DatabaseTransaction,
    delivery: i64,
    outcome: i16,
    reason: &str,
) -> Result<(), DbErr> {
    let update = "UPDATE deliveries SET outcome = $1, reason = $2 WHERE id = $3";
    sql::execute(transaction, update, [outcome.into(), reason.into(), delivery.into()]).await?;
    Ok(())
}

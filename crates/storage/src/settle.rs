//! Decides what becomes of report rows and keeps the roll-ups in step, within one transaction.
//!
//! A [`Ledger`] holds the rows a transaction has touched. Every change of a row's state goes through it: a row that enters or
//! leaves [`ReportState::Counted`] adds or subtracts its contribution. [`Ledger::write`] then stores everything at once.

use std::collections::{BTreeMap, HashMap};

use model::{DomainName, ReportState, Timestamp, reporter::Reporter};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult as _, QueryFilter as _,
    QueryOrder as _, Value,
};

use crate::{
    checks,
    codes::Code as _,
    contribution::{Deltas, Details},
    entity::{failures, policies, reports},
    identity, rollups, sql,
};

// Each names the condition of the partial index that finds it.
const SAME_CONTENT: &str =
    "SELECT r.* FROM keys CROSS JOIN reports r WHERE r.domain_id = a AND r.content_key = b AND r.state <> 4";
const SAME_IDENTITY: &str =
    "SELECT r.* FROM keys CROSS JOIN reports r WHERE r.domain_id = a AND r.identity_hash = b AND r.state = 0";

const COUNTED: i16 = 0;
const WAITING: i16 = 1;
const CONFLICT: i16 = 2;
const QUARANTINED: i16 = 3;

/// Whether a row is kept out of the totals because nothing proves, or not yet, who sent it.
pub(crate) const fn is_held(report: &reports::Model) -> bool {
    report.state == WAITING || (report.state == QUARANTINED && report.domain_id != 0)
}

/// What became of a part of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It is a row now, in this state.
    Stored(ReportState),
    /// Its content was there already; the arrival was added to that row.
    Duplicate {
        /// Whether better trust raised the row: then this arrival is kept as evidence.
        raised: bool,
    },
}

/// The rows a transaction has touched.
#[derive(Debug)]
pub(crate) struct Ledger<'t> {
    transaction: &'t DatabaseTransaction,
    rows: BTreeMap<i64, Row>,
    by_content: HashMap<Key, i64>,
    /// Counted rows only.
    by_identity: HashMap<Key, i64>,
    deltas: Deltas,
}

/// Domain, and content key or identity hash.
type Key = (i64, Vec<u8>);

#[derive(Debug)]
struct Row {
    report: reports::Model,
    /// Of stored rows, loaded when they are needed.
    details: Option<Details>,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    New,
    Stored,
    Changed,
}

impl<'t> Ledger<'t> {
    pub(crate) fn new(transaction: &'t DatabaseTransaction) -> Self {
        Self {
            transaction,
            rows: BTreeMap::new(),
            by_content: HashMap::new(),
            by_identity: HashMap::new(),
            deltas: Deltas::default(),
        }
    }

    /// Loads the stored rows that newcomers could meet: equal content, and counted ones of equal identity.
    pub(crate) async fn load_kin<'a>(
        &mut self,
        newcomers: impl Iterator<Item = &'a reports::Model> + Clone,
    ) -> Result<(), DbErr> {
        let keys = |hash: fn(&reports::Model) -> &Vec<u8>| -> Vec<[Value; 2]> {
            newcomers.clone().map(|report| [report.domain_id.into(), hash(report).clone().into()]).collect()
        };
        let of_content = keys(|report| &report.content_key);
        let of_identity = keys(|report| &report.identity_hash);
        for (select, keys) in [(SAME_CONTENT, of_content), (SAME_IDENTITY, of_identity)] {
            // Whoever may change them waits: what is decided here rests on what they say now.
            let select = format!("{select}{}", sql::for_update(self.transaction));
            for row in sql::query_by_keys(self.transaction, &select, &keys).await? {
                self.enter_stored(reports::Model::from_query_result(&row, "")?);
            }
        }
        Ok(())
    }

    /// Enters a row as it is stored.
    pub(crate) fn enter_stored(&mut self, report: reports::Model) {
        if self.rows.contains_key(&report.id) {
            return;
        }
        self.index(&report);
        self.rows.insert(report.id, Row { report, details: None, standing: Standing::Stored });
    }

    fn index(&mut self, report: &reports::Model) {
        if report.state != ReportState::Discarded.code() {
            self.by_content.insert((report.domain_id, report.content_key.clone()), report.id);
        }
        if report.state == COUNTED {
            self.by_identity.insert((report.domain_id, report.identity_hash.clone()), report.id);
        }
    }

    /// A row that was entered.
    pub(crate) fn report(&self, id: i64) -> Option<&reports::Model> {
        self.rows.get(&id).map(|row| &row.report)
    }

    /// Settles a newcomer. Its state says what it would be if nothing like it were there: counted, quarantined, or not
    /// believable. Gives the row it became or met.
    pub(crate) async fn settle(
        &mut self,
        mut report: reports::Model,
        details: Details,
    ) -> Result<(i64, Settled), DbErr> {
        let content = (report.domain_id, report.content_key.clone());
        if let Some(&known) = self.by_content.get(&content) {
            let raised = self.arrive_again(known, &report).await?;
            return Ok((known, Settled::Duplicate { raised }));
        }
        if report.state == COUNTED {
            report.state = self.make_way(&report).await?;
        }
        let state = ReportState::from_code(report.state).map_err(|error| DbErr::Type(error.to_string()))?;
        report.arrivals = report.arrivals.max(1);
        let id = report.id;
        if report.state == COUNTED {
            self.deltas.count(&report, &details);
        }
        self.index(&report);
        self.rows.insert(id, Row { report, details: Some(details), standing: Standing::New });
        Ok((id, Settled::Stored(state)))
    }

    /// The state that a report gets which would be counted: it displaces the counted one of the same identity, or yields.
    async fn make_way(&mut self, report: &reports::Model) -> Result<i16, DbErr> {
        let identity = (report.domain_id, report.identity_hash.clone());
        let Some(&counted) = self.by_identity.get(&identity) else { return Ok(COUNTED) };
        let displaces = self.rows.get(&counted).is_some_and(|row| {
            let signer = report.signer.as_deref().and_then(DomainName::parse_lenient);
            let claimed =
                Reporter::of(row.report.organization_name.as_deref(), row.report.contact_info.as_deref()).domain;
            // A row whose details are gone could not be taken out of the roll-ups exactly.
            row.report.has_details
                && identity::displaces((report.trust, signer.as_ref()), row.report.trust, claimed.as_ref())
        });
        if !displaces {
            return Ok(CONFLICT);
        }
        self.set_state(counted, ReportState::Conflict).await?;
        Ok(COUNTED)
    }

    /// Whether this content is there already.
    pub(crate) fn knows(&self, report: &reports::Model) -> bool {
        self.by_content.contains_key(&(report.domain_id, report.content_key.clone()))
    }

    /// The same content once more: adds the arrival, and raises the row if this one is better trusted.
    async fn arrive_again(&mut self, id: i64, again: &reports::Model) -> Result<bool, DbErr> {
        let Some(row) = self.rows.get_mut(&id) else { return Ok(false) };
        row.report.arrivals = row.report.arrivals.saturating_add(again.arrivals);
        row.changed();
        let counted = row.report.state == COUNTED;
        let better = again.trust > row.report.trust;
        // A member may bring what a stranger could not prove.
        let let_in = again.state == COUNTED && is_held(&row.report);
        if !(better || let_in) || (counted && !row.report.has_details) {
            return Ok(false);
        }
        // Trust, reporter and identity are keys of roll-ups and indexes: out with the old ones, in with the new.
        if counted {
            self.set_state(id, ReportState::Conflict).await?;
        }
        let Some(row) = self.rows.get_mut(&id) else { return Ok(false) };
        if better {
            row.report.trust = again.trust;
            row.report.signer.clone_from(&again.signer);
            row.report.reporter_id = again.reporter_id;
            row.report.identity_hash.clone_from(&again.identity_hash);
        }
        if let_in || row.report.state == CONFLICT {
            let report = row.report.clone();
            let state =
                if self.make_way(&report).await? == COUNTED { ReportState::Counted } else { ReportState::Conflict };
            self.set_state(id, state).await?;
        }
        Ok(true)
    }

    /// Moves a row to another state, and in or out of the roll-ups with it.
    pub(crate) async fn set_state(&mut self, id: i64, state: ReportState) -> Result<(), DbErr> {
        let Some(row) = self.rows.get(&id) else { return Ok(()) };
        let before = row.report.state;
        if before == state.code() {
            return Ok(());
        }
        if before == COUNTED {
            self.uncount(id).await?;
            let row = &self.rows[&id].report;
            self.by_identity.remove(&(row.domain_id, row.identity_hash.clone()));
        }
        if let Some(row) = self.rows.get_mut(&id) {
            row.report.state = state.code();
            row.changed();
            let (key, content) = (row.report.domain_id, row.report.content_key.clone());
            if state == ReportState::Discarded {
                self.by_content.remove(&(key, content));
            }
        }
        if state == ReportState::Counted {
            self.count(id).await?;
        }
        let report = self.rows[&id].report.clone();
        self.index(&report);
        Ok(())
    }

    async fn count(&mut self, id: i64) -> Result<(), DbErr> {
        self.load_details(id).await?;
        if let Some(Row { report, details: Some(details), .. }) = self.rows.get(&id) {
            self.deltas.count(report, details);
        }
        Ok(())
    }

    async fn uncount(&mut self, id: i64) -> Result<(), DbErr> {
        self.load_details(id).await?;
        if let Some(Row { report, details: Some(details), .. }) = self.rows.get(&id) {
            self.deltas.uncount(report, details);
        }
        Ok(())
    }

    async fn load_details(&mut self, id: i64) -> Result<(), DbErr> {
        if let Some(row) = self.rows.get_mut(&id)
            && row.details.is_none()
        {
            row.details = Some(details(self.transaction, &row.report).await?);
        }
        Ok(())
    }

    /// Takes a stored row out of the ledger and out of the database, to be settled anew.
    pub(crate) async fn withdraw(&mut self, id: i64) -> Result<Option<(reports::Model, Details)>, DbErr> {
        self.load_details(id).await?;
        if self.rows.get(&id).is_some_and(|row| row.report.state == COUNTED) {
            self.uncount(id).await?;
        }
        let Some(Row { report, details: Some(details), .. }) = self.rows.remove(&id) else { return Ok(None) };
        self.by_content.retain(|_, known| *known != id);
        self.by_identity.retain(|_, known| *known != id);
        for (table, column) in [("failures", "report_id"), ("policies", "report_id"), ("reports", "id")] {
            let delete = format!("DELETE FROM {table} WHERE domain_id = $1 AND {column} = $2");
            sql::execute(self.transaction, &delete, [report.domain_id.into(), id.into()]).await?;
        }
        Ok(Some((report, details)))
    }

    /// Stores every row and delta.
    pub(crate) async fn write(self) -> Result<(), DbErr> {
        let Self { transaction, rows, deltas, .. } = self;
        let (mut new, mut new_policies, mut new_failures, mut changed) = (vec![], vec![], vec![], vec![]);
        let mut failing = BTreeMap::new();
        for row in rows.into_values() {
            match (row.standing, row.details) {
                (Standing::New, Some(mut details)) => {
                    if is_fresh_failure(&row.report) {
                        failing.insert(row.report.domain_id, Timestamp(row.report.received));
                    }
                    new.push(row.report);
                    new_policies.append(&mut details.policies);
                    new_failures.append(&mut details.failures);
                }
                (Standing::Changed, _) => changed.push(row.report),
                (Standing::New | Standing::Stored, _) => {}
            }
        }
        // Who leaves makes room in the unique index first.
        changed.sort_by_key(|report| report.state == COUNTED);
        let update = "UPDATE reports SET trust = $1, signer = $2, state = $3, arrivals = $4, reporter_id = $5, identity_hash = $6 \
             WHERE domain_id = $7 AND id = $8";
        for report in changed {
            let values: [Value; 8] = [
                report.trust.into(),
                report.signer.into(),
                report.state.into(),
                report.arrivals.into(),
                report.reporter_id.into(),
                report.identity_hash.into(),
                report.domain_id.into(),
                report.id.into(),
            ];
            sql::execute(transaction, update, values).await?;
        }
        sql::insert(transaction, new).await?;
        sql::insert(transaction, new_policies).await?;
        sql::insert(transaction, new_failures).await?;
        if let Some(&now) = failing.values().max() {
            checks::hasten(transaction, failing.into_keys(), now).await?;
        }
        rollups::apply(transaction, deltas).await
    }
}

/// Whether a report tells of failures that the domain may have now: then it is worth a look.
fn is_fresh_failure(report: &reports::Model) -> bool {
    const FRESH_DAYS: i32 = 7;
    let age = Timestamp(report.received).day().0.saturating_sub(report.day);
    report.state == COUNTED && report.failed > 0 && age <= FRESH_DAYS
}

impl Row {
    fn changed(&mut self) {
        if self.standing == Standing::Stored {
            self.standing = Standing::Changed;
        }
    }
}

/// The policies and failures of a stored report.
pub(crate) async fn details(
    connection: &impl sea_orm::ConnectionTrait,
    report: &reports::Model,
) -> Result<Details, DbErr> {
    let policies = policies::Entity::find()
        .filter(policies::Column::DomainId.eq(report.domain_id))
        .filter(policies::Column::ReportId.eq(report.id))
        .order_by_asc(policies::Column::Position)
        .all(connection)
        .await?;
    let failures = failures::Entity::find()
        .filter(failures::Column::DomainId.eq(report.domain_id))
        .filter(failures::Column::ReportId.eq(report.id))
        .order_by_asc(failures::Column::Policy)
        .order_by_asc(failures::Column::Position)
        .all(connection)
        .await?;
    Ok(Details { policies, failures })
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use sea_orm::ConnectionTrait as _;

    use super::*;
    use crate::testing::{Database, Engine};

    #[tokio::test]
    async fn kin_are_found_by_index_however_many_reports_there_are() {
        let database = Database::new(Engine::Sqlite).await;
        let storage = database.open().await;
        let read = storage.database.read();
        for select in [SAME_CONTENT, SAME_IDENTITY] {
            let keys: [[Value; 2]; 2] = std::array::from_fn(|_| [1_i64.into(), vec![0_u8; 32].into()]);
            let mut explain = sql::by_keys(read.get_database_backend(), select, &keys);
            explain.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let plan = read.query_all_raw(explain).await.unwrap();
            let steps: Vec<String> = plan.iter().map(|step| step.try_get("", "detail").unwrap()).collect();
            assert!(steps.iter().any(|step| step.starts_with("SEARCH r USING INDEX")), "{steps:?}");
        }
    }
}

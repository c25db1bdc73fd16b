//! What all domains of a workspace, or those of one addition, are to publish.

use model::{
    DomainId, MailForm, Page, Proof, Timestamp, WorkspaceId, proof,
    record_list::{MtaSts, ProofRecord, Publication, ToPublish},
};
use storage::PublicationRow;
pub use storage::RecordScope;

use crate::{Engine, Error};

/// Records read from the database at once.
const AT_ONCE: usize = 1_000;
/// Somebody who looks at a record that is waited for has it looked at again when the last look is older than this.
const FRESH_SECONDS: i64 = 60;

/// One page of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPage {
    /// How many domains there are.
    pub matching: u64,
    /// This page, from 1; [`Page::ROWS`] rows each.
    pub page: u32,
    /// Its rows.
    pub rows: Vec<ToPublish>,
    /// Why no record can be published yet; names the configuration keys.
    pub why: Option<String>,
    /// Whether domains are looked at from outside.
    pub looks: bool,
}

impl Engine {
    /// One page of the records to publish. Those that are waited for are looked at again soon, where that was not done just now:
    /// whoever sees the page is about to publish them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn records_page(
        &self,
        workspace: WorkspaceId,
        scope: RecordScope,
        page: u32,
        now: Timestamp,
    ) -> Result<RecordPage, Error> {
        let matching = self.storage.count_publications(workspace, scope).await?;
        let page = Page::of(page, matching);
        let rows = self.storage.publications(workspace, scope, page.skip(), Page::ROWS).await?;
        let form = self.mail_form(workspace).await?;
        let form = form.as_ref();
        let why = rows.first().and_then(|row| self.setup_keeping(&row.name, &row.address, &row.known, form).why);
        let looks = self.checks.runner().is_some();
        let stale: Vec<DomainId> = rows.iter().filter(|row| is_stale(row, now)).map(|row| row.domain).collect();
        if looks && !stale.is_empty() {
            self.storage.hasten_checks(&stale, now).await?;
            self.checks.want();
        }
        let rows = rows.into_iter().map(|row| self.to_publish(row, form, now)).collect();
        Ok(RecordPage { matching, page: page.number, rows, why, looks })
    }

    /// All records to publish, to be carried elsewhere.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn all_records(
        &self,
        workspace: WorkspaceId,
        scope: RecordScope,
        now: Timestamp,
    ) -> Result<Vec<ToPublish>, Error> {
        let mut records = vec![];
        let form = self.mail_form(workspace).await?;
        loop {
            let rows = self.storage.publications(workspace, scope, records.len(), AT_ONCE).await?;
            let last = rows.len() < AT_ONCE;
            records.extend(rows.into_iter().map(|row| self.to_publish(row, form.as_ref(), now)));
            if last {
                return Ok(records);
            }
        }
    }

    /// Looks at all domains that wait for their record, as soon as the checks that are under way leave room.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn check_waiting(&self, workspace: WorkspaceId, now: Timestamp) -> Result<u64, Error> {
        let hastened = self.storage.hasten_waiting(workspace, now).await?;
        self.checks.want();
        Ok(hastened)
    }

    fn to_publish(&self, row: PublicationRow, form: Option<&MailForm>, now: Timestamp) -> ToPublish {
        let records = self.setup_keeping(&row.name, &row.address, &row.known, form).records;
        let (mut proofs, mut records): (Vec<_>, Vec<_>) = records.into_iter().partition(proof::is_record);
        // Of who is trusted, nobody asks for it.
        proofs.retain(|_| row.proof != Proof::Trusted);
        let around = row.around;
        let begins = around.checked.filter(|_| around.without_mta_sts);
        ToPublish {
            mta_sts: begins.and_then(|at| MtaSts::beginning(&row.name, &around.mx_hosts, at)),
            proof: proofs.pop().map(|record| ProofRecord { record, seen: matches!(row.proof, Proof::Proven(_)) }),
            domain: row.name,
            record: records.pop(),
            published: row.known.record,
            state: row.known.publication,
            stale_until: around.stale_until.filter(|until| *until > now),
            zone: around.zone,
        }
    }
}

/// Whether a record is waited for, was not looked at just now, and will not be at once.
fn is_stale(row: &PublicationRow, now: Timestamp) -> bool {
    let looked_at = row.around.checked.is_none_or(|checked| checked > now.plus_seconds(-FRESH_SECONDS));
    row.known.publication != Publication::Published && !looked_at && row.around.due.is_some_and(|due| due > now)
}

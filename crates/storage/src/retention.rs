//! Deletes what is old: bodies and failure rows, never the slim report rows, which live as long as the roll-ups they are in.
//! So an old mailbox that is imported again counts nothing twice.

use model::Day;

use crate::{Error, Storage, sql};

/// Rows deleted in one transaction, so that deliveries never wait long.
const AT_ONCE: u32 = 500;

impl Storage {
    /// Deletes bodies that arrived before this day. Gives how many.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_bodies(&self, before: Day) -> Result<u64, Error> {
        let delete = format!(
            "DELETE FROM bodies WHERE (domain_id, id) IN \
             (SELECT domain_id, id FROM bodies WHERE received_day < $1 LIMIT {AT_ONCE})"
        );
        let mut all = 0;
        loop {
            let transaction = self.database.begin().await?;
            let deleted = sql::execute(&transaction, &delete, [before.0.into()]).await?;
            transaction.commit().await?;
            all += deleted;
            if deleted == 0 {
                return Ok(all);
            }
        }
    }

    /// Deletes the failure rows of reports that arrived before this day. Gives how many reports lost them. Totals stay; such
    /// a report can no longer be taken out of them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_failures(&self, before: Day) -> Result<u64, Error> {
        let some = format!(
            "(SELECT DISTINCT domain_id, report_id FROM failures WHERE received_day < $1 \
             ORDER BY domain_id, report_id LIMIT {AT_ONCE})"
        );
        let mark = format!("UPDATE reports SET has_details = FALSE WHERE (domain_id, id) IN {some}");
        let delete = format!("DELETE FROM failures WHERE (domain_id, report_id) IN {some}");
        let mut all = 0;
        loop {
            let transaction = self.database.begin().await?;
            let marked = sql::execute(&transaction, &mark, [before.0.into()]).await?;
            let deleted = sql::execute(&transaction, &delete, [before.0.into()]).await?;
            transaction.commit().await?;
            all += marked;
            if deleted == 0 {
                return Ok(all);
            }
        }
    }
}

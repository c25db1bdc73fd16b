//! Mail to report addresses that are nobody's: refused while its sender waits, and only counted, day by day
//! (`quota` tells how much there was).

use model::Day;

use crate::{Error, Storage, sql};

impl Storage {
    /// Adds to what was refused on a day.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_unknown_mail(&self, day: Day, mails: u64) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let add = "INSERT INTO unknown_mail (day, mails) VALUES ($1, $2) \
                   ON CONFLICT (day) DO UPDATE SET mails = unknown_mail.mails + excluded.mails";
        sql::execute(&transaction, add, [day.0.into(), mails.cast_signed().into()]).await?;
        Ok(transaction.commit().await?)
    }
}

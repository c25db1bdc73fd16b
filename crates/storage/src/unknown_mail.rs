//! Mail to report addresses that are nobody's: refused while its sender waits, and only counted, day by day.

use model::Day;
use sea_orm::FromQueryResult;

use crate::{Error, Storage, read, sql};

#[derive(FromQueryResult)]
struct Sum {
    mails: i64,
}

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

    /// What was refused from this day on.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn unknown_mail(&self, from: Day) -> Result<u64, Error> {
        let select = "SELECT CAST(COALESCE(SUM(mails), 0) AS BIGINT) AS mails FROM unknown_mail WHERE day >= $1";
        let rows: Vec<Sum> = self.rows(select, [from.0.into()]).await?;
        Ok(rows.first().map_or(0, |row| read::count(row.mails)))
    }
}

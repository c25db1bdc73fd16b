//! When duties were last done, so that a clock that jumped since is noticed, also after a restart.

use model::Timestamp;
use sea_orm::FromQueryResult;

use crate::{Error, Storage, sql};

#[derive(FromQueryResult)]
struct Row {
    done: i64,
}

impl Storage {
    /// When a duty was last done, by the clock of then; none if never.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn duty_done(&self, duty: &str) -> Result<Option<Timestamp>, Error> {
        let rows: Vec<Row> = self.rows("SELECT done FROM duties WHERE name = $1", [duty.into()]).await?;
        Ok(rows.first().map(|row| Timestamp(row.done)))
    }

    /// Writes down that a duty is done.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_duty(&self, duty: &str, now: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let note =
            "INSERT INTO duties (name, done) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET done = excluded.done";
        sql::execute(&transaction, note, [duty.into(), now.0.into()]).await?;
        Ok(transaction.commit().await?)
    }
}

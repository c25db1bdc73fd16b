//! What the reading methods share: running a query, and the database's integers in our words.

use model::{DomainName, Totals};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use crate::{Error, Storage, database::promptly};

impl Storage {
    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<(), Error> {
        promptly(async { Ok(self.database.prompt().ping().await?) }).await
    }

    /// The rows of a query. `$1` and the like stand for the values on both engines.
    pub(crate) async fn rows<R: FromQueryResult>(
        &self,
        query: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<R>, Error> {
        rows_of(self.database.read(), query, values).await
    }

    /// The same for a short query that comes before anything else.
    pub(crate) async fn prompt_rows<R: FromQueryResult>(
        &self,
        query: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<R>, Error> {
        promptly(rows_of(self.database.prompt(), query, values)).await
    }
}

/// The rows of a query on this connection, or within this transaction.
pub(crate) async fn rows_of<R: FromQueryResult>(
    connection: &impl ConnectionTrait,
    query: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<R>, Error> {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), query, values);
    Ok(R::find_by_statement(statement).all(connection).await?)
}

/// A sum or count, which is never negative. No row is none.
pub(crate) fn count(number: impl Into<Option<i64>>) -> u64 {
    number.into().and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

/// Sessions and the failed ones among them.
pub(crate) fn totals(sessions: impl Into<Option<i64>>, failed: impl Into<Option<i64>>) -> Totals {
    Totals { sessions: count(sessions), failed: count(failed) }
}

/// A stored domain name.
pub(crate) fn name(text: &str) -> Result<DomainName, Error> {
    DomainName::parse(text).map_err(|error| Error::Inconsistent(format!("{text:?} is no domain name: {error}")))
}

/// Lists end after so many rows, so that neither counting nor paging costs more the more there is; a narrower filter
/// shows what is older.
pub(crate) const MOST_LISTED: i64 = 10_000;

/// JSON that was stored.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Inconsistent(format!("stored JSON: {error}")))
}

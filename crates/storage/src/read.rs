//! What the reading methods share: running a query, and the database's integers in our words.

use model::{DomainName, Totals};
use sea_orm::{FromQueryResult, Statement, Value};

use crate::{Error, Storage};

/// Rows of a list's page.
pub(crate) const ROWS: u64 = 50;

impl Storage {
    /// The rows of a query. `$1` and the like stand for the values on both engines.
    pub(crate) async fn rows<R: FromQueryResult>(
        &self,
        query: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<R>, Error> {
        let read = self.database.read();
        let statement = Statement::from_sql_and_values(read.get_database_backend(), query, values);
        Ok(R::find_by_statement(statement).all(read).await?)
    }
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

/// The page that a visitor means, and how many rows come before it: pages are counted from 1, and the last that exists
/// is the furthest.
pub(crate) fn page(asked: u32, matching: u64) -> (u32, u64) {
    let last = matching.div_ceil(ROWS).clamp(1, u64::from(u32::MAX));
    let page = u64::from(asked).clamp(1, last);
    (u32::try_from(page).unwrap_or(u32::MAX), (page - 1) * ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_where_rows_are() {
        assert_eq!(page(0, 0), (1, 0));
        assert_eq!(page(1, 50), (1, 0));
        assert_eq!(page(2, 50), (1, 0));
        assert_eq!(page(2, 51), (2, 50));
        assert_eq!(page(u32::MAX, 120), (3, 100));
    }
}

//! What live checks saw at each place of a domain, as spans of time: what incidents are compared with.
//!
//! A check that sees the same as the one before only moves the end of a span; so the table grows with what changes, and
//! still tells of any day whether a check looked.

use model::{DomainId, Timestamp, incident::Sighting};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, FromQueryResult, Statement};

use crate::{checks::json, sql};

/// Between two checks that see the same, nothing else may have been for so long; after longer, a new span begins.
const GAP_SECONDS: i64 = 6 * 3_600;
/// What is older is forgotten: no page looks further back.
const KEPT_SECONDS: i64 = 500 * 86_400;

#[derive(FromQueryResult)]
struct Latest {
    taken: i64,
    confirmed: i64,
    seen: String,
}

/// Notes what a check saw.
pub(crate) async fn note(
    transaction: &DatabaseTransaction,
    domain: DomainId,
    seen: &[Sighting],
    at: Timestamp,
) -> Result<(), sea_orm::DbErr> {
    let seen = json(&seen);
    let select = "SELECT taken, confirmed, seen FROM sightings WHERE domain_id = $1 ORDER BY taken DESC LIMIT 1";
    let select = Statement::from_sql_and_values(transaction.get_database_backend(), select, [domain.0.into()]);
    let latest = Latest::find_by_statement(select).one(transaction).await?;
    let same = latest.filter(|latest| {
        latest.seen == seen && at <= Timestamp(latest.confirmed).plus_seconds(GAP_SECONDS) && at.0 >= latest.taken
    });
    if let Some(latest) = same {
        let update = "UPDATE sightings SET confirmed = $1 WHERE domain_id = $2 AND taken = $3";
        let confirmed = at.0.max(latest.confirmed);
        sql::execute(transaction, update, [confirmed.into(), domain.0.into(), latest.taken.into()]).await?;
        return Ok(());
    }
    let insert =
        "INSERT INTO sightings (domain_id, taken, confirmed, seen) VALUES ($1, $2, $2, $3) ON CONFLICT DO NOTHING";
    sql::execute(transaction, insert, [domain.0.into(), at.0.into(), seen.into()]).await?;
    let forget = "DELETE FROM sightings WHERE domain_id = $1 AND confirmed < $2";
    sql::execute(transaction, forget, [domain.0.into(), at.plus_seconds(-KEPT_SECONDS).0.into()]).await?;
    Ok(())
}

//! What stands beside a report: those that say they are the same one, other parts of its document, the ways it came. Three lists,
//! and one query.

use model::{
    Channel, DeliveryId, DomainName, ReportId, Timestamp,
    view::{CameBy, ReportRow},
};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, QueryResult, Statement};

use crate::{Error, Storage, codes::Code as _, entity::reports, read, report_list};

/// How many reports of the same identity are told.
const CONFLICTS: usize = 50;
/// How many arrivals are told.
const ARRIVALS: usize = 100;

/// The kinds of rows.
const CONFLICT: i32 = 0;
const SIBLING: i32 = 1;
const ARRIVAL: i32 = 2;

/// The lists.
#[derive(Debug, Default)]
pub(crate) struct Kin {
    /// Other reports of the same reporter with the same report-id and period.
    pub(crate) conflicts: Vec<ReportRow>,
    /// Parts of the same document that speak of other domains.
    pub(crate) siblings: Vec<(ReportId, DomainName)>,
    /// Its arrivals, the first one in front.
    pub(crate) came: Vec<CameBy>,
}

impl Storage {
    /// What stands beside a report.
    pub(crate) async fn kin(&self, report: &reports::Model) -> Result<Kin, Error> {
        let values = [
            report.id.into(),
            report.workspace_id.into(),
            report.domain_id.into(),
            report.identity_hash.clone().into(),
            report.delivery_id.into(),
            report.document_hash.clone().into(),
        ];
        let read = self.database.read();
        let rows = read.query_all_raw(Statement::from_sql_and_values(read.get_database_backend(), select(), values));
        let mut kin = Kin::default();
        for row in rows.await? {
            match row.try_get("", "kind")? {
                CONFLICT => kin.conflicts.push(report_list::Row::from_query_result(&row, "")?.view()?),
                SIBLING => kin.siblings.push(sibling(&row)?),
                _ => kin.came.push(arrival(&row)?),
            }
        }
        // A union keeps no order.
        kin.conflicts.sort_by_key(|row| row.id);
        kin.siblings.sort_by(|(a, name), (b, other)| name.cmp(other).then(a.cmp(b)));
        kin.came.sort_by_key(|came| came.delivery);
        Ok(kin)
    }
}

/// The query. The columns are those of a report in a list, and what only arrivals have.
fn select() -> String {
    // Each half says which of the two indexes finds it.
    let half = |state: &str| {
        format!(
            "SELECT * FROM reports WHERE domain_id = $3 AND identity_hash = $4 AND workspace_id = $2 AND id <> $1 AND {state}"
        )
    };
    let (counted, others, columns) = (half("state = 0"), half("state <> 0"), report_list::COLUMNS);
    // Parts of one document come by one delivery, whose links are few. Later arrivals are links to the same row.
    format!(
        "SELECT {CONFLICT} AS kind, c.*, CAST(NULL AS SMALLINT) AS channel, CAST(NULL AS TEXT) AS remote FROM (
            SELECT {columns} FROM ({counted} UNION ALL {others}) r JOIN reporters p ON p.id = r.reporter_id
            ORDER BY r.id LIMIT {CONFLICTS}
        ) c
        UNION ALL
        SELECT {SIBLING}, r.id, NULL, d.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM deliveries y
        JOIN delivery_reports l ON l.domain_id = y.domain_id AND l.delivery_id = y.id
        JOIN reports r ON r.id = l.report_id
        JOIN domains d ON d.id = r.domain_id
        WHERE y.id = $5 AND r.workspace_id = $2 AND r.document_hash = $6 AND r.id <> $1
        UNION ALL
        SELECT {ARRIVAL}, a.id, NULL, NULL, NULL, NULL, a.received, NULL, NULL, NULL, NULL, NULL, NULL, a.channel, a.remote FROM (
            SELECT y.id, y.received, y.channel, y.remote
            FROM delivery_reports l
            JOIN deliveries y ON y.domain_id = l.domain_id AND y.id = l.delivery_id
            WHERE l.report_id = $1 AND y.workspace_id = $2
            ORDER BY y.id LIMIT {ARRIVALS}
        ) a"
    )
}

fn sibling(row: &QueryResult) -> Result<(ReportId, DomainName), Error> {
    let name: String = row.try_get("", "reporter")?;
    Ok((ReportId(row.try_get("", "id")?), read::name(&name)?))
}

fn arrival(row: &QueryResult) -> Result<CameBy, Error> {
    Ok(CameBy {
        delivery: DeliveryId(row.try_get("", "id")?),
        received: Timestamp(row.try_get("", "received")?),
        channel: Channel::from_code(row.try_get("", "channel")?)?,
        remote: row.try_get("", "remote")?,
    })
}

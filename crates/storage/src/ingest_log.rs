//! The ingest log: deliveries with what became of them, and one of them with its bytes.

use std::collections::HashMap;

use model::{
    Channel, DeliveryId, DeliveryOutcome, DomainName, ReportId, Timestamp, WorkspaceId,
    view::{DeliveryPage, DeliveryRow, IngestLog, LogQuery},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value,
};

use crate::{
    Error, Page, Storage,
    codes::Code as _,
    entity::delivery_reports,
    read::{self, MOST_LISTED},
};

/// How much of a body a page shows.
const SHOWN: i32 = 64 << 10;

pub(crate) const SELECT: &str = "
    SELECT y.id, y.domain_id, y.received, y.channel, y.remote, d.name, y.outcome, y.reason, y.size
    FROM deliveries y
    LEFT JOIN domains d ON d.id = y.domain_id";

const BODY: &str = "
    SELECT substr(b.bytes, 1, $2) AS bytes
    FROM deliveries y
    JOIN bodies b ON b.id = y.body_id
    WHERE y.id = $1";

/// See [`SELECT`].
#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: i64,
    domain_id: i64,
    received: i64,
    channel: i16,
    remote: Option<String>,
    name: Option<String>,
    outcome: i16,
    reason: String,
    size: i64,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

#[derive(FromQueryResult)]
struct Bytes {
    bytes: Vec<u8>,
}

impl Storage {
    /// The deliveries of a workspace, latest first, as far as the newest ten thousand that match.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ingest_log(&self, workspace: WorkspaceId, query: &LogQuery) -> Result<IngestLog, Error> {
        let mut values: Vec<Value> = vec![workspace.0.into()];
        let chosen = chosen(query.domain.as_ref(), query.outcome, &mut values);
        let filter = format!("y.workspace_id = $1{chosen}");
        let count = format!(
            "SELECT COUNT(*) AS count FROM (SELECT 1 FROM deliveries y WHERE {filter} LIMIT {MOST_LISTED}) matching"
        );
        let matching = self.rows::<Count>(&count, values.clone()).await?.pop().map_or(0, |row| read::count(row.count));
        let page = Page::of(query.page, matching);
        let select = format!("{SELECT} WHERE {filter} ORDER BY y.id DESC LIMIT {} OFFSET {}", Page::ROWS, page.skip());
        let rows = self.rows::<Row>(&select, values).await?;
        Ok(IngestLog { matching, page: page.number, rows: self.delivery_rows(rows).await? })
    }

    /// One delivery with the beginning of its body; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryPage>, Error> {
        let select = format!("{SELECT} WHERE y.workspace_id = $1 AND y.id = $2");
        let rows = self.rows::<Row>(&select, [workspace.0.into(), id.0.into()]).await?;
        let Some(row) = self.delivery_rows(rows).await?.pop() else { return Ok(None) };
        let body = self.rows::<Bytes>(BODY, [id.0.into(), SHOWN.into()]).await?.pop();
        Ok(Some(DeliveryPage { row, body: body.map(|body| String::from_utf8_lossy(&body.bytes).into_owned()) }))
    }

    pub(crate) async fn delivery_rows(&self, rows: Vec<Row>) -> Result<Vec<DeliveryRow>, Error> {
        let mut reports = self.reports_of(&rows).await?;
        rows.into_iter()
            .map(|row| {
                Ok(DeliveryRow {
                    id: DeliveryId(row.id),
                    received: Timestamp(row.received),
                    channel: Channel::from_code(row.channel)?,
                    remote: row.remote,
                    domain: row.name.as_deref().map(read::name).transpose()?,
                    outcome: DeliveryOutcome::from_code(row.outcome)?,
                    reason: row.reason,
                    size: read::count(row.size),
                    reports: reports.remove(&row.id).unwrap_or_default(),
                })
            })
            .collect()
    }

    async fn reports_of(&self, deliveries: &[Row]) -> Result<HashMap<i64, Vec<ReportId>>, Error> {
        use delivery_reports::{Column, Entity};
        let pairs: Vec<(i64, i64)> = Entity::find()
            .select_only()
            .columns([Column::DeliveryId, Column::ReportId])
            .filter(Column::DomainId.is_in(deliveries.iter().map(|row| row.domain_id)))
            .filter(Column::DeliveryId.is_in(deliveries.iter().map(|row| row.id)))
            .order_by_asc(Column::ReportId)
            .into_tuple()
            .all(self.database.read())
            .await?;
        let mut reports = HashMap::<_, Vec<_>>::new();
        for (delivery, report) in pairs {
            reports.entry(delivery).or_default().push(ReportId(report));
        }
        Ok(reports)
    }
}

/// Further conditions on deliveries; `values` begin with the workspace.
pub(crate) fn chosen(domain: Option<&DomainName>, outcome: Option<DeliveryOutcome>, values: &mut Vec<Value>) -> String {
    let mut chosen = String::new();
    if let Some(name) = domain {
        values.push(name.as_str().into());
        let place = values.len();
        chosen = format!(" AND y.domain_id = (SELECT id FROM domains WHERE workspace_id = $1 AND name = ${place})");
    }
    if let Some(outcome) = outcome {
        values.push(outcome.code().into());
        // Said in so many words, so that the index of the few others can be used.
        let few = if outcome == DeliveryOutcome::Counted { "" } else { " AND y.outcome <> 1" };
        chosen = format!("{chosen} AND y.outcome = ${}{few}", values.len());
    }
    chosen
}

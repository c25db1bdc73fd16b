//! The ingest log: deliveries with what became of them, and one of them with its bytes.

use std::collections::HashMap;

use model::{
    Channel, DeliveryId, DeliveryOutcome, DomainName, Page, ReportId, ReportState, Timestamp, Trust, WorkspaceId,
    view::{DeliveryPage, DeliveryPart, DeliveryRow, IngestLog, LogQuery},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value,
};

use crate::{
    DeliveryFilter, Error, Storage,
    codes::Code as _,
    entity::delivery_reports,
    read::{self, MOST_LISTED},
};

/// How much of a body a page shows.
const SHOWN: i32 = 64 << 10;

pub(crate) const SELECT: &str = "
    SELECT y.id, y.domain_id, y.received, y.channel, y.remote, d.name, y.outcome, y.reason, y.size, y.trust,
        y.signer
    FROM deliveries y
    LEFT JOIN domains d ON d.id = y.domain_id";

const VERDICT: &str = "SELECT verdict FROM deliveries WHERE id = $1 AND verdict IS NOT NULL";

const BODY: &str = "
    SELECT substr(b.bytes, 1, $2) AS bytes
    FROM deliveries y
    JOIN bodies b ON b.id = y.body_id
    WHERE y.id = $1";

const PARTS: &str = "
    SELECT r.id, d.name, r.claimed_name, p.name AS reporter, r.state, r.note_count
    FROM deliveries y
    JOIN delivery_reports l ON l.domain_id = y.domain_id AND l.delivery_id = y.id
    JOIN reports r ON r.id = l.report_id
    LEFT JOIN domains d ON d.id = r.domain_id
    LEFT JOIN reporters p ON p.id = r.reporter_id
    WHERE y.id = $1 AND y.workspace_id = $2 AND r.workspace_id = $2
    ORDER BY r.id LIMIT 100";

/// See [`PARTS`].
#[derive(FromQueryResult)]
struct PartRow {
    id: i64,
    name: Option<String>,
    claimed_name: Option<String>,
    reporter: Option<String>,
    state: i16,
    note_count: i32,
}

impl PartRow {
    fn view(self) -> Result<DeliveryPart, Error> {
        Ok(DeliveryPart {
            report: ReportId(self.id),
            domain: self.name.as_deref().map(read::name).transpose()?,
            claimed: self.claimed_name,
            reporter: self.reporter.unwrap_or_default(),
            state: ReportState::from_code(self.state)?,
            notes: u32::try_from(self.note_count).unwrap_or_default(),
        })
    }
}

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
    trust: i16,
    signer: Option<String>,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

#[derive(FromQueryResult)]
struct Said {
    verdict: String,
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
        let chosen = chosen(&DeliveryFilter::from(query), &mut values);
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
        let parts: Vec<PartRow> = self.rows(PARTS, [id.0.into(), workspace.0.into()]).await?;
        let parts = parts.into_iter().map(PartRow::view).collect::<Result<_, _>>()?;
        let verdict = self.rows::<Said>(VERDICT, [id.0.into()]).await?.pop();
        let verdict = verdict.map(|said| serde_json::from_str(&said.verdict)).transpose();
        let verdict = verdict.map_err(|error| Error::Inconsistent(format!("the verdict of delivery {id}: {error}")))?;
        let body = body.map(|body| String::from_utf8_lossy(&body.bytes).into_owned());
        Ok(Some(DeliveryPage { row, parts, verdict, body }))
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
                    trust: Trust::from_code(row.trust)?,
                    signer: row.signer.as_deref().and_then(DomainName::parse_lenient),
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
pub(crate) fn chosen(filter: &DeliveryFilter, values: &mut Vec<Value>) -> String {
    let DeliveryFilter { outcome, channel, domain, from, to, trust } = filter;
    let mut chosen = String::new();
    let mut add = |value: Value, condition: &str| {
        values.push(value);
        chosen.push_str(" AND ");
        chosen.push_str(&condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(name) = domain {
        add(name.as_str().into(), "y.domain_id = (SELECT id FROM domains WHERE workspace_id = $1 AND name = ?)");
    }
    // What is rare is said in so many words, so that the index of the few others can be used.
    if let Some(outcome) = outcome {
        let few = if *outcome == DeliveryOutcome::Counted { "" } else { " AND y.outcome <> 1" };
        add(outcome.code().into(), &format!("y.outcome = ?{few}"));
    }
    if let Some(channel) = channel {
        let few = if *channel == Channel::Https { "" } else { " AND y.channel <> 0" };
        add(channel.code().into(), &format!("y.channel = ?{few}"));
    }
    if let Some(day) = from {
        add(day.start().0.into(), "y.received >= ?");
    }
    if let Some(day) = to {
        add(day.plus(1).start().0.into(), "y.received < ?");
    }
    if let Some(trust) = trust {
        add(trust.code().into(), "y.trust = ?");
    }
    chosen
}

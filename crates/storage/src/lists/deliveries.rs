//! The deliveries of a workspace, latest first.

use model::{
    Channel, Day, DeliveryId, DeliveryOutcome, DomainName, ReportId, Trust, WorkspaceId,
    view::{DeliveryRow, LogQuery},
};
use sea_orm::{FromQueryResult, Value};

use crate::{Error, Storage, ingest_log};

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only those of this outcome.
    pub outcome: Option<DeliveryOutcome>,
    /// Only those that came this way.
    pub channel: Option<Channel>,
    /// Only those to this domain's addresses.
    pub domain: Option<DomainName>,
    /// Only those from this day (UTC) on.
    pub from: Option<Day>,
    /// Only those up to and with this day (UTC).
    pub to: Option<Day>,
    /// Only those of this trust.
    pub trust: Option<Trust>,
}

impl From<&LogQuery> for DeliveryFilter {
    fn from(query: &LogQuery) -> Self {
        let LogQuery { outcome, channel, domain, from, to, trust, page: _ } = query.clone();
        Self { outcome, channel, domain, from, to, trust }
    }
}

const BODY: &str = "
    SELECT b.bytes
    FROM deliveries y
    LEFT JOIN bodies b ON b.id = y.body_id
    WHERE y.id = $1 AND y.workspace_id = $2";

#[derive(FromQueryResult)]
struct Body {
    bytes: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

impl Storage {
    /// At most so many deliveries, latest first, from the last before this one.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn deliveries_before(
        &self,
        workspace: WorkspaceId,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        most: u32,
    ) -> Result<Vec<DeliveryRow>, Error> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let mut values: Vec<Value> = vec![workspace.0.into(), before.into()];
        let chosen = ingest_log::chosen(filter, &mut values);
        let select = format!(
            "{} WHERE y.workspace_id = $1 AND y.id < $2{chosen} ORDER BY y.id DESC LIMIT {most}",
            ingest_log::SELECT
        );
        let rows = self.rows(&select, values).await?;
        self.delivery_rows(rows).await
    }

    /// One delivery as the list has it; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery_row(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<DeliveryRow>, Error> {
        let select = format!("{} WHERE y.workspace_id = $1 AND y.id = $2", ingest_log::SELECT);
        let rows = self.rows(&select, [workspace.0.into(), id.0.into()]).await?;
        Ok(self.delivery_rows(rows).await?.pop())
    }

    /// The bytes of a delivery as they were received, while they are kept; none, too, when the workspace has no such delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn body(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<Vec<u8>>, Error> {
        let rows: Vec<Body> = self.rows(BODY, [id.0.into(), workspace.0.into()]).await?;
        Ok(rows.into_iter().find_map(|row| row.bytes))
    }

    /// The delivery that brought a report first; none when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delivery_of(&self, workspace: WorkspaceId, report: ReportId) -> Result<Option<DeliveryId>, Error> {
        let select = "SELECT delivery_id AS id FROM reports WHERE id = $1 AND workspace_id = $2";
        let rows: Vec<Id> = self.rows(select, [report.0.into(), workspace.0.into()]).await?;
        Ok(rows.first().map(|row| DeliveryId(row.id)))
    }
}

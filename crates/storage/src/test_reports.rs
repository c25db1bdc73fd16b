//! Test reports: which were sent, how far each came, and which arrived.

use model::{
    Act, Channel, DomainId, DomainName, Timestamp, WorkspaceId,
    test_report::{Step, TestReport},
};
use sea_orm::{FromQueryResult, Value};

use crate::{Error, Storage, codes::Code as _, domains::NAMED, sql};

/// How many test reports of a domain are kept.
const KEPT: u32 = 20;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    way: i16,
    sent: i64,
    steps: String,
    finished: bool,
    arrived: Option<i64>,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

impl Storage {
    /// Writes down that a test report is sent; gives its id. None when one was sent for the domain by this way since that instant.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_test_report(
        &self,
        workspace: WorkspaceId,
        (domain, name): (DomainId, &DomainName),
        (token, way): (&str, Channel),
        (now, not_since): (Timestamp, Timestamp),
    ) -> Result<Option<i64>, Error> {
        let transaction = self.database.begin().await?;
        let insert = "INSERT INTO test_reports (workspace_id, domain_id, token, way, sent, steps, finished) \
                      SELECT $1, $2, $3, $4, $5, '[]', FALSE WHERE NOT EXISTS \
                      (SELECT 1 FROM test_reports WHERE domain_id = $2 AND way = $4 AND sent > $6 AND sent <= $5)";
        let values =
            [workspace.0.into(), domain.0.into(), token.into(), way.code().into(), now.0.into(), not_since.0.into()];
        if sql::execute(&transaction, insert, values).await? == 0 {
            return Ok(None);
        }
        let old = format!(
            "DELETE FROM test_reports WHERE domain_id = $1 AND id NOT IN \
             (SELECT id FROM test_reports WHERE domain_id = $1 ORDER BY id DESC LIMIT {KEPT})"
        );
        sql::execute(&transaction, &old, [domain.0.into()]).await?;
        self.note(&transaction, workspace, Act::TestReportSent, name.as_str(), way.word()).await?;
        transaction.commit().await?;
        let made: Option<Id> = self.rows("SELECT id FROM test_reports WHERE token = $1", [token.into()]).await?.pop();
        Ok(made.map(|row| row.id))
    }

    /// Writes down how far a test report has come.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_test_steps(&self, id: i64, steps: &[Step], finished: bool) -> Result<(), Error> {
        let steps = serde_json::to_string(steps).map_err(|error| Error::Inconsistent(error.to_string()))?;
        let transaction = self.database.begin().await?;
        let update = "UPDATE test_reports SET steps = $1, finished = $2 WHERE id = $3";
        sql::execute(&transaction, update, [steps.into(), finished.into(), id.into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes down that a test report has come in at a domain's address.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_test_arrival(&self, domain: DomainId, token: &str, received: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE test_reports SET arrived = $1 WHERE token = $2 AND domain_id = $3 AND arrived IS NULL";
        sql::execute(&transaction, update, [received.0.into(), token.into(), domain.0.into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// The latest test report of a domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn latest_test_report(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<TestReport>, Error> {
        let condition = format!("domain_id IN (SELECT d.id FROM {NAMED})");
        self.test_report_where(&condition, [workspace.0.into(), name.as_str().into()]).await
    }

    /// The test report of this id.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn test_report(&self, id: i64) -> Result<Option<TestReport>, Error> {
        self.test_report_where("id = $1", [id.into()]).await
    }

    async fn test_report_where(
        &self,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<TestReport>, Error> {
        let select = format!(
            "SELECT id, way, sent, steps, finished, arrived FROM test_reports WHERE {condition} ORDER BY id DESC LIMIT 1"
        );
        let row: Option<Row> = self.rows(&select, values).await?.pop();
        row.map(|row| {
            Ok(TestReport {
                id: row.id,
                way: Channel::from_code(row.way)?,
                sent: Timestamp(row.sent),
                steps: serde_json::from_str(&row.steps).map_err(|error| Error::Inconsistent(error.to_string()))?,
                finished: row.finished,
                arrived: row.arrived.map(Timestamp),
            })
        })
        .transpose()
    }
}

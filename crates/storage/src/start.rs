//! Getting started: what a workspace has by now.

use model::{Channel, DeliveryOutcome, Timestamp, WorkspaceId, start::Way};
use sea_orm::FromQueryResult;

use crate::{Error, RecordScope, Storage, codes::Code as _, read, sql};

/// What a workspace has by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// How reports shall arrive, where that was chosen.
    pub way: Option<Way>,
    /// When all steps were seen to be done; from then on nothing more is asked.
    pub done: Option<Timestamp>,
    /// Domains that receive mail.
    pub domains: u64,
    /// Those of them whose record was not seen to name our address.
    pub waiting: u64,
    /// The ways by which the latest deliveries came.
    pub arrived: Vec<Channel>,
    /// Counted reports.
    pub reports: u64,
    /// Whether a test report has come in, by no hand of ours.
    pub tested: bool,
}

#[derive(FromQueryResult)]
struct WorkspaceRow {
    way: Option<i16>,
    started: Option<i64>,
}

#[derive(FromQueryResult)]
struct Figures {
    domains: i64,
    reports: Option<i64>,
}

#[derive(FromQueryResult)]
struct Id {
    #[expect(dead_code, reason = "that it is there says all")]
    id: i64,
}

#[derive(FromQueryResult)]
struct Came {
    channel: i16,
}

impl Storage {
    /// What a workspace has by now. Once all was done, only that is told.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn beginning(&self, workspace: WorkspaceId) -> Result<Beginning, Error> {
        let select = "SELECT way, started FROM workspaces WHERE id = $1";
        let row: Option<WorkspaceRow> = self.rows(select, [workspace.0.into()]).await?.pop();
        let way = row.as_ref().and_then(|row| row.way).map(Way::from_code).transpose()?;
        let done = row.and_then(|row| row.started).map(Timestamp);
        if done.is_some() {
            return Ok(Beginning { way, done, ..Beginning::default() });
        }
        let figures = "SELECT COUNT(*) AS domains, CAST(SUM(s.reports) AS BIGINT) AS reports FROM domains d \
                       LEFT JOIN domain_summary s ON s.domain_id = d.id WHERE d.workspace_id = $1 \
                       AND NOT d.no_mail AND d.archived IS NULL";
        // The latest will do: a way that works is used every day.
        let came = "SELECT DISTINCT channel FROM \
                    (SELECT channel FROM deliveries WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1000) q";
        let tested = format!(
            "SELECT id FROM deliveries WHERE workspace_id = $1 AND outcome = {} AND outcome <> 1 AND channel NOT IN ({}, {}) LIMIT 1",
            DeliveryOutcome::Test.code(),
            Channel::Upload.code(),
            Channel::Import.code()
        );
        let (figures, came, tested, waiting) = tokio::try_join!(
            self.rows::<Figures>(figures, [workspace.0.into()]),
            self.rows::<Came>(came, [workspace.0.into()]),
            self.rows::<Id>(&tested, [workspace.0.into()]),
            self.count_publications(workspace, RecordScope::Waiting),
        )?;
        let figures = figures.into_iter().next();
        Ok(Beginning {
            way,
            done,
            domains: read::count(figures.as_ref().map(|row| row.domains)),
            waiting,
            arrived: came.into_iter().map(|row| Channel::from_code(row.channel)).collect::<Result<_, _>>()?,
            reports: read::count(figures.and_then(|row| row.reports)),
            tested: !tested.is_empty(),
        })
    }

    /// Chooses how reports shall arrive.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn choose_way(&self, workspace: WorkspaceId, way: Way) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE workspaces SET way = $1 WHERE id = $2";
        sql::execute(&transaction, update, [way.code().into(), workspace.0.into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes down that all steps were seen to be done.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_started(&self, workspace: WorkspaceId, now: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE workspaces SET started = $1 WHERE id = $2 AND started IS NULL";
        sql::execute(&transaction, update, [now.0.into(), workspace.0.into()]).await?;
        Ok(transaction.commit().await?)
    }
}

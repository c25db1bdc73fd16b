//! Getting started: what a workspace has by now.

use model::{Channel, DeliveryOutcome, DomainName, Timestamp, WorkspaceId, start::Way};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, codes::Code as _, publication::WAITS, read, sql};

/// Domains that are named among those that wait for their record.
const NAMED: usize = 3;
/// Deliveries looked at, from the latest back: a way that works is used every day.
const LATEST: usize = 1_000;

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
    /// The first of these by name.
    pub waiting_named: Vec<DomainName>,
    /// The first that waits, or else the first of all, and its report address: to try the way with.
    pub to_test: Option<(DomainName, String)>,
    /// The ways by which the latest deliveries came.
    pub arrived: Vec<Channel>,
    /// Counted reports.
    pub reports: u64,
    /// Whether a test report has come in, by no hand of ours.
    pub tested: bool,
}

#[derive(FromQueryResult)]
struct Figures {
    way: Option<i16>,
    started: Option<i64>,
    domains: Option<i64>,
    waiting: Option<i64>,
    reports: Option<i64>,
    tested: Option<bool>,
    channels: Option<String>,
}

#[derive(FromQueryResult)]
struct First {
    name: String,
    address: String,
    waits: bool,
}

impl Storage {
    /// What a workspace has by now. Once all was done, only that is told.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn beginning(&self, workspace: WorkspaceId) -> Result<Beginning, Error> {
        let outcome = DeliveryOutcome::Test.code();
        let (upload, import) = (Channel::Upload.code(), Channel::Import.code());
        // Where all was done, only that is told.
        let figures = format!(
            "SELECT w.way, w.started, f.domains, f.waiting, f.reports,
                CASE WHEN w.started IS NULL THEN EXISTS (
                    SELECT 1 FROM deliveries WHERE workspace_id = $1 AND outcome = {outcome} AND outcome <> 1
                        AND channel NOT IN ({upload}, {import})
                ) END AS tested,
                CASE WHEN w.started IS NULL THEN (
                    SELECT string_agg(CAST(channel AS TEXT), ',') FROM (
                        SELECT DISTINCT channel FROM (
                            SELECT channel FROM deliveries WHERE workspace_id = $1 ORDER BY id DESC LIMIT {LATEST}
                        ) q ORDER BY channel
                    ) c
                ) END AS channels
            FROM workspaces w LEFT JOIN (
                SELECT COUNT(*) AS domains, CAST(SUM(CASE WHEN {WAITS} THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
                    CAST(SUM(s.reports) AS BIGINT) AS reports
                FROM domains d LEFT JOIN domain_summary s ON s.domain_id = d.id
                WHERE d.workspace_id = $1 AND NOT d.no_mail AND d.archived IS NULL
            ) f ON w.started IS NULL
            WHERE w.id = $1"
        );
        let figures = self.rows::<Figures>(&figures, [workspace.0.into()]).await?.pop();
        let Some(figures) = figures else { return Ok(Beginning::default()) };
        let way = figures.way.map(Way::from_code).transpose()?;
        let done = figures.started.map(Timestamp);
        if done.is_some() {
            return Ok(Beginning { way, done, ..Beginning::default() });
        }
        let first = format!(
            "SELECT d.name, a.address, ({WAITS}) AS waits FROM domains d \
             JOIN addresses a ON a.domain_id = d.id AND a.retired IS NULL WHERE d.workspace_id = $1 AND d.archived IS NULL \
             ORDER BY waits DESC, d.name LIMIT {NAMED}"
        );
        let mut first = self.rows::<First>(&first, [workspace.0.into()]).await?;
        let waiting_named = first.iter().filter(|first| first.waits).map(|first| read::name(&first.name));
        let waiting_named = waiting_named.collect::<Result<_, _>>()?;
        first.truncate(1);
        let to_test = first.pop().map(|first| Ok::<_, Error>((read::name(&first.name)?, first.address))).transpose()?;
        let channels = figures.channels.unwrap_or_default();
        let channels = channels.split(',').filter_map(|code| code.parse().ok());
        Ok(Beginning {
            way,
            done,
            domains: read::count(figures.domains),
            waiting: read::count(figures.waiting),
            waiting_named,
            to_test,
            arrived: channels.map(Channel::from_code).collect::<Result<_, _>>()?,
            reports: read::count(figures.reports),
            tested: figures.tested.unwrap_or_default(),
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

//! Deletes what is old: bodies, failure rows and the addresses they told of. Never the slim report rows, which live as long as the
//! other roll-ups they are in, so an old mailbox that is imported again counts nothing twice. Each workspace has ages of its own.

use model::{
    Act, Day, WorkspaceId,
    retention::{Keep, Loss},
};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, read, sql};

/// Rows deleted in one transaction, so that deliveries never wait long.
const AT_ONCE: u32 = 500;

/// Bodies of the workspace `$1` that arrived before the day `$2`: those that came to a domain's address, and those that came to
/// the workspace as a whole, whose body has the id of the delivery that brought it.
const OLD_BODIES: &str = "
    SELECT b.domain_id, b.id, LENGTH(b.bytes) AS size FROM bodies b
    WHERE b.domain_id IN (SELECT id FROM domains WHERE workspace_id = $1) AND b.received_day < $2
    UNION ALL
    SELECT b.domain_id, b.id, LENGTH(b.bytes) FROM bodies b JOIN deliveries y ON y.domain_id = 0 AND y.id = b.id
    WHERE b.domain_id = 0 AND b.received_day < $2 AND y.workspace_id = $1";

/// Days of the workspace `$1` before the day `$2` in the roll-up of addresses of which no single failure is kept.
const OLD_ADDRESSES: &str = "
    SELECT DISTINCT a.domain_id, a.day FROM daily_address a
    WHERE a.domain_id IN (SELECT id FROM domains WHERE workspace_id = $1) AND a.day < $2 AND NOT EXISTS (
        SELECT 1 FROM reports r JOIN failures f ON f.domain_id = r.domain_id AND f.report_id = r.id
        WHERE r.domain_id = a.domain_id AND r.day = a.day AND r.state = 0
    )";

/// Reports of the workspace `$1` whose failures arrived before the day `$2`; quarantined ones have no domain.
const OLD_FAILURES: &str = "
    SELECT DISTINCT f.domain_id, f.report_id FROM failures f
    WHERE f.domain_id IN (SELECT id FROM domains WHERE workspace_id = $1) AND f.received_day < $2
    UNION ALL
    SELECT DISTINCT f.domain_id, f.report_id FROM failures f JOIN reports r ON r.domain_id = 0 AND r.id = f.report_id
    WHERE f.domain_id = 0 AND f.received_day < $2 AND r.workspace_id = $1";

#[derive(FromQueryResult)]
struct Ages {
    keep_bodies: Option<i32>,
    keep_failures: Option<i32>,
}

#[derive(FromQueryResult)]
struct Sums {
    count: i64,
    size: i64,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

impl Storage {
    /// How long a workspace keeps what is kept in full: as its owner decided, else for the days of the installation.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn retention(&self, workspace: WorkspaceId, installation: Keep) -> Result<Keep, Error> {
        let select = "SELECT keep_bodies, keep_failures FROM workspaces WHERE id = $1";
        let row: Option<Ages> = self.rows(select, [workspace.0.into()]).await?.pop();
        let days = |stored: Option<i32>, usual| stored.and_then(|days| u16::try_from(days).ok()).unwrap_or(usual);
        Ok(row.map_or(installation, |row| Keep {
            bodies: days(row.keep_bodies, installation.bodies),
            failures: days(row.keep_failures, installation.failures),
        }))
    }

    /// Decides how long a workspace keeps it. What is as the installation has it follows that from now on.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn set_retention(&self, workspace: WorkspaceId, keep: Keep, installation: Keep) -> Result<(), Error> {
        let own = |days: u16, usual: u16| (days != usual).then_some(i32::from(days));
        let transaction = self.database.begin().await?;
        let update = "UPDATE workspaces SET keep_bodies = $1, keep_failures = $2 WHERE id = $3";
        let bodies = own(keep.bodies, installation.bodies).into();
        let failures = own(keep.failures, installation.failures).into();
        sql::execute(&transaction, update, [bodies, failures, workspace.0.into()]).await?;
        self.note(&transaction, workspace, Act::RetentionChanged, "", &keep.to_string()).await?;
        Ok(transaction.commit().await?)
    }

    /// What goes today at these ages.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn loss(&self, workspace: WorkspaceId, keep: Keep, today: Day) -> Result<Loss, Error> {
        let count = async |old: &str, size: &str, days: u16| {
            let sums = format!(
                "SELECT COUNT(*) AS count, CAST(COALESCE(SUM({size}), 0) AS BIGINT) AS size \
                 FROM (SELECT * FROM ({old}) o LIMIT {}) old",
                Loss::COUNTED + 1
            );
            let rows: Vec<Sums> = self.rows(&sums, [workspace.0.into(), before(today, days).0.into()]).await?;
            Ok::<_, Error>(rows.first().map_or((0, 0), |row| (read::count(row.count), read::count(row.size))))
        };
        let (bodies, bytes) = count(OLD_BODIES, "size", keep.bodies).await?;
        let (reports, _) = count(OLD_FAILURES, "0", keep.failures).await?;
        Ok(Loss { bodies, bytes, reports })
    }

    /// The workspaces, each of which has ages of its own.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspace_ids(&self) -> Result<Vec<WorkspaceId>, Error> {
        let rows: Vec<Id> = self.rows("SELECT id FROM workspaces ORDER BY id", []).await?;
        Ok(rows.into_iter().map(|row| WorkspaceId(row.id)).collect())
    }

    /// Deletes bodies of a workspace that are older than so many days, but for those that wait to be judged. Gives how many.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_bodies(&self, workspace: WorkspaceId, days: u16, today: Day) -> Result<u64, Error> {
        let delete = format!(
            "DELETE FROM bodies WHERE (domain_id, id) IN (SELECT domain_id, id FROM ({OLD_BODIES}) old \
             WHERE id NOT IN (SELECT body_id FROM deliveries WHERE next_try IS NOT NULL) LIMIT {AT_ONCE})"
        );
        self.in_batches(&[&delete], workspace, before(today, days)).await
    }

    /// Deletes the failure rows of a workspace's reports that are older than so many days, and between which addresses sessions
    /// failed once no row of a day is left. Gives how many reports lost them. Totals stay; such a report can no longer be taken out
    /// of them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn expire_failures(&self, workspace: WorkspaceId, days: u16, today: Day) -> Result<u64, Error> {
        let some = format!(
            "(SELECT domain_id, report_id FROM ({OLD_FAILURES}) old ORDER BY domain_id, report_id LIMIT {AT_ONCE})"
        );
        let mark = format!("UPDATE reports SET has_details = FALSE WHERE (domain_id, id) IN {some}");
        let delete = format!("DELETE FROM failures WHERE (domain_id, report_id) IN {some}");
        let forget = format!("DELETE FROM daily_address WHERE (domain_id, day) IN ({OLD_ADDRESSES} LIMIT {AT_ONCE})");
        let lost = self.in_batches(&[&mark, &delete], workspace, before(today, days)).await?;
        self.in_batches(&[&forget], workspace, before(today, days)).await?;
        Ok(lost)
    }

    /// Runs statements on some rows of a workspace before a day, in one transaction, and again until the last has nothing more to
    /// delete. Gives how many rows the first touched.
    async fn in_batches(&self, statements: &[&str], workspace: WorkspaceId, before: Day) -> Result<u64, Error> {
        let mut all = 0;
        loop {
            let transaction = self.database.begin().await?;
            let mut touched = vec![];
            for statement in statements {
                let values = [workspace.0.into(), before.0.into()];
                touched.push(sql::execute(&transaction, statement, values).await?);
            }
            transaction.commit().await?;
            all += touched.first().unwrap_or(&0);
            if touched.last().is_none_or(|deleted| *deleted == 0) {
                return Ok(all);
            }
        }
    }
}

/// The first day that is kept.
fn before(today: Day, days: u16) -> Day {
    today.plus(-i32::from(days))
}

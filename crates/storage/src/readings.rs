//! Goes of reading deliveries again: which are to be read, and how far each go is.
//!
//! A go runs through the deliveries by id and keeps its place. Two processes may work at one: what both have read comes out the
//! same, and only the one that finds the place where it was moves it on.

use model::{
    Act, DeliveryId, DeliveryOutcome, Timestamp, WorkspaceId,
    reading::{Reading, ReadingScope},
};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, codes::Code as _, read, sql};

/// Some of the deliveries that a go has to read.
#[derive(Clone, Debug)]
pub struct ReadingPart {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The deliveries; none when the go has come to its end.
    pub deliveries: Vec<DeliveryId>,
    id: i64,
    place: i64,
    last: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    workspace_id: i64,
    created: i64,
    scope: i16,
    place: i64,
    last: i64,
    total: i64,
    done: i64,
    changed: i64,
}

#[derive(FromQueryResult)]
struct Extent {
    count: i64,
    last: i64,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

const SELECT: &str = "SELECT id, workspace_id, created, scope, place, last, total, done, changed FROM readings";

/// The deliveries that a scope has. Unreadable ones may share a body; repetitions share that of the first.
fn wanted(scope: ReadingScope) -> String {
    let of = |outcomes: &[DeliveryOutcome]| {
        outcomes.iter().map(|outcome| outcome.code().to_string()).collect::<Vec<_>>().join(", ")
    };
    let outcomes = match scope {
        ReadingScope::Unreadable => {
            format!(
                "y.outcome IN ({}) AND y.outcome <> 1",
                of(&[DeliveryOutcome::Unreadable, DeliveryOutcome::Refused])
            )
        }
        ReadingScope::All => {
            format!(
                "y.outcome NOT IN ({})",
                of(&[DeliveryOutcome::Duplicate, DeliveryOutcome::Discarded, DeliveryOutcome::Test])
            )
        }
    };
    format!("FROM deliveries y JOIN bodies b ON b.id = y.body_id WHERE y.workspace_id = $1 AND {outcomes}")
}

impl Storage {
    /// Begins a go, unless the workspace has one under way; whether it did.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_reading(
        &self,
        workspace: WorkspaceId,
        scope: ReadingScope,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let extent = format!("SELECT COUNT(*) AS count, COALESCE(MAX(y.id), 0) AS last {}", wanted(scope));
        let extent: Option<Extent> = self.rows(&extent, [workspace.0.into()]).await?.pop();
        let Some(Extent { count, last }) = extent else { return Ok(false) };
        let transaction = self.database.begin().await?;
        let insert = "INSERT INTO readings (workspace_id, created, scope, place, last, total, done, changed) \
                      SELECT $1, $2, $3, 0, $4, $5, 0, 0 \
                      WHERE NOT EXISTS (SELECT 1 FROM readings WHERE workspace_id = $1 AND place < last)";
        let values = [workspace.0.into(), now.0.into(), scope.code().into(), last.into(), count.into()];
        let begun = sql::execute(&transaction, insert, values).await? > 0;
        if begun {
            self.note(&transaction, workspace, Act::DeliveriesReadAgain, scope.key(), "").await?;
        }
        transaction.commit().await?;
        Ok(begun)
    }

    /// The latest go of a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn latest_reading(&self, workspace: WorkspaceId) -> Result<Option<Reading>, Error> {
        let select = format!("{SELECT} WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1");
        let row: Option<Row> = self.rows(&select, [workspace.0.into()]).await?.pop();
        row.map(|row| {
            Ok(Reading {
                id: row.id,
                created: Timestamp(row.created),
                scope: ReadingScope::from_code(row.scope)?,
                total: read::count(row.total),
                done: read::count(row.done),
                changed: read::count(row.changed),
                running: row.place < row.last,
            })
        })
        .transpose()
    }

    /// The next deliveries, at most so many, of the oldest go that is under way; none when none is.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn next_reading(&self, most: u32) -> Result<Option<ReadingPart>, Error> {
        let select = format!("{SELECT} WHERE place < last ORDER BY id LIMIT 1");
        let Some(row) = self.rows::<Row>(&select, []).await?.pop() else { return Ok(None) };
        let some = format!(
            "SELECT y.id {} AND y.id > $2 AND y.id <= $3 ORDER BY y.id LIMIT {most}",
            wanted(ReadingScope::from_code(row.scope)?)
        );
        let ids: Vec<Id> = self.rows(&some, [row.workspace_id.into(), row.place.into(), row.last.into()]).await?;
        Ok(Some(ReadingPart {
            workspace: WorkspaceId(row.workspace_id),
            deliveries: ids.into_iter().map(|row| DeliveryId(row.id)).collect(),
            id: row.id,
            place: row.place,
            last: row.last,
        }))
    }

    /// Moves a go on to behind a delivery, or to its end.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn advance_reading(
        &self,
        part: &ReadingPart,
        behind: Option<DeliveryId>,
        done: u64,
        changed: u64,
    ) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let update =
            "UPDATE readings SET place = $1, done = done + $2, changed = changed + $3 WHERE id = $4 AND place = $5";
        let values = [
            behind.map_or(part.last, |delivery| delivery.0).into(),
            done.cast_signed().into(),
            changed.cast_signed().into(),
            part.id.into(),
            part.place.into(),
        ];
        sql::execute(&transaction, update, values).await?;
        Ok(transaction.commit().await?)
    }
}

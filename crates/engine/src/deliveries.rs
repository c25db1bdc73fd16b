//! What people do about deliveries: judge anew what was put aside or take it out, and read again what is kept.

use model::{
    Channel, DeliveryId, DeliveryOutcome, ReportId, Timestamp, WorkspaceId,
    reading::{Reading, ReadingScope},
};
pub use storage::{Decision, QuarantineDecision};

use crate::{Engine, Error};

/// Quarantined deliveries that are decided about in one go; the rest in the next.
const DECIDED_AT_ONCE: u32 = 500;
/// Deliveries that are read again before the place is kept.
const READ_AT_ONCE: u32 = 20;

/// What a decision came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Deliveries that were decided about and are quarantined no longer.
    pub done: u32,
    /// Deliveries that stay quarantined: released, but their domain is not watched here, or is not proven.
    pub still: u32,
    /// Whether there are more than were decided about.
    pub more: bool,
}

/// What came of reading a delivery again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAgain {
    /// What it came to before, and now.
    Read(DeliveryOutcome, DeliveryOutcome),
    /// It cannot be read again: its bytes are no longer kept, it repeats another, or its owner has discarded what is in it.
    NotPossible,
}

impl Engine {
    /// Decides about these deliveries, as far as they are quarantined.
    ///
    /// # Errors
    /// The database cannot be used; what is decided stays decided.
    pub async fn decide_quarantined(
        &self,
        workspace: WorkspaceId,
        deliveries: &[DeliveryId],
        decision: QuarantineDecision,
    ) -> Result<Decided, Error> {
        let mut decided = Decided::default();
        for delivery in deliveries {
            match self.storage.decide_quarantined(workspace, *delivery, decision).await? {
                Some(DeliveryOutcome::Quarantined) => decided.still += 1,
                Some(_) => decided.done += 1,
                None => {}
            }
        }
        Ok(decided)
    }

    /// The same about all that are quarantined, the oldest first, as many as one go takes.
    ///
    /// # Errors
    /// The database cannot be used; what is decided stays decided.
    pub async fn decide_all_quarantined(
        &self,
        workspace: WorkspaceId,
        decision: QuarantineDecision,
    ) -> Result<Decided, Error> {
        let mut all = self.storage.quarantined_after(workspace, DeliveryId(0), DECIDED_AT_ONCE + 1).await?;
        let more = all.len() > DECIDED_AT_ONCE as usize;
        all.truncate(DECIDED_AT_ONCE as usize);
        Ok(Decided { more, ..self.decide_quarantined(workspace, &all, decision).await? })
    }

    /// Counts one report that was put aside for what nothing proves, that waits for its proof, or in the place of another with the
    /// same identity. None when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn count_report(&self, workspace: WorkspaceId, report: ReportId) -> Result<Option<Decision>, Error> {
        Ok(self.storage.choose(workspace, report).await?)
    }

    /// Reads a delivery again as it came and settles it anew; none when the workspace has no such delivery.
    ///
    /// # Errors
    /// There is no memory for it now, or the database cannot be used.
    pub async fn read_again(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Option<ReadAgain>, Error> {
        let Some(row) = self.storage.delivery_row(workspace, id).await? else { return Ok(None) };
        if matches!(row.outcome, DeliveryOutcome::Duplicate | DeliveryOutcome::Discarded | DeliveryOutcome::Test) {
            return Ok(Some(ReadAgain::NotPossible));
        }
        let Some(raw) = self.raw_body(workspace, id).await? else { return Ok(Some(ReadAgain::NotPossible)) };
        // Reading holds memory of its own for the same bytes.
        drop(raw.held);
        let name = row.remote.filter(|_| matches!(row.channel, Channel::Upload | Channel::Import));
        let read = self.intake.read_again(&self.storage, workspace, id, raw.bytes, name).await?;
        Ok(Some(read.map_or(ReadAgain::NotPossible, |recorded| ReadAgain::Read(row.outcome, recorded.outcome))))
    }

    /// Begins to read deliveries again, beside the answers; false when the workspace has that under way.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_reading(
        &self,
        workspace: WorkspaceId,
        scope: ReadingScope,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let begun = self.storage.begin_reading(workspace, scope, now).await?;
        self.want_chore();
        Ok(begun)
    }

    /// The latest go of reading again in a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn latest_reading(&self, workspace: WorkspaceId) -> Result<Option<Reading>, Error> {
        Ok(self.storage.latest_reading(workspace).await?)
    }

    /// Goes on with the oldest go that is under way; false when none is.
    pub(crate) async fn read_some_again(&self) -> Result<bool, Error> {
        let Some(part) = self.storage.next_reading(READ_AT_ONCE).await? else { return Ok(false) };
        let (mut done, mut changed) = (0, 0);
        for id in &part.deliveries {
            match self.read_again(part.workspace, *id).await {
                Ok(Some(ReadAgain::Read(before, now))) => changed += u64::from(before != now),
                Ok(_) => {}
                Err(Error::Busy) => return Err(Error::Busy),
                // What is wrong with one delivery alone must not keep the others from their turn.
                Err(error) => {
                    self.storage.ready().await?;
                    tracing::error!(%error, delivery = %id, "a delivery could not be read again and stays as it was");
                }
            }
            done += 1;
        }
        self.storage.advance_reading(&part, part.deliveries.last().copied(), done, changed).await?;
        Ok(true)
    }
}

//! Reading a mailbox: what is new is fetched, taken in, and only then done with in the mailbox itself.
//!
//! For each message: fetch, commit, then move, flag or delete, then note how far the mailbox was read. Whenever the program is
//! killed between two of these, the message is fetched again, recognised by its content, and counted once.
//!
//! One bad message never stops the rest: it is noted down and tried again later, the longer the more often it failed, and
//! given up in the end, untouched in the mailbox and counted on the page.

use std::time::Duration;

use imap::{After, Folder, Particulars, Session};
use model::{Channel, Timestamp};
use storage::{Again, ClaimedMailbox, PollRecord, Progress};
use tokio::time::{Instant, interval};

use super::connect::{Obstacle, Place, after};
use crate::{Arrival, Destination, Engine, Error, InMailbox, Receipt, intake::UsedUp};

/// Hears of each message that was taken in, and how long that took.
pub type Tell<'a> = dyn Fn(&Receipt, Duration) + Send + Sync + 'a;

/// Messages that are described at once, and after which it is noted how far the mailbox was read.
const BATCH: usize = 25;
/// UIDs of a large folder that are looked through at once.
const WINDOW: u32 = 20_000;
/// A folder with no more messages is looked through as a whole.
const SMALL_FOLDER: u32 = 5_000;
/// How long a session lasts at most; servers end those that last half an hour (RFC 3501 §5.4).
const SESSION: Duration = Duration::from_mins(25);
/// How long one round lasts at most, however slow the server is: others wait for their turn.
const ROUND: Duration = Duration::from_mins(5);
/// Messages that wait for another try; one more ends the round.
const MOST_AGAIN: usize = 500;
/// After so many tries a message that the server does not give, or that cannot be read, is given up.
const TRIES: u32 = 6;
/// The same where it may be the connection.
const TRIES_OF_CONNECTION: u32 = 20;
/// A failed mailbox is read again after this, doubled with each failure in a row,
const RETRY_SECONDS: i64 = 30;
/// up to an hour.
const MOST_RETRY_SECONDS: i64 = 3_600;

impl Engine {
    /// Reads a mailbox to its end, and as long as there is room for that and its server offers it, waits for more. Stops when
    /// another process has taken over.
    ///
    /// # Errors
    /// The database cannot be used; then somebody goes on once the lease is over.
    pub async fn read_mailbox(
        &self,
        claim: &ClaimedMailbox,
        clock: fn() -> Timestamp,
        tell: &Tell<'_>,
    ) -> Result<(), Error> {
        let Some(settings) = &self.settings.mailboxes else { return self.give_back_mailbox(claim).await };
        let lease = settings.lease;
        let mut reader = Reader { engine: self, claim, progress: claim.progress.clone(), complaint: None, clock, tell };
        let read = tokio::select! {
            read = reader.stay(settings) => read,
            lost = self.hold(claim, lease) => { lost?; Err(Obstacle::Overtaken) }
        };
        let now = clock();
        let record = match read {
            Err(Obstacle::Overtaken) => {
                tracing::debug!(mailbox = %claim.settings, "reading a mailbox was overtaken, or it was removed");
                return Ok(());
            }
            Ok(whole) => {
                // What is left is read after the other mailboxes that are due.
                let pause = if whole { seconds(settings.every) } else { 0 };
                PollRecord { at: now, error: None, next: now.plus_seconds(pause) }
            }
            Err(obstacle) => {
                let why = obstacle.to_string();
                tracing::warn!(mailbox = %claim.settings, why, "a mailbox cannot be read");
                let pause = match obstacle {
                    Obstacle::EnterCode { again, .. } => again.into(),
                    _ => pause(claim.failures),
                };
                let next = now.plus_seconds(pause);
                PollRecord { at: now, error: Some(why), next }
            }
        };
        self.storage.note_poll(claim, &record, None).await?;
        Ok(())
    }

    /// Holds the lease for as long as this is waited for; ends when another has it.
    async fn hold(&self, claim: &ClaimedMailbox, lease: Duration) -> Result<(), Error> {
        let mut beat = interval(lease / 3);
        beat.tick().await;
        loop {
            beat.tick().await;
            if !self.storage.renew_mailbox(claim, lease).await? {
                return Ok(());
            }
        }
    }
}

/// What becomes of a message.
enum Step {
    /// It is done with.
    Done,
    /// It is tried again later.
    Again(Again),
}

/// One process that reads one mailbox.
struct Reader<'a> {
    engine: &'a Engine,
    claim: &'a ClaimedMailbox,
    progress: Progress,
    /// What went wrong and did not end the round.
    complaint: Option<Obstacle>,
    clock: fn() -> Timestamp,
    tell: &'a Tell<'a>,
}

impl Reader<'_> {
    /// Reads, and waits for more where that is possible. False when there is more to read.
    async fn stay(&mut self, settings: &super::Settings) -> Result<bool, Obstacle> {
        let begun = Instant::now();
        let claim = self.claim;
        let place = Place {
            workspace: claim.workspace,
            id: claim.id,
            configured: claim.configured.as_deref(),
            settings: &claim.settings,
            secret: claim.secret.as_deref(),
        };
        let mut session = self.engine.open_mailbox(&place, (self.clock)()).await?;
        let seat = self.engine.mailboxes.waiting.try_acquire();
        loop {
            let whole = self.round(&mut session).await?;
            if let Some(complaint) = self.complaint.take() {
                return Err(complaint);
            }
            let over = begun.elapsed() >= SESSION;
            if whole && !over && session.can_wait() && seat.is_ok() {
                let now = (self.clock)();
                let record = PollRecord { at: now, error: None, next: now };
                self.store(self.engine.storage.note_poll(claim, &record, Some(settings.lease)).await)?;
                session.wait(settings.every).await?;
            } else {
                session.close().await;
                return Ok(whole);
            }
        }
    }

    /// Reads what is there now. False when there is more.
    async fn round(&mut self, session: &mut Session) -> Result<bool, Obstacle> {
        let begun = Instant::now();
        let after = after(&self.claim.settings.after);
        let folder = session.folder(&self.claim.settings.folder, &after).await?;
        if folder.uid_validity != self.progress.uid_validity {
            // UIDs name other messages now. All are fetched again; what came before is recognised by its content.
            let taken = self.progress.taken;
            self.progress = Progress { uid_validity: folder.uid_validity, taken, ..Progress::default() };
        }
        self.once_more(session, &after).await?;
        let Some((first, last)) = window(&folder, self.progress.last_uid) else { return Ok(true) };
        let uids = session.uids(first, last).await?;
        for batch in uids.chunks(BATCH) {
            // Paused, changed or removed before these came: they are not for this one to read.
            self.store(self.engine.storage.holds_mailbox(self.claim).await)?;
            let batch_end = batch.last().copied().unwrap_or(first);
            let there = session.particulars(batch).await?;
            for message in &there {
                let tried = Again { uid: message.uid, from: 0, tries: 0, stored: false };
                let step = self.one(session, message, tried, &after).await;
                self.progress.last_uid = message.uid;
                if let Err(obstacle) = self.took(step) {
                    self.note().await?;
                    return Err(obstacle);
                }
            }
            self.progress.last_uid = batch_end;
            self.note().await?;
            if begun.elapsed() >= ROUND {
                return Ok(false);
            }
        }
        match last {
            // The window may end in a gap.
            Some(last) => {
                let end = folder.uid_next.map_or(last, |next| last.min(next.saturating_sub(1)));
                self.progress.last_uid = self.progress.last_uid.max(end);
                self.note().await?;
                Ok(folder.uid_next.is_some_and(|next| end.saturating_add(1) >= next))
            }
            None => Ok(true),
        }
    }

    /// Tries again what is due for another try.
    async fn once_more(&mut self, session: &mut Session, after: &After) -> Result<(), Obstacle> {
        let now = (self.clock)().0;
        let (due, later): (Vec<_>, Vec<_>) = self.progress.again.iter().copied().partition(|one| one.from <= now);
        for batch in due.chunks(BATCH) {
            let uids: Vec<u32> = batch.iter().map(|one| one.uid).collect();
            let there = session.particulars(&uids).await?;
            for tried in batch {
                // One that is gone is done with.
                let step = match there.iter().find(|message| message.uid == tried.uid) {
                    Some(message) => self.one(session, message, *tried, after).await,
                    None => Ok(Step::Done),
                };
                self.progress.again.retain(|one| one.uid != tried.uid);
                if let Err(obstacle) = self.took(step) {
                    self.note().await?;
                    return Err(obstacle);
                }
            }
        }
        if !due.is_empty() {
            debug_assert!(later.iter().all(|one| self.progress.again.contains(one)));
            self.note().await?;
        }
        Ok(())
    }

    /// Keeps what is to be tried again. An obstacle that ends the round is handed on; its message is kept as well.
    fn took(&mut self, step: Result<Step, (Option<Again>, Obstacle)>) -> Result<(), Obstacle> {
        match step {
            Ok(Step::Done) => Ok(()),
            Ok(Step::Again(again)) => {
                self.progress.again.push(again);
                if self.progress.again.len() >= MOST_AGAIN { Err(Obstacle::NotStored) } else { Ok(()) }
            }
            Err((again, obstacle)) => {
                self.progress.again.extend(again);
                Err(obstacle)
            }
        }
    }

    /// One message, from the mailbox into the database, and what is done to it after.
    async fn one(
        &mut self,
        session: &mut Session,
        message: &Particulars,
        tried: Again,
        after: &After,
    ) -> Result<Step, (Option<Again>, Obstacle)> {
        let engine = self.engine;
        let limit = engine.settings.mailboxes.as_ref().map_or(0, |settings| settings.limits.message);
        if message.size > limit {
            self.progress.skipped += 1;
            return Ok(Step::Done);
        }
        if !tried.stored {
            // What this process has no room for now comes again with the next round.
            let not_now = || (Some(self.later(tried)), Obstacle::NotStored);
            let mut held = engine.budget().hold();
            if let Err(UsedUp) = held.grow_to(message.size.saturating_mul(2)) {
                return Err(not_now());
            }
            let body = match session.message(message).await {
                Ok(Some(body)) => body,
                Ok(None) => return Ok(Step::Done),
                Err(error) => return self.not_fetched(tried, error),
            };
            // From here on the engine holds the memory, together with what it unpacks.
            drop(held);
            let now = (self.clock)();
            let since = message.arrived.map_or(now, Timestamp).min(now);
            let arrival = Arrival {
                to: match self.destination(&body).await {
                    Ok(to) => to,
                    Err(obstacle) => return Err((Some(self.later(tried)), obstacle)),
                },
                channel: Channel::Imap,
                remote: Some(format!("{} at {}", self.claim.settings.user, self.claim.settings.host)),
                body,
                received: since,
                in_mailbox: Some(InMailbox { since, connected: self.claim.created }),
            };
            let begun = Instant::now();
            match engine.receive(arrival).await {
                Ok(receipt) => (self.tell)(&receipt, begun.elapsed()),
                Err(Error::NoReport) => {
                    self.progress.others += 1;
                    return Ok(Step::Done);
                }
                Err(Error::OverQuota(rest_of_day)) => {
                    let from = now.plus_seconds(seconds(rest_of_day)).0;
                    return Ok(Step::Again(Again { from, ..tried }));
                }
                Err(Error::Busy | Error::Database(_)) => return Err((Some(self.later(tried)), Obstacle::NotStored)),
                Err(error) => {
                    tracing::error!(%error, mailbox = %self.claim.settings, uid = message.uid, "a mail cannot be taken in");
                    return Ok(self.give_up_after(TRIES, tried));
                }
            }
            self.progress.taken += 1;
        }
        let stored = Again { stored: true, ..tried };
        match session.settle(message.uid, after).await {
            Ok(()) => Ok(Step::Done),
            // Told at the end of the round; the others are read, and this one is not fetched again for it.
            Err(error @ imap::Error::Refused { .. }) => {
                self.complaint = Some(error.into());
                Ok(Step::Again(self.later(stored)))
            }
            Err(error) => Err((Some(self.later(stored)), error.into())),
        }
    }

    /// Whose a message is: that of the domain whose address its recipient names by the mailbox's form, else the workspace's.
    async fn destination(&self, body: &[u8]) -> Result<Destination, Obstacle> {
        let workspace = self.claim.workspace;
        let Some(form) = &self.claim.settings.form else { return Ok(Destination::Workspace(workspace)) };
        for recipient in ingest::recipients(body) {
            let Some(address) = form.address_in(&recipient) else { continue };
            match self.engine.receiver(&address).await {
                Ok(Some(receiver)) if receiver.workspace == workspace => return Ok(Destination::Address(receiver)),
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "whose a mail is cannot be told just now");
                    return Err(Obstacle::NotStored);
                }
            }
        }
        Ok(Destination::Workspace(workspace))
    }

    /// What becomes of a message that the server does not give.
    fn not_fetched(&mut self, tried: Again, error: imap::Error) -> Result<Step, (Option<Again>, Obstacle)> {
        match error {
            imap::Error::Refused { .. } => Ok(self.give_up_after(TRIES, tried)),
            // The session is of no more use. Was it this message? Then the others are read without it.
            error => {
                let most = if matches!(error, imap::Error::Lost(_)) { TRIES_OF_CONNECTION } else { TRIES };
                let again = match self.give_up_after(most, tried) {
                    Step::Again(again) => Some(again),
                    Step::Done => None,
                };
                Err((again, error.into()))
            }
        }
    }

    fn give_up_after(&mut self, most: u32, tried: Again) -> Step {
        if tried.tries + 1 >= most {
            self.progress.skipped += 1;
            return Step::Done;
        }
        Step::Again(self.later(tried))
    }

    /// The same message after a while.
    fn later(&self, tried: Again) -> Again {
        Again { from: (self.clock)().plus_seconds(pause(tried.tries)).0, tries: tried.tries.saturating_add(1), ..tried }
    }

    async fn note(&self) -> Result<(), Obstacle> {
        self.store(self.engine.storage.note_mailbox_progress(self.claim, &self.progress).await)
    }

    /// Whether what was to be noted is: not when the database is gone, or another has taken over.
    fn store(&self, noted: Result<bool, storage::Error>) -> Result<(), Obstacle> {
        match noted {
            Ok(true) => Ok(()),
            Ok(false) => Err(Obstacle::Overtaken),
            Err(error) => {
                tracing::error!(%error, mailbox = %self.claim.settings, "how far a mailbox was read cannot be noted");
                Err(Obstacle::NotStored)
            }
        }
    }
}

/// The UIDs to look through next: from where, and up to where, none for the end; nothing where nothing new can be.
fn window(folder: &Folder, last_uid: u32) -> Option<(u32, Option<u32>)> {
    let first = last_uid.checked_add(1)?;
    if folder.exists == 0 || folder.uid_next.is_some_and(|next| first >= next) {
        return None;
    }
    // Without knowing the end one could not tell a gap from it.
    let all = folder.exists <= SMALL_FOLDER || folder.uid_next.is_none();
    Some((first, (!all).then(|| first.saturating_add(WINDOW - 1))))
}

/// How long to wait after so many failures before, in seconds.
fn pause(failures: u32) -> i64 {
    (RETRY_SECONDS << failures.min(10)).min(MOST_RETRY_SECONDS)
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(exists: u32, uid_next: Option<u32>) -> Folder {
        Folder { uid_validity: 1, uid_next, exists }
    }

    #[test]
    fn what_is_looked_through() {
        assert_eq!(window(&folder(3, Some(10)), 0), Some((1, None)));
        assert_eq!(window(&folder(3, Some(10)), 9), None, "nothing is new");
        assert_eq!(window(&folder(0, Some(10)), 0), None);
        assert_eq!(window(&folder(3, None), 9), Some((10, None)), "the server does not say how far it is");
        assert_eq!(window(&folder(1_000_000, Some(2_000_000)), 50_000), Some((50_001, Some(70_000))));
        assert_eq!(window(&folder(3, None), u32::MAX), None, "there can be no later one");
    }

    #[test]
    fn the_more_failures_the_longer_the_pause() {
        assert_eq!([0, 1, 2, 6, 7, 200].map(pause), [30, 60, 120, 1_920, 3_600, 3_600]);
    }
}

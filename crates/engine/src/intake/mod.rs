//! Taking in what arrived: read it, store it, say what became of it.
//!
//! Reading is bounded in memory and in processors. What unpacks to no more than 1 MiB is read at once, where the request is;
//! anything larger waits for one of two places and works beside the requests, so that a large report, or a bomb, never holds
//! up small ones.

mod budget;

use std::{sync::Arc, time::Duration};

use model::{Channel, DayQuota, DeliveryId, DomainName, WorkspaceId, test_report};
use storage::{Content, Dkim, NewDelivery, NewReport, Recorded, Storage};
use tokio::{sync::Semaphore, time::timeout};

pub use self::budget::{Budget, Held, UsedUp};
use crate::{Arrival, Destination, Error, InMailbox, Receipt, signatures::Judge};

/// Bytes up to which a document is small.
pub(crate) const SMALL: usize = 1 << 20;
/// Large documents read at once.
const LARGE_AT_ONCE: usize = 2;
/// How long a large document waits for its place, and for memory, before its sender is asked to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What reading a body came to.
type Read = Result<Vec<ingest::ReadReport>, ingest::Error>;

/// What taking in needs: limits, memory, places for large documents, and what a domain may take in on a day.
#[derive(Clone, Debug)]
pub struct Intake {
    limits: Arc<ingest::Limits>,
    budget: Budget,
    large: Arc<Semaphore>,
    quota: DayQuota,
}

impl Intake {
    /// An intake with these limits, a budget of so many bytes, and this quota of each domain's own address.
    #[must_use]
    pub fn new(limits: ingest::Limits, memory: usize, quota: DayQuota) -> Self {
        let large = Arc::new(Semaphore::new(LARGE_AT_ONCE));
        Self { limits: Arc::new(limits), budget: Budget::new(memory), large, quota }
    }

    /// The budget, for whoever reads bodies.
    #[must_use]
    pub const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Takes in an arrival. When this returns, it is durable, or nothing of it was stored.
    ///
    /// # Errors
    /// There is no memory for it now, the database cannot be used, its domain is gone, or has taken in enough for the day; or it
    /// comes from a mailbox, where other mail is, too, and is no report.
    pub(crate) async fn receive(&self, storage: &Storage, judge: &Judge, arrival: Arrival) -> Result<Receipt, Error> {
        let Arrival { to, channel, remote, body, received, in_mailbox } = arrival;
        // Only for files is the remote a name; of a name, only a hint is taken.
        let name = remote.clone().filter(|_| matches!(channel, Channel::Upload | Channel::Import));
        let (body, read, _held) = self.read(body, name).await?;
        if channel == Channel::Imap && read.as_ref().is_err_and(is_other) && !ingest::claims_report(&body) {
            return Err(Error::NoReport);
        }
        let content = content(read);
        // Whoever knows an address can flood it; what comes to a workspace was brought by one of its people.
        let (workspace, domain, quota) = match to {
            Destination::Address(receiver) => (receiver.workspace, Some(receiver.domain), Some(self.quota)),
            Destination::Workspace(workspace) => (workspace, None, None),
        };
        let mailed = in_mailbox.map(|mailbox| mailbox.since);
        let (body, origin) = judge.origin(channel, body, &content, mailed.unwrap_or(received), received).await?;
        let admitted = in_mailbox.is_some_and(InMailbox::is_backlog);
        let delivery = NewDelivery {
            workspace,
            domain,
            quota,
            channel,
            remote,
            received,
            trust: origin.trust,
            signer: origin.signer,
            dkim: Dkim { verdict: origin.verdict, next_try: origin.next_try, mailed, admitted },
            body,
            content,
        };
        let token = match &delivery.content {
            Content::Test(token) => delivery.domain.map(|domain| (domain, token.clone())),
            _ => None,
        };
        let recorded = storage.record(delivery).await?;
        // It is stored; whoever waits for it looks for this. A report must not be sent again for want of it.
        if let Some((domain, token)) = token
            && let Err(error) = storage.note_test_arrival(domain, &token, received).await
        {
            tracing::error!(%error, "a test report came in, and its sender is not told");
        }
        Ok(Receipt {
            delivery: recorded.delivery,
            outcome: recorded.outcome,
            reason: recorded.reason,
            reports: recorded.reports,
        })
    }

    /// Reads a stored delivery again and settles it anew; none when nothing is to be changed about it.
    ///
    /// # Errors
    /// There is no memory for it now, or the database cannot be used.
    pub(crate) async fn read_again(
        &self,
        storage: &Storage,
        workspace: WorkspaceId,
        delivery: DeliveryId,
        body: Vec<u8>,
        name: Option<String>,
    ) -> Result<Option<Recorded>, Error> {
        let (_, read, _held) = self.read(body, name).await?;
        Ok(storage.read_again(workspace, delivery, content(read)).await?)
    }

    /// Finds the reports in a body, within the limits. The memory is held as long as what was found.
    pub(crate) async fn read(&self, body: Vec<u8>, name: Option<String>) -> Result<(Vec<u8>, Read, Held), Error> {
        let mut held = self.budget.hold();
        held.grow_to(body.len()).map_err(|UsedUp| Error::Busy)?;
        if body.len() <= SMALL {
            let small = ingest::Limits { unpacked: SMALL.min(self.limits.unpacked), ..(*self.limits).clone() };
            match ingest::read_named(&body, name.as_deref(), &small) {
                Err(error) if error.is_too_large() && small.unpacked < self.limits.unpacked => {}
                read => return Ok((body, read, held)),
            }
        }
        let place = timeout(PATIENCE, Arc::clone(&self.large).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(Error::Busy) };
        // The text and what it is parsed into; how large that will be shows only afterwards.
        let needed = body.len() + self.limits.unpacked + self.limits.unpacked / 4;
        // A budget smaller than that still lets each place work, one body at a time.
        let needed = needed.min(self.budget.total() / LARGE_AT_ONCE);
        let enough = async {
            while held.grow_to(needed).is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, enough).await.map_err(|_| Error::Busy)?;
        let limits = Arc::clone(&self.limits);
        let reading = tokio::task::spawn_blocking(move || {
            let read = ingest::read_named(&body, name.as_deref(), &limits);
            drop(place);
            (body, read)
        });
        let (body, read) = reading.await.map_err(|error| Error::Defect(error.to_string()))?;
        Ok((body, read, held))
    }
}

/// Whether it is no report at all, and not one that cannot be read.
const fn is_other(error: &ingest::Error) -> bool {
    use ingest::Error::{Empty, NoReport, UnknownFormat};
    matches!(error, Empty | NoReport { .. } | UnknownFormat { .. })
}

/// What was found, in the words of storage.
pub(crate) fn content(read: Read) -> Content {
    match read {
        Ok(reports) => {
            test_content(&reports).unwrap_or_else(|| Content::Reports(reports.into_iter().map(new_report).collect()))
        }
        Err(error) if error.is_too_large() => Content::Refused(sentence(&error)),
        Err(error) => Content::Unreadable(sentence(&error)),
    }
}

/// A test report is known by its mark, and must be alone.
fn test_content(reports: &[ingest::ReadReport]) -> Option<Content> {
    let [only] = reports else { return None };
    test_report::token_of(&only.report).map(|token| Content::Test(token.to_owned()))
}

fn new_report(read: ingest::ReadReport) -> NewReport {
    NewReport {
        document_hash: read.content_hash,
        hint: read.hints.domain.as_deref().and_then(DomainName::parse_lenient),
        report: read.report,
    }
}

/// An error as a sentence.
pub(crate) fn sentence(error: &ingest::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

//! Taking reports in: whose address it is, what arrived, and what became of it.

use std::sync::atomic::Ordering::Relaxed;

use model::{DeliveryId, DeliveryOutcome, DomainId, DomainName, ReportId, Timestamp, WorkspaceId};

use crate::{Budget, Engine, Error};

/// The owner of a report address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The domain whose address it is.
    pub domain: DomainId,
    /// That domain's name.
    pub name: DomainName,
}

/// Where a delivery was sent.
#[derive(Clone, Debug)]
pub enum Destination {
    /// To a domain's own address.
    Address(Receiver),
    /// To a workspace as a whole: upload, import, a bare mailbox.
    Workspace(WorkspaceId),
}

/// Something that arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Where to.
    pub to: Destination,
    /// How.
    pub channel: model::Channel,
    /// From which address, or which file.
    pub remote: Option<String>,
    /// The bytes as received.
    pub body: Vec<u8>,
    /// When.
    pub received: Timestamp,
    /// Since when it has lain in the mailbox that it was taken from; none for all that came straight here.
    pub in_mailbox: Option<InMailbox>,
}

/// How long a mail has lain in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InMailbox {
    /// When it came there (INTERNALDATE, RFC 3501 §2.3.3): by then its signatures must not have expired.
    pub since: Timestamp,
    /// When the mailbox was connected. Of mail that is older, keys may be gone by now: it counts without a valid signature.
    pub connected: Timestamp,
}

impl InMailbox {
    /// Whether it lay there before the mailbox was connected.
    #[must_use]
    pub fn is_backlog(self) -> bool {
        self.since < self.connected
    }
}

/// What became of an arrival, told only after it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The outcome as a whole.
    pub outcome: DeliveryOutcome,
    /// Why, in a sentence; empty when there is nothing to say.
    pub reason: String,
    /// The report rows it made or met.
    pub reports: Vec<ReportId>,
}

impl Engine {
    /// The memory that all reports being read share. Whoever reads a body holds its bytes here while it grows.
    #[must_use]
    pub const fn budget(&self) -> &Budget {
        self.intake.budget()
    }

    /// Whose report address this is; none for one that is not valid.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn receiver(&self, address: &str) -> Result<Option<Receiver>, Error> {
        let owner = self.storage.address_owner(address).await?;
        Ok(owner.map(|owner| Receiver { workspace: owner.workspace, domain: owner.domain, name: owner.name }))
    }

    /// Counts a mail to an address that is nobody's.
    pub fn note_unknown_address(&self) {
        self.unknown_mail.fetch_add(1, Relaxed);
    }

    /// Keeps what was counted since the last time.
    ///
    /// # Errors
    /// The database cannot be used; it is kept the next time.
    pub async fn keep_unknown_addresses(&self, now: Timestamp) -> Result<(), Error> {
        let mails = self.unknown_mail.swap(0, Relaxed);
        if mails == 0 {
            return Ok(());
        }
        let kept = self.storage.add_unknown_mail(now.day(), mails).await;
        if kept.is_err() {
            self.unknown_mail.fetch_add(mails, Relaxed);
        }
        Ok(kept?)
    }

    /// Bytes that are free where the database is; none where it does not tell, as a server elsewhere.
    #[must_use]
    pub fn free_space(&self) -> Option<u64> {
        self.storage.free_space()
    }

    /// The largest body that is read, in bytes.
    #[must_use]
    pub fn largest_body(&self) -> u64 {
        self.settings.limits.received as u64
    }

    /// Writes down that somebody brought so many files.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_upload(&self, workspace: WorkspaceId, files: u32) -> Result<(), Error> {
        let files = model::format::counted(u64::from(files), "file");
        Ok(self.storage.note_alone(workspace, model::Act::ReportsUploaded, &files).await?)
    }

    /// Takes an arrival in. When this returns, it is durable, or nothing of it was stored.
    ///
    /// # Errors
    /// There is no memory for it now, the database cannot be used, its domain has taken in enough for the day, or is gone:
    /// but for the last, the sender is to try again.
    pub async fn receive(&self, arrival: Arrival) -> Result<Receipt, Error> {
        self.intake.receive(&self.storage, &self.judge, arrival).await
    }
}

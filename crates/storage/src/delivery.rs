//! What is handed in to be stored, and what is handed back once it is durable.

use model::{
    Channel, DayQuota, DeliveryId, DeliveryOutcome, DomainId, DomainName, ReportId, Timestamp, Trust, WorkspaceId,
    dkim::Verdict,
};

/// A delivery to be stored.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The workspace it came to.
    pub workspace: WorkspaceId,
    /// The domain whose address it came to; none when it came to the workspace as a whole (upload, import).
    pub domain: Option<DomainId>,
    /// What that domain may take in on the day of `received`; none: whatever comes.
    pub quota: Option<DayQuota>,
    /// How it came.
    pub channel: Channel,
    /// From which address, or which file.
    pub remote: Option<String>,
    /// When.
    pub received: Timestamp,
    /// How far its origin can be believed.
    pub trust: Trust,
    /// The `d=` of its valid and aligned DKIM signature, where trust is [`Trust::Signed`].
    pub signer: Option<DomainName>,
    /// What DKIM said of it, and what follows from that.
    pub dkim: Dkim,
    /// The bytes as received.
    pub body: Vec<u8>,
    /// What was found in them.
    pub content: Content,
}

/// What DKIM said of a delivery, and what follows from that. The default is that of one of which nothing was asked.
#[derive(Clone, Debug, Default)]
pub struct Dkim {
    /// What was said; none where nothing was asked.
    pub verdict: Option<Verdict>,
    /// When a key that is missing for the verdict is asked for again; none where none is. Until then nothing of it counts.
    pub next_try: Option<Timestamp>,
    /// When it came into the mailbox that it was taken from: its signatures are judged by that time, not by `received`.
    pub mailed: Option<Timestamp>,
    /// Whether it counts without a valid signature, whatever its workspace does with such reports.
    pub admitted: bool,
}

/// What was found in a delivery.
#[derive(Clone, Debug)]
pub enum Content {
    /// Reports, at least one.
    Reports(Vec<NewReport>),
    /// Nothing that can be read, and why, in a sentence. The bytes are kept.
    Unreadable(String),
    /// A test report, which is told by its token.
    Test(String),
    /// More than the limits allow to be read, and why, in a sentence. The bytes are kept.
    Refused(String),
}

/// A report to be stored.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// What it says.
    pub report: tlsrpt::Report,
    /// SHA-256 of the unpacked document: equal for the same document, however it was packed.
    pub document_hash: [u8; 32],
    /// The domain it speaks of when its policies name none: from `TLS-Report-Domain`, a subject or a file name.
    pub hint: Option<DomainName>,
}

/// What became of a delivery. It is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its delivery; the first one, where this arrival was only counted.
    pub delivery: DeliveryId,
    /// The outcome as a whole.
    pub outcome: DeliveryOutcome,
    /// Why, in a sentence; empty when there is nothing to say.
    pub reason: String,
    /// The report rows it made or met.
    pub reports: Vec<ReportId>,
}

//! Who may receive, and what became of a message: the engine's answers as replies of SMTP.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use engine::{Arrival, Destination, Receiver, intake::Held};
use metrics::{counter, histogram};
use model::{Channel, DeliveryOutcome};
use smtp::{Mailbox, Message, Reply};
use tokio::time::sleep;

use crate::{http::Shared, telemetry::names};

/// When an unknown recipient is answered, however long it took to look: its time tells nothing, and guessing is slow.
const UNKNOWN_AFTER: Duration = Duration::from_millis(100);

/// The report addresses of this installation, as one peer meets them.
pub(super) struct Mailboxes<'a> {
    pub(super) shared: &'a Shared,
    /// The host of all report addresses.
    pub(super) host: &'a str,
    /// Whose connection it is; none: this machine's own mail server, whose senders it knows and we do not.
    pub(super) source: Option<IpAddr>,
}

/// Why something was not taken. Each variant is one answer.
#[derive(Debug)]
enum Refusal {
    Unknown,
    TooOften,
    OverQuota,
    TooLarge,
    Busy,
    DiskFull,
    NotStored(engine::Error),
}

impl Mailboxes<'_> {
    /// Whether a message may come now.
    pub(super) fn may_come(&self) -> Result<(), Reply> {
        // The message, and the journal that it passes through.
        let needed = self.shared.config.smtp.message.0.saturating_mul(2);
        match self.shared.engine.free_space() {
            Some(free) if free < needed => Err(Refusal::DiskFull.reply()),
            _ => Ok(()),
        }
    }

    /// Whose report address this is.
    pub(super) async fn recipient(&self, mailbox: &Mailbox) -> Result<Receiver, Reply> {
        let asked = Instant::now();
        let found = self.find(mailbox).await;
        if matches!(found, Err(Refusal::Unknown)) {
            self.shared.engine.note_unknown_address();
            sleep(UNKNOWN_AFTER.saturating_sub(asked.elapsed())).await;
        }
        found.map_err(|refusal| refusal.reply())
    }

    async fn find(&self, mailbox: &Mailbox) -> Result<Receiver, Refusal> {
        // Some systems write local parts in capitals; ours have none.
        let address = mailbox.local.to_ascii_lowercase();
        let is_address = address.len() <= 64 && address.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_address || !mailbox.domain.eq_ignore_ascii_case(self.host) {
            return Err(Refusal::Unknown);
        }
        let receiver = self.shared.engine.receiver(&address).await?.ok_or(Refusal::Unknown)?;
        self.shared.rates.check(self.source, receiver.domain).map_err(|_| Refusal::TooOften)?;
        Ok(receiver)
    }

    /// Stores a message for each of its recipients, for each once; gives a reply for each. `held` is the memory that the
    /// message holds.
    pub(super) async fn store(&self, message: Message<Receiver>, held: Held) -> Vec<Reply> {
        let Message { recipients, mut bytes } = message;
        let mut mailboxes: Vec<&Receiver> = Vec::new();
        for receiver in &recipients {
            if !mailboxes.contains(&receiver) {
                mailboxes.push(receiver);
            }
        }
        let mut held = Some(held);
        let mut answers = Vec::with_capacity(mailboxes.len());
        for (index, receiver) in mailboxes.iter().enumerate() {
            let body = if index + 1 == mailboxes.len() {
                // From here on the engine holds the memory, together with what it unpacks.
                held.take();
                std::mem::take(&mut bytes)
            } else {
                bytes.clone()
            };
            answers.push(match self.take_in(receiver, body).await {
                Ok(()) => Reply::new(250, "2.0.0", "The report is stored"),
                Err(refusal) => refusal.reply(),
            });
        }
        let answer = |receiver| mailboxes.iter().position(|known| *known == receiver).map(|at| answers[at].clone());
        recipients.iter().filter_map(answer).collect()
    }

    async fn take_in(&self, receiver: &Receiver, body: Vec<u8>) -> Result<(), Refusal> {
        let started = Instant::now();
        let arrival = Arrival {
            to: Destination::Address(receiver.clone()),
            channel: Channel::Smtp,
            remote: self.source.map(|ip| ip.to_string()),
            body,
            received: (self.shared.clock.0)(),
            in_mailbox: None,
        };
        let receipt = self.shared.engine.receive(arrival).await?;
        histogram!(names::COMMIT_SECONDS).record(started.elapsed());
        counter!(names::DELIVERIES, "outcome" => receipt.outcome.word()).increment(1);
        match receipt.outcome {
            DeliveryOutcome::Refused => Err(Refusal::TooLarge),
            // Unreadable, too: it is kept for the owner, and a refusal would make a bounce that nobody reads.
            _ => Ok(()),
        }
    }
}

impl Refusal {
    /// As metrics name it.
    const fn label(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_address",
            Self::TooOften => "too_often",
            Self::OverQuota => "over_quota",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::DiskFull => "disk_full",
            Self::NotStored(_) => "not_stored",
        }
    }

    /// What the sender is told; it is counted, and logged where the operator should know.
    fn reply(&self) -> Reply {
        counter!(names::MAIL_REFUSALS, "cause" => self.label()).increment(1);
        match self {
            Self::Unknown => Reply::new(550, "5.1.1", "There is no such address"),
            Self::TooOften => Reply::new(450, "4.7.1", "Too many reports in a short time; send it again later"),
            Self::OverQuota => Reply::new(
                452,
                "4.2.2",
                "This address has taken in what one day may bring; send it again tomorrow (UTC)",
            ),
            Self::TooLarge => Reply::new(552, "5.3.4", "The report is larger than this server reads"),
            Self::Busy => Reply::new(452, "4.3.1", "Too much is being read just now; send it again later"),
            Self::DiskFull => {
                tracing::error!("the disk is nearly full: reports by mail are turned away for now");
                Reply::new(452, "4.3.1", "There is no room just now; send it again later")
            }
            Self::NotStored(error) => {
                tracing::error!(%error, "a report could not be stored; its sender was asked to try again");
                Reply::new(451, "4.3.0", "The report could not be stored just now; send it again later")
            }
        }
    }
}

impl From<engine::Error> for Refusal {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::DomainGone => Self::Unknown,
            engine::Error::OverQuota(_) => Self::OverQuota,
            engine::Error::Busy => Self::Busy,
            other => Self::NotStored(other),
        }
    }
}

//! What is received, how, and what became of it.

use serde::{Deserialize, Serialize};

/// What a domain's own address may take in on one UTC day. What repeats a stored report takes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayQuota {
    /// Deliveries that are stored.
    pub deliveries: u64,
    /// Bytes of their bodies, as received.
    pub bytes: u64,
}

/// The way a delivery came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// `POST /r/{address}` (RFC 8460 §5.4).
    Https,
    /// The built-in mail listener.
    Smtp,
    /// A mailbox that is read.
    Imap,
    /// The upload page.
    Upload,
    /// `waxseal import`.
    Import,
    /// A mail server that hands each mail to `waxseal import -`.
    Pipe,
}

impl Channel {
    /// All of them, as filters list them.
    pub const ALL: [Self; 6] = [Self::Https, Self::Smtp, Self::Imap, Self::Upload, Self::Import, Self::Pipe];

    /// The word in URLs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Upload => "upload",
            Self::Import => "import",
            Self::Pipe => "pipe",
        }
    }

    /// The channel of this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }

    /// The word people see.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Https => "HTTPS",
            Self::Smtp => "SMTP",
            Self::Imap => "IMAP",
            Self::Upload => "upload",
            Self::Import => "import",
            Self::Pipe => "pipe",
        }
    }
}

/// What became of a delivery as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// Kept until something arrives: a DKIM key, the proof of a domain.
    Waiting,
    /// Everything in it is counted.
    Counted,
    /// Some of it is counted, some is not.
    InPart,
    /// All of it had come before; this arrival was added to the first.
    Duplicate,
    /// It says other things than a counted report with the same identity.
    Conflict,
    /// It speaks of no domain watched here, or nothing proves who sent it: shown, not counted.
    Quarantined,
    /// Not a report that can be read; the bytes are kept.
    Unreadable,
    /// Turned away (a limit, a quota).
    Refused,
    /// Taken out of every total by an owner.
    Discarded,
    /// A test report: it came all the way, and counts nowhere.
    Test,
}

impl DeliveryOutcome {
    /// All of them, as filters list them.
    pub const ALL: [Self; 10] = [
        Self::Counted,
        Self::InPart,
        Self::Duplicate,
        Self::Conflict,
        Self::Waiting,
        Self::Quarantined,
        Self::Unreadable,
        Self::Refused,
        Self::Discarded,
        Self::Test,
    ];

    /// The word in URLs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::InPart => "in-part",
            other => other.word(),
        }
    }

    /// The outcome of this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// The word people see.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Counted => "counted",
            Self::InPart => "in part",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Quarantined => "quarantined",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
            Self::Discarded => "discarded",
            Self::Test => "test",
        }
    }
}

/// What became of one report row. Only `Counted` rows are in roll-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// In every total.
    Counted,
    /// Kept until something arrives.
    Waiting,
    /// Another report with the same identity is counted instead.
    Conflict,
    /// Speaks of no domain watched here, or of one and nothing proves who sent it.
    Quarantined,
    /// Taken out by its owner.
    Discarded,
    /// Its period ends before it starts or lies outside 2018 … tomorrow: shown, in no chart and no total.
    OutOfRange,
}

impl ReportState {
    /// The word people see.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Waiting => "waiting",
            Self::Conflict => "conflict",
            Self::Quarantined => "quarantined",
            Self::Discarded => "discarded",
            Self::OutOfRange => "period not believable",
        }
    }
}

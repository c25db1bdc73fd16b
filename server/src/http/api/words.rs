//! The words of the API for what has few values: each the model's, spelled once, with a schema that lists them.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident of $source:ty { $($word:ident),+ $(,)? })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name {
            $($word),+
        }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                match value { $(<$source>::$word => Self::$word),+ }
            }
        }

        impl From<$name> for $source {
            fn from(value: $name) -> Self {
                match value { $($name::$word => Self::$word),+ }
            }
        }
    )+};
}

words! {
    /// How something stands. `cannot_tell` is an answer of its own and never means that something is wrong.
    Status of model::Status { Ok, Suggestion, Warning, Error, CannotTell, Waiting, NotApplicable }
    /// What a failure did to mail.
    Impact of model::Impact { NotDelivered, DeliveredUnprotected, DeliveredPerhapsClear, NotKnown }
    /// How far the origin of a report can be trusted.
    Trust of model::Trust { Unverified, Unsigned, Signed }
    /// What became of a report. Only `counted` ones are in totals.
    State of model::ReportState { Counted, Waiting, Conflict, Quarantined, Discarded, OutOfRange }
    /// The way a delivery came in.
    Channel of model::Channel { Https, Smtp, Imap, Upload, Import, Pipe }
    /// What became of a delivery.
    Outcome of model::DeliveryOutcome { Waiting, Counted, InPart, Duplicate, Conflict, Quarantined, Unreadable, Refused, Discarded, Test }
    /// What an MTA-STS policy asks senders to do.
    Mode of mtasts::Mode { Enforce, Testing, None }
    /// How an incident stands.
    IncidentState of model::incident::State { Open, FixSeen, Resolved }
    /// Whose fault an incident is.
    Fault of model::incident::Fault { Ours, PolicyHost, SenderSetting, SenderOrPath, Interception, Unknown }
    /// What a live check says of an incident.
    Light of model::incident::Light { Green, Red, Unknown }
    /// What is looked at.
    Check of model::check::Check { TlsRpt, MtaSts, Policy, Mx, Starttls, Dane, MxReports }
}

/// Whether a workspace has shown that a domain is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Proof {
    /// No proof is asked.
    Trusted,
    /// Its record does not name our address yet.
    Waiting,
    /// Its record was seen to name our address.
    Proven,
}

impl From<model::Proof> for Proof {
    fn from(proof: model::Proof) -> Self {
        match proof {
            model::Proof::Trusted => Self::Trusted,
            model::Proof::Waiting => Self::Waiting,
            model::Proof::Proven(_) => Self::Proven,
        }
    }
}

/// An instant in UTC (RFC 3339).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-21T12:00:00Z")]
pub(super) struct Instant(String);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at.to_string())
    }
}

impl Instant {
    /// What a sender wrote, as far as RFC 3339 can say it: years of four digits.
    pub(super) fn believable(at: Timestamp) -> Option<Self> {
        /// 9999-12-31T23:59:59Z and 0000-01-01T00:00:00Z.
        const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_000;
        YEARS.contains(&at.0).then(|| at.into())
    }
}

/// A day in UTC.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(value_type = String, format = Date, example = "2026-11-21")]
pub(super) struct Day(String);

impl From<model::Day> for Day {
    fn from(day: model::Day) -> Self {
        Self(day.to_string())
    }
}

/// Sessions, not messages: one connection that a sender made.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Totals {
    /// All sessions.
    sessions: u64,
    /// Those that met the policy.
    successful: u64,
    /// Those that failed.
    failed: u64,
}

impl From<model::Totals> for Totals {
    fn from(totals: model::Totals) -> Self {
        Self { sessions: totals.sessions, successful: totals.successful(), failed: totals.failed }
    }
}

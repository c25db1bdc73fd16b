//! The small integers that stand for enums in the database. A code, once released, never changes its meaning.

use model::{
    Channel, DeliveryOutcome, Impact, ReportState, Role, Status, TokenScope, Trust, addition::Outcome,
    reading::ReadingScope, record_list::Publication, start::Way,
};
use mtasts::Mode;
use tlsrpt::{PolicyType, ResultType};

use crate::{Error, tickets::TicketPurpose};

/// An enum with a code.
pub(crate) trait Code: Copy + Sized + 'static {
    /// Each value with its code.
    const CODES: &'static [(Self, i16)];
    /// What it is, for the message about an unknown code.
    const WHAT: &'static str;

    /// The code of this value.
    fn code(self) -> i16
    where
        Self: PartialEq,
    {
        Self::CODES.iter().find(|(value, _)| *value == self).map_or(-1, |(_, code)| *code)
    }

    /// The value with this code.
    fn from_code(code: i16) -> Result<Self, Error> {
        Self::CODES
            .iter()
            .find(|(_, known)| *known == code)
            .map(|(value, _)| *value)
            .ok_or_else(|| Error::Inconsistent(format!("{code} is no {}", Self::WHAT)))
    }
}

macro_rules! codes {
    ($type:ty, $what:literal, $($value:ident = $code:literal),+ $(,)?) => {
        impl Code for $type {
            const CODES: &'static [(Self, i16)] = &[$((Self::$value, $code)),+];
            const WHAT: &'static str = $what;
        }
    };
}

codes!(
    Status,
    "status",
    Ok = 0,
    Suggestion = 1,
    Warning = 2,
    Error = 3,
    CannotTell = 4,
    Waiting = 5,
    NotApplicable = 6,
);
codes!(TicketPurpose, "purpose of a ticket", Password = 0, Email = 1, SecondStep = 2);
codes!(Role, "role", Owner = 0, Editor = 1, Viewer = 2);
codes!(TokenScope, "scope of a token", Read = 0, Write = 1);
codes!(Channel, "channel", Https = 0, Smtp = 1, Imap = 2, Upload = 3, Import = 4, Pipe = 5);
codes!(
    DeliveryOutcome,
    "outcome of a delivery",
    Waiting = 0,
    Counted = 1,
    InPart = 2,
    Duplicate = 3,
    Conflict = 4,
    Quarantined = 5,
    Unreadable = 6,
    Refused = 7,
    Discarded = 8,
    Test = 9,
);
// Partial indexes of the first migration name 0, 3 and 4.
codes!(
    ReportState,
    "state of a report",
    Counted = 0,
    Waiting = 1,
    Conflict = 2,
    Quarantined = 3,
    Discarded = 4,
    OutOfRange = 5,
);
codes!(ReadingScope, "scope of a reading", Unreadable = 0, All = 1);
// A partial index of the migration of additions names 0.
codes!(
    Outcome,
    "outcome of an addition",
    Waiting = 0,
    Added = 1,
    AlreadyThere = 2,
    Refused = 3,
    Repeated = 4,
    PassedOver = 5,
);
codes!(Publication, "publication of a record", Absent = 0, Other = 1, Published = 2, NotSeen = 3);
codes!(Way, "way in for reports", Smtp = 0, Lmtp = 1, Imap = 2, Https = 3, Upload = 4);
// Ordered as trust is, so that SQL may compare.
codes!(Trust, "trust", Unverified = 0, Unsigned = 1, Signed = 2);
// Worst first, so that SQL may take the smallest.
codes!(Impact, "impact", NotDelivered = 0, DeliveredUnprotected = 1, DeliveredPerhapsClear = 2, NotKnown = 3);

/// The code of a mode; 0 says that it is not known.
pub(crate) const fn of_mode(mode: Option<Mode>) -> i16 {
    match mode {
        None => 0,
        Some(Mode::Enforce) => 1,
        Some(Mode::Testing) => 2,
        Some(Mode::None) => 3,
    }
}

/// The mode with this code.
pub(crate) fn to_mode(code: i16) -> Result<Option<Mode>, Error> {
    match code {
        0 => Ok(None),
        1 => Ok(Some(Mode::Enforce)),
        2 => Ok(Some(Mode::Testing)),
        3 => Ok(Some(Mode::None)),
        _ => Err(Error::Inconsistent(format!("{code} is no mode"))),
    }
}

/// The code of a policy type, and its text where the code does not say it.
pub(crate) fn of_policy_type(policy_type: &PolicyType) -> (i16, Option<&str>) {
    match policy_type {
        PolicyType::Other(text) => (0, Some(text)),
        PolicyType::Tlsa => (1, None),
        PolicyType::Sts => (2, None),
        PolicyType::NoPolicyFound => (3, None),
    }
}

/// The policy type with this code and text.
pub(crate) fn to_policy_type(code: i16, text: Option<String>) -> Result<PolicyType, Error> {
    match code {
        0 => Ok(PolicyType::Other(text.unwrap_or_default())),
        1 => Ok(PolicyType::Tlsa),
        2 => Ok(PolicyType::Sts),
        3 => Ok(PolicyType::NoPolicyFound),
        _ => Err(Error::Inconsistent(format!("{code} is no policy type"))),
    }
}

/// The code of a result type (its place in the registry, from 1), and its text where the code does not say it.
pub(crate) fn of_result_type(result_type: &ResultType) -> (i16, Option<&str>) {
    match (ResultType::REGISTERED.iter().zip(1_i16..).find(|(known, _)| *known == result_type), result_type) {
        (Some((_, code)), _) => (code, None),
        (None, other) => (0, Some(other.as_str())),
    }
}

/// The result type with this code and text.
pub(crate) fn to_result_type(code: i16, text: Option<String>) -> Result<ResultType, Error> {
    match usize::try_from(code) {
        Ok(0) => Ok(ResultType::Other(text.unwrap_or_default())),
        Ok(place) if place <= ResultType::REGISTERED.len() => Ok(ResultType::REGISTERED[place - 1].clone()),
        _ => Err(Error::Inconsistent(format!("{code} is no result type"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_code_reads_back<T: Code + PartialEq + std::fmt::Debug>() {
        for (value, code) in T::CODES {
            assert_eq!((value.code(), T::from_code(*code).unwrap()), (*code, *value));
        }
        assert!(T::from_code(99).is_err());
    }

    #[test]
    fn codes_read_back() {
        every_code_reads_back::<Channel>();
        every_code_reads_back::<DeliveryOutcome>();
        every_code_reads_back::<ReportState>();
        every_code_reads_back::<Trust>();
        every_code_reads_back::<Impact>();
        every_code_reads_back::<TokenScope>();
        for mode in [None, Some(Mode::Enforce), Some(Mode::Testing), Some(Mode::None)] {
            assert_eq!(to_mode(of_mode(mode)).unwrap(), mode);
        }
    }

    #[test]
    fn open_enums_keep_their_text() {
        for result_type in ResultType::REGISTERED.into_iter().chain([ResultType::Other("x".into())]) {
            let (code, text) = of_result_type(&result_type);
            assert_eq!(to_result_type(code, text.map(str::to_owned)).unwrap(), result_type);
        }
        for policy_type in
            [PolicyType::Tlsa, PolicyType::Sts, PolicyType::NoPolicyFound, PolicyType::Other("tls".into())]
        {
            let (code, text) = of_policy_type(&policy_type);
            assert_eq!(to_policy_type(code, text.map(str::to_owned)).unwrap(), policy_type);
        }
    }
}

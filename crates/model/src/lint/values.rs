//! Policies that the grammar allows and that are unwise.

use mtasts::{Mode, policy::Reading};

use super::{
    Code,
    draft::{Draft, Drafts},
    line, mx,
};
use crate::{Status, format::counted};

/// What the grammar allows and is unwise.
pub(super) fn tell(reading: &Reading, drafts: &mut Drafts) {
    const DAY: u64 = 86_400;
    let is_none = reading.mode == Some(Mode::None);
    match reading.max_age {
        Some(0) if !is_none => drafts.add(
            Draft::new(
                Code::PolicyMaxAgeZero,
                Status::Warning,
                "max_age is 0",
                "Senders forget the policy at once, so it protects no mail from an attacker who hides it.",
            )
            .seen("max_age: 0")
            .remedy("Write max_age: 604800 (a week) or more."),
        ),
        Some(seconds) if seconds < 7 * DAY && !is_none => drafts.add(
            Draft::new(
                Code::PolicyMaxAgeShort,
                Status::Suggestion,
                format!("max_age is {}, less than a week", duration(seconds)),
                "A sender that delivers rarely forgets the policy in between, and an attacker need not hide it for long.",
            )
            .seen(format!("max_age: {seconds}"))
            .remedy("Write weeks, such as max_age: 1209600, once the policy is known to work."),
        ),
        _ => {}
    }
    if is_none {
        drafts.add(
            Draft::new(
                Code::PolicyModeNone,
                Status::Suggestion,
                "The mode is none",
                "Senders deliver as though there were no policy; this is right while MTA-STS is being removed.",
            )
            .remedy("Write mode: testing to use MTA-STS."),
        );
    }
    for (number, name) in &reading.extensions {
        if !line::is_spelling(name) {
            drafts.add(
                Draft::new(
                    Code::PolicyKeyUnknown,
                    Status::Suggestion,
                    "There is a key that MTA-STS does not know",
                    "Senders ignore it.",
                )
                .seen(format!("line {number}: {name}")),
            );
        }
    }
    mx::values(&reading.mx, drafts);
}

fn duration(seconds: u64) -> String {
    match (seconds / 86_400, seconds / 3_600, seconds / 60) {
        (0, 0, 0) => counted(seconds, "second"),
        (0, 0, minutes) => counted(minutes, "minute"),
        (0, hours, _) => counted(hours, "hour"),
        (days, ..) => counted(days, "day"),
    }
}

//! What became of a delivery, and why, from what became of its parts.

use std::collections::BTreeSet;

use model::{DeliveryOutcome, ReportState};

use super::text::bounded;
use crate::{
    Content, NewDelivery,
    codes::Code as _,
    settle::{Ledger, Settled},
};

/// The outcome of a delivery, and why.
pub(super) fn outcome(
    delivery: &NewDelivery,
    settled: &[(i64, Settled)],
    ledger: &Ledger<'_>,
) -> (DeliveryOutcome, String) {
    match &delivery.content {
        Content::Unreadable(reason) => return (DeliveryOutcome::Unreadable, bounded(reason)),
        Content::Refused(reason) => return (DeliveryOutcome::Refused, bounded(reason)),
        Content::Test(_) => return (DeliveryOutcome::Test, String::new()),
        Content::Reports(_) => {}
    }
    let waits = delivery.dkim.next_try.is_some();
    summary(settled.iter().map(|(id, settled)| {
        let report = ledger.report(*id);
        PartOutcome {
            state: match settled {
                Settled::Stored(state) => Some(*state),
                // It may still be the better evidence.
                Settled::Duplicate { .. } if waits => Some(ReportState::Waiting),
                Settled::Duplicate { .. } => None,
            },
            claimed: report.and_then(|report| report.claimed_name.as_deref()),
            watched: report.is_some_and(|report| report.domain_id != 0),
        }
    }))
}

/// What became of one part of a delivery.
pub(crate) struct PartOutcome<'a> {
    /// Its state; none for a duplicate.
    pub(crate) state: Option<ReportState>,
    /// The name it speaks of, where that is not watched.
    pub(crate) claimed: Option<&'a str>,
    /// Whether its domain is watched.
    pub(crate) watched: bool,
}

/// The outcome of a delivery from those of its parts. Also used when states change later.
pub(crate) fn summary<'a>(parts: impl Iterator<Item = PartOutcome<'a>>) -> (DeliveryOutcome, String) {
    let mut outcomes = BTreeSet::new();
    let mut reasons = Vec::new();
    for PartOutcome { state, claimed, watched } in parts {
        let (outcome, reason) = match state {
            None => (DeliveryOutcome::Duplicate, "This report had arrived before.".to_owned()),
            Some(ReportState::Counted) => (DeliveryOutcome::Counted, String::new()),
            Some(ReportState::Discarded) => {
                (DeliveryOutcome::Discarded, "Its owner took it out of every total.".to_owned())
            }
            Some(ReportState::Waiting) => (
                DeliveryOutcome::Waiting,
                "DNS did not tell the key of its DKIM signature; it is asked again, and until then this counts nowhere."
                    .to_owned(),
            ),
            Some(ReportState::Conflict) => (
                DeliveryOutcome::Conflict,
                "Another report with the same reporter, report-id and period, but other content, is counted."
                    .to_owned(),
            ),
            Some(ReportState::Quarantined) => (
                DeliveryOutcome::Quarantined,
                match claimed {
                    _ if watched => "No valid DKIM signature proves who sent it, and this workspace keeps such reports out \
                                     of its totals."
                        .to_owned(),
                    Some(name) => {
                        format!("It speaks of {name}, which is not watched here, or waits for its proof of control.")
                    }
                    None => "It does not say which domain it speaks of.".to_owned(),
                },
            ),
            Some(ReportState::OutOfRange) => {
                (DeliveryOutcome::Quarantined, "Its period cannot be believed, so it is counted nowhere.".to_owned())
            }
        };
        outcomes.insert(outcome.code());
        if !reason.is_empty() && !reasons.contains(&reason) && reasons.len() < 5 {
            reasons.push(reason);
        }
    }
    let of = |outcome: DeliveryOutcome| outcomes.contains(&outcome.code());
    let others = outcomes.iter().filter(|&&code| code != DeliveryOutcome::Duplicate.code()).count();
    let outcome = match (of(DeliveryOutcome::Counted), others) {
        (_, 0) => DeliveryOutcome::Duplicate,
        (true, 1) => {
            reasons.clear();
            DeliveryOutcome::Counted
        }
        (true, _) => DeliveryOutcome::InPart,
        (false, _) if of(DeliveryOutcome::Quarantined) => DeliveryOutcome::Quarantined,
        (false, _) if of(DeliveryOutcome::Conflict) => DeliveryOutcome::Conflict,
        (false, _) if of(DeliveryOutcome::Waiting) => DeliveryOutcome::Waiting,
        (false, _) => DeliveryOutcome::Discarded,
    };
    (outcome, bounded(&reasons.join(" ")))
}

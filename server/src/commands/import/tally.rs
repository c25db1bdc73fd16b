//! What became of everything: each file that was not counted with its reason, and the sums.

use std::io::{self, Write as _};

use engine::Receipt;
use model::{DeliveryOutcome, text::visible};
use serde_json::json;

/// Outcomes in the order in which the sums are printed.
const ORDER: [DeliveryOutcome; 8] = [
    DeliveryOutcome::Counted,
    DeliveryOutcome::InPart,
    DeliveryOutcome::Waiting,
    DeliveryOutcome::Duplicate,
    DeliveryOutcome::Conflict,
    DeliveryOutcome::Quarantined,
    DeliveryOutcome::Unreadable,
    DeliveryOutcome::Refused,
];

/// What became of one item.
#[derive(Debug)]
pub(super) struct Outcome {
    became: DeliveryOutcome,
    reason: String,
    stored: bool,
}

impl Outcome {
    /// It was not even stored.
    pub(super) const fn refused(reason: String) -> Self {
        Self { became: DeliveryOutcome::Refused, reason, stored: false }
    }
}

impl From<Receipt> for Outcome {
    fn from(receipt: Receipt) -> Self {
        Self { became: receipt.outcome, reason: receipt.reason, stored: true }
    }
}

/// The sums.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sums: [u64; ORDER.len()],
    /// What was not even stored.
    turned_away: u64,
}

impl Tally {
    /// Adds one item and says what there is to say about it.
    pub(super) fn add(&mut self, name: &str, item: &Outcome, json: bool) -> io::Result<()> {
        let Outcome { became: outcome, reason, .. } = item;
        if let Some(at) = ORDER.iter().position(|known| known == outcome) {
            self.sums[at] += 1;
        }
        self.turned_away += u64::from(!item.stored);
        let mut out = io::stdout().lock();
        if json {
            let reason = (!reason.is_empty()).then_some(reason);
            writeln!(out, "{}", json!({ "file": name, "outcome": outcome, "reason": reason }))
        } else if !matches!(outcome, DeliveryOutcome::Counted | DeliveryOutcome::Duplicate) {
            writeln!(out, "{}: {}: {}", visible(name), outcome.word(), visible(reason))
        } else {
            Ok(())
        }
    }

    /// Whether nothing was refused or could not be read.
    pub(super) fn all_taken_in(&self) -> bool {
        ORDER.iter().zip(self.sums).all(|(outcome, count)| {
            count == 0 || !matches!(outcome, DeliveryOutcome::Unreadable | DeliveryOutcome::Refused)
        })
    }

    /// Whether everything is stored here, be it for its owner to look at: nothing need come again.
    pub(super) fn is_kept(&self) -> bool {
        self.turned_away == 0
    }

    /// Prints the sums; those that are asked about most even when they are zero.
    pub(super) fn print(&self, json: bool) -> io::Result<()> {
        let sums = || ORDER.iter().zip(self.sums);
        let mut out = io::stdout().lock();
        if json {
            let sums: serde_json::Map<_, _> =
                sums().map(|(outcome, count)| (outcome.word().replace(' ', "_"), count.into())).collect();
            return writeln!(out, "{}", json!({ "sums": sums }));
        }
        let always = [
            DeliveryOutcome::Counted,
            DeliveryOutcome::Duplicate,
            DeliveryOutcome::Quarantined,
            DeliveryOutcome::Refused,
        ];
        let words: Vec<_> = sums()
            .filter(|(outcome, count)| *count > 0 || always.contains(outcome))
            .map(|(outcome, count)| format!("{count} {}", outcome.word()))
            .collect();
        writeln!(out, "{}", words.join(", "))
    }
}

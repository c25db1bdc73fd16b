//! One go of adding domains: what was read of a text, and what became of each thing.

use serde::{Deserialize, Serialize};

use crate::{
    DomainName, Timestamp,
    names::{self, Particulars, Verdict},
};

/// How many entries of one outcome are shown; of the others it is said how many there are.
pub const MOST_SHOWN: usize = 50;

/// What became of a thing that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is a domain and will be added.
    Waiting,
    /// It was added.
    Added,
    /// The workspace watched it before.
    AlreadyThere,
    /// It cannot be added, and why is told.
    Refused,
    /// It came before in the same text.
    Repeated,
    /// It was not meant as a domain.
    PassedOver,
}

impl Outcome {
    /// All of them, in the order in which pages tell of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Refused, Self::Added, Self::AlreadyThere, Self::Repeated, Self::PassedOver];

    /// The words for so many things of this outcome.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "still to add",
            Self::Added => "added",
            Self::AlreadyThere => "already there",
            Self::Refused => "not added",
            Self::Repeated => "given twice",
            Self::PassedOver => "passed over",
        }
    }
}

/// One thing that was read, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The line it stood on.
    pub line: u32,
    /// What stood there.
    pub typed: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The domain, where it is one.
    pub name: Option<DomainName>,
    /// Why, in a sentence; empty when there is nothing to say.
    pub detail: String,
    /// What the text said about the domain.
    pub particulars: Particulars,
}

impl From<names::Entry> for Entry {
    fn from(read: names::Entry) -> Self {
        let (outcome, name, detail, particulars) = match read.verdict {
            Verdict::Domain(name, particulars) => (Outcome::Waiting, Some(name), String::new(), particulars),
            Verdict::Repeated(name, line) => {
                (Outcome::Repeated, Some(name), format!("also on line {line}"), Particulars::default())
            }
            Verdict::Wrong(why) => (Outcome::Refused, None, why, Particulars::default()),
            Verdict::PassedOver(why) => (Outcome::PassedOver, None, why, Particulars::default()),
        };
        Self { line: read.line, typed: read.typed, outcome, name, detail, particulars }
    }
}

/// How far one go is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Its id.
    pub id: i64,
    /// Where its text came from: `pasted text`, or the name of a file.
    pub source: String,
    /// When it began.
    pub created: Timestamp,
    /// How many things have which outcome; those that are not there have none.
    pub counts: Vec<(Outcome, u64)>,
}

impl Addition {
    /// How many things have this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.counts.iter().find(|(of, _)| *of == outcome).map_or(0, |(_, count)| *count)
    }

    /// Whether domains are still to be added.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.count(Outcome::Waiting) > 0
    }

    /// Domains that are done, of how many.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let done = self.count(Outcome::Added) + self.count(Outcome::AlreadyThere);
        (done, done + self.count(Outcome::Waiting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_domains_alone() {
        let counts =
            vec![(Outcome::Waiting, 30), (Outcome::Added, 60), (Outcome::AlreadyThere, 10), (Outcome::Refused, 5)];
        let addition = Addition { id: 1, source: String::new(), created: Timestamp(0), counts };
        assert_eq!(addition.progress(), (70, 100));
        assert!(addition.is_running());
        assert_eq!(addition.count(Outcome::PassedOver), 0);
    }

    #[test]
    fn what_was_read_waits_or_says_why_not() {
        let entries = names::read("a.example\nA.example\nlocalhost\n# x", &names::Limits::default());
        let outcomes: Vec<_> =
            entries.into_iter().map(Entry::from).map(|entry| (entry.outcome, entry.detail)).collect();
        assert_eq!(outcomes[0], (Outcome::Waiting, String::new()));
        assert_eq!(outcomes[1], (Outcome::Repeated, "also on line 1".to_owned()));
        assert_eq!(outcomes[2].0, Outcome::Refused);
        assert_eq!(outcomes[3], (Outcome::PassedOver, "a comment".to_owned()));
    }
}

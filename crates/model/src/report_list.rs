//! Lists of reports: which of them, in which order, and how far back they were looked for.

use serde::{Deserialize, Serialize};
use tlsrpt::PolicyType;

use crate::{Day, Trust, view::ReportRow};

/// How many of a report's sessions failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failed {
    /// None.
    None,
    /// At least one.
    Some,
    /// Every one of them.
    All,
}

impl Failed {
    /// All of them, as filters list them.
    pub const ALL: [Self; 3] = [Self::None, Self::Some, Self::All];

    /// The word in URLs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "yes",
            Self::All => "all",
        }
    }

    /// The value of this word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failed| failed.key() == key)
    }

    /// The words people see.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some or all",
            Self::All => "all",
        }
    }
}

/// The order of a list of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSort {
    /// Latest period first; of one day by domain.
    #[default]
    Period,
    /// Latest arrival first.
    Received,
    /// Most sessions first.
    Sessions,
    /// Most failed sessions first.
    Failed,
    /// Lowest success rate first.
    Rate,
}

impl ReportSort {
    /// All of them, as filters list them.
    pub const ALL: [Self; 5] = [Self::Period, Self::Received, Self::Sessions, Self::Failed, Self::Rate];

    /// The word in URLs; the usual order needs none.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Period => "",
            Self::Received => "received",
            Self::Sessions => "sessions",
            Self::Failed => "failed",
            Self::Rate => "rate",
        }
    }

    /// The order of this word; the usual one for any other.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.key() == key).unwrap_or_default()
    }

    /// The words people see.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Period => "latest period",
            Self::Received => "latest arrival",
            Self::Sessions => "most sessions",
            Self::Failed => "most failed",
            Self::Rate => "lowest rate",
        }
    }
}

/// The policy types that a filter offers: those that are registered (RFC 8460 §4.4).
pub const POLICY_TYPES: [PolicyType; 3] = [PolicyType::Sts, PolicyType::Tlsa, PolicyType::NoPolicyFound];

/// Which reports a list shows. All of it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportQuery {
    /// Only reports whose day is this one or later.
    pub from: Option<Day>,
    /// Only reports whose day is this one or earlier.
    pub to: Option<Day>,
    /// Only reports of which so many sessions failed.
    pub failed: Option<Failed>,
    /// Only reports of this trust.
    pub trust: Option<Trust>,
    /// Only reports that speak of a policy of this type.
    pub policy_type: Option<PolicyType>,
    /// Only reports whose reporter's name contains this.
    pub reporter: String,
    /// Only reports on domains whose name contains this; of no meaning for the list of one domain.
    pub domain: String,
    /// The order of the rows.
    pub sort: ReportSort,
    /// Page, from 1; [`Page::ROWS`](crate::Page::ROWS) rows each.
    pub page: u32,
}

/// How far reports were looked for. A list looks through a bounded number of them, so that it costs the same however many there
/// are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    /// All were looked through.
    AtAll,
    /// Only those of this day and later: there are older ones.
    Since(Day),
    /// Only some of this day, by domain: it alone has more.
    AtSomeOf(Day),
}

/// Reports as a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportList {
    /// How many match among those that were looked through.
    pub matching: u64,
    /// How far they were looked for.
    pub looked: Looked,
    /// This page, from 1.
    pub page: u32,
    /// The rows, at most 50.
    pub rows: Vec<ReportRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_urls_read_back() {
        for failed in Failed::ALL {
            assert_eq!(Failed::from_key(failed.key()), Some(failed));
        }
        for sort in ReportSort::ALL {
            assert_eq!(ReportSort::from_key(sort.key()), sort);
        }
        assert_eq!((Failed::from_key(""), ReportSort::from_key("odd")), (None, ReportSort::Period));
    }
}

//! Failing rows: what made sessions fail, where, and who told of it, day by day. Filters act on them, and all breakdowns are
//! sums of them. Pure.

mod filter;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use mtasts::Mode;
use serde::{Deserialize, Serialize};
use tlsrpt::{PolicyType, ResultType};

pub use self::filter::{FailureFilter, NOT_SAID};
use crate::{Day, DayRange, Impact, Trust, view::Cause};

/// The name of what is put together.
pub const OTHERS: &str = "(other)";

/// Rows of a breakdown. Senders invent names, so what comes after the largest is put together.
pub const MOST_ROWS: usize = 50;

/// Failed sessions of one kind on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingRow {
    /// The day on which they count.
    pub day: Day,
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host it went wrong at, where the report says.
    pub mx: Option<Arc<str>>,
    /// What it did to mail.
    pub impact: Impact,
    /// Who told of it.
    pub reporter: Arc<str>,
    /// The type of policy that the sender applied.
    pub policy_type: PolicyType,
    /// Its mode, where the report says.
    pub mode: Option<Mode>,
    /// How far the reports that tell of it can be trusted.
    pub trust: Trust,
    /// How many sessions.
    pub failed: u64,
}

/// What result types have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The MX host and its certificate (RFC 8460 §4.3.1).
    Tls,
    /// The policy and its host (RFC 8460 §4.3.2.2).
    MtaSts,
    /// TLSA records and what signs them (RFC 8460 §4.3.2.1).
    Dane,
    /// What has no type of its own, or none that is registered.
    Other,
}

impl Group {
    /// The group of a result type.
    #[must_use]
    pub const fn of(result_type: &ResultType) -> Self {
        match result_type {
            ResultType::StarttlsNotSupported
            | ResultType::CertificateHostMismatch
            | ResultType::CertificateExpired
            | ResultType::CertificateNotTrusted => Self::Tls,
            ResultType::StsPolicyFetchError | ResultType::StsPolicyInvalid | ResultType::StsWebpkiInvalid => {
                Self::MtaSts
            }
            ResultType::TlsaInvalid | ResultType::DnssecInvalid | ResultType::DaneRequired => Self::Dane,
            ResultType::ValidationFailure | ResultType::Other(_) => Self::Other,
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tls => "TLS and certificate",
            Self::MtaSts => "MTA-STS",
            Self::Dane => "DANE and DNSSEC",
            Self::Other => "Other",
        }
    }
}

/// Failed sessions by something they have in common, most first.
#[must_use]
pub fn sums<K: Ord>(rows: &[FailingRow], common: impl Fn(&FailingRow) -> K) -> Vec<(K, u64)> {
    let mut sums = BTreeMap::<K, u64>::new();
    for row in rows {
        let sum = sums.entry(common(row)).or_default();
        *sum = sum.saturating_add(row.failed);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    // Stable, so that equals stay in the order of their names.
    sums.sort_by_key(|(_, failed)| std::cmp::Reverse(*failed));
    sums
}

/// Failed sessions by what they did to mail, worst first.
#[must_use]
pub fn impacts(rows: &[FailingRow]) -> Vec<(Impact, u64)> {
    let mut impacts = sums(rows, |row| row.impact);
    impacts.retain(|(_, failed)| *failed > 0);
    impacts.sort_by_key(|(impact, _)| *impact);
    impacts
}

/// Failed sessions of each day of a range.
#[must_use]
pub fn by_day(rows: &[FailingRow], range: DayRange) -> Vec<u64> {
    let mut days = vec![0_u64; usize::try_from(range.len()).unwrap_or(0)];
    for row in rows {
        let place = usize::try_from(row.day.0.saturating_sub(range.first.0)).ok();
        if let Some(day) = place.and_then(|place| days.get_mut(place)) {
            *day = day.saturating_add(row.failed);
        }
    }
    days
}

/// What failed on which day at one place, or as one reporter told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatRow {
    /// The MX host or the reporter; none where reports do not say.
    pub name: Option<String>,
    /// Failed sessions, one for each day of the range.
    pub days: Vec<u64>,
}

/// A row for each of the names that failed most, at most so many.
#[must_use]
pub fn heat(
    rows: &[FailingRow],
    range: DayRange,
    most: usize,
    name: impl Fn(&FailingRow) -> Option<Arc<str>>,
) -> Vec<HeatRow> {
    let mut by_name = HashMap::<Option<Arc<str>>, Vec<FailingRow>>::new();
    for row in rows {
        by_name.entry(name(row)).or_default().push(row.clone());
    }
    sums(rows, &name)
        .into_iter()
        .take(most)
        .map(|(name, _)| {
            let days = by_name.get(&name).map(|rows| by_day(rows, range)).unwrap_or_default();
            HeatRow { name: name.as_deref().map(str::to_owned), days }
        })
        .collect()
}

/// Each result type at each MX host, most failed sessions first; and the failed sessions of the first of them, by day.
#[must_use]
pub fn causes(rows: &[FailingRow]) -> (Vec<Cause>, HashMap<Day, u64>) {
    let mut groups = BTreeMap::<(&ResultType, Option<&str>), Vec<&FailingRow>>::new();
    for row in rows {
        groups.entry((&row.result_type, row.mx.as_deref())).or_default().push(row);
    }
    let mut groups: Vec<(Cause, Vec<&FailingRow>)> =
        groups.into_values().filter_map(|rows| Some((cause(&rows)?, rows))).collect();
    groups.sort_by_key(|(cause, _)| std::cmp::Reverse(cause.failed));
    let mut first_by_day = HashMap::<Day, u64>::new();
    for row in groups.first().into_iter().flat_map(|(_, rows)| rows) {
        let day = first_by_day.entry(row.day).or_default();
        *day = day.saturating_add(row.failed);
    }
    let causes = groups.into_iter().map(|(cause, _)| cause).collect();
    (shortened(causes, MOST_ROWS, |rest| together(&rest)), first_by_day)
}

fn cause(rows: &[&FailingRow]) -> Option<Cause> {
    let first = rows.first()?;
    let reporters: BTreeSet<_> = rows.iter().map(|row| &row.reporter).collect();
    Some(Cause {
        result_type: first.result_type.clone(),
        mx: first.mx.as_deref().map(str::to_owned),
        impact: rows.iter().map(|row| row.impact).min()?,
        failed: rows.iter().map(|row| row.failed).fold(0, u64::saturating_add),
        first: rows.iter().map(|row| row.day).min()?,
        last: rows.iter().map(|row| row.day).max()?,
        reporters: reporters.len().try_into().unwrap_or(u32::MAX),
        trust: rows.iter().map(|row| row.trust).max()?,
    })
}

fn together(rest: &[Cause]) -> Option<Cause> {
    Some(Cause {
        result_type: ResultType::Other(OTHERS.to_owned()),
        mx: None,
        impact: rest.iter().map(|cause| cause.impact).min()?,
        failed: rest.iter().map(|cause| cause.failed).fold(0, u64::saturating_add),
        first: rest.iter().map(|cause| cause.first).min()?,
        last: rest.iter().map(|cause| cause.last).max()?,
        reporters: rest.iter().map(|cause| cause.reporters).max()?,
        trust: rest.iter().map(|cause| cause.trust).max()?,
    })
}

/// At most so many rows, the last of which may stand for all that are left.
#[must_use]
pub fn shortened<T>(mut rows: Vec<T>, most: usize, together: impl FnOnce(Vec<T>) -> Option<T>) -> Vec<T> {
    if rows.len() > most {
        let rest = rows.split_off(most.saturating_sub(1));
        rows.extend(together(rest));
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn row(day: i32, result_type: &str, mx: Option<&str>, reporter: &str, failed: u64) -> FailingRow {
        FailingRow {
            day: Day(day),
            result_type: Cow::Borrowed(result_type).into(),
            mx: mx.map(Into::into),
            impact: if day > 2 { Impact::NotDelivered } else { Impact::DeliveredUnprotected },
            reporter: reporter.into(),
            policy_type: PolicyType::Sts,
            mode: Some(Mode::Enforce),
            trust: if reporter == "a" { Trust::Signed } else { Trust::Unsigned },
            failed,
        }
    }

    fn rows() -> Vec<FailingRow> {
        vec![
            row(1, "certificate-expired", Some("mx1"), "a", 5),
            row(3, "certificate-expired", Some("mx1"), "b", 2),
            row(3, "certificate-expired", Some("mx2"), "a", 7),
            row(2, "sts-policy-fetch-error", None, "b", 6),
        ]
    }

    #[test]
    fn causes_are_types_at_places() {
        let (causes, first) = causes(&rows());
        let told: Vec<_> = causes.iter().map(|cause| (cause.mx.as_deref(), cause.failed, cause.reporters)).collect();
        assert_eq!(told, [(Some("mx1"), 7, 2), (Some("mx2"), 7, 1), (None, 6, 1)]);
        assert_eq!((causes[0].first, causes[0].last), (Day(1), Day(3)));
        assert_eq!(
            (causes[0].impact, causes[0].trust),
            (Impact::NotDelivered, Trust::Signed),
            "the worst, and the best"
        );
        assert_eq!(first, HashMap::from([(Day(1), 5), (Day(3), 2)]));
    }

    #[test]
    fn breakdowns_are_sums_most_first() {
        assert_eq!(sums(&rows(), |row| row.reporter.clone()), [("a".into(), 12), ("b".into(), 8)]);
        assert_eq!(sums(&rows(), |row| Group::of(&row.result_type)), [(Group::Tls, 14), (Group::MtaSts, 6)]);
        assert_eq!(impacts(&rows()), [(Impact::NotDelivered, 9), (Impact::DeliveredUnprotected, 11)]);
    }

    #[test]
    fn a_heat_row_has_each_day() {
        let range = DayRange { first: Day(1), last: Day(4) };
        let heat = heat(&rows(), range, 2, |row| row.mx.clone());
        assert_eq!(heat.len(), 2);
        assert_eq!((heat[0].name.as_deref(), heat[0].days.as_slice()), (Some("mx1"), &[5, 0, 2, 0][..]));
        assert_eq!(by_day(&rows(), DayRange { first: Day(2), last: Day(2) }), [6], "other days are not there");
    }

    #[test]
    fn what_comes_after_the_largest_is_put_together() {
        let sum = |rest: Vec<u32>| Some(rest.into_iter().sum::<u32>());
        assert_eq!(shortened(vec![1; 50], 50, sum), vec![1; 50]);
        let rows = shortened(vec![1; 60], 50, sum);
        assert_eq!((rows.len(), rows[49]), (50, 11));
    }

    #[test]
    fn every_registered_type_has_its_group() {
        let groups = ResultType::REGISTERED.iter().map(Group::of);
        assert_eq!(
            groups.filter(|group| *group == Group::Other).count(),
            1,
            "validation-failure has no type of its own"
        );
    }
}

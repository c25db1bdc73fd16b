//! What one counted report adds to the roll-ups. Pure, and the only place that knows: counting adds it, un-counting
//! subtracts it, so that nothing can be left behind.

use std::{collections::BTreeMap, net::IpAddr};

use model::{by_address::address, counting::MAX_COUNT};

use crate::entity::{failures, policies, reports};

/// A period of more days marks only the first of them in the roll-call.
const MAX_COVERED_DAYS: i32 = 31;

/// Rows with addresses that a report adds: those it names first. Further failures are added to what tells no address, so that no
/// page costs what senders like.
const MOST_ADDRESSED: usize = 1_000;

/// Policy type code of MTA-STS, the only one that has a mode.
const STS: i16 = 2;

/// A stored report with its details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Details {
    /// In the order of the document.
    pub(crate) policies: Vec<policies::Model>,
    /// In the order of the document.
    pub(crate) failures: Vec<failures::Model>,
}

/// A cause on one day, by reporter and what else filters ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FailureKey {
    pub(crate) domain_id: i64,
    pub(crate) day: i32,
    pub(crate) result_type: i16,
    pub(crate) result_label: i64,
    pub(crate) mx_label: i64,
    pub(crate) impact: i16,
    pub(crate) reporter_id: i64,
    pub(crate) policy_type: i16,
    pub(crate) policy_label: i64,
    pub(crate) mode: i16,
    pub(crate) trust: i16,
}

/// A value with the columns of a [`FailureKey`], which are those of another, and with some of its own.
macro_rules! with_failure_key {
    ($($kind:ident)::+, $of:expr $(, $column:ident: $value:expr)*) => {
        $($kind)::+ {
            domain_id: $of.domain_id,
            day: $of.day,
            result_type: $of.result_type,
            result_label: $of.result_label,
            mx_label: $of.mx_label,
            impact: $of.impact,
            reporter_id: $of.reporter_id,
            policy_type: $of.policy_type,
            policy_label: $of.policy_label,
            mode: $of.mode,
            trust: $of.trust,
            $($column: $value,)*
        }
    };
}
pub(crate) use with_failure_key;

/// The addresses between which sessions failed, where they are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) sending: Option<IpAddr>,
    pub(crate) receiving: Option<IpAddr>,
}

/// Changes to the roll-ups, by key and therefore sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deltas {
    /// (domain, day).
    pub(crate) domain: BTreeMap<(i64, i32), Counts>,
    /// (domain, day, reporter, trust).
    pub(crate) reporter: BTreeMap<(i64, i32, i64, i16), Covered>,
    /// (domain, day, policy type, its label, mode).
    pub(crate) policy: BTreeMap<(i64, i32, i16, i64, i16), Counts>,
    /// By network as well: see `network` of [`failures::Model`]. A report that names several for a cause has 0, so it adds one row
    /// to it, however many networks it names.
    pub(crate) failure: BTreeMap<(FailureKey, i64), Counts>,
    /// By addresses as well.
    pub(crate) address: BTreeMap<(FailureKey, Pair), Counts>,
    /// By domain.
    pub(crate) summary: BTreeMap<i64, Summary>,
}

/// Counts of one key. In `failure` and `address`, `sessions` stays 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) reports: i64,
    pub(crate) sessions: i64,
    pub(crate) failed: i64,
}

/// Counts of one reporter on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Covered {
    /// Reports whose period covers the day.
    pub(crate) covering: i64,
    /// Those of them with failures.
    pub(crate) failing: i64,
    /// What is counted on this day.
    pub(crate) counts: Counts,
}

/// All time of one domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) counts: Counts,
    /// Latest arrival that was added.
    pub(crate) last_report: Option<i64>,
    /// Latest day with a mode that was added, and that mode.
    pub(crate) mode: Option<(i32, i16)>,
    /// Something was subtracted: the latest of what is left has to be looked up.
    pub(crate) look_up: bool,
}

impl Counts {
    fn add(&mut self, other: Self, sign: i64) {
        self.reports += sign * other.reports;
        self.sessions += sign * other.sessions;
        self.failed += sign * other.failed;
    }
}

impl Deltas {
    /// Counts a report.
    pub(crate) fn count(&mut self, report: &reports::Model, details: &Details) {
        self.merge(contribution(report, details), 1);
    }

    /// Takes a counted report out again. Its rows must be as they were when it was counted.
    pub(crate) fn uncount(&mut self, report: &reports::Model, details: &Details) {
        self.merge(contribution(report, details), -1);
    }

    fn merge(&mut self, other: Self, sign: i64) {
        for (key, counts) in other.domain {
            self.domain.entry(key).or_default().add(counts, sign);
        }
        for (key, covered) in other.reporter {
            let sum = self.reporter.entry(key).or_default();
            sum.covering += sign * covered.covering;
            sum.failing += sign * covered.failing;
            sum.counts.add(covered.counts, sign);
        }
        for (key, counts) in other.policy {
            self.policy.entry(key).or_default().add(counts, sign);
        }
        for (key, counts) in other.failure {
            self.failure.entry(key).or_default().add(counts, sign);
        }
        for (key, counts) in other.address {
            self.address.entry(key).or_default().add(counts, sign);
        }
        for (key, summary) in other.summary {
            let sum = self.summary.entry(key).or_default();
            sum.counts.add(summary.counts, sign);
            if sign > 0 {
                sum.last_report = sum.last_report.max(summary.last_report);
                sum.mode = later_mode(sum.mode, summary.mode);
            } else {
                sum.look_up = true;
            }
        }
    }
}

/// The mode of the later day; of one day, the stricter.
fn later_mode(one: Option<(i32, i16)>, other: Option<(i32, i16)>) -> Option<(i32, i16)> {
    one.into_iter().chain(other).max_by_key(|&(day, mode)| (day, -mode))
}

/// What one report adds.
pub(crate) fn contribution(report: &reports::Model, details: &Details) -> Deltas {
    let (domain, day) = (report.domain_id, report.day);
    let counts = Counts { reports: 1, sessions: report.sessions, failed: report.failed };
    let mut deltas = Deltas::default();
    deltas.domain.insert((domain, day), counts);

    let failing = i64::from(report.failed > 0);
    let last_day = report.last_day.clamp(day, day.saturating_add(MAX_COVERED_DAYS - 1));
    for covered in day..=last_day {
        let counts = if covered == day { counts } else { Counts::default() };
        let covered_day = Covered { covering: 1, failing, counts };
        deltas.reporter.insert((domain, covered, report.reporter_id, report.trust), covered_day);
    }

    // The same sessions may be told once for the domain and once for its MX hosts: of one type, the larger is the truth.
    let mut by_entry = BTreeMap::<_, [Counts; 2]>::new();
    for policy in &details.policies {
        let key = (domain, day, policy.policy_type, policy.policy_label, policy.mode);
        let counts =
            Counts { reports: 1, sessions: policy.successful.saturating_add(policy.failed), failed: policy.failed };
        let sums = by_entry.entry(key).or_default();
        sums[usize::from(policy.mx_entry)].add(counts, 1);
    }
    let clamped = |count: i64| count.min(MAX_COUNT.cast_signed());
    let mut mode = None;
    for (key, [of_domain, of_hosts]) in by_entry {
        let counts = Counts {
            reports: 1,
            sessions: clamped(of_domain.sessions.max(of_hosts.sessions)),
            failed: clamped(of_domain.failed.max(of_hosts.failed)),
        };
        deltas.policy.insert(key, counts);
        if key.2 == STS && key.4 != 0 {
            mode = later_mode(mode, Some((day, key.4)));
        }
    }

    let policies: BTreeMap<_, _> = details.policies.iter().map(|policy| (policy.position, policy)).collect();
    let mut causes = BTreeMap::<FailureKey, (i64, i64)>::new();
    let mut between = BTreeMap::<(FailureKey, Pair), i64>::new();
    for failure in details.failures.iter().filter(|failure| failure.failed > 0) {
        let policy = policies.get(&failure.policy);
        let key = FailureKey {
            domain_id: domain,
            day,
            result_type: failure.result_type,
            result_label: failure.result_label,
            mx_label: failure.mx_label,
            impact: failure.impact,
            reporter_id: report.reporter_id,
            policy_type: policy.map_or(0, |policy| policy.policy_type),
            policy_label: policy.map_or(0, |policy| policy.policy_label),
            mode: policy.map_or(0, |policy| policy.mode),
            trust: report.trust,
        };
        let add = |sum: &mut i64| *sum = clamped(sum.saturating_add(failure.failed));
        let (network, failed) = causes.entry(key).or_insert((failure.network, 0));
        if *network != failure.network {
            *network = 0;
        }
        add(failed);
        let told = |written: &Option<String>| written.as_deref().and_then(address);
        let pair = Pair { sending: told(&failure.sending_mta_ip), receiving: told(&failure.receiving_ip) };
        let fits = between.len() < MOST_ADDRESSED || between.contains_key(&(key, pair));
        add(between.entry((key, if fits { pair } else { Pair::default() })).or_default());
    }
    let once = |failed| Counts { reports: 1, sessions: 0, failed };
    deltas.failure = causes.into_iter().map(|(key, (network, failed))| ((key, network), once(failed))).collect();
    deltas.address = between.into_iter().map(|(key, failed)| (key, once(failed))).collect();

    let summary = Summary { counts, last_report: Some(report.received), mode, look_up: false };
    deltas.summary.insert(domain, summary);
    deltas
}

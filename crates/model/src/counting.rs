//! How sessions are counted without counting any twice.
//!
//! One report may describe the same sessions more than once: Microsoft lists `sts` and `tlsa` with equal totals, mox one
//! `no-policy-found` for the domain and one for each MX host. So the policies that speak of one domain are put into groups
//! that each see all its sessions at most once: what names the domain under MTA-STS or no policy, what names it under DANE,
//! what names its MX hosts, and one group for every unknown policy type. The largest group is the truth about sessions, the
//! largest failed count the truth about failures: nothing is counted twice and no failure is hidden.

use std::{collections::BTreeMap, iter::Sum};

use serde::{Deserialize, Serialize};
use tlsrpt::{Policy, PolicyType};

use crate::{DomainName, format};

/// The largest count kept for one number of one report, and for one report's total: 10^12. Reading a report lowers larger ones
/// to it, with a note; here sums are.
pub const MAX_COUNT: u64 = 1_000_000_000_000;

/// Sessions of a report, a day or a range. `failed` never exceeds `sessions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All sessions, failed ones included.
    pub sessions: u64,
    /// Failed sessions.
    pub failed: u64,
}

impl Totals {
    /// Sessions that met the policy.
    #[must_use]
    pub const fn successful(self) -> u64 {
        self.sessions.saturating_sub(self.failed)
    }

    /// Both together; none when a count would leave `u64`.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            sessions: self.sessions.checked_add(other.sessions)?,
            failed: self.failed.checked_add(other.failed)?,
        })
    }

    /// What is left without `other`; none when `other` was never part of it.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let left = Self {
            sessions: self.sessions.checked_sub(other.sessions)?,
            failed: self.failed.checked_sub(other.failed)?,
        };
        (left.failed <= left.sessions).then_some(left)
    }

    /// The success rate as people read it: `97.40 %`, `100 %` only when nothing failed, `—` when there were no sessions.
    #[must_use]
    pub fn rate_words(self) -> String {
        format::share(self.successful(), self.sessions)
    }
}

/// Sums for display, where the end of `u64` is no error.
impl Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, next| Self {
            sessions: sum.sessions.saturating_add(next.sessions),
            failed: sum.failed.saturating_add(next.failed),
        })
    }
}

/// What the policies of one report that speak of `domain` add to its totals.
///
/// `is_mx` says whether a name is an MX host of the domain; the caller knows that, from checks or from the report itself.
#[must_use]
pub fn contribution_totals(domain: &DomainName, policies: &[&Policy], is_mx: &dyn Fn(&DomainName) -> bool) -> Totals {
    let mut groups = BTreeMap::<Group<'_>, Totals>::new();
    for policy in policies {
        let group = groups.entry(Group::of(policy, domain, is_mx)).or_default();
        let policy = policy_totals(policy);
        group.sessions = group.sessions.saturating_add(policy.sessions);
        group.failed = group.failed.saturating_add(policy.failed);
    }
    let largest = |count: fn(&Totals) -> u64| groups.values().map(count).max().unwrap_or(0).min(MAX_COUNT);
    // The group that failed most may be smaller than the one with most sessions, but never fails more than it has.
    Totals { sessions: largest(|group| group.sessions), failed: largest(|group| group.failed) }
}

/// One policy by itself, as its row on a page shows it.
#[must_use]
pub fn policy_totals(policy: &Policy) -> Totals {
    let failed = policy.failed.min(MAX_COUNT);
    Totals { sessions: (policy.successful.min(MAX_COUNT) + failed).min(MAX_COUNT), failed }
}

/// Policies of one group are about different sessions; different groups are about the same ones.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    /// `sts` and `no-policy-found` that name the domain, a sub-domain or nothing.
    Domain,
    /// `tlsa` that names the domain itself, as Microsoft writes it.
    DomainByDane,
    /// Everything that names an MX host, as RFC 8460 §1.1 has it for DANE and as mox does throughout.
    MxHosts,
    /// A policy type that is not in the registry.
    Unknown(&'a str),
}

impl<'a> Group<'a> {
    fn of(policy: &'a Policy, domain: &DomainName, is_mx: &dyn Fn(&DomainName) -> bool) -> Self {
        let other = policy.policy_domain.as_deref().and_then(DomainName::parse_lenient).filter(|name| name != domain);
        match (&policy.policy_type, other) {
            (_, Some(name)) if is_mx(&name) => Self::MxHosts,
            // DANE is a matter of hosts: what it names beside the domain is one (RFC 8460 §1.1).
            (PolicyType::Tlsa, Some(_)) => Self::MxHosts,
            (PolicyType::Tlsa, None) => Self::DomainByDane,
            (PolicyType::Sts | PolicyType::NoPolicyFound, _) => Self::Domain,
            (PolicyType::Other(unknown), _) => Self::Unknown(unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn policy(policy_type: &str, name: Option<&str>, successful: u64, failed: u64) -> Policy {
        Policy {
            policy_type: PolicyType::from(Cow::Borrowed(policy_type)),
            policy_string: vec![],
            policy_domain: name.map(str::to_owned),
            mx_host: vec![],
            mode: None,
            successful,
            failed,
            failures: vec![],
        }
    }

    fn count(policies: &[Policy]) -> Totals {
        let domain = DomainName::parse("example.com").unwrap();
        contribution_totals(&domain, &policies.iter().collect::<Vec<_>>(), &|name| name.as_str().starts_with("mx"))
    }

    fn totals(sessions: u64, failed: u64) -> Totals {
        Totals { sessions, failed }
    }

    #[test]
    fn microsoft_sts_and_tlsa_with_equal_totals_are_not_doubled() {
        let report = [policy("sts", Some("example.com"), 2, 0), policy("tlsa", Some("example.com"), 2, 0)];
        assert_eq!(count(&report), totals(2, 0));
    }

    #[test]
    fn mox_no_policy_found_for_the_domain_and_for_each_mx_is_counted_once() {
        let report = [
            policy("no-policy-found", Some("example.com"), 5, 1),
            policy("no-policy-found", Some("mx1.example.com"), 4, 0),
            policy("no-policy-found", Some("mx2.example.com"), 1, 1),
        ];
        assert_eq!(count(&report), totals(6, 1));
    }

    #[test]
    fn policies_that_name_the_domain_a_sub_domain_or_nothing_are_disjoint_and_add_up() {
        let report = [
            policy("sts", Some("EXAMPLE.com."), 10, 1),
            policy("sts", Some("sub.example.com"), 20, 2),
            policy("no-policy-found", None, 30, 3),
        ];
        assert_eq!(count(&report), totals(66, 6));
    }

    #[test]
    fn mx_hosts_of_dane_add_up_in_a_group_of_their_own() {
        let report = [
            policy("sts", Some("example.com"), 10, 0),
            policy("tlsa", Some("mx1.example.net"), 4, 2),
            policy("tlsa", Some("mx2.example.net"), 3, 3),
        ];
        assert_eq!(count(&report), totals(12, 5));
    }

    #[test]
    fn an_unknown_type_is_a_group_of_its_own() {
        let report = [
            policy("sts", Some("example.com"), 10, 0),
            policy("tls", Some("example.com"), 10, 0),
            policy("bogus", None, 7, 4),
        ];
        assert_eq!(count(&report), totals(11, 4));
    }

    #[test]
    fn no_failure_is_hidden_by_a_larger_group_without_one() {
        let report = [policy("sts", None, 100, 0), policy("tlsa", Some("mx1.example.com"), 0, 7)];
        assert_eq!(count(&report), totals(100, 7));
    }

    #[test]
    fn counts_are_clamped() {
        let report = [policy("sts", None, u64::MAX, u64::MAX), policy("sts", None, u64::MAX, 0)];
        assert_eq!(count(&report), totals(MAX_COUNT, MAX_COUNT));
    }

    #[test]
    fn nothing_counts_nothing() {
        assert_eq!(count(&[]), totals(0, 0));
    }

    #[test]
    fn the_rate_never_rounds_a_failure_away() {
        assert_eq!(totals(0, 0).rate_words(), "—");
        assert_eq!(totals(10, 0).rate_words(), "100 %");
        assert_eq!(totals(138_537, 3_596).rate_words(), "97.40 %");
        assert_eq!(totals(1_000_000, 1).rate_words(), "> 99.99 %");
        assert_eq!(totals(3, 3).rate_words(), "0 %");
        assert_eq!(totals(1_000_000, 999_999).rate_words(), "< 0.01 %");
    }

    #[test]
    fn what_was_never_added_cannot_be_taken_away() {
        assert_eq!(totals(5, 2).checked_sub(totals(3, 1)), Some(totals(2, 1)));
        assert_eq!(totals(5, 2).checked_sub(totals(6, 0)), None);
        assert_eq!(totals(5, 2).checked_sub(totals(5, 1)), None);
        assert_eq!(totals(u64::MAX, 0).checked_add(totals(1, 0)), None);
    }

    proptest! {
        #[test]
        fn failed_never_exceeds_sessions_and_no_policy_is_hidden(
            parts in prop::collection::vec((0_usize..5, 0_usize..4, any::<u64>(), any::<u64>()), 0..8)
        ) {
            let types = ["sts", "tlsa", "no-policy-found", "bogus", "other"];
            let names = [None, Some("example.com"), Some("mx1.example.com"), Some("a.example.com")];
            let report: Vec<_> =
                parts.iter().map(|&(t, n, ok, bad)| policy(types[t], names[n], ok, bad)).collect();
            let all = count(&report);
            prop_assert!(all.failed <= all.sessions && all.sessions <= MAX_COUNT);
            for one in &report {
                let one = policy_totals(one);
                prop_assert!(all.sessions >= one.sessions && all.failed >= one.failed);
            }
        }

        #[test]
        fn subtracting_what_was_added_gives_back_the_first(a in 0_u64..1 << 40, b in 0_u64..1 << 40) {
            let (one, two) = (totals(a.max(b), a.min(b)), totals(a, a / 2));
            prop_assert_eq!(one.checked_add(two).unwrap().checked_sub(two), Some(one));
        }
    }
}

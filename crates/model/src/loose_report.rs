//! A report that somebody shows and nobody keeps: what a report's page needs, without a domain that it was given to.

use tlsrpt::{Policy, PolicyType, Report};

use crate::{Day, DayRange, DomainName, Reporter, Timestamp, Totals, counting, verdict, view::ReportPolicy};

/// A report that was read and not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseReport {
    /// What it says.
    pub report: Report,
    /// Its JSON as text, or the beginning of it.
    pub raw: String,
}

/// One domain that a report speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Its name; none where the report does not say.
    pub domain: Option<DomainName>,
    /// The sentence that comes first.
    pub verdict: String,
    /// Its sessions, none counted twice.
    pub totals: Totals,
    /// The policies that speak of it, in their order.
    pub policies: Vec<ReportPolicy>,
}

impl LooseReport {
    /// Who wrote it, by what it says itself.
    #[must_use]
    pub fn reporter(&self) -> Reporter {
        Reporter::of(self.report.organization_name.as_deref(), self.report.contact_info.as_deref())
    }

    /// Its period, where both ends can be read.
    #[must_use]
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        self.report.start.map(Timestamp::from).zip(self.report.end.map(Timestamp::from))
    }

    /// What it says of each domain, in the order in which it names them.
    #[must_use]
    pub fn spoken(&self, today: Day) -> Vec<Spoken> {
        let reporter = self.reporter();
        let mut groups: Vec<(Option<DomainName>, Vec<&Policy>)> = vec![];
        let (hosts, own): (Vec<&Policy>, Vec<&Policy>) =
            self.report.policies.iter().partition(|policy| policy.policy_type == PolicyType::Tlsa);
        for policy in own {
            group_of(&mut groups, named(policy)).push(policy);
        }
        // The policy domain of a DANE entry is mostly an MX host (RFC 8460 §1.1): it goes with the domain it lies under, or with
        // the only one there is.
        for policy in hosts {
            let host = named(policy);
            let over = groups.iter().filter_map(|(domain, _)| domain.clone());
            let over =
                over.filter(|domain| host.as_ref().is_some_and(|host| host == domain || host.is_subdomain_of(domain)));
            let only = || match groups.as_slice() {
                [(only, _)] => only.clone(),
                _ => host.clone(),
            };
            let domain = over.max_by_key(|domain| domain.as_str().len()).or_else(only);
            group_of(&mut groups, domain).push(policy);
        }
        groups
            .into_iter()
            .map(|(domain, policies)| {
                let is_mx = |name: &DomainName| domain.as_ref() != Some(name);
                let any = DomainName::parse("domain.invalid").ok();
                let counted = domain.as_ref().or(any.as_ref());
                let totals =
                    counted.map(|domain| counting::contribution_totals(domain, &policies, &is_mx)).unwrap_or_default();
                let verdict = verdict::sentence(&verdict::Subject {
                    reporter: &reporter.name,
                    domain: domain.as_ref().map(DomainName::as_str),
                    period: self.period().map(|(start, end)| DayRange::covering(start, end)),
                    today,
                    totals,
                    policies: &policies,
                });
                let told = |policy: &&Policy| ReportPolicy {
                    mx_entry: policy.policy_type == PolicyType::Tlsa && named(policy) != domain,
                    impacts: impacts(policy),
                    policy: (*policy).clone(),
                };
                Spoken { verdict, totals, policies: policies.iter().map(told).collect(), domain }
            })
            .collect()
    }
}

/// The domain that a policy names.
fn named(policy: &Policy) -> Option<DomainName> {
    policy.policy_domain.as_deref().and_then(DomainName::parse_lenient)
}

/// What each of a policy's failures did to mail.
fn impacts(policy: &Policy) -> Vec<crate::Impact> {
    let of = |failure: &tlsrpt::Failure| crate::Impact::of(&policy.policy_type, policy.mode, &failure.result_type);
    policy.failures.iter().map(of).collect()
}

fn group_of<'a, 'b>(
    groups: &'a mut Vec<(Option<DomainName>, Vec<&'b Policy>)>,
    domain: Option<DomainName>,
) -> &'a mut Vec<&'b Policy> {
    let place = groups.iter().position(|(other, _)| *other == domain).unwrap_or_else(|| {
        groups.push((domain, vec![]));
        groups.len() - 1
    });
    &mut groups[place].1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(kind: PolicyType, domain: Option<&str>, successful: u64) -> Policy {
        Policy {
            policy_type: kind,
            policy_string: vec![],
            policy_domain: domain.map(str::to_owned),
            mx_host: vec![],
            mode: None,
            successful,
            failed: 0,
            failures: vec![],
        }
    }

    fn told(policies: Vec<Policy>) -> Vec<(Option<String>, u64, usize)> {
        let report = Report { organization_name: Some("Alpha".to_owned()), policies, ..Report::default() };
        let loose = LooseReport { report, raw: String::new() };
        let spoken = loose.spoken(Day(20_000));
        spoken
            .iter()
            .map(|one| (one.domain.as_ref().map(ToString::to_string), one.totals.sessions, one.policies.len()))
            .collect()
    }

    #[test]
    fn hosts_go_with_their_domain_and_count_nothing_twice() {
        let sts = policy(PolicyType::Sts, Some("example.com"), 10);
        let under = policy(PolicyType::Tlsa, Some("mx.example.com"), 6);
        let elsewhere = policy(PolicyType::Tlsa, Some("mx.provider.example"), 4);
        assert_eq!(told(vec![under, sts, elsewhere]), [(Some("example.com".to_owned()), 10, 3)]);
    }

    #[test]
    fn each_domain_is_told_by_itself() {
        let of = |domain| policy(PolicyType::Sts, Some(domain), 5);
        let host = policy(PolicyType::Tlsa, Some("mx.b.example"), 7);
        assert_eq!(
            told(vec![of("a.example"), of("b.example"), host]),
            [(Some("a.example".to_owned()), 5, 1), (Some("b.example".to_owned()), 7, 2)]
        );
    }

    #[test]
    fn a_report_that_names_nobody_is_told_all_the_same() {
        assert_eq!(told(vec![policy(PolicyType::NoPolicyFound, None, 3)]), [(None, 3, 1)]);
        assert_eq!(
            told(vec![policy(PolicyType::Tlsa, Some("mx.example.com"), 3)]),
            [(Some("mx.example.com".to_owned()), 3, 1)]
        );
        assert!(told(vec![]).is_empty());
    }
}

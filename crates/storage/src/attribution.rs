//! Which domain a policy of a report belongs to. Pure; the first rule that matches wins.
//!
//! - (a) policy-domain missing, or the address's own domain: that domain.
//! - (b) an MX host of the address's domain: that domain, as an MX entry (RFC 8460 §1.1). While none of its MX hosts is
//!   known, any `tlsa` name is taken for one, with a note.
//! - (c) a policy whose mx-host lists the address's own name: the mail host itself, which is how mox reports to it.
//! - (d) a watched domain of the same workspace: the name itself, else its longest watched parent.
//!
//! Otherwise the policy is quarantined. What came to no address goes by (d) alone. What would belong to a domain that waits for
//! its proof of control is quarantined under its name; the watched domains of (d) are those that need none or have theirs.

use std::collections::{HashMap, HashSet};

use model::DomainName;
use tlsrpt::{Note, Policy, PolicyType};

/// The code of the note about a name that is taken for an MX host.
pub(crate) const MX_ASSUMED: &str = "mx-host-assumed";

/// A domain whose address received the report.
#[derive(Clone, Debug)]
pub(crate) struct Addressed {
    /// Its id.
    pub(crate) id: i64,
    /// Its name.
    pub(crate) name: DomainName,
    /// Its MX hosts, as far as they are known.
    pub(crate) mx: HashSet<DomainName>,
    /// Whether its workspace has shown that it is its own, or need not.
    pub(crate) proven: bool,
}

/// Where one policy belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To a watched domain.
    Domain {
        /// Its id.
        id: i64,
        /// Whether the policy names an MX host of it.
        mx_entry: bool,
        /// What was assumed.
        note: Option<Note>,
    },
    /// To none that is watched here, and which it names.
    Quarantine(Option<String>),
}

impl Place {
    const fn domain(id: i64) -> Self {
        Self::Domain { id, mx_entry: false, note: None }
    }
}

/// The name a policy speaks of: what it says, else what the message around it says.
pub(crate) fn name_of(policy: Option<&Policy>, hint: Option<&DomainName>) -> Option<DomainName> {
    match policy.and_then(|policy| policy.policy_domain.as_deref()).map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => DomainName::parse_lenient(text),
        None => hint.cloned(),
    }
}

/// Attributes one policy, or a report that has none.
pub(crate) fn attribute(
    policy: Option<&Policy>,
    hint: Option<&DomainName>,
    address: Option<&Addressed>,
    watched: &HashMap<DomainName, i64>,
) -> Place {
    let text = policy.and_then(|policy| policy.policy_domain.as_deref()).map(str::trim).filter(|text| !text.is_empty());
    let name = name_of(policy, hint);
    if let Some(address) = address
        && let Some(place) = by_address(policy, text, name.as_ref(), address)
    {
        return if address.proven { place } else { Place::Quarantine(Some(address.name.to_string())) };
    }
    // (d)
    let watched_name = name
        .as_ref()
        .and_then(|name| watched.get(name).or_else(|| name.parents().find_map(|parent| watched.get(&parent))).copied());
    match (watched_name, name) {
        (Some(id), _) => Place::domain(id),
        (None, Some(name)) => Place::Quarantine(Some(name.to_string())),
        (None, None) => Place::Quarantine(text.map(str::to_owned)),
    }
}

/// The rules (a) to (c): what the address it came to says of a policy.
fn by_address(
    policy: Option<&Policy>,
    text: Option<&str>,
    name: Option<&DomainName>,
    address: &Addressed,
) -> Option<Place> {
    // (a)
    if text.is_none() || name == Some(&address.name) {
        return Some(Place::domain(address.id));
    }
    // (b)
    if let Some(name) = name {
        if address.mx.contains(name) {
            return Some(Place::Domain { id: address.id, mx_entry: true, note: None });
        }
        if address.mx.is_empty() && policy.is_some_and(|policy| policy.policy_type == PolicyType::Tlsa) {
            let note = Note {
                code: MX_ASSUMED.into(),
                text: format!(
                    "{name} is taken for an MX host of {}, of whose MX hosts none is known yet.",
                    address.name
                ),
            };
            return Some(Place::Domain { id: address.id, mx_entry: true, note: Some(note) });
        }
    }
    // (c)
    let lists_it = |policy: &Policy| {
        policy.mx_host.iter().any(|host| DomainName::parse_lenient(host).as_ref() == Some(&address.name))
    };
    policy.is_some_and(lists_it).then(|| Place::domain(address.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DomainName {
        DomainName::parse_lenient(text).unwrap()
    }

    fn policy(policy_type: PolicyType, policy_domain: Option<&str>, mx_host: &[&str]) -> Policy {
        Policy {
            policy_type,
            policy_string: vec![],
            policy_domain: policy_domain.map(str::to_owned),
            mx_host: mx_host.iter().map(|&host| host.to_owned()).collect(),
            mode: None,
            successful: 1,
            failed: 0,
            failures: vec![],
        }
    }

    fn address(mx: &[&str]) -> Addressed {
        let mx = mx.iter().map(|host| name(host)).collect();
        Addressed { id: 1, name: name("example.com"), mx, proven: true }
    }

    fn watched() -> HashMap<DomainName, i64> {
        HashMap::from([(name("example.com"), 1), (name("example.org"), 2), (name("mail.example.org"), 3)])
    }

    fn to_address(policy: &Policy, mx: &[&str]) -> Place {
        attribute(Some(policy), None, Some(&address(mx)), &watched())
    }

    fn to_workspace(policy_domain: Option<&str>, hint: Option<&str>) -> Place {
        attribute(Some(&policy(PolicyType::Sts, policy_domain, &[])), hint.map(name).as_ref(), None, &watched())
    }

    #[test]
    fn rule_a_the_address_speaks_for_a_policy_that_names_it_or_nothing() {
        for policy_domain in [None, Some(""), Some("example.com"), Some("EXAMPLE.com.")] {
            assert_eq!(to_address(&policy(PolicyType::Sts, policy_domain, &[]), &["mx.example.net"]), Place::domain(1));
        }
    }

    #[test]
    fn rule_b_an_mx_host_of_the_domain_is_an_mx_entry() {
        for policy_type in [PolicyType::Tlsa, PolicyType::NoPolicyFound] {
            let place = to_address(&policy(policy_type, Some("mx.example.net"), &[]), &["mx.example.net"]);
            assert_eq!(place, Place::Domain { id: 1, mx_entry: true, note: None });
        }
    }

    #[test]
    fn rule_b_while_no_mx_is_known_any_tlsa_name_is_one_with_a_note() {
        let tlsa = policy(PolicyType::Tlsa, Some("mx.example.net"), &[]);
        assert!(matches!(to_address(&tlsa, &[]), Place::Domain { id: 1, mx_entry: true, note: Some(_) }));
        assert_eq!(to_address(&tlsa, &["mx2.example.net"]), Place::Quarantine(Some("mx.example.net".into())));
        let none = policy(PolicyType::NoPolicyFound, Some("mx.example.net"), &[]);
        assert_eq!(to_address(&none, &[]), Place::Quarantine(Some("mx.example.net".into())));
    }

    #[test]
    fn rule_c_a_mail_host_gets_what_lists_it_as_mx() {
        let policy = policy(PolicyType::Sts, Some("customer.example"), &["mx.example.net", "Example.COM"]);
        assert_eq!(to_address(&policy, &["mx.example.net"]), Place::domain(1));
    }

    #[test]
    fn rule_d_the_longest_watched_parent_of_the_workspace() {
        assert_eq!(to_workspace(Some("example.org"), None), Place::domain(2));
        assert_eq!(to_workspace(Some("deep.mail.example.org"), None), Place::domain(3));
        assert_eq!(to_workspace(Some("other.example.org"), None), Place::domain(2));
        assert_eq!(to_address(&policy(PolicyType::Sts, Some("example.org"), &[]), &[]), Place::domain(2));
        assert_eq!(to_workspace(None, Some("example.org")), Place::domain(2));
    }

    #[test]
    fn what_comes_to_a_domain_without_proof_is_put_aside_under_its_name() {
        let waits = Addressed { proven: false, ..address(&["mx.example.net"]) };
        let place =
            |policy: &Policy| attribute(Some(policy), None, Some(&waits), &HashMap::from([(name("example.org"), 2)]));
        let aside = Place::Quarantine(Some("example.com".into()));
        for policy in [
            policy(PolicyType::Sts, None, &[]),
            policy(PolicyType::Sts, Some("example.com"), &[]),
            policy(PolicyType::Tlsa, Some("mx.example.net"), &[]),
            policy(PolicyType::Sts, Some("customer.example"), &["example.com"]),
        ] {
            assert_eq!(place(&policy), aside);
        }
        assert_eq!(
            place(&policy(PolicyType::Sts, Some("example.org"), &[])),
            Place::domain(2),
            "another domain is proven"
        );
    }

    #[test]
    fn what_names_nothing_watched_is_quarantined() {
        assert_eq!(to_workspace(Some("example.net"), None), Place::Quarantine(Some("example.net".into())));
        assert_eq!(to_workspace(Some("not a name"), None), Place::Quarantine(Some("not a name".into())));
        assert_eq!(to_workspace(None, None), Place::Quarantine(None));
        assert_eq!(attribute(None, None, None, &watched()), Place::Quarantine(None));
        // A name below an unwatched top-level label must not match by its end alone.
        assert_eq!(to_workspace(Some("notexample.org"), None), Place::Quarantine(Some("notexample.org".into())));
    }
}

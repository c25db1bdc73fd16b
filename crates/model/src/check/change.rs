//! What changed between two times a domain was looked at. Pure.

use std::collections::BTreeSet;

use mtasts::Mode;
use serde::{Deserialize, Serialize};

use super::{Check, Facts, MxFacts};

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Change {
    /// The TLS-RPT record.
    TlsRpt {
        /// The record before.
        before: Option<String>,
        /// The record now.
        after: Option<String>,
    },
    /// The MTA-STS record.
    MtaSts {
        /// The record before.
        before: Option<String>,
        /// The record now.
        after: Option<String>,
    },
    /// What the policy asks senders to do; none where there is no policy that they can use.
    Mode {
        /// The mode before.
        before: Option<Mode>,
        /// The mode now.
        after: Option<Mode>,
    },
    /// Something of the policy, the mode being the same.
    Policy,
    /// The MX hosts.
    Mx {
        /// Hosts that are new.
        added: Vec<String>,
        /// Hosts that are gone.
        removed: Vec<String>,
    },
    /// Whether a host offers STARTTLS.
    Starttls {
        /// The MX host.
        host: String,
        /// Whether it offers it now.
        offered: bool,
    },
    /// A host has another certificate.
    Certificate {
        /// The MX host, or the policy host.
        host: String,
    },
    /// The TLSA records of a host.
    Tlsa {
        /// The MX host.
        host: String,
    },
    /// The domain's name servers.
    NameServers,
}

impl Change {
    /// What changed between two looks at a domain. `policy_host` is the name for its certificate.
    #[must_use]
    pub fn between(before: &Facts, after: &Facts, policy_host: &str) -> Vec<Self> {
        let mut changes = Vec::new();
        let known = |check| !before.unseen.contains(&check) && !after.unseen.contains(&check);
        if known(Check::TlsRpt) && before.tls_rpt != after.tls_rpt {
            changes.push(Self::TlsRpt { before: before.tls_rpt.clone(), after: after.tls_rpt.clone() });
        }
        if known(Check::MtaSts) && before.mta_sts != after.mta_sts {
            changes.push(Self::MtaSts { before: before.mta_sts.clone(), after: after.mta_sts.clone() });
        }
        let mode = |facts: &Facts| facts.policy.as_ref().and_then(|policy| policy.mode);
        let body = |facts: &Facts| facts.policy.as_ref().map(|policy| policy.body_sha256.clone());
        if !known(Check::Policy) {
            // What it was, nobody knows.
        } else if mode(before) != mode(after) {
            changes.push(Self::Mode { before: mode(before), after: mode(after) });
        } else if body(before) != body(after) {
            changes.push(Self::Policy);
        }
        if let (Some(one), Some(other)) = (&before.policy, &after.policy)
            && one.tls.leaf().map(|leaf| &leaf.sha256) != other.tls.leaf().map(|leaf| &leaf.sha256)
        {
            changes.push(Self::Certificate { host: policy_host.to_owned() });
        }
        if known(Check::Mx) {
            changes.extend(mx_set(before, after));
        }
        for mx in &after.mx {
            if let Some(known) = before.mx.iter().find(|known| known.host == mx.host) {
                changes.extend(of_host(known, mx));
            }
        }
        if !before.name_servers.is_empty() && before.name_servers != after.name_servers {
            changes.push(Self::NameServers);
        }
        changes
    }

    /// In few words, for a mark on a chart: `policy → enforce`.
    #[must_use]
    pub fn mark(&self) -> String {
        match self {
            Self::TlsRpt { before: None, .. } => "TLS-RPT record added".to_owned(),
            Self::TlsRpt { after: None, .. } => "TLS-RPT record removed".to_owned(),
            Self::TlsRpt { .. } => "TLS-RPT record changed".to_owned(),
            Self::MtaSts { before: None, .. } => "MTA-STS record added".to_owned(),
            Self::MtaSts { after: None, .. } => "MTA-STS record removed".to_owned(),
            Self::MtaSts { .. } => "MTA-STS record changed".to_owned(),
            Self::Mode { after: Some(mode), .. } => format!("policy → {}", mode.keyword()),
            Self::Mode { after: None, .. } => "policy gone".to_owned(),
            Self::Policy => "policy changed".to_owned(),
            Self::Mx { .. } => "MX changed".to_owned(),
            Self::Starttls { host, offered: true } => format!("{} offers STARTTLS", first_label(host)),
            Self::Starttls { host, offered: false } => format!("{} without STARTTLS", first_label(host)),
            Self::Certificate { host } => format!("{} certificate renewed", first_label(host)),
            Self::Tlsa { host } => format!("{} TLSA changed", first_label(host)),
            Self::NameServers => "name servers changed".to_owned(),
        }
    }

    /// In a sentence, for the history.
    #[must_use]
    pub fn sentence(&self) -> String {
        let or_none = |record: &Option<String>| record.clone().unwrap_or_else(|| "none".to_owned());
        let mode = |mode: &Option<Mode>| mode.map_or("none that can be used", Mode::keyword);
        match self {
            Self::TlsRpt { before, after } => {
                format!("The TLS-RPT record is now {}; before: {}.", or_none(after), or_none(before))
            }
            Self::MtaSts { before, after } => {
                format!("The MTA-STS record is now {}; before: {}.", or_none(after), or_none(before))
            }
            Self::Mode { before, after } => {
                format!("The mode of the policy is now {}; before: {}.", mode(after), mode(before))
            }
            Self::Policy => "The policy has changed; its mode has not.".to_owned(),
            Self::Mx { added, removed } => {
                let part = |hosts: &[String], what| match hosts {
                    [] => None,
                    hosts => Some(format!("{what}: {}", hosts.join(", "))),
                };
                let parts: Vec<_> = part(added, "new").into_iter().chain(part(removed, "gone")).collect();
                format!("The MX hosts have changed ({}).", parts.join("; "))
            }
            Self::Starttls { host, offered: true } => format!("{host} offers STARTTLS now."),
            Self::Starttls { host, offered: false } => format!("{host} no longer offers STARTTLS."),
            Self::Certificate { host } => format!("{host} has another certificate."),
            Self::Tlsa { host } => format!("The TLSA records of {host} have changed."),
            Self::NameServers => "The name servers of the domain have changed.".to_owned(),
        }
    }
}

fn mx_set(before: &Facts, after: &Facts) -> Option<Change> {
    let hosts = |facts: &Facts| facts.mx.iter().map(|mx| mx.host.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (hosts(before), hosts(after));
    let (added, removed): (Vec<_>, Vec<_>) =
        (after.difference(&before).cloned().collect(), before.difference(&after).cloned().collect());
    (!added.is_empty() || !removed.is_empty()).then_some(Change::Mx { added, removed })
}

fn of_host(before: &MxFacts, after: &MxFacts) -> Vec<Change> {
    let host = || after.host.clone();
    let mut changes = Vec::new();
    let offers = |mx: &MxFacts| {
        let told: Vec<_> = mx.addresses.iter().filter_map(|address| address.starttls).collect();
        (!told.is_empty()).then(|| told.iter().all(|&offered| offered))
    };
    if let (Some(before), Some(offered)) = (offers(before), offers(after))
        && before != offered
    {
        changes.push(Change::Starttls { host: host(), offered });
    }
    // Several machines may stand behind a name, each with its own certificate: only when all are others was one renewed.
    let leaves = |mx: &MxFacts| {
        let sessions = mx.addresses.iter().filter_map(|address| address.tls.as_ref());
        sessions.filter_map(|tls| tls.leaf()).map(|leaf| leaf.sha256.clone()).collect::<BTreeSet<_>>()
    };
    let (known, seen) = (leaves(before), leaves(after));
    if !known.is_empty() && !seen.is_empty() && known.is_disjoint(&seen) {
        changes.push(Change::Certificate { host: host() });
    }
    let sorted = |mx: &MxFacts| mx.tlsa.iter().cloned().collect::<BTreeSet<_>>();
    if sorted(before) != sorted(after) {
        changes.push(Change::Tlsa { host: host() });
    }
    changes
}

/// `mx2` of `mx2.example.com`.
fn first_label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        check::{AddressFacts, Certificate, Digest, PolicyFacts, Session, Version},
    };

    fn session(key: u8) -> Session {
        let leaf = Certificate {
            subject: String::new(),
            issuer: String::new(),
            names: vec![],
            not_before: Timestamp(0),
            not_after: Timestamp(1),
            sha256: Digest(vec![key]),
            sha512: Digest::default(),
            key_sha256: Digest(vec![key]),
            key_sha512: Digest::default(),
            self_issued: false,
            anchors_leaf: false,
        };
        Session { version: Version::Tls13, chain: vec![leaf], faults: vec![] }
    }

    fn mx(host: &str, starttls: bool, keys: &[u8], tlsa: &[&str]) -> MxFacts {
        let addresses = (1..).zip(keys).map(|(n, &key)| AddressFacts {
            address: [192, 0, 2, n].into(),
            starttls: Some(starttls),
            tls: Some(session(key)),
        });
        let tlsa = tlsa.iter().map(|&record| record.to_owned()).collect();
        MxFacts { preference: 10, host: host.to_owned(), addresses: addresses.collect(), tlsa }
    }

    fn policy(mode: Mode, body: &str, key: u8) -> PolicyFacts {
        let (body_sha256, body) = (body.to_owned(), body.to_owned());
        PolicyFacts { body_sha256, body, mode: Some(mode), mx: vec![], max_age: Some(86_400), tls: session(key) }
    }

    fn facts() -> Facts {
        Facts {
            name_servers: vec!["ns.example.net".to_owned()],
            tls_rpt: Some("v=TLSRPTv1; rua=mailto:a@example.com".to_owned()),
            mta_sts: Some("v=STSv1; id=1".to_owned()),
            policy: Some(policy(Mode::Testing, "a", 9)),
            mx: vec![mx("mx1.example.com", true, &[1, 2], &["3 1 1 ab"])],
            ..Facts::default()
        }
    }

    fn marks(after: &Facts) -> Vec<String> {
        let changes = Change::between(&facts(), after, "mta-sts.example.com");
        assert!(changes.iter().all(|change| change.sentence().ends_with('.')));
        changes.iter().map(Change::mark).collect()
    }

    #[test]
    fn nothing_new_is_no_change() {
        assert_eq!(marks(&facts()), [""; 0]);
        let reordered = Facts { mx: vec![mx("mx1.example.com", true, &[2, 7], &["3 1 1 ab"])], ..facts() };
        assert_eq!(marks(&reordered), [""; 0], "one of two machines has a new certificate: not renewed for all");
    }

    #[test]
    fn each_change_is_told() {
        assert_eq!(marks(&Facts { tls_rpt: None, ..facts() }), ["TLS-RPT record removed"]);
        let mta_sts = Some("v=STSv1; id=2".to_owned());
        assert_eq!(marks(&Facts { mta_sts, ..facts() }), ["MTA-STS record changed"]);
        assert_eq!(marks(&Facts { policy: Some(policy(Mode::Enforce, "b", 9)), ..facts() }), ["policy → enforce"]);
        assert_eq!(marks(&Facts { policy: Some(policy(Mode::Testing, "b", 9)), ..facts() }), ["policy changed"]);
        assert_eq!(marks(&Facts { policy: None, ..facts() }), ["policy gone"]);
        let renewed = Facts { policy: Some(policy(Mode::Testing, "a", 8)), ..facts() };
        assert_eq!(marks(&renewed), ["mta-sts certificate renewed"]);
        let hosts = |mx| Facts { mx, ..facts() };
        assert_eq!(marks(&hosts(vec![mx("mx2.example.com", true, &[1], &[])])), ["MX changed"]);
        let plain = mx("mx1.example.com", false, &[1], &["3 1 1 ab"]);
        assert_eq!(marks(&hosts(vec![plain])), ["mx1 without STARTTLS"]);
        let renewed = mx("mx1.example.com", true, &[3, 4], &["3 1 1 ab"]);
        assert_eq!(marks(&hosts(vec![renewed])), ["mx1 certificate renewed"]);
        assert_eq!(marks(&hosts(vec![mx("mx1.example.com", true, &[1], &[])])), ["mx1 TLSA changed"]);
        assert_eq!(marks(&Facts { name_servers: vec![], ..facts() }), ["name servers changed"]);
    }

    #[test]
    fn facts_and_changes_are_read_back_as_they_were_kept() {
        let text = serde_json::to_string(&facts()).unwrap();
        let read: Facts = serde_json::from_str(&text).unwrap();
        assert_eq!(Change::between(&facts(), &read, "mta-sts.example.com"), []);
        let change = Change::Mx { added: vec!["a.example".to_owned()], removed: vec![] };
        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}

//! What was seen of a domain, to be kept and compared with what is seen later.

use std::net::IpAddr;

use mtasts::Mode;
use serde::{Deserialize, Serialize};

use super::{Check, Section, Session};
use crate::{DomainName, Status, Timestamp};

/// What was seen of a domain. [`Change::between`](super::Change::between) two of these tells what has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The zone that the domain is in, where its name servers could be found.
    pub zone: Option<DomainName>,
    /// The domain's name servers, sorted; none where the domain is no zone of its own.
    pub name_servers: Vec<String>,
    /// The TLS-RPT record, where there is one that counts.
    pub tls_rpt: Option<String>,
    /// Its destinations.
    pub destinations: Vec<String>,
    /// The record was published just now: until then, resolvers may go on with what they knew before.
    pub stale_until: Option<Timestamp>,
    /// The MTA-STS record, where there is one that counts.
    pub mta_sts: Option<String>,
    /// Its id.
    pub mta_sts_id: Option<String>,
    /// The policy, where it could be fetched.
    pub policy: Option<PolicyFacts>,
    /// The MX hosts, by preference.
    pub mx: Vec<MxFacts>,
    /// What could be told neither this time nor ever before: of that, nothing is known to have changed.
    pub unseen: Vec<Check>,
}

/// A policy that was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFacts {
    /// SHA-256 of the body, in hexadecimal.
    pub body_sha256: String,
    /// The body, broken UTF-8 replaced.
    pub body: String,
    /// What it asks senders to do; none where it is not valid.
    pub mode: Option<Mode>,
    /// Its patterns.
    pub mx: Vec<String>,
    /// Seconds.
    pub max_age: Option<u64>,
    /// The handshake with its host.
    pub tls: Session,
}

/// An MX host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxFacts {
    /// Lower is tried first.
    pub preference: u16,
    /// The host.
    pub host: String,
    /// What was seen at its addresses.
    pub addresses: Vec<AddressFacts>,
    /// Its TLSA records that DNSSEC proves, as zone files write them.
    pub tlsa: Vec<String>,
}

/// An address of an MX host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFacts {
    /// The address.
    pub address: IpAddr,
    /// Whether STARTTLS is offered; none where that cannot be told.
    pub starttls: Option<bool>,
    /// The handshake, where there was one.
    pub tls: Option<Session>,
}

impl Facts {
    /// These facts, with what could not be told this time taken from an earlier time, where there was one: a name server that
    /// is silent for an hour changes nothing that is published.
    #[must_use]
    pub fn carrying(mut self, before: Option<&Self>, sections: &[Section]) -> Self {
        let unknown = |check, host: Option<&str>| {
            sections.iter().any(|section| {
                section.check == check && section.host.as_deref() == host && section.status == Status::CannotTell
            })
        };
        self.unseen = [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx]
            .into_iter()
            .filter(|&check| unknown(check, None) && self.lacks(check))
            .collect();
        let Some(before) = before else { return self };
        for check in std::mem::take(&mut self.unseen) {
            if before.unseen.contains(&check) {
                self.unseen.push(check);
            } else {
                self.take(check, before);
            }
        }
        if self.name_servers.is_empty() {
            self.name_servers.clone_from(&before.name_servers);
        }
        if self.zone.is_none() {
            self.zone.clone_from(&before.zone);
        }
        for mx in &mut self.mx {
            let Some(known) = before.mx.iter().find(|known| known.host == mx.host) else { continue };
            mx.carry(known, unknown(Check::Dane, Some(&mx.host)));
        }
        self
    }

    /// Whether a check has left nothing here.
    fn lacks(&self, check: Check) -> bool {
        match check {
            Check::TlsRpt => self.tls_rpt.is_none(),
            Check::MtaSts => self.mta_sts.is_none(),
            Check::Policy => self.policy.is_none(),
            Check::Mx => self.mx.is_empty(),
            Check::Starttls | Check::Dane | Check::MxReports => false,
        }
    }

    /// Takes over what a check left there.
    fn take(&mut self, check: Check, before: &Self) {
        match check {
            Check::TlsRpt => {
                self.tls_rpt.clone_from(&before.tls_rpt);
                self.destinations.clone_from(&before.destinations);
                self.stale_until = before.stale_until;
            }
            Check::MtaSts => {
                self.mta_sts.clone_from(&before.mta_sts);
                self.mta_sts_id.clone_from(&before.mta_sts_id);
            }
            Check::Policy => self.policy.clone_from(&before.policy),
            Check::Mx => self.mx.clone_from(&before.mx),
            // What is known of single hosts goes with the hosts.
            Check::Starttls | Check::Dane | Check::MxReports => {}
        }
    }
}

impl MxFacts {
    fn carry(&mut self, before: &Self, tlsa_unknown: bool) {
        if tlsa_unknown && self.tlsa.is_empty() {
            self.tlsa.clone_from(&before.tlsa);
        }
        if self.addresses.is_empty() {
            self.addresses.clone_from(&before.addresses);
        }
        for address in self.addresses.iter_mut().filter(|address| address.starttls.is_none()) {
            if let Some(known) = before.addresses.iter().find(|known| known.address == address.address) {
                address.clone_from(known);
            }
        }
    }
}

/// An id of MTA-STS and the policy that was first seen with it: what senders that fetched then still hold.
///
/// Kept with the domain between checks, as [`Published::after`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The id of the MTA-STS record.
    pub id: String,
    /// SHA-256 of the policy's body, in hexadecimal.
    pub body_sha256: String,
}

impl Published {
    /// What to keep after a check: as long as the id is the same, what was first seen with it.
    #[must_use]
    pub fn after(before: Option<&Self>, facts: &Facts) -> Option<Self> {
        let Some(now) = Self::of(facts) else {
            return before.cloned();
        };
        Some(before.filter(|before| before.id == now.id).cloned().unwrap_or(now))
    }

    /// What is published now, where both are there.
    #[must_use]
    pub fn of(facts: &Facts) -> Option<Self> {
        let (id, policy) = (facts.mta_sts_id.clone()?, facts.policy.as_ref()?);
        Some(Self { id, body_sha256: policy.body_sha256.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Change, *};

    fn cannot_tell(check: Check, host: Option<&str>) -> Section {
        let section = Section::new(check, host.map(ToOwned::to_owned), vec![], vec![]);
        Section { status: Status::CannotTell, ..section }
    }

    fn host(starttls: Option<bool>, tlsa: &[&str]) -> MxFacts {
        let address = AddressFacts { address: [192, 0, 2, 1].into(), starttls, tls: None };
        let tlsa = tlsa.iter().map(|&record| record.to_owned()).collect();
        MxFacts { preference: 10, host: "mx.example.com".to_owned(), addresses: vec![address], tlsa }
    }

    fn before() -> Facts {
        Facts {
            name_servers: vec!["ns.example.net".to_owned()],
            tls_rpt: Some("v=TLSRPTv1; rua=mailto:a@example.com".to_owned()),
            mta_sts: Some("v=STSv1; id=1".to_owned()),
            mta_sts_id: Some("1".to_owned()),
            mx: vec![host(Some(true), &["3 1 1 ab"])],
            ..Facts::default()
        }
    }

    #[test]
    fn what_cannot_be_told_is_as_it_was() {
        let silent = [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx].map(|check| cannot_tell(check, None));
        assert_eq!(Facts::default().carrying(Some(&before()), &silent), before());
    }

    #[test]
    fn what_is_absent_is_gone() {
        let now = Facts { name_servers: before().name_servers, ..Facts::default() };
        assert_eq!(now.clone().carrying(Some(&before()), &[]), now);
    }

    #[test]
    fn a_mail_host_that_is_silent_changes_nothing() {
        let now = Facts { mx: vec![host(None, &[])], ..before() };
        let sections = [cannot_tell(Check::Dane, Some("mx.example.com"))];
        assert_eq!(now.carrying(Some(&before()), &sections), before());
        let gone = Facts { mx: vec![host(Some(false), &[])], ..before() };
        assert_eq!(gone.clone().carrying(Some(&before()), &[]), gone);
    }

    #[test]
    fn what_was_never_seen_is_no_news_when_it_is() {
        let silent = [Check::TlsRpt, Check::MtaSts, Check::Policy, Check::Mx].map(|check| cannot_tell(check, None));
        let first = Facts::default().carrying(None, &silent);
        let second = Facts::default().carrying(Some(&first), &silent[..1]);
        assert_eq!(second.unseen, [Check::TlsRpt]);
        let third = before().carrying(Some(&second), &[]);
        assert_eq!(third, before());
        let marks = |before, after| Change::between(before, after, "").iter().map(Change::mark).collect::<Vec<_>>();
        assert_eq!(marks(&first, &third), [""; 0]);
        assert_eq!(marks(&second, &third), ["MTA-STS record added", "MX changed"], "these were seen to be absent");
    }
}

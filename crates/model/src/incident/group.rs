//! Incidents over domains, by cause: one expired certificate on a shared MX host is one line that names its domains.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};
use tlsrpt::ResultType;

use super::{Evidence, Fault, Incident, Live, Resolved, State, heading};
use crate::{Day, DomainName, Impact, Timestamp, Trust};

/// One cause over the domains that it touches, in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// How all of these stand.
    pub state: State,
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host; none where the reports name none, as with policies, each of which has a host of its own.
    pub mx: Option<String>,
    /// The worst that it did to mail.
    pub impact: Impact,
    /// Failed sessions of all of them.
    pub failed: u64,
    /// How many reporters told of it, at whichever domain.
    pub reporters: usize,
    /// The best trust of a report that told of it.
    pub trust: Trust,
    /// The first day of the latest episodes.
    pub opened: Day,
    /// Whether the first of them may have begun before the days that were looked at.
    pub earlier: bool,
    /// The last day with failures.
    pub last: Day,
    /// Whether one of them was over before, and came again.
    pub reopened: bool,
    /// Whose fault it is, by what is known from all domains.
    pub fault: Fault,
    /// Why, in sentences.
    pub whose: String,
    /// What the live check says; of several, the worst.
    pub live: Live,
    /// How many domains it touches.
    pub touched: usize,
    /// These domains, most failed sessions first; all of them, or the first.
    pub domains: Vec<Member>,
}

/// One domain of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub domain: DomainName,
    /// Its failed sessions.
    pub failed: u64,
    /// The first day of the latest episode.
    pub opened: Day,
    /// Its last day with failures.
    pub last: Day,
    /// When a live check saw it mended.
    pub fix_seen: Option<Timestamp>,
    /// How it ended.
    pub resolved: Option<Resolved>,
}

/// What the incidents of a group have in common: how they stand, the result type, and the MX host in one spelling.
pub type Common<'a> = (State, &'a str, Option<String>);

/// What an incident has in common with the others of its group.
#[must_use]
pub fn common(incident: &Incident) -> Common<'_> {
    let mx = incident.mx.as_deref().map(|mx| mx.trim_end_matches('.').to_ascii_lowercase());
    (incident.state(), incident.result_type.as_str(), mx)
}

impl Group {
    /// What its incidents have in common.
    #[must_use]
    pub fn common(&self) -> Common<'_> {
        (self.state, self.result_type.as_str(), self.mx.clone())
    }

    /// What happened and where: `Certificate expired on mx2.example.com`.
    #[must_use]
    pub fn heading(&self) -> String {
        heading(&self.result_type, self.mx.as_deref())
    }

    /// The same with at most so many of its domains.
    #[must_use]
    pub fn shortened(&self, most: usize) -> Self {
        // Field by field: of ten thousand domains, few are copied.
        Self {
            state: self.state,
            result_type: self.result_type.clone(),
            mx: self.mx.clone(),
            impact: self.impact,
            failed: self.failed,
            reporters: self.reporters,
            trust: self.trust,
            opened: self.opened,
            earlier: self.earlier,
            last: self.last,
            reopened: self.reopened,
            fault: self.fault,
            whose: self.whose.clone(),
            live: self.live.clone(),
            touched: self.touched,
            domains: self.domains.iter().take(most).cloned().collect(),
        }
    }

    /// Whether these words, in lower case, are in its heading, its result type or the name of one of its domains.
    #[must_use]
    pub fn mentions(&self, search: &str) -> bool {
        let has = |text: &str| text.to_lowercase().contains(search);
        has(&self.heading())
            || has(self.result_type.as_str())
            || self.domains.iter().any(|one| one.domain.as_str().contains(search) || has(&one.domain.to_unicode()))
    }
}

/// Puts the incidents of several domains together by state and cause, most urgent first.
#[must_use]
pub fn groups<'a>(all: impl IntoIterator<Item = (&'a DomainName, &'a Incident)>) -> Vec<Group> {
    let mut by_cause = BTreeMap::<Common<'_>, Vec<(&DomainName, &Incident)>>::new();
    for (domain, incident) in all {
        by_cause.entry(common(incident)).or_default().push((domain, incident));
    }
    let mut groups: Vec<_> = by_cause.into_iter().filter_map(|((.., mx), members)| group(mx, &members)).collect();
    groups.sort_by_cached_key(|group| {
        (group.state, group.impact, Reverse(group.failed), Reverse(group.last), group.heading())
    });
    groups
}

fn group(mx: Option<String>, members: &[(&DomainName, &Incident)]) -> Option<Group> {
    let (first_domain, first) = *members.first()?;
    let evidence =
        members.iter().skip(1).fold(first.evidence.clone(), |sum, (_, one)| Evidence::with(sum, &one.evidence));
    let worst = members.iter().map(|(_, one)| &one.live).max_by_key(|live| live.light)?;
    let latest = || members.iter().map(|(_, one)| one.latest());
    let reporters: BTreeSet<_> = latest().flat_map(|chapter| &chapter.episode.reporters).collect();
    let mut domains: Vec<_> = members
        .iter()
        .map(|(domain, one)| {
            let episode = &one.latest().episode;
            Member {
                domain: (*domain).clone(),
                failed: one.failed,
                opened: episode.opened,
                last: episode.last,
                fix_seen: episode.fix_seen,
                resolved: episode.resolved,
            }
        })
        .collect();
    domains.sort_by(|a, b| b.failed.cmp(&a.failed).then_with(|| a.domain.cmp(&b.domain)));
    let only = (members.len() == 1).then(|| first_domain.as_str());
    Some(Group {
        state: first.state(),
        impact: latest().map(|chapter| chapter.impact).min()?,
        failed: members.iter().fold(0, |sum, (_, one)| sum.saturating_add(one.failed)),
        reporters: reporters.len(),
        trust: latest().map(|chapter| chapter.trust).max()?,
        opened: latest().map(|chapter| chapter.episode.opened).min()?,
        earlier: members.iter().any(|(_, one)| one.earlier && one.episodes.len() == 1),
        last: latest().map(|chapter| chapter.episode.last).max()?,
        reopened: members.iter().any(|(_, one)| one.reopened()),
        fault: evidence.judge(&first.result_type),
        whose: evidence.sentence(&first.result_type, mx.as_deref(), only),
        live: worst.clone(),
        result_type: first.result_type.clone(),
        mx,
        touched: domains.len(),
        domains,
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Chapter, Episode, Light},
        *,
    };
    use crate::ReporterId;

    fn incident(mx: Option<&str>, reporter: i64, light: Light, failed: u64, over: bool) -> Incident {
        let how = super::super::How::ReportedWithout { heard: 1, of: 1 };
        let episode = Episode {
            opened: Day(10),
            last: Day(12),
            reporters: [ReporterId(reporter)].into(),
            fix_seen: None,
            resolved: over.then_some(Resolved { day: Day(15), how }),
        };
        let name = format!("Reporter {reporter}");
        let evidence =
            Evidence { reporters: vec![name.clone()], network: None, others: 0, light, seen: "", one_sided: false };
        Incident {
            result_type: ResultType::CertificateExpired,
            mx: mx.map(str::to_owned),
            failed,
            episodes: vec![Chapter {
                episode,
                impact: Impact::NotDelivered,
                trust: Trust::Signed,
                reporters: vec![name],
            }],
            earlier: false,
            fault: evidence.judge(&ResultType::CertificateExpired),
            evidence,
            live: Live { light, words: String::new() },
        }
    }

    fn name(text: &str) -> DomainName {
        DomainName::parse(text).unwrap()
    }

    #[test]
    fn one_certificate_on_a_shared_host_is_one_line() {
        let all = [
            (name("a.example"), incident(Some("mx.example.net"), 1, Light::Unknown, 3, false)),
            (name("b.example"), incident(Some("MX.example.net."), 2, Light::Unknown, 30, false)),
            (name("c.example"), incident(Some("mx.example.net"), 1, Light::Unknown, 1, true)),
            (name("d.example"), incident(Some("mx.other.example"), 1, Light::Green, 2, false)),
        ];
        let groups = groups(all.iter().map(|(domain, incident)| (domain, incident)));
        let told: Vec<_> = groups
            .iter()
            .map(|group| (group.state, group.mx.as_deref().unwrap(), group.domains.len(), group.failed))
            .collect();
        assert_eq!(
            told,
            [
                (State::Open, "mx.example.net", 2, 33),
                (State::Open, "mx.other.example", 1, 2),
                (State::Resolved, "mx.example.net", 1, 1),
            ]
        );
        assert_eq!(groups[0].domains[0].domain.as_str(), "b.example", "most failures first");
        // Each domain has one reporter; together there are two that know nothing of each other.
        assert_eq!((all[0].1.fault, groups[0].fault, groups[0].reporters), (Fault::Unknown, Fault::Ours, 2));
    }

    #[test]
    fn policies_of_several_domains_are_one_line_without_a_host() {
        let all = [
            (name("a.example"), incident(None, 1, Light::Red, 3, false)),
            (name("b.example"), incident(None, 1, Light::Green, 3, false)),
        ];
        let groups = groups(all.iter().map(|(domain, incident)| (domain, incident)));
        assert_eq!((groups.len(), groups[0].live.light), (1, Light::Red), "of several, the worst");
    }

    #[test]
    fn a_group_is_found_by_its_cause_and_its_domains() {
        let domain = name("bücher.example");
        let one = incident(Some("mx.example.net"), 1, Light::Red, 3, false);
        let group = groups([(&domain, &one)]).remove(0);
        for search in ["mx.example", "certificate-exp", "expired on", "bücher", "xn--b"] {
            assert!(group.mentions(search), "{search}");
        }
        assert!(!group.mentions("other"));
    }
}

//! Incidents: one cause (a result type at an MX host or policy host) at one domain, with its life, whose fault it is, and what
//! the live check says. Pure, from what roll-ups keep; grouped over domains, one expired certificate is one line ([`groups`]).
//!
//! - [`life`]: open → fix seen → resolved → reopened
//! - [`look`]: what live checks saw of a place
//! - [`fault`]: whose fault, by one table
//! - [`live`]: what the check says now
//! - [`group`]: over domains

mod codes;
pub mod days;
pub mod fault;
pub mod group;
pub mod life;
pub mod live;
pub mod look;
#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use tlsrpt::ResultType;

pub use self::{
    codes::codes,
    days::{CHUNK, DaySet},
    fault::{Evidence, Fault},
    group::{Common, Group, Member, common, groups},
    life::{CLEAN_DAYS, Episode, Failing, Heard, How, Resolved, SILENT_DAYS, State},
    live::Live,
    look::{Light, Look, Sighted, Sighting, looks, sightings},
};
use crate::{Day, Impact, ReporterId, Timestamp, Trust, by_address::Network, explain};

/// What one reporter told of one cause at one domain, on the days of one chunk ([`CHUNK`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFailing {
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host, where the reports say.
    pub mx: Option<String>,
    /// What it did to mail.
    pub impact: Impact,
    /// Who told of it.
    pub reporter: ReporterId,
    /// The chunk.
    pub chunk: i32,
    /// Its days.
    pub days: u64,
    /// Failed sessions of those days.
    pub failed: u64,
    /// The network from which all of them came; none where reports do not say, or say several.
    pub network: Option<Network>,
}

/// The days of one chunk on which one reporter reported at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAnything {
    /// Who.
    pub reporter: ReporterId,
    /// The name people know it by.
    pub name: String,
    /// How far these reports can be trusted.
    pub trust: Trust,
    /// The chunk.
    pub chunk: i32,
    /// The days that they cover.
    pub days: u64,
    /// Those of them with failures, by the days on which these count.
    pub failing: u64,
}

/// One cause at one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What went wrong.
    pub result_type: ResultType,
    /// The MX host it went wrong at, where the reports say.
    pub mx: Option<String>,
    /// Failed sessions of all episodes.
    pub failed: u64,
    /// From failure to resolution, oldest first; at least one.
    pub episodes: Vec<Chapter>,
    /// Whether the first episode may have begun before the days that were looked at.
    pub earlier: bool,
    /// How it looks from several sides, on the days of the last episode.
    pub evidence: Evidence,
    /// Whose fault that is.
    pub fault: Fault,
    /// What the live check says now.
    pub live: Live,
}

/// One episode with what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// From when to when.
    pub episode: Episode,
    /// What it did to mail: the worst that was reported.
    pub impact: Impact,
    /// The best trust of a report that told of it.
    pub trust: Trust,
    /// Who told of it: those first that saw most of it.
    pub reporters: Vec<String>,
}

impl Incident {
    /// The latest episode.
    #[must_use]
    pub fn latest(&self) -> &Chapter {
        // There is one, or there is no incident.
        &self.episodes[self.episodes.len() - 1]
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.latest().episode.state()
    }

    /// Whether it was over before, and came again.
    #[must_use]
    pub fn reopened(&self) -> bool {
        self.episodes.len() > 1 && self.state() != State::Resolved
    }

    /// Whose fault it is and why, in sentences. `domain` is whose incident it is.
    #[must_use]
    pub fn whose(&self, domain: &str) -> String {
        self.evidence.sentence(&self.result_type, self.mx.as_deref(), Some(domain))
    }

    /// The order in which incidents need attention.
    fn urgency(&self) -> impl Ord + use<> {
        let latest = self.latest();
        (self.state(), latest.impact, Reverse(self.failed), Reverse(latest.episode.last))
    }
}

/// Why an incident is believed less than others; none where a signed report tells of it.
#[must_use]
pub const fn doubt(trust: Trust) -> Option<&'static str> {
    match trust {
        Trust::Signed => None,
        Trust::Unsigned => {
            Some("Only unsigned reports tell of this: whoever knows the report address could have sent them.")
        }
        Trust::Unverified => Some("Only reports tell of this of which nothing proves who sent them."),
    }
}

/// `Certificate expired on mx2.example.com`: what happened and where, safe to print.
#[must_use]
pub fn heading(result_type: &ResultType, mx: Option<&str>) -> String {
    let what = match result_type {
        ResultType::Other(name) => {
            format!("{}: {}", explain::unknown_result_type().title, crate::text::visible_short(name, 60))
        }
        known => explain::result_type(known).title.to_owned(),
    };
    mx.map_or_else(|| what.clone(), |mx| format!("{what} on {}", crate::text::visible_short(mx, 80)))
}

/// Incidents of one domain. Senders invent hosts and types, so of more the smallest are left out.
const MOST: usize = 200;

/// The incidents of one domain, most urgent first. `known_from` is the first day of which `failing` and `anything` tell.
#[must_use]
pub fn incidents(
    failing: &[ToldFailing],
    anything: &[ToldAnything],
    sighted: &[Sighted],
    known_from: Day,
    now: Timestamp,
) -> Vec<Incident> {
    let mut reporters = HashMap::<ReporterId, Reporter<'_>>::new();
    let mut heard = Heard::new();
    for told in anything {
        heard.entry(told.reporter).or_default().insert_chunk(told.chunk, told.days);
        let reporter = reporters.entry(told.reporter).or_default();
        reporter.name = &told.name;
        reporter.failing.entry(told.trust).or_default().insert_chunk(told.chunk, told.failing);
    }
    let mut causes = BTreeMap::<(&str, Option<&str>), Vec<&ToldFailing>>::new();
    for told in failing {
        causes.entry((told.result_type.as_str(), told.mx.as_deref())).or_default().push(told);
    }
    let mut causes: Vec<_> = causes.into_values().collect();
    causes.sort_by_cached_key(|told| Reverse(failed(told)));
    causes.truncate(MOST);
    let all = causes.into_iter().filter_map(|told| one(&told, &reporters, &heard, sighted, known_from, now));
    let mut all: Vec<_> = all.collect();
    all.sort_by_cached_key(Incident::urgency);
    all
}

fn failed(told: &[&ToldFailing]) -> u64 {
    told.iter().fold(0, |sum, told| sum.saturating_add(told.failed))
}

/// What is known of one reporter.
#[derive(Default)]
struct Reporter<'a> {
    name: &'a str,
    failing: BTreeMap<Trust, DaySet>,
}

fn one(
    told: &[&ToldFailing],
    reporters: &HashMap<ReporterId, Reporter<'_>>,
    heard: &Heard,
    sighted: &[Sighted],
    known_from: Day,
    now: Timestamp,
) -> Option<Incident> {
    let (result_type, mx) = (&told.first()?.result_type, told.first()?.mx.as_deref());
    let mut failing = Failing::new();
    let mut impacts = BTreeMap::<Impact, DaySet>::new();
    let mut seen_by = HashMap::<ReporterId, u64>::new();
    for told in told {
        let seen = seen_by.entry(told.reporter).or_default();
        *seen = seen.saturating_add(told.failed);
        failing.entry(told.reporter).or_default().insert_chunk(told.chunk, told.days);
        impacts.entry(told.impact).or_default().insert_chunk(told.chunk, told.days);
    }
    let looks = looks(sighted, result_type, mx);
    let name = |id: &ReporterId| {
        let name = reporters.get(id).map_or("", |reporter| reporter.name);
        if name.is_empty() { "unnamed sender".to_owned() } else { name.to_owned() }
    };
    let named = |ids: &BTreeSet<ReporterId>| {
        let mut all: Vec<_> = ids.iter().map(|id| (Reverse(seen_by.get(id)), name(id))).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, name)| name).collect()
    };
    let chapters = life::episodes(&failing, heard, &looks, now).into_iter().map(|episode| {
        let within = |days: &DaySet| days.touches(episode.opened, episode.last);
        let trusts = episode.reporters.iter().filter_map(|id| {
            let told = failing.get(id)?;
            reporters
                .get(id)?
                .failing
                .iter()
                .rev()
                .find(|(_, days)| within(&days.shared(told)))
                .map(|(trust, _)| *trust)
        });
        Chapter {
            impact: impacts.iter().find(|(_, days)| within(days)).map_or(Impact::NotKnown, |(impact, _)| *impact),
            trust: trusts.max().unwrap_or(Trust::Unverified),
            reporters: named(&episode.reporters),
            episode,
        }
    });
    let episodes: Vec<_> = chapters.collect();
    let latest = &episodes.last()?.episode;
    let (reporters, network) = (episodes.last()?.reporters.clone(), one_network(told, latest));
    let evidence = evidence(latest, &failing, heard, &looks, reporters, network);
    Some(Incident {
        fault: evidence.judge(result_type),
        live: live::now(result_type, &looks, latest.last, now),
        earlier: episodes.first()?.episode.opened < known_from.plus(SILENT_DAYS),
        failed: failed(told),
        result_type: result_type.clone(),
        mx: mx.map(str::to_owned),
        evidence,
        episodes,
    })
}

/// The network from which all sessions came that failed in an episode, as far as whole chunks tell.
fn one_network(told: &[&ToldFailing], episode: &Episode) -> Option<Network> {
    let (first, last) = (episode.opened.0.div_euclid(CHUNK), episode.last.0.div_euclid(CHUNK));
    let mut networks = told.iter().filter(|told| (first..=last).contains(&told.chunk)).map(|told| told.network);
    let network = networks.next()??;
    networks.all(|other| other == Some(network)).then_some(network)
}

/// How an episode looks from several sides.
fn evidence(
    episode: &Episode,
    failing: &Failing,
    heard: &Heard,
    looks: &[Look],
    reporters: Vec<String>,
    network: Option<Network>,
) -> Evidence {
    let mut days = DaySet::default();
    for told in failing.values() {
        days.extend(told);
    }
    let days = days.iter().filter(|day| (episode.opened..=episode.last).contains(day));
    let mut evidence = Evidence { reporters, network, others: 0, light: Light::Unknown, seen: "", one_sided: false };
    for day in days {
        let others = heard
            .iter()
            .filter(|(id, days)| days.contains(day) && !failing.get(id).is_some_and(|told| told.contains(day)));
        let others = others.count();
        let (light, seen) = on_day(looks, day);
        evidence.others = evidence.others.max(others);
        evidence.one_sided |= others > 0 && light == Light::Green;
        if light > evidence.light || evidence.seen.is_empty() && light == evidence.light {
            (evidence.light, evidence.seen) = (light, seen);
        }
    }
    evidence.one_sided &= evidence.light == Light::Green && evidence.is_of_one_side();
    evidence
}

/// The worst that live checks saw on a day.
fn on_day(looks: &[Look], day: Day) -> (Light, &'static str) {
    let (start, end) = (day.start(), day.plus(1).start());
    let that_day = looks.iter().filter(|look| look.from < end && look.until >= start);
    that_day.max_by_key(|look| look.light).map_or((Light::Unknown, ""), |look| (look.light, look.words))
}

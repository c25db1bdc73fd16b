//! Incidents: of a workspace by cause, of one domain, as a list for programs, and as the history of a period.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use model::{
    Day, DayRange, DomainId, DomainName, Page, Timestamp, WorkspaceId,
    incident::{self, Chapter, Group, Incident, State, common},
    status, time,
    view::{BrokenNow, IncidentList, IncidentQuery},
};
use storage::{FailedOn, IncidentFacts, Scope, Storage};

use super::{Figures, OfDomain, Versions};
use crate::{Engine, Error};

/// The days whose failures a workspace's incidents are made of: those of a month that is over can still be told from older ones.
const DAYS: u16 = 60;
/// The same of one domain, which costs little.
const DAYS_OF_DOMAIN: u16 = 420;
/// Resolved incidents are listed for so many days.
const LISTED_DAYS: i32 = 30;
/// Causes that Overview names.
const BROKEN: usize = 3;
/// Domains of a cause that Overview names.
const NAMED: usize = 3;
/// Domains of a cause that a list names.
const LISTED: usize = 200;
/// Workspaces whose causes are kept.
const KEPT: usize = 16;

/// The incidents of one domain.
#[derive(Clone, Debug)]
pub(crate) struct OfOne {
    domain: DomainId,
    name: DomainName,
    incidents: Vec<Incident>,
}

impl OfOne {
    fn of(facts: &IncidentFacts, known_from: Day, now: Timestamp) -> Self {
        let incidents = incident::incidents(&facts.failing, &facts.anything, &facts.sighted, known_from, now);
        Self { domain: facts.domain, name: facts.name.clone(), incidents }
    }
}

impl OfDomain for Arc<OfOne> {
    fn domain(&self) -> DomainId {
        self.domain
    }

    async fn compute(
        storage: &Storage,
        workspace: WorkspaceId,
        scope: Scope<'_>,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Vec<Self>, storage::Error> {
        let facts = storage.incident_facts(workspace, scope, range).await?;
        let oldest = time::complete_to(now).plus(-LISTED_DAYS);
        let listed = |one: &Incident| match one.latest().episode.resolved {
            Some(resolved) => resolved.day >= oldest,
            None => true,
        };
        let all = facts.iter().map(|facts| {
            let mut one = OfOne::of(facts, range.first, now);
            one.incidents.retain(listed);
            Arc::new(one)
        });
        Ok(all.filter(|one| !one.incidents.is_empty()).collect())
    }
}

/// The incidents of all domains of some workspaces. Cheap to clone; all clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incidents {
    figures: Figures<Arc<OfOne>>,
    /// By cause, with what each was made of.
    groups: Arc<Mutex<HashMap<WorkspaceId, Grouped>>>,
}

/// Incidents and what they are by cause.
type Grouped = (Arc<[Arc<OfOne>]>, Arc<[Group]>);

impl Incidents {
    async fn of(
        &self,
        storage: &Storage,
        workspace: WorkspaceId,
        now: Timestamp,
        versions: &Versions,
    ) -> Result<Arc<[Arc<OfOne>]>, storage::Error> {
        self.figures.of(storage, workspace, range(now), now, versions).await
    }

    async fn by_cause(
        &self,
        storage: &Storage,
        workspace: WorkspaceId,
        now: Timestamp,
        versions: &Versions,
    ) -> Result<Arc<[Group]>, storage::Error> {
        let all = self.of(storage, workspace, now, versions).await?;
        let kept = || self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, groups)) = kept().get(&workspace)
            && Arc::ptr_eq(of, &all)
        {
            return Ok(Arc::clone(groups));
        }
        let each = all.iter().flat_map(|one| one.incidents.iter().map(|incident| (&one.name, incident)));
        let groups: Arc<[Group]> = incident::groups(each).into();
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(workspace, (Arc::clone(&all), Arc::clone(&groups)));
        Ok(groups)
    }
}

/// The days of a workspace's incidents.
fn range(now: Timestamp) -> DayRange {
    DayRange::ending(now.day(), DAYS)
}

/// One incident in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentItem {
    /// Whose.
    pub domain: DomainName,
    /// It.
    pub incident: Incident,
}

/// Where an incident stands in the list: by domain, result type and MX host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IncidentPlace {
    /// Whose.
    pub domain: DomainName,
    /// The result type as written.
    pub result_type: String,
    /// The MX host as written.
    pub mx: Option<String>,
}

/// Which incidents are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Only those of this domain.
    pub domain: Option<DomainName>,
    /// Only those that stand so.
    pub state: Option<State>,
    /// Only those of causes that the page of incidents finds by these words.
    pub search: String,
}

impl IncidentItem {
    /// Its place in the list.
    #[must_use]
    pub fn place(&self) -> IncidentPlace {
        place(&self.domain, &self.incident)
    }
}

fn place(domain: &DomainName, incident: &Incident) -> IncidentPlace {
    let result_type = incident.result_type.as_str().to_owned();
    IncidentPlace { domain: domain.clone(), result_type, mx: incident.mx.clone() }
}

/// One episode in the history of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// The incident.
    pub incident: Incident,
    /// The episode.
    pub chapter: Chapter,
    /// Its failed sessions.
    pub failed: u64,
}

impl Engine {
    /// What is broken now, for Overview.
    pub(super) async fn broken(
        &self,
        workspace: WorkspaceId,
        now: Timestamp,
        versions: &Versions,
    ) -> Result<BrokenNow, Error> {
        let groups = self.incidents.by_cause(&self.storage, workspace, now, versions).await?;
        // As the domains' own status has it: what has not failed for days waits for its resolution on the page of incidents.
        let since = status::recent(now).first;
        let broken = || groups.iter().filter(|group| group.state != State::Resolved && group.last >= since);
        Ok(BrokenNow {
            first: broken().take(BROKEN).map(|group| group.shortened(NAMED)).collect(),
            causes: broken().count(),
        })
    }

    /// The incidents of a workspace by cause, most urgent first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn incident_list(
        &self,
        workspace: WorkspaceId,
        query: &IncidentQuery,
        now: Timestamp,
    ) -> Result<IncidentList, Error> {
        let versions = self.storage.glance(workspace, "").await?.versions;
        let groups = self.incidents.by_cause(&self.storage, workspace, now, &versions).await?;
        let search = query.search.trim().to_lowercase();
        let fits = |group: &&Group| {
            query.state.is_none_or(|state| group.state == state) && (search.is_empty() || group.mentions(&search))
        };
        let matching = groups.iter().filter(fits).count() as u64;
        let page = Page::of(query.page, matching);
        let on_page = groups.iter().filter(fits).skip(page.skip()).take(Page::ROWS);
        let count = |state| groups.iter().filter(|group| group.state == state).count() as u64;
        Ok(IncidentList {
            today: now.day(),
            range: range(now),
            counts: State::ALL.map(|state| (state, count(state))),
            matching,
            page: page.number,
            groups: on_page.map(|group| group.shortened(LISTED)).collect(),
            domains: versions.len() as u64,
        })
    }

    /// At most so many incidents of a workspace, by domain, result type and MX host, from the first after this place.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn incidents_after(
        &self,
        workspace: WorkspaceId,
        filter: &IncidentFilter,
        after: Option<&IncidentPlace>,
        most: u32,
        now: Timestamp,
    ) -> Result<Vec<IncidentItem>, Error> {
        let versions = self.storage.glance(workspace, "").await?.versions;
        let all = self.incidents.of(&self.storage, workspace, now, &versions).await?;
        let search = filter.search.trim().to_lowercase();
        // By cause is a sum of all incidents, which only a search needs.
        let groups = match search.as_str() {
            "" => None,
            _ => Some(self.incidents.by_cause(&self.storage, workspace, now, &versions).await?),
        };
        let searched = groups.as_deref().map(|groups| {
            let found = groups.iter().filter(|group| group.mentions(&search));
            found.map(Group::common).collect::<BTreeSet<_>>()
        });
        let mut found: Vec<_> = all
            .iter()
            .filter(|one| filter.domain.as_ref().is_none_or(|domain| one.name == *domain))
            // The domain first, so that of ten thousand few are looked at.
            .filter(|one| after.is_none_or(|after| one.name >= after.domain))
            .flat_map(|one| one.incidents.iter().map(move |incident| (&one.name, incident)))
            .filter(|(_, incident)| filter.state.is_none_or(|state| incident.state() == state))
            .filter(|(_, incident)| searched.as_ref().is_none_or(|causes| causes.contains(&common(incident))))
            .map(|(name, incident)| (place(name, incident), incident))
            .filter(|(place, _)| after.is_none_or(|after| place > after))
            .collect();
        found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let some = found.into_iter().take(most as usize);
        Ok(some.map(|(place, incident)| IncidentItem { domain: place.domain, incident: incident.clone() }).collect())
    }

    /// The history of a period: each episode that touches it, the latest first; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn incident_history(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        days: u16,
        now: Timestamp,
    ) -> Result<Option<(DayRange, Vec<HistoryRow>)>, Error> {
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        let (range, all) = (super::range(days, now), DayRange::ending(now.day(), DAYS_OF_DOMAIN));
        let incidents = self.domain_incidents(workspace, domain.id, now).await?;
        let failed = self.storage.failed_on(domain.id, all).await?;
        let mut rows: Vec<_> = incidents.iter().flat_map(|incident| rows(incident, range, &failed)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.chapter.episode.opened, row.failed)));
        Ok(Some((range, rows)))
    }

    /// The incidents of a domain over more than a year, most urgent first; of another workspace's domain, none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_incidents(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        now: Timestamp,
    ) -> Result<Vec<Incident>, Error> {
        let range = DayRange::ending(now.day(), DAYS_OF_DOMAIN);
        let facts = self.storage.incident_facts(workspace, Scope::Only(&[domain]), range).await?;
        Ok(facts.first().map(|facts| OfOne::of(facts, range.first, now).incidents).unwrap_or_default())
    }
}

/// The episodes of an incident that touch a range.
fn rows(incident: &Incident, range: DayRange, failed: &[FailedOn]) -> Vec<HistoryRow> {
    let touches = |chapter: &&Chapter| {
        let last = chapter.episode.resolved.map_or(Day(i32::MAX), |resolved| resolved.day);
        chapter.episode.opened <= range.last && last >= range.first
    };
    let row = |chapter: &Chapter| {
        let days = chapter.episode.opened..=chapter.episode.last;
        let here = failed.iter().filter(|(result_type, mx, day, _)| {
            (result_type, mx) == (&incident.result_type, &incident.mx) && days.contains(day)
        });
        HistoryRow {
            failed: here.fold(0, |sum, (.., failed)| sum.saturating_add(*failed)),
            incident: incident.clone(),
            chapter: chapter.clone(),
        }
    };
    incident.episodes.iter().filter(touches).map(row).collect()
}

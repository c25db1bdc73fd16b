//! Overview: which of a workspace's domains need attention.
//!
//! Searching, filtering and sorting need to know how *every* domain stands, and that costs days × domains. So these
//! figures are kept, each with the version of the roll-ups it was computed from, and a visit computes only those whose
//! version is another now. Whoever wrote the change, this process or another, every visit sees it.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use model::{
    Day, DayRange, DomainId, DomainName, Status, Timestamp, WorkspaceId, time,
    view::{Overview, OverviewQuery, OverviewSort},
};
use storage::{Glance, Scope, Standing, Storage};

use super::range;
use crate::{Engine, Error};

/// Workspaces (and ranges) whose figures are kept.
const KEPT: usize = 16;

/// Up to so many domains are asked for by name; when more have changed, all are computed.
const FEW: usize = 500;

impl Engine {
    /// Overview of a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn overview(
        &self,
        workspace: WorkspaceId,
        query: &OverviewQuery,
        now: Timestamp,
    ) -> Result<Overview, Error> {
        let range = range(query.days, now);
        let search = query.search.trim();
        let (standings, glance) = self.standings.of(&self.storage, workspace, search, range, now).await?;
        let count = |status| standings.iter().filter(|standing| standing.status == status).count() as u64;
        let chosen = chosen(&standings, query, &glance.noted);
        let matching = chosen.len() as u64;
        let page = storage::Page::of(query.page, matching);
        let on_page: Vec<Standing> = chosen.into_iter().skip(page.skip()).take(storage::Page::ROWS).cloned().collect();
        let rows = self.storage.overview_rows(&on_page, range).await?;
        Ok(Overview {
            range,
            today: now.day(),
            domains: standings.len() as u64,
            errors: count(Status::Error),
            warnings: count(Status::Warning),
            matching,
            page: page.number,
            rows,
            totals: standings.iter().map(|standing| standing.totals).sum(),
            last_delivery: glance.last_delivery,
            started: glance.started,
            waiting: if self.checks.runner().is_some() { glance.waiting } else { 0 },
            complete_to: time::complete_to(now),
        })
    }
}

/// The domains that match the query, in its order. The words of its search are also found in what is noted about some.
fn chosen<'a>(standings: &'a [Standing], query: &OverviewQuery, noted: &HashSet<DomainId>) -> Vec<&'a Standing> {
    let search = query.search.trim().to_lowercase();
    let found =
        |name: &DomainName| name.as_str().contains(&search) || name.to_unicode().to_lowercase().contains(&search);
    let mut chosen: Vec<_> = standings
        .iter()
        .filter(|standing| query.status.is_none_or(|status| standing.status == status))
        .filter(|standing| search.is_empty() || found(&standing.name) || noted.contains(&standing.domain))
        .collect();
    chosen.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    match query.sort {
        OverviewSort::Name => {}
        OverviewSort::Status => chosen.sort_by_key(|standing| urgency(standing.status)),
        OverviewSort::Sessions => chosen.sort_by_key(|standing| Reverse(standing.totals.sessions)),
        OverviewSort::Failed => chosen.sort_by_key(|standing| Reverse(standing.totals.failed)),
        OverviewSort::LastReport => chosen.sort_by_key(|standing| Reverse(standing.last_report)),
    }
    chosen
}

/// The place of a status when the worst comes first.
const fn urgency(status: Status) -> u8 {
    match status {
        Status::Error => 0,
        Status::Warning => 1,
        Status::CannotTell => 2,
        Status::Waiting => 3,
        Status::Suggestion => 4,
        Status::Ok => 5,
        Status::NotApplicable => 6,
    }
}

/// What figures depend on besides the roll-ups: the workspace, the days they sum up, and the last complete day, which
/// moves on while the date is the same.
type Key = (WorkspaceId, DayRange, Day);

/// Each domain with the version of the roll-ups that its figures were computed from.
type Versions = HashMap<DomainId, Option<i64>>;

/// The figures of one key.
#[derive(Clone, Debug, Default)]
struct Kept {
    versions: Versions,
    standings: Arc<[Standing]>,
    used: Timestamp,
}

/// Figures of all domains of some workspaces. Cheap to clone; all clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standings {
    kept: Arc<Mutex<HashMap<Key, Kept>>>,
    /// Held by who computes: many visitors at once cost the database no more than one.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Standings {
    /// How all domains of a workspace stand, as the roll-ups are now, and what one glance at it tells besides.
    async fn of(
        &self,
        storage: &Storage,
        workspace: WorkspaceId,
        search: &str,
        range: DayRange,
        now: Timestamp,
    ) -> Result<(Arc<[Standing]>, Glance), storage::Error> {
        let key = (workspace, range, time::complete_to(now));
        let glance = storage.glance(workspace, search).await?;
        if let Ok(current) = self.current(key, &glance.versions, now) {
            return Ok((current, glance));
        }
        let _turn = self.turn.lock().await;
        // Who had the turn before may have computed the same. The versions are read first: of figures that are newer than
        // their version nothing is lost, they are computed once more.
        let glance = storage.glance(workspace, search).await?;
        let known = match self.current(key, &glance.versions, now) {
            Ok(current) => return Ok((current, glance)),
            Err(known) => known,
        };
        let changed = changed(&known.versions, &glance.versions);
        let fresh = match changed.len() {
            0 => vec![],
            1..=FEW => storage.standings(workspace, Scope::Only(&changed), range, now).await?,
            _ => storage.standings(workspace, Scope::All, range, now).await?,
        };
        let standings = merged(&known, &glance.versions, fresh);
        self.keep(key, Kept { versions: glance.versions.clone(), standings: Arc::clone(&standings), used: now });
        Ok((standings, glance))
    }

    /// The kept figures if they are those of these versions; else what there is to start from.
    fn current(&self, key: Key, versions: &Versions, now: Timestamp) -> Result<Arc<[Standing]>, Kept> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = all.get_mut(&key) else { return Err(Kept::default()) };
        if kept.versions != *versions {
            return Err(kept.clone());
        }
        kept.used = now;
        Ok(Arc::clone(&kept.standings))
    }

    /// Keeps figures, and forgets those that nobody has used for longest.
    fn keep(&self, key: Key, figures: Kept) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, figures);
        if all.len() > KEPT
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| *key)
        {
            all.remove(&oldest);
        }
    }
}

/// The domains that are new, or whose roll-ups have another version now.
fn changed(known: &Versions, now: &Versions) -> Vec<DomainId> {
    now.iter().filter(|(domain, version)| known.get(domain) != Some(version)).map(|(domain, _)| *domain).collect()
}

/// Fresh figures, and the known ones of the domains that are still there and have none.
fn merged(known: &Kept, versions: &Versions, fresh: Vec<Standing>) -> Arc<[Standing]> {
    let computed: HashSet<_> = fresh.iter().map(|standing| standing.domain).collect();
    let lasts = |standing: &&Standing| versions.contains_key(&standing.domain) && !computed.contains(&standing.domain);
    known.standings.iter().filter(lasts).cloned().chain(fresh).collect()
}

#[cfg(test)]
mod tests {
    use model::Totals;

    use super::*;

    fn standing(name: &str, status: Status, sessions: u64, failed: u64) -> Standing {
        Standing {
            domain: DomainId(1),
            name: name.parse().unwrap(),
            added: Timestamp(0),
            status,
            reason: String::new(),
            totals: Totals { sessions, failed },
            mode: None,
            last_report: (sessions > 0).then_some(Timestamp(i64::try_from(sessions).unwrap())),
        }
    }

    fn some() -> Vec<Standing> {
        vec![
            standing("b.example.com", Status::Ok, 5, 0),
            standing("a.example.com", Status::Ok, 7, 1),
            standing("bücher.example", Status::Waiting, 0, 0),
            standing("z.example.net", Status::Error, 6, 6),
        ]
    }

    fn names(search: &str, status: Option<Status>, sort: OverviewSort) -> Vec<String> {
        let query = OverviewQuery { search: search.into(), status, sort, days: 30, page: 1 };
        chosen(&some(), &query, &HashSet::new())
            .iter()
            .map(|standing| standing.name.to_unicode().into_owned())
            .collect()
    }

    #[test]
    fn the_worst_comes_first_and_then_the_name_decides() {
        let all = ["z.example.net", "bücher.example", "a.example.com", "b.example.com"];
        assert_eq!(names("", None, OverviewSort::Status), all);
    }

    #[test]
    fn each_order_is_what_it_says() {
        assert_eq!(names("", None, OverviewSort::Name)[..2], ["a.example.com", "b.example.com"]);
        assert_eq!(names("", None, OverviewSort::Sessions)[..2], ["a.example.com", "z.example.net"]);
        assert_eq!(names("", None, OverviewSort::Failed)[..2], ["z.example.net", "a.example.com"]);
        assert_eq!(names("", None, OverviewSort::LastReport)[3], "bücher.example", "none comes last");
    }

    #[test]
    fn search_and_filter_meet() {
        assert_eq!(names("EXAMPLE.COM", None, OverviewSort::Name), ["a.example.com", "b.example.com"]);
        assert_eq!(names("büch", None, OverviewSort::Name), ["bücher.example"]);
        assert_eq!(names("xn--b", None, OverviewSort::Name), ["bücher.example"]);
        assert_eq!(names("example", Some(Status::Error), OverviewSort::Name), ["z.example.net"]);
        assert!(names("%", None, OverviewSort::Name).is_empty());
    }

    fn versions(all: &[(i64, i64)]) -> Versions {
        all.iter().map(|&(domain, version)| (DomainId(domain), Some(version))).collect()
    }

    #[test]
    fn only_what_has_changed_is_computed_anew() {
        let known = versions(&[(1, 10), (2, 20), (3, 30)]);
        assert_eq!(changed(&known, &known), []);
        assert_eq!(changed(&known, &versions(&[(1, 10), (2, 21)])), [DomainId(2)]);
        assert_eq!(changed(&known, &versions(&[(1, 10), (4, 40)])), [DomainId(4)]);
        let emptied = HashMap::from([(DomainId(1), None)]);
        assert_eq!(changed(&known, &emptied), [DomainId(1)]);
    }

    #[test]
    fn what_is_known_gives_way_to_what_is_fresh_and_goes_with_its_domain() {
        let of =
            |domain, sessions| Standing { domain: DomainId(domain), ..standing("a.example", Status::Ok, sessions, 0) };
        let known = Kept { standings: [of(1, 1), of(2, 1), of(3, 1)].into(), ..Kept::default() };
        let merged = merged(&known, &versions(&[(1, 10), (2, 21), (4, 40)]), vec![of(2, 5), of(4, 5)]);
        let told: Vec<_> = merged.iter().map(|standing| (standing.domain.0, standing.totals.sessions)).collect();
        assert_eq!(told, [(1, 1), (2, 5), (4, 5)]);
    }

    #[test]
    fn figures_belong_to_their_workspace_and_days_and_versions() {
        let kept = Standings::default();
        let day = Day(20_000);
        let range = DayRange::ending(day, 30);
        let (key, now) = ((WorkspaceId(1), range, day), Timestamp(0));
        let figures = Kept { versions: versions(&[(1, 10)]), standings: some().into(), used: now };
        kept.keep(key, figures.clone());
        let current = |key, all: &[_]| kept.current(key, &versions(all), now).is_ok();
        assert!(current(key, &[(1, 10)]));
        assert!(!current(key, &[(1, 11)]));
        assert!(!current((WorkspaceId(2), range, day), &[(1, 10)]));
        assert!(!current((key.0, DayRange::ending(day, 7), day), &[(1, 10)]));
        assert!(!current((key.0, range, day.plus(1)), &[(1, 10)]), "a day became complete");
        for workspace in 2..100 {
            kept.keep((WorkspaceId(workspace), range, day), Kept { used: Timestamp(workspace), ..figures.clone() });
        }
        assert_eq!(kept.kept.lock().unwrap().len(), KEPT);
        assert!(current((WorkspaceId(99), range, day), &[(1, 10)]), "the oldest went");
    }
}

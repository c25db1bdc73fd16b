//! Overview: which of a workspace's domains need attention.
//!
//! Searching, filtering and sorting need to know how *every* domain stands, and that costs days × domains. So these
//! figures are computed once and then used for a while: a second for each 500 domains. A small installation sees
//! each report at once, and a large one computes for at most a small part of the time, however often the page is loaded.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{
    DomainName, Status, Timestamp, WorkspaceId, time,
    view::{Overview, OverviewQuery, OverviewSort},
};
use storage::Standing;

use super::range;
use crate::{Engine, Error};

/// For each so many domains, figures are used for one second.
const DOMAINS_PER_SECOND: usize = 500;

/// Workspaces (and ranges) whose figures are kept.
const KEPT: usize = 16;

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
        let key = (workspace, query.days);
        let compute = || self.storage.standings(workspace, range, now);
        let standings = self.standings.get_or_compute(key, now, compute).await?;
        let count = |status| standings.iter().filter(|standing| standing.status == status).count() as u64;
        let chosen = chosen(&standings, query);
        let matching = chosen.len() as u64;
        let page = storage::Page::of(query.page, matching);
        let on_page: Vec<Standing> = chosen.into_iter().skip(page.skip()).take(storage::Page::ROWS).cloned().collect();
        let (rows, last_delivery) =
            tokio::try_join!(self.storage.overview_rows(&on_page, range), self.storage.last_delivery(workspace))?;
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
            last_delivery,
            complete_to: time::complete_to(now),
        })
    }
}

/// The domains that match the query, in its order.
fn chosen<'a>(standings: &'a [Standing], query: &OverviewQuery) -> Vec<&'a Standing> {
    let search = query.search.trim().to_lowercase();
    let found =
        |name: &DomainName| name.as_str().contains(&search) || name.to_unicode().to_lowercase().contains(&search);
    let mut chosen: Vec<_> = standings
        .iter()
        .filter(|standing| query.status.is_none_or(|status| standing.status == status))
        .filter(|standing| search.is_empty() || found(&standing.name))
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

/// A workspace and a number of days.
type Key = (WorkspaceId, u16);

/// Figures, and the instant at which they were computed.
type Computed = (Timestamp, Arc<[Standing]>);

/// Figures of all domains of some workspaces. Cheap to clone; all clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standings {
    kept: Arc<Mutex<HashMap<Key, Computed>>>,
    /// Held by who computes: many visitors at once cost the database no more than one.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Standings {
    /// Figures that can still be used, or new ones.
    async fn get_or_compute<E>(
        &self,
        key: Key,
        now: Timestamp,
        compute: impl AsyncFnOnce() -> Result<Vec<Standing>, E>,
    ) -> Result<Arc<[Standing]>, E> {
        if let Some(standings) = self.get(key, now) {
            return Ok(standings);
        }
        let _turn = self.turn.lock().await;
        // Who had the turn before may have computed the same.
        match self.get(key, now) {
            Some(standings) => Ok(standings),
            None => Ok(self.keep(key, compute().await?, now)),
        }
    }

    /// Figures that can still be used. The clock may have been set back: then they are of the future, and done with.
    fn get(&self, key: Key, now: Timestamp) -> Option<Arc<[Standing]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (computed, standings) = kept.get(&key)?;
        let lasts = i64::try_from(standings.len() / DOMAINS_PER_SECOND).unwrap_or(0);
        (*computed <= now && now < computed.plus_seconds(lasts)).then(|| Arc::clone(standings))
    }

    /// Keeps what was computed, if it may be used again.
    fn keep(&self, key: Key, standings: Vec<Standing>, now: Timestamp) -> Arc<[Standing]> {
        let standings: Arc<[Standing]> = standings.into();
        if standings.len() >= DOMAINS_PER_SECOND {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT
                && let Some(oldest) = kept.iter().min_by_key(|(_, (computed, _))| *computed).map(|(key, _)| *key)
            {
                kept.remove(&oldest);
            }
            kept.insert(key, (now, Arc::clone(&standings)));
        }
        standings
    }

    /// Forgets a workspace whose domains have changed.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _), _| *of != workspace);
    }
}

#[cfg(test)]
mod tests {
    use model::{DomainId, Totals};

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
        chosen(&some(), &query).iter().map(|standing| standing.name.to_unicode().into_owned()).collect()
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

    #[tokio::test]
    async fn many_visitors_at_once_cost_as_much_as_one() {
        let (standings, computed) = (Standings::default(), std::cell::Cell::new(0));
        let visit = || {
            standings.get_or_compute((WorkspaceId(1), 30), Timestamp(0), async || {
                computed.set(computed.get() + 1);
                tokio::task::yield_now().await;
                Ok::<_, ()>(vec![standing("a.example.com", Status::Ok, 1, 0); 1000])
            })
        };
        let told = futures::future::join_all((0..100).map(|_| visit())).await;
        assert!(told.into_iter().all(|told| told.unwrap().len() == 1000));
        assert_eq!(computed.get(), 1);
    }

    #[test]
    fn figures_of_few_domains_are_always_fresh() {
        let kept = Standings::default();
        kept.keep((WorkspaceId(1), 30), some(), Timestamp(0));
        assert!(kept.get((WorkspaceId(1), 30), Timestamp(0)).is_none());
    }

    #[test]
    fn figures_of_many_domains_last_a_little_and_only_for_their_workspace() {
        let many = vec![standing("a.example.com", Status::Ok, 1, 0); 1000];
        let (kept, key) = (Standings::default(), (WorkspaceId(1), 30));
        kept.keep(key, many.clone(), Timestamp(0));
        kept.forget(key.0);
        assert!(kept.get(key, Timestamp(0)).is_none());
        kept.keep(key, many.clone(), Timestamp(0));
        assert!(kept.get(key, Timestamp(1_999)).is_some());
        assert!(kept.get(key, Timestamp(2_000)).is_none());
        assert!(kept.get(key, Timestamp(-1)).is_none());
        assert!(kept.get((WorkspaceId(2), 30), Timestamp(0)).is_none());
        assert!(kept.get((WorkspaceId(1), 7), Timestamp(0)).is_none());
        for workspace in 2..100 {
            kept.keep((WorkspaceId(workspace), 30), many.clone(), Timestamp(workspace));
        }
        assert_eq!(kept.kept.lock().unwrap().len(), KEPT);
        assert!(kept.get((WorkspaceId(99), 30), Timestamp(100)).is_some(), "the oldest went");
    }
}

//! Figures of all domains of some workspaces, kept with the version of what they were computed from.
//!
//! Searching, filtering and sorting need to know how *every* domain stands, and that costs days × domains. So a visit computes
//! only those whose version is another now. Whoever wrote the change, this process or another, every visit sees it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use model::{Day, DayRange, DomainId, Timestamp, WorkspaceId, time};
use storage::{Scope, Storage, Version};

/// Workspaces (and ranges) whose figures are kept.
const KEPT: usize = 16;

/// Up to so many domains are asked for by name; when more have changed, all are computed.
const FEW: usize = 500;

/// Figures of one domain.
pub(crate) trait OfDomain: Clone + Send + Sync + 'static {
    /// Whose they are.
    fn domain(&self) -> DomainId;

    /// Computes them for some domains; a domain may have none.
    fn compute(
        storage: &Storage,
        workspace: WorkspaceId,
        scope: Scope<'_>,
        range: DayRange,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Self>, storage::Error>> + Send;
}

/// What figures depend on besides what is stored: the workspace, the days they sum up, and the last complete day, which
/// moves on while the date is the same.
type Key = (WorkspaceId, DayRange, Day);

/// Each domain with the version of what its figures were computed from.
pub(crate) type Versions = HashMap<DomainId, Version>;

/// The figures of one key.
#[derive(Clone, Debug)]
struct Kept<T> {
    versions: Versions,
    figures: Arc<[T]>,
    used: Timestamp,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { versions: Versions::default(), figures: Arc::default(), used: Timestamp::default() }
    }
}

/// Figures of all domains of some workspaces. Cheap to clone; all clones share them.
#[derive(Debug)]
pub(crate) struct Figures<T> {
    kept: Arc<Mutex<HashMap<Key, Kept<T>>>>,
    /// Held by who computes: many visitors at once cost the database no more than one.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl<T> Clone for Figures<T> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), turn: Arc::clone(&self.turn) }
    }
}

impl<T> Default for Figures<T> {
    fn default() -> Self {
        Self { kept: Arc::default(), turn: Arc::default() }
    }
}

impl<T: OfDomain> Figures<T> {
    /// The figures of all domains of a workspace. `versions` were just read ([`Storage::glance`]).
    pub(crate) async fn of(
        &self,
        storage: &Storage,
        workspace: WorkspaceId,
        range: DayRange,
        now: Timestamp,
        versions: &Versions,
    ) -> Result<Arc<[T]>, storage::Error> {
        let key = (workspace, range, time::complete_to(now));
        if let Ok(current) = self.current(key, versions, now) {
            return Ok(current);
        }
        let _turn = self.turn.lock().await;
        // Who had the turn before may have computed the same. The versions are read first: of figures that are newer than
        // their version nothing is lost, they are computed once more.
        let versions = storage.glance(workspace, "").await?.versions;
        let known = match self.current(key, &versions, now) {
            Ok(current) => return Ok(current),
            Err(known) => known,
        };
        let changed = changed(&known.versions, &versions);
        let fresh = match changed.len() {
            0 => vec![],
            1..=FEW => T::compute(storage, workspace, Scope::Only(&changed), range, now).await?,
            _ => T::compute(storage, workspace, Scope::All, range, now).await?,
        };
        let figures = merged(&known, &versions, &changed, fresh);
        self.keep(key, Kept { versions, figures: Arc::clone(&figures), used: now });
        Ok(figures)
    }

    /// The kept figures if they are those of these versions; else what there is to start from.
    fn current(&self, key: Key, versions: &Versions, now: Timestamp) -> Result<Arc<[T]>, Kept<T>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = all.get_mut(&key) else { return Err(Kept::default()) };
        if kept.versions != *versions {
            return Err(kept.clone());
        }
        kept.used = now;
        Ok(Arc::clone(&kept.figures))
    }

    /// Keeps figures, and forgets those that nobody has used for longest.
    fn keep(&self, key: Key, figures: Kept<T>) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, figures);
        if all.len() > KEPT
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| *key)
        {
            all.remove(&oldest);
        }
    }
}

/// The domains that are new, or that have another version now.
fn changed(known: &Versions, now: &Versions) -> Vec<DomainId> {
    now.iter().filter(|(domain, version)| known.get(domain) != Some(version)).map(|(domain, _)| *domain).collect()
}

/// Fresh figures, and the known ones of the domains that are still there and have not changed.
fn merged<T: OfDomain>(known: &Kept<T>, versions: &Versions, changed: &[DomainId], fresh: Vec<T>) -> Arc<[T]> {
    let changed: HashSet<_> = changed.iter().collect();
    let lasts = |one: &&T| versions.contains_key(&one.domain()) && !changed.contains(&one.domain());
    // Of all that were computed, some may be of domains that have become archived meanwhile.
    let fresh = fresh.into_iter().filter(|one| changed.contains(&one.domain()));
    known.figures.iter().filter(lasts).cloned().chain(fresh).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Sessions(i64, u64);

    impl OfDomain for Sessions {
        fn domain(&self) -> DomainId {
            DomainId(self.0)
        }

        async fn compute(
            _: &Storage,
            _: WorkspaceId,
            _: Scope<'_>,
            _: DayRange,
            _: Timestamp,
        ) -> Result<Vec<Self>, storage::Error> {
            Ok(vec![])
        }
    }

    fn versions(all: &[(i64, i64)]) -> Versions {
        let version = |rollups| Version { rollups: Some(rollups), looked: None };
        all.iter().map(|&(domain, rollups)| (DomainId(domain), version(rollups))).collect()
    }

    #[test]
    fn only_what_has_changed_is_computed_anew() {
        let known = versions(&[(1, 10), (2, 20), (3, 30)]);
        assert_eq!(changed(&known, &known), []);
        assert_eq!(changed(&known, &versions(&[(1, 10), (2, 21)])), [DomainId(2)]);
        assert_eq!(changed(&known, &versions(&[(1, 10), (4, 40)])), [DomainId(4)]);
        let emptied = HashMap::from([(DomainId(1), Version::default())]);
        assert_eq!(changed(&known, &emptied), [DomainId(1)]);
        let looked = Version { looked: Some(Timestamp(1)), ..known[&DomainId(1)] };
        assert_eq!(changed(&known, &HashMap::from([(DomainId(1), looked)])), [DomainId(1)]);
    }

    #[test]
    fn what_is_known_gives_way_to_what_is_fresh_and_goes_with_its_domain() {
        let figures = [Sessions(1, 1), Sessions(2, 1), Sessions(3, 1), Sessions(5, 1)].into();
        let known = Kept { figures, ..Kept::default() };
        let now = versions(&[(1, 10), (2, 21), (4, 40), (5, 51)]);
        let changed = [DomainId(2), DomainId(4), DomainId(5)];
        let merged = merged(&known, &now, &changed, vec![Sessions(2, 5), Sessions(4, 5), Sessions(6, 5)]);
        assert_eq!(&merged[..], [Sessions(1, 1), Sessions(2, 5), Sessions(4, 5)], "of 5 nothing is left, 6 is no more");
    }

    #[test]
    fn figures_belong_to_their_workspace_and_days_and_versions() {
        let kept = Figures::<Sessions>::default();
        let day = Day(20_000);
        let range = DayRange::ending(day, 30);
        let (key, now) = ((WorkspaceId(1), range, day), Timestamp(0));
        let figures = Kept { versions: versions(&[(1, 10)]), figures: [Sessions(1, 1)].into(), used: now };
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

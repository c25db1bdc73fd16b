//! What was seen, shared by all who ask for it: looked at once, even when many ask at the same time, and kept for a while.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{sync::OnceCell, time::Instant};

/// How many results are kept unless the one who keeps them says otherwise.
const MAX_ENTRIES: usize = 4_096;

/// Since when it is kept, and the result: there or in the making.
type Entry<V> = (Instant, Arc<OnceCell<V>>);

/// Results by key, each made once.
#[derive(Debug)]
pub struct Shared<K, V> {
    keep: Duration,
    most: usize,
    kept: Mutex<HashMap<K, Entry<V>>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Shared<K, V> {
    /// Keeps each result for so long.
    #[must_use]
    pub fn new(keep: Duration) -> Self {
        Self { keep, most: MAX_ENTRIES, kept: Mutex::default() }
    }

    /// Keeps no more than so many at one time.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The result for a key: the one kept, or that of whoever is making it just now, or else of `make`.
    ///
    /// Should whoever is making it be dropped, the next one in line makes it. None from `make` is not kept.
    pub async fn get(&self, key: &K, make: impl AsyncFnOnce() -> Option<V>) -> Option<V> {
        let cell = self.cell(key);
        cell.get_or_try_init(|| async { make().await.ok_or(()) }).await.ok().cloned()
    }

    /// The result that is kept for a key; nothing is made.
    pub fn kept(&self, key: &K) -> Option<V> {
        let kept = self.kept.lock().ok()?;
        let (made, cell) = kept.get(key)?;
        if Instant::now() < *made + self.keep { cell.get().cloned() } else { None }
    }

    fn cell(&self, key: &K) -> Arc<OnceCell<V>> {
        let now = Instant::now();
        let Ok(mut kept) = self.kept.lock() else {
            return Arc::default();
        };
        if let Some((made, cell)) = kept.get(key)
            && now < *made + self.keep
        {
            return Arc::clone(cell);
        }
        if kept.len() >= self.most {
            kept.retain(|_, (made, _)| now < *made + self.keep);
            if kept.len() >= self.most {
                kept.clear();
            }
        }
        let cell = Arc::default();
        kept.insert(key.clone(), (now, Arc::clone(&cell)));
        cell
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_once_cost_one_look() {
        let shared = Shared::new(Duration::from_mins(1));
        let looks = AtomicU32::new(0);
        let look = async || {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some(looks.fetch_add(1, Ordering::Relaxed))
        };
        let all = futures::future::join_all((0..100).map(|_| shared.get(&"mx", look))).await;
        assert!(all.iter().all(|seen| *seen == Some(0)));
        tokio::time::advance(Duration::from_secs(58)).await;
        assert_eq!(shared.get(&"mx", look).await, Some(0));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(shared.get(&"mx", look).await, Some(1));
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let shared = Shared::new(Duration::from_mins(1)).at_most(2);
        for key in 0..100 {
            assert_eq!(shared.get(&key, async || Some(key)).await, Some(key));
            assert!(shared.kept.lock().unwrap().len() <= 2);
        }
    }

    #[tokio::test]
    async fn what_came_to_nothing_is_not_kept() {
        let shared = Shared::new(Duration::from_mins(1));
        assert_eq!(shared.get(&"mx", async || None::<u32>).await, None);
        assert_eq!(shared.get(&"mx", async || Some(7)).await, Some(7));
    }
}

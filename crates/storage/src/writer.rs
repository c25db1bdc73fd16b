//! The writers: they commit many waiting deliveries at once, and answer each only after its commit.
//!
//! SQLite has one, since a file has one writer at a time; PostgreSQL has four, whose commits share a flush. Other processes
//! may write meanwhile: the database's own locks arbitrate, not this queue.

use std::{
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use sea_orm::DbErr;
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
    time::{timeout, timeout_at},
};

use crate::{
    Content, Error, NewDelivery, Recorded,
    database::Database,
    error::{Verdict, judge},
    labels,
    record::{self, Item},
};

/// Deliveries of one commit, at most.
const GROUP: usize = 64;
/// Bytes of bodies of one commit, beyond which no further delivery joins.
const GROUP_BYTES: usize = 8 << 20;
/// How long a group that is not alone waits for more.
const GATHER: Duration = Duration::from_millis(2);
/// Deliveries that wait in the queue; further ones wait in line.
const QUEUE: usize = 256;
/// A delivery that waits longer than this asks whether the database still lives.
const UNEASY: Duration = Duration::from_secs(1);
/// After so many failures alone, a delivery is stored as what cannot be read.
const ATTEMPTS: u32 = 3;
/// How often a write that others were in the way of is tried again.
const PATIENCE: u32 = 10;

type Reply = oneshot::Sender<Result<Recorded, Error>>;
type Job = (Box<NewDelivery>, Reply);

/// The writers of one database.
#[derive(Debug)]
pub(crate) struct Writers {
    /// None once they are told to stop.
    queue: RwLock<Option<mpsc::Sender<Job>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    database: Arc<Database>,
}

impl Writers {
    /// Starts as many writers as the engine can use.
    pub(crate) fn start(database: &Arc<Database>, cache: &Arc<labels::Cache>) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let tasks = (0..database.writers())
            .map(|_| {
                let writer = Writer { database: Arc::clone(database), cache: Arc::clone(cache) };
                tokio::spawn(writer.run(Arc::clone(&jobs)))
            })
            .collect();
        Self { queue: RwLock::new(Some(queue)), tasks: Mutex::new(tasks), database: Arc::clone(database) }
    }

    /// Stores a delivery. When this returns it, it is durable. When the database fell silent, it may be stored yet: then its
    /// repetition is recognised.
    pub(crate) async fn record(&self, delivery: NewDelivery) -> Result<Recorded, Error> {
        let (reply, answer) = oneshot::channel();
        let closed = || Error::Unavailable("the writers have stopped".into());
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let mut stored = pin!(async {
            queue.send((Box::new(delivery), reply)).await.map_err(|_| closed())?;
            answer.await.map_err(|_| closed())?
        });
        loop {
            match timeout(UNEASY, &mut stored).await {
                Ok(recorded) => return recorded,
                // A large report, or many at once, take their time.
                Err(_) => self.database.lives().await?,
            }
        }
    }

    /// Ends the writers once they have stored what is in the queue.
    pub(crate) async fn stop(&self) {
        self.queue.write().unwrap_or_else(PoisonError::into_inner).take();
        for task in self.tasks.lock().await.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer had ended badly");
            }
        }
    }
}

#[derive(Clone)]
struct Writer {
    database: Arc<Database>,
    cache: Arc<labels::Cache>,
}

impl Writer {
    async fn run(self, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) {
        let mut busy = false;
        loop {
            let group = {
                let mut jobs = jobs.lock().await;
                gather(&mut jobs, busy).await
            };
            if group.is_empty() {
                return;
            }
            busy = group.len() > 1;
            // A task of its own, so that a defect in one group does not end the writer: its callers then learn that nothing
            // was stored.
            let writer = self.clone();
            if let Err(error) = tokio::spawn(async move { writer.store(group).await }).await {
                tracing::error!(%error, "a group of deliveries could not be stored");
            }
        }
    }

    /// Stores a group, or its items one by one where that fails, so that a bad one harms only itself.
    async fn store(&self, group: Vec<Job>) {
        let items: Vec<_> = group.iter().map(|(delivery, _)| &**delivery).collect();
        match self.try_store(&items).await {
            Ok(recorded) => {
                for ((_, reply), recorded) in group.into_iter().zip(recorded) {
                    // Whoever asked may have gone; the delivery is stored all the same.
                    let _ = reply.send(recorded);
                }
            }
            Err(error) if group.len() > 1 && judge(&error) == Verdict::GiveUp => {
                tracing::error!(%error, deliveries = group.len(), "nothing could be stored");
                for (_, reply) in group {
                    let _ = reply.send(Err(Error::Unavailable(error.to_string())));
                }
            }
            Err(error) => {
                if group.len() > 1 {
                    tracing::debug!(%error, deliveries = group.len(), "storing one by one");
                }
                for (delivery, reply) in group {
                    let _ = reply.send(self.store_alone(*delivery).await);
                }
            }
        }
    }

    async fn store_alone(&self, mut delivery: NewDelivery) -> Result<Recorded, Error> {
        let (mut failures, mut waits) = (0, 0);
        loop {
            let error = match self.try_store(&[&delivery]).await {
                Ok(mut recorded) => return recorded.pop().unwrap_or(Err(Error::DomainGone)),
                Err(error) => error,
            };
            match judge(&error) {
                Verdict::Again if waits < PATIENCE => {
                    waits += 1;
                    back_off(waits).await;
                }
                Verdict::Again | Verdict::GiveUp => {
                    tracing::error!(%error, "a delivery could not be stored");
                    return Err(Error::Unavailable(error.to_string()));
                }
                Verdict::Poison => {
                    failures += 1;
                    if !matches!(delivery.content, Content::Reports(_)) {
                        return Err(Error::Unavailable(error.to_string()));
                    }
                    if failures == ATTEMPTS {
                        tracing::error!(%error, "a report cannot be stored; its bytes are kept as unreadable");
                        delivery.content =
                            Content::Unreadable("The database does not take this report; its bytes are kept.".into());
                    }
                }
            }
        }
    }

    async fn try_store(&self, items: &[&NewDelivery]) -> Result<Vec<Result<Recorded, Error>>, DbErr> {
        let transaction = self.database.begin().await?;
        let items: Vec<_> = items.iter().map(|delivery| Item { delivery, again: None }).collect();
        match record::group(&transaction, &self.cache, &items).await {
            Ok((recorded, ids)) => {
                transaction.commit().await?;
                self.cache.remember(&ids);
                Ok(recorded)
            }
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }
}

/// Does a write again while others are in its way.
pub(crate) async fn patiently<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let mut waits = 0;
    loop {
        match attempt().await {
            Err(error) if waits < PATIENCE && judge(&error) == Verdict::Again => {
                waits += 1;
                back_off(waits).await;
            }
            done => return done,
        }
    }
}

/// The longer, the more often it was in vain: 10 ms to 640 ms.
async fn back_off(waits: u32) {
    tokio::time::sleep(Duration::from_millis(5 << waits.min(7))).await;
}

/// Waits for a delivery and takes those that wait with it. After a group, more are likely on their way: then it is worth
/// waiting for them a little, since a commit costs the same for all.
async fn gather(jobs: &mut mpsc::Receiver<Job>, busy: bool) -> Vec<Job> {
    let Some(first) = jobs.recv().await else { return Vec::new() };
    let until = Instant::now() + GATHER;
    let mut bytes = first.0.body.len();
    let mut group = vec![first];
    while group.len() < GROUP && bytes < GROUP_BYTES {
        let next = match jobs.try_recv() {
            Ok(next) => next,
            Err(_) if !busy => break,
            Err(_) => match timeout_at(until.into(), jobs.recv()).await {
                Ok(Some(next)) => next,
                Ok(None) | Err(_) => break,
            },
        };
        bytes += next.0.body.len();
        group.push(next);
    }
    group
}

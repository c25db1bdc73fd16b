//! What one check may ask: a way to the name servers that counts queries, those of DNSSEC included, and stops in time; at
//! once where the name servers themselves are dead.

use std::{
    collections::HashSet,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use futures::{Stream, StreamExt as _, future, stream};
use hickory_resolver::{
    net::{
        DnsError, NetError,
        runtime::TokioRuntimeProvider,
        xfer::{DnsHandle, FirstAnswer as _},
    },
    proto::{
        op::{DnsRequest, DnsRequestOptions, DnsResponse, Query, ResponseCode},
        rr::{Name, Record, RecordType},
    },
};
use tokio::time::{Instant, timeout, timeout_at};

use super::{NameServers, infrastructure::Infrastructure, live::PATIENCE, pulse::Pulse, read::MAX_ALIASES};

/// The message of the error that says the budget is spent.
pub(super) const SPENT: &str = "the budget of this check is spent";
/// The message of the error that says that nothing is asked, since no name server answers.
pub(super) const LOST: &str = "none of the name servers answers";
/// The message of the error that says that what came back answers another question.
const ASTRAY: &str = "the name server answered another question";
/// The messages of the errors that say that an answer is about more names than are looked at, be they aliases or not.
pub(super) const TOO_MANY_ALIASES: &str = "the answer leads over too many aliases";
pub(super) const TOO_MANY_NAMES: &str = "the answer is about too many names";

/// How many names the answers, or the proofs, of one response may be about: a chain of aliases and its end, or a zone and
/// what proves that something is absent. Each costs the validator a chain of trust of its own.
const MAX_NAMES: usize = MAX_ALIASES + 2;

/// A way to the name servers for one check.
#[derive(Clone)]
pub(super) struct Budgeted<H> {
    handle: H,
    /// Another way there, by connections of its own: asked whether the name servers are there at all.
    scout: H,
    common: Arc<Common>,
    spent: Arc<Spent>,
    max_queries: u32,
    deadline: Instant,
}

/// What all checks share.
#[derive(Default)]
pub(super) struct Common {
    pub(super) infrastructure: Infrastructure,
    pub(super) pulse: Pulse,
    last_seen: Mutex<Option<NameServers>>,
}

impl Common {
    /// How the name servers behaved when they were last asked; none before that.
    pub(super) fn last_seen(&self) -> Option<NameServers> {
        *self.last_seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, seen: NameServers) {
        *self.last_seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

/// What a check has used so far.
#[derive(Default)]
pub(super) struct Spent {
    /// Queries sent.
    pub(super) queries: AtomicU32,
    /// Queries for keys and delegations that brought no answer: what then looks bogus may be sound.
    pub(super) gaps: AtomicU32,
    /// Whether something was not asked, since no name server answers.
    pub(super) lost: AtomicBool,
}

impl<H> Budgeted<H> {
    pub(super) fn new([handle, scout]: [H; 2], common: Arc<Common>, max_queries: u32, deadline: Instant) -> Self {
        Self { handle, scout, common, spent: Arc::default(), max_queries, deadline }
    }

    pub(super) fn spent(&self) -> Arc<Spent> {
        Arc::clone(&self.spent)
    }
}

impl<H: DnsHandle<Runtime = TokioRuntimeProvider>> DnsHandle for Budgeted<H> {
    type Response = Pin<Box<dyn Stream<Item = Result<DnsResponse, NetError>> + Send>>;
    type Runtime = TokioRuntimeProvider;

    fn send(&self, mut request: DnsRequest) -> Self::Response {
        let query = request.queries.first().cloned();
        let shared = query.filter(|query| Infrastructure::concerns(query.query_type()));
        if let Some(known) = shared.as_ref().and_then(|query| self.common.infrastructure.get(query)) {
            return Box::pin(stream::once(future::ready(known)));
        }
        // Checking disabled: a validating resolver then hands out what it holds to be bogus, and we can say so; otherwise
        // it says SERVFAIL, which may be anything (RFC 4035 §3.2.2).
        request.metadata.checking_disabled = true;
        let this = self.clone();
        Box::pin(stream::once(async move {
            let response = this.within_budget(request).await;
            if let Some(query) = shared {
                this.common.infrastructure.put(&query, &response);
                if response.as_ref().is_err_and(|error| !error.is_no_records_found()) {
                    this.spent.gaps.fetch_add(1, Ordering::Relaxed);
                }
            }
            response
        }))
    }
}

impl<H: DnsHandle> Budgeted<H> {
    /// Asks, and once more where that may help.
    async fn within_budget(&self, request: DnsRequest) -> Result<DnsResponse, NetError> {
        if self.common.pulse.is_lost() {
            return self.lost();
        }
        let first = self.once(request.clone()).await;
        match &first {
            Err(error) if is_unanswered(error) => {
                let beats = timeout_at(self.deadline, self.common.pulse.beats(self.root_answers())).await;
                match beats {
                    Err(_) => Err(SPENT.into()),
                    Ok(false) => self.lost(),
                    Ok(true) => self.once(request).await,
                }
            }
            // It passes more often than not: a name server of the domain was down, or slow.
            Err(NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail))) => self.once(request).await,
            _ => first,
        }
    }

    fn lost(&self) -> Result<DnsResponse, NetError> {
        self.spent.lost.store(true, Ordering::Relaxed);
        self.common.note(NameServers::Silent);
        Err(LOST.into())
    }

    /// Whether the name servers say anything about the root.
    async fn root_answers(&self) -> bool {
        let root = Query::query(Name::root(), RecordType::NS);
        let answer = self.scout.lookup(root, DnsRequestOptions::default()).boxed().first_answer();
        timeout(PATIENCE, answer).await.is_ok_and(|answer| !answer.as_ref().is_err_and(is_unanswered))
    }

    /// Asks once. What comes back is small enough to be validated.
    async fn once(&self, request: DnsRequest) -> Result<DnsResponse, NetError> {
        let one_more = |sent: u32| (sent < self.max_queries).then(|| sent + 1);
        let sent = self.spent.queries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        if sent.is_err() || Instant::now() >= self.deadline {
            return Err(SPENT.into());
        }
        let asked = request.queries.first().cloned();
        let first = self.handle.send(request).boxed().first_answer();
        let mut response = timeout_at(self.deadline, first).await.unwrap_or_else(|_| Err(SPENT.into()));
        if asked.is_some_and(|asked| is_astray(&asked, &response)) {
            return Err(ASTRAY.into());
        }
        let sprawl = match &mut response {
            Ok(response) => {
                // Nobody asked for these.
                response.additionals.clear();
                sprawl(&response.answers).or_else(|| sprawl(&response.authorities))
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => none.authorities.as_deref().and_then(sprawl),
            Err(_) => None,
        };
        sprawl.map_or(response, |what| Err(what.into()))
    }
}

/// Whether a response is to another question: over TCP nobody else looks.
fn is_astray(asked: &Query, response: &Result<DnsResponse, NetError>) -> bool {
    let about = |said: &Query| said.name() == asked.name() && said.query_type() == asked.query_type();
    match response {
        Ok(response) => response.queries.first().is_some_and(|said| !about(said)),
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => !about(&none.query),
        Err(_) => false,
    }
}

/// What to say of records that are about too many names.
fn sprawl(records: &[Record]) -> Option<&'static str> {
    let mut names = HashSet::new();
    let sprawls = records.iter().any(|record| {
        names.insert(&record.name);
        names.len() > MAX_NAMES
    });
    let aliases = || records.iter().filter(|record| record.record_type() == RecordType::CNAME).count();
    sprawls.then(|| if aliases() > MAX_ALIASES { TOO_MANY_ALIASES } else { TOO_MANY_NAMES })
}

/// Whether nobody said anything. What is no DNS, or an error, is an answer here.
const fn is_unanswered(error: &NetError) -> bool {
    matches!(error, NetError::Timeout | NetError::NoConnections | NetError::Io(_) | NetError::Busy)
}

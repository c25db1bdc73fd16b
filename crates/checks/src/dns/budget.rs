//! What one check may ask: a way to the name servers that counts queries, those of DNSSEC included, and stops in time.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use futures::{Stream, StreamExt as _, future, stream};
use hickory_resolver::{
    net::{
        NetError,
        runtime::TokioRuntimeProvider,
        xfer::{DnsHandle, FirstAnswer as _},
    },
    proto::op::{DnsRequest, DnsResponse},
};
use tokio::time::{Instant, timeout_at};

use super::infrastructure::Infrastructure;

/// The message of the error that says the budget is spent.
pub(super) const SPENT: &str = "the budget of this check is spent";

/// A way to the name servers for one check.
#[derive(Clone)]
pub(super) struct Budgeted<H> {
    handle: H,
    infrastructure: Arc<Infrastructure>,
    spent: Arc<Spent>,
    max_queries: u32,
    deadline: Instant,
}

/// What a check has used so far.
#[derive(Default)]
pub(super) struct Spent {
    /// Queries sent.
    pub(super) queries: AtomicU32,
    /// Queries for keys and delegations that brought no answer: what then looks bogus may be sound.
    pub(super) gaps: AtomicU32,
}

impl<H> Budgeted<H> {
    pub(super) fn new(handle: H, infrastructure: Arc<Infrastructure>, max_queries: u32, deadline: Instant) -> Self {
        Self { handle, infrastructure, spent: Arc::default(), max_queries, deadline }
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
        if let Some(known) = shared.as_ref().and_then(|query| self.infrastructure.get(query)) {
            return Box::pin(stream::once(future::ready(known)));
        }
        // Checking disabled: a validating resolver then hands out what it holds to be bogus, and we can say so; otherwise
        // it says SERVFAIL, which may be anything (RFC 4035 §3.2.2).
        request.metadata.checking_disabled = true;
        let this = self.clone();
        Box::pin(stream::once(async move {
            let response = this.within_budget(request).await;
            if let Some(query) = shared {
                this.infrastructure.put(&query, &response);
                if response.as_ref().is_err_and(|error| !error.is_no_records_found()) {
                    this.spent.gaps.fetch_add(1, Ordering::Relaxed);
                }
            }
            response
        }))
    }
}

impl<H: DnsHandle> Budgeted<H> {
    async fn within_budget(&self, request: DnsRequest) -> Result<DnsResponse, NetError> {
        let one_more = |sent: u32| (sent < self.max_queries).then(|| sent + 1);
        let sent = self.spent.queries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        if sent.is_err() || Instant::now() >= self.deadline {
            return Err(SPENT.into());
        }
        let first = self.handle.send(request).boxed().first_answer();
        timeout_at(self.deadline, first).await.unwrap_or_else(|_| Err(SPENT.into()))
    }
}

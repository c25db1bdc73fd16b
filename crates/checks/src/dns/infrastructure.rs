//! What every chain of trust shares: keys and delegations, kept for a while over all checks.
//!
//! Without it each domain would cost the keys of the root and of its top-level domain anew. Only what validation asks for
//! (DNSKEY, DS, and NS to find where zones are cut) is kept; records that people edit are always asked for.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use hickory_resolver::{
    net::{DnsError, NetError, NoRecords},
    proto::{
        op::{DnsResponse, Query},
        rr::RecordType,
    },
};
use tokio::time::Instant;

/// How many responses are kept, and how large one may be: together at most 16 MiB, however hostile the zones.
const MAX_ENTRIES: usize = 4_096;
const MAX_BYTES: usize = 4_096;
/// How long a response is kept, whatever its time to live says.
const LONGEST: Duration = Duration::from_hours(1);
const SHORTEST: Duration = Duration::from_mins(1);

type Response = Result<DnsResponse, NetError>;

/// Responses about keys and delegations.
#[derive(Default)]
pub(super) struct Infrastructure {
    kept: Mutex<HashMap<Query, (Instant, Response)>>,
}

impl Infrastructure {
    /// Whether such a query is one of validation.
    pub(super) const fn concerns(kind: RecordType) -> bool {
        matches!(kind, RecordType::DNSKEY | RecordType::DS | RecordType::NS)
    }

    pub(super) fn get(&self, query: &Query) -> Option<Response> {
        let kept = self.kept.lock().ok()?;
        let (until, response) = kept.get(query)?;
        (*until > Instant::now()).then(|| response.clone())
    }

    /// Keeps an answer, or that there is none; never a failure.
    pub(super) fn put(&self, query: &Query, response: &Response) {
        let (ttl, bytes) = match response {
            Ok(response) => (response.all_sections().map(|record| record.ttl).min(), response.as_buffer().len()),
            Err(NetError::Dns(DnsError::NoRecordsFound(NoRecords { negative_ttl, authorities, .. }))) => {
                (*negative_ttl, authorities.as_deref().map_or(0, <[_]>::len) * 512)
            }
            Err(_) => return,
        };
        if bytes > MAX_BYTES {
            return;
        }
        let ttl = Duration::from_secs(ttl.unwrap_or(0).into()).clamp(SHORTEST, LONGEST);
        let now = Instant::now();
        let Ok(mut kept) = self.kept.lock() else {
            return;
        };
        if kept.len() >= MAX_ENTRIES {
            kept.retain(|_, (until, _)| *until > now);
        }
        if kept.len() >= MAX_ENTRIES {
            kept.clear();
        }
        kept.insert(query.clone(), (now + ttl, response.clone()));
    }
}

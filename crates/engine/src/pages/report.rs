//! One report, with its JSON unpacked again from the bytes that were received.

use std::sync::Arc;

use model::{ReportId, Timestamp, WorkspaceId, view::ReportPage};
use tokio::sync::Semaphore;

use crate::{Engine, Error};

/// Bodies unpacked for pages at the same time: each may need as much memory as the largest report.
const AT_ONCE: usize = 2;

/// Most of the JSON that a page shows.
const MOST_SHOWN: usize = 1 << 20;

/// Turns for unpacking bodies.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Semaphore>);

impl Readers {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Engine {
    /// The page of a report; none when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn report(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        now: Timestamp,
    ) -> Result<Option<ReportPage>, Error> {
        let Some(stored) = self.storage.report(workspace, id, now.day()).await? else { return Ok(None) };
        let mut page = stored.page;
        if let Some(body) = stored.body {
            page.raw = self.unpack(body, stored.document_hash, shown).await;
        }
        Ok(Some(page))
    }

    /// The JSON of a report; none once its body is no longer kept, and when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn report_json(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(stored) = self.storage.report(workspace, id, now.day()).await? else { return Ok(None) };
        let Some(body) = stored.body else { return Ok(None) };
        Ok(self.unpack(body, stored.document_hash, <[u8]>::to_vec).await)
    }

    /// What is made of the document with this hash among those in a body.
    async fn unpack<T: Send + 'static>(
        &self,
        body: Vec<u8>,
        document_hash: Vec<u8>,
        make: impl Fn(&[u8]) -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.readers.0).acquire_owned().await.ok()?;
        let limits = self.settings.limits.clone();
        let unpacked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let reports = ingest::read(&body, &limits).ok()?;
            reports.into_iter().find(|report| report.content_hash == *document_hash).map(|report| make(&report.json))
        });
        unpacked.await.ok().flatten()
    }
}

/// The beginning of a JSON text, with what is no UTF-8 replaced.
pub(crate) fn shown(json: &[u8]) -> String {
    let text = String::from_utf8_lossy(&json[..json.len().min(MOST_SHOWN)]).into_owned();
    if json.len() > MOST_SHOWN {
        format!("{text}\n… cut here: the whole has {}", model::format::size(json.len() as u64))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_report_is_cut_and_says_so() {
        assert_eq!(shown(b"{\"a\":\xff}"), "{\"a\":\u{fffd}}");
        let text = shown(&vec![b' '; MOST_SHOWN * 3]);
        assert!(text.ends_with("… cut here: the whole has 3.0 MiB"));
    }
}

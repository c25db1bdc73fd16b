//! Getting started: what was observed of the way to the first report.

use model::{
    DomainName, Timestamp, WorkspaceId,
    start::{self, Seen, Way},
};

use crate::{Engine, Error};

/// How far a workspace is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// All steps were seen to be done, once.
    Done,
    /// What was observed so far, and the domain to try the way with, where there is one.
    UnderWay(Box<Seen>, Option<ToTest>),
}

/// A domain to try the way of reports with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToTest {
    /// Its name.
    pub domain: DomainName,
    /// Where its reports arrive by HTTPS.
    pub report_url: String,
}

impl Engine {
    /// How far a workspace is on its way to the first report. `asked_at` is the host under which this was asked for, as the
    /// browser says it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn start(&self, workspace: WorkspaceId, asked_at: &str, now: Timestamp) -> Result<Start, Error> {
        let beginning = self.storage.beginning(workspace).await?;
        if beginning.done.is_some() {
            return Ok(Start::Done);
        }
        let mailboxes = self.mailboxes(workspace).await?;
        let base_url = self.settings.base_url.clone();
        let authority = base_url.as_deref().and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
        let seen = Seen {
            through_base_url: authority
                .is_some_and(|authority| authority.trim_end_matches('/').eq_ignore_ascii_case(asked_at)),
            base_url,
            way: beginning.way,
            report_host: self.settings.report_host.clone(),
            mailboxes: mailboxes.len() as u64,
            unreadable_mailboxes: mailboxes.iter().filter(|mailbox| mailbox.error.is_some()).count() as u64,
            arrived: beginning.arrived,
            domains: beginning.domains,
            published: beginning.domains.saturating_sub(beginning.waiting),
            waiting: beginning.waiting_named,
            looks: self.checks.runner().is_some(),
            reports: beginning.reports,
            tested: beginning.tested,
        };
        if start::is_done(&seen) {
            self.storage.note_started(workspace, now).await?;
        }
        let to_test = beginning.to_test.map(|(domain, address)| {
            let report_url = self.report_url(&domain, &address);
            ToTest { domain, report_url }
        });
        Ok(Start::UnderWay(Box::new(seen), to_test))
    }

    /// Chooses how reports shall arrive.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn choose_way(&self, workspace: WorkspaceId, way: Way) -> Result<(), Error> {
        Ok(self.storage.choose_way(workspace, way).await?)
    }

    /// Where the program listens on this machine, for the proxy in front of it.
    #[must_use]
    pub fn local_url(&self) -> &str {
        &self.settings.local_url
    }
}

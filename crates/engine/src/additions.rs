//! Adding many domains at once: what was pasted is read and kept, and its domains are added some at a time.
//!
//! A few are added before the form is answered; the rest by whoever calls [`Engine::do_chores`], in this process or another.
//! Chores are also removals of domains, which take as long as there are reports, and reading deliveries again.

use model::{
    DomainName, Timestamp, UserId, WorkspaceId,
    addition::{Addition, Entry, Outcome},
    names::{self, Limits},
};
use tokio::sync::Notify;

use crate::{Engine, Error};

/// Domains added in one transaction.
const AT_ONCE: usize = 100;
/// Up to so many domains are added before the answer, so that their page is complete at once.
const BEFORE_THE_ANSWER: usize = 200;

/// The wish for work that is done beside the answers.
#[derive(Debug, Default)]
pub(crate) struct Chores {
    wanted: Notify,
}

/// One page of an addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdditionPage {
    /// How far it is.
    pub addition: Addition,
    /// Whether the domains need a proof of control before reports are shown.
    pub asks_proof: bool,
    /// What was not added, and why; the first [`MOST_SHOWN`](model::addition::MOST_SHOWN).
    pub refused: Vec<Entry>,
    /// What came before in the same text; as many.
    pub repeated: Vec<Entry>,
    /// What was not meant as a domain; as many.
    pub passed_over: Vec<Entry>,
    /// Domains of it that another workspace has proven; at most fifty.
    pub proven_elsewhere: Vec<DomainName>,
}

impl Engine {
    /// Reads names out of a text in any form and begins to add them; gives the id under which one sees what became of each.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_text(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        source: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let entries: Vec<Entry> = names::read(text, &Limits::default()).into_iter().map(Entry::from).collect();
        let id = self.storage.begin_addition(workspace, user, source, &entries, now).await?;
        let mut left = BEFORE_THE_ANSWER;
        while left > 0 && self.add_some(Some(id), AT_ONCE.min(left), now).await? {
            left = left.saturating_sub(AT_ONCE);
        }
        self.chores.wanted.notify_one();
        Ok(id)
    }

    /// Adds some domains that wait, and counts what waits for them; false when nothing waits.
    async fn add_some(&self, only: Option<i64>, most: usize, now: Timestamp) -> Result<bool, Error> {
        let addresses: Vec<String> = (0..most).map(|_| self.new_address()).collect();
        let Some(added) = self.storage.add_some(only, &addresses, now).await? else { return Ok(false) };
        for (workspace, name) in &added.domains {
            self.storage.release_what_waits(*workspace, name).await?;
        }
        self.checks.want();
        Ok(true)
    }

    /// Does some of the work that waits: adds domains, goes on with removals, reads deliveries again. False when nothing is left to do.
    ///
    /// # Errors
    /// The database cannot be used; what is done stays done.
    pub async fn do_chores(&self, now: Timestamp) -> Result<bool, Error> {
        if self.add_some(None, AT_ONCE, now).await? {
            return Ok(true);
        }
        match self.storage.removals().await?.first() {
            Some(domain) => {
                self.storage.finish_removal(*domain).await?;
                Ok(true)
            }
            None => self.read_some_again().await,
        }
    }

    /// Waits until there is a chore in this process.
    pub async fn chore_wanted(&self) {
        self.chores.wanted.notified().await;
    }

    /// Says that there is a chore.
    pub(crate) fn want_chore(&self) {
        self.chores.wanted.notify_one();
    }

    /// What became of an addition so far; none when the workspace has none of this id.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn addition(&self, workspace: WorkspaceId, id: i64) -> Result<Option<AdditionPage>, Error> {
        let Some(addition) = self.storage.addition(workspace, id).await? else { return Ok(None) };
        let of = |outcome| self.storage.addition_entries(workspace, id, outcome);
        let (refused, repeated, passed_over, trusted) = tokio::try_join!(
            of(Outcome::Refused),
            of(Outcome::Repeated),
            of(Outcome::PassedOver),
            self.storage.is_trusted(workspace),
        )?;
        let proven_elsewhere = if trusted { vec![] } else { self.storage.proven_elsewhere(workspace, id).await? };
        Ok(Some(AdditionPage { addition, asks_proof: !trusted, refused, repeated, passed_over, proven_elsewhere }))
    }

    /// Names that reports wait for and the workspace does not watch, with how many wait, most first; at most fifty.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn names_waited_for(&self, workspace: WorkspaceId) -> Result<Vec<(DomainName, u64)>, Error> {
        Ok(self.storage.names_waited_for(workspace).await?)
    }
}

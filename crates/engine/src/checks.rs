//! Looking at domains from outside: when it is due, on demand, and sooner after reported failures.
//!
//! [`Engine::due_checks`] takes work, [`Engine::perform_check`] does it; who calls them when is the server's business.
//! Any number of processes may do so: the database gives each due check to one of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::checks::{Context, Event, Runner};
use model::{
    DomainId, DomainName, Finding, MailForm, Status, Timestamp, WorkspaceId,
    check::{Change, Check, Facts, Section},
    proof,
    record_list::Publication,
    view::{CheckPage, DomainSetup},
};
pub use storage::ClaimedCheck;
use storage::{CheckRecord, CheckedDomain};
use tokio::sync::Notify;

use crate::{Engine, Error};

/// A domain is looked at again after an hour,
const EVERY_SECONDS: i64 = 3_600;
/// earlier or later by up to this, so that many domains that were added at once are not looked at at once for ever.
const JITTER_SECONDS: i64 = 600;
/// A domain of which nothing could be told, since no name server answered, is looked at again much sooner,
const SOON_SECONDS: i64 = 300;
/// earlier or later by up to this.
const SOON_JITTER_SECONDS: i64 = 120;
/// How long a check may take before another process takes it over: more than twice its own limit.
const LEASE: Duration = Duration::from_mins(4);

/// Checks that are under way here, and the wish for more.
#[derive(Debug)]
pub(crate) struct Checks {
    /// None where checks are switched off.
    runner: Option<Runner>,
    /// What was found so far.
    progress: Arc<Mutex<HashMap<DomainId, Vec<Section>>>>,
    wanted: Notify,
}

impl Checks {
    pub(crate) fn new(runner: Option<Runner>) -> Self {
        Self { runner, progress: Arc::default(), wanted: Notify::new() }
    }

    /// Something has become due at once.
    pub(crate) fn want(&self) {
        self.wanted.notify_one();
    }

    /// What looks at domains; none where checks are switched off.
    pub(crate) const fn runner(&self) -> Option<&Runner> {
        self.runner.as_ref()
    }
}

/// Shows the progress of a check for as long as it lives.
struct InProgress {
    all: Arc<Mutex<HashMap<DomainId, Vec<Section>>>>,
    domain: DomainId,
}

impl InProgress {
    fn begin(checks: &Checks, domain: DomainId) -> Self {
        let all = Arc::clone(&checks.progress);
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(domain, vec![]);
        Self { all, domain }
    }

    fn found(&self, section: &Section) {
        if let Some(sections) = self.all.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&self.domain) {
            sections.push(section.clone());
        }
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.domain);
    }
}

impl Engine {
    /// Takes checks that are due, at most so many; they are this process's to do. None where checks are switched off.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn due_checks(&self, now: Timestamp, most: usize) -> Result<Vec<ClaimedCheck>, Error> {
        if self.checks.runner.is_none() {
            return Ok(vec![]);
        }
        Ok(self.storage.claim_checks(now, most, LEASE).await?)
    }

    /// Looks at a domain and stores what was found. Nothing is stored when another process has taken over meanwhile.
    ///
    /// # Errors
    /// The database cannot be used; then another process takes over once the lease is over.
    pub async fn perform_check(&self, claim: &ClaimedCheck, now: Timestamp) -> Result<(), Error> {
        let Some(runner) = &self.checks.runner else { return self.give_back_check(claim).await };
        let progress = InProgress::begin(&self.checks, claim.domain);
        let form = self.mail_form(claim.workspace).await?;
        let destinations = self.setup(&claim.name, &claim.address, form.as_ref()).destinations;
        // One whose grace time runs is the workspace's own as well.
        let bare = form.filter(MailForm::is_bare);
        let proofs = if bare.is_some() { claim.addresses.iter().map(|one| proof::text(one)).collect() } else { vec![] };
        // Before a workspace has shown that the domain is its own, no more is asked than anyone may ask.
        let dial_mail = claim.proof.is_enough();
        let clean_days = self.storage.clean_days(claim, now).await?;
        let context = Context { now, destinations, proofs, dial_mail, published: claim.published.clone(), clean_days };
        let tell = |event: Event<'_>| {
            if let Event::Found(section) = event {
                progress.found(section);
            }
        };
        let outcome = runner.check(&claim.name, &context, &tell).await;
        let before = claim.facts.as_ref();
        let facts = outcome.facts.carrying(before, &outcome.sections);
        let policy_host = format!("mta-sts.{}", claim.name);
        let changes = before.map(|before| Change::between(before, &facts, &policy_host)).unwrap_or_default();
        let (publication, named) = standing_of_record(&facts, &outcome.sections, claim, bare.as_ref());
        let proves = named || outcome.proof_seen;
        let proven_now = proves && !dial_mail;
        let record = CheckRecord {
            at: now,
            publication,
            proves,
            status: outcome.status,
            sections: outcome.sections,
            notices: outcome.notices,
            facts,
            changes,
            next: next(now, proven_now, outcome.blind, self.jitter()),
        };
        if !self.storage.finish_check(claim, &record).await? {
            tracing::debug!(domain = %claim.name, "a check was overtaken, or its domain is gone");
            return Ok(());
        }
        if proves || dial_mail {
            self.storage.release_what_waits(claim.workspace, &claim.name).await?;
        }
        if proven_now {
            self.checks.want();
        }
        Ok(())
    }

    /// Keeps what others saw of a domain, as [`Engine::perform_check`] keeps what it sees itself: for sample data, whose domains
    /// exist in no DNS. Nothing is kept of a domain that the workspace does not have, or that was looked at later.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn keep_look(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        sections: Vec<Section>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let due = self.storage.claim_checks(at, usize::MAX, Duration::ZERO).await?;
        let Some(claim) = due.into_iter().find(|claim| claim.workspace == workspace && claim.name == *name) else {
            return Ok(());
        };
        let record = CheckRecord {
            at,
            status: Status::worst(sections.iter().map(|section| section.status)),
            sections,
            notices: vec![],
            facts: claim.facts.clone().unwrap_or_default(),
            changes: vec![],
            publication: Publication::NotSeen,
            proves: false,
            next: at,
        };
        self.storage.finish_check(&claim, &record).await?;
        Ok(())
    }

    /// Gives a check back that was taken and not done, such as at shutdown.
    ///
    /// # Errors
    /// The database cannot be used; then the check is due again once the lease is over.
    pub async fn give_back_check(&self, claim: &ClaimedCheck) -> Result<(), Error> {
        self.storage.give_back_check(claim).await?;
        Ok(())
    }

    /// Makes a domain's check due at once. False when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn check_again(&self, workspace: WorkspaceId, name: &DomainName, now: Timestamp) -> Result<bool, Error> {
        let asked = self.storage.ask_check(workspace, name, now).await?;
        self.checks.want();
        Ok(asked)
    }

    /// What keeps checks from seeing domains as senders do, and concerns this installation rather than any one domain.
    #[must_use]
    pub fn check_notices(&self) -> Vec<Finding> {
        self.checks.runner.as_ref().map(Runner::notices).unwrap_or_default()
    }

    /// Waits until a check is wanted at once in this process.
    pub async fn check_wanted(&self) {
        self.checks.wanted.notified().await;
    }

    /// When the next check is due that nobody does already; none when there is none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn next_check(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.storage.next_check().await?)
    }

    /// What to publish for a domain, and what the last look at it found; none when the workspace has no such domain. While
    /// a look is under way in this process, what it has found so far.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_records(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<(DomainSetup, CheckPage)>, Error> {
        let Some(checked) = self.storage.checked_domain(workspace, name).await? else { return Ok(None) };
        let setup = self.setup_of(workspace, &checked).await?;
        let CheckedDomain { domain, mut page, .. } = checked;
        page.off = self.checks.runner.is_none();
        let progress = self.checks.progress.lock().unwrap_or_else(PoisonError::into_inner).get(&domain.id).cloned();
        if let Some(found) = progress {
            page.running = true;
            page.sections = found;
        }
        Ok(Some((setup, page)))
    }

    /// Between −1 000 and 1 000.
    fn jitter(&self) -> i64 {
        let [one, other] = self.chance.bytes::<2>();
        i64::from(u16::from_be_bytes([one, other])) * 2_000 / i64::from(u16::MAX) - 1_000
    }
}

/// When a domain is looked at next; `jitter` is between −1 000 and 1 000.
fn next(now: Timestamp, proven_now: bool, blind: bool, jitter: i64) -> Timestamp {
    match (proven_now, blind) {
        // Its mail hosts may be dialled from now on.
        (true, _) => now,
        (false, true) => now.plus_seconds(SOON_SECONDS + jitter * SOON_JITTER_SECONDS / 1_000),
        (false, false) => now.plus_seconds(EVERY_SECONDS + jitter * JITTER_SECONDS / 1_000),
    }
}

/// How the TLS-RPT record stands to what should be published, and whether it proves that the domain is the workspace's own.
fn standing_of_record(
    facts: &Facts,
    sections: &[Section],
    claim: &ClaimedCheck,
    bare: Option<&MailForm>,
) -> (Publication, bool) {
    let seen = sections.iter().any(|section| {
        section.check == Check::TlsRpt && section.host.is_none() && section.status != Status::CannotTell
    });
    let shared = bare.map(|form| format!("mailto:{}", form.mailbox(&claim.address)));
    let names_shared = shared.is_some_and(|uri| facts.destinations.iter().any(|one| one.eq_ignore_ascii_case(&uri)));
    let publication = match &facts.tls_rpt {
        Some(_) if names_shared => Publication::Published,
        Some(_) if proof::is_named(&facts.destinations, std::slice::from_ref(&claim.address)) => Publication::Published,
        Some(_) => Publication::Other,
        None if seen => Publication::Absent,
        None => Publication::NotSeen,
    };
    // Only what was seen this time proves anything; an address in its grace time is the workspace's own as well.
    (publication, seen && proof::is_named(&facts.destinations, &claim.addresses))
}

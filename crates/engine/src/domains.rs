//! Workspaces and the domains they watch.

use model::{
    DomainName, MailForm, Proof, Timestamp, WorkspaceId, proof,
    setup::{Kept, Reach, domain_setup},
    view::DomainSetup,
};
pub use storage::DomainListing;
use storage::{CheckedDomain, Published};

use crate::{Engine, Error, people::base32};

impl Engine {
    /// The named workspace, or the only one. `Ok(None)`: no such workspace; with no name: there are several.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspace(&self, name: Option<&str>) -> Result<Option<WorkspaceId>, Error> {
        Ok(self.storage.workspace(name).await?)
    }

    /// Adds a domain, or finds it: adding twice is no error. Says where its reports arrive and what to publish. In a workspace
    /// that is not trusted it waits for its proof of control.
    ///
    /// # Errors
    /// It is being removed, or the database cannot be used.
    pub async fn add_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<DomainSetup, Error> {
        self.storage.add_domain(workspace, name, &self.new_address(), now).await?;
        self.checks.want();
        self.domain_setup(workspace, name).await?.ok_or(Error::BeingRemoved)
    }

    /// The same for a domain that needs no proof of control: an administrator of this machine adds it.
    ///
    /// # Errors
    /// It is being removed, or the database cannot be used.
    pub async fn add_trusted_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<DomainSetup, Error> {
        self.storage.add_domain(workspace, name, &self.new_address(), now).await?;
        self.storage.trust_domain(workspace, name).await?;
        self.checks.want();
        self.domain_setup(workspace, name).await?.ok_or(Error::BeingRemoved)
    }

    /// Where the reports of a watched domain arrive, and what to publish; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_setup(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<DomainSetup>, Error> {
        match self.storage.checked_domain(workspace, name).await? {
            Some(domain) => Ok(Some(self.setup_of(workspace, &domain).await?)),
            None => Ok(None),
        }
    }

    /// The domains of a workspace by name, with their all-time figures.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domains(&self, workspace: WorkspaceId) -> Result<Vec<DomainListing>, Error> {
        Ok(self.storage.domain_listings(Some(workspace)).await?)
    }

    /// All workspaces' domains, for the metrics page.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn all_domains(&self) -> Result<Vec<DomainListing>, Error> {
        Ok(self.storage.domain_listings(None).await?)
    }

    /// Unguessable, so that addresses cannot be tried out: 128 random bits in 26 characters.
    pub(crate) fn new_address(&self) -> String {
        base32().encode(&self.chance.bytes::<16>())
    }

    /// Where the reports of a domain arrive, and what to publish; destinations that stand in its record now are kept.
    pub(crate) async fn setup_of(
        &self,
        workspace: WorkspaceId,
        CheckedDomain { domain, known, .. }: &CheckedDomain,
    ) -> Result<DomainSetup, Error> {
        let form = self.mail_form(workspace).await?;
        let mut setup = self.setup_keeping(&domain.name, &domain.address, known, form.as_ref());
        if domain.proof == Proof::Trusted {
            // Nobody asks for it.
            setup.records.retain(|record| !proof::is_record(record));
        }
        Ok(setup)
    }

    /// The same where what stands in its record is at hand.
    pub(crate) fn setup_keeping(
        &self,
        name: &DomainName,
        address: &str,
        known: &Published,
        form: Option<&MailForm>,
    ) -> DomainSetup {
        let Published { destinations: published, addresses, recipients, .. } = known;
        domain_setup(name, address, self.reach(form), Kept { published, addresses, recipients })
    }

    /// Where the reports of a domain arrive, and what to publish where nothing is published yet.
    pub(crate) fn setup(&self, name: &DomainName, address: &str, form: Option<&MailForm>) -> DomainSetup {
        domain_setup(name, address, self.reach(form), Kept::default())
    }

    /// Where this installation, or a mailbox of a workspace, can be reached.
    fn reach<'a>(&'a self, mail_form: Option<&'a MailForm>) -> Reach<'a> {
        Reach { base_url: self.base_url(), mail_host: self.settings.report_host.as_deref(), mail_form }
    }
}

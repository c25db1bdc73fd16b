//! Workspaces and the domains they watch.

use model::{
    DomainName, Timestamp, WorkspaceId,
    setup::{Reach, domain_setup},
    view::DomainSetup,
};
pub use storage::DomainListing;

use crate::{Engine, Error, people::base32};

impl Engine {
    /// The named workspace, or the only one. `Ok(None)`: no such workspace; with no name: there are several.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspace(&self, name: Option<&str>) -> Result<Option<WorkspaceId>, Error> {
        Ok(self.storage.workspace(name).await?)
    }

    /// Adds a domain, or finds it: adding twice is no error. Says where its reports arrive and what to publish.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        now: Timestamp,
    ) -> Result<DomainSetup, Error> {
        // Unguessable, so that addresses cannot be tried out: 128 random bits in 26 characters.
        let address = base32().encode(&self.chance.bytes::<16>());
        let domain = self.storage.add_domain(workspace, name, &address, now).await?;
        self.checks.want();
        Ok(self.setup(name, &domain.address))
    }

    /// Where the reports of a watched domain arrive, and what to publish; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_setup(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<DomainSetup>, Error> {
        let domain = self.storage.domain(workspace, name).await?;
        Ok(domain.map(|domain| self.setup(name, &domain.address)))
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

    /// Where the reports of a domain arrive, and what to publish.
    pub(crate) fn setup(&self, name: &DomainName, address: &str) -> DomainSetup {
        domain_setup(name, address, Reach { base_url: self.base_url(), mail_host: None })
    }
}

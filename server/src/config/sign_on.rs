//! `[openid_connect]`: signing in at an identity provider.

use std::path::PathBuf;

use model::{DomainName, Role};
use serde::Deserialize;

use super::units;

/// `[openid_connect]`
#[derive(Clone, Deserialize)]
pub struct OpenIdConnect {
    /// The provider; none: people sign in by password only.
    #[serde(deserialize_with = "units::issuer")]
    pub issuer: Option<String>,
    /// What it calls us.
    pub client_id: String,
    /// By which it knows us.
    pub client_secret: String,
    /// What people call it.
    pub name: String,
    /// Whose people may come in; empty: everybody who has an account.
    #[serde(deserialize_with = "units::domains")]
    pub allowed_domains: Vec<DomainName>,
    /// Whether who is not known becomes a member.
    pub create: bool,
    /// Of this workspace.
    pub workspace: String,
    /// As this.
    #[serde(deserialize_with = "units::role")]
    pub role: Role,
    /// CAs to trust besides the public ones.
    #[serde(deserialize_with = "units::optional")]
    pub extra_ca: Option<PathBuf>,
}

/// Hides the secret.
impl std::fmt::Debug for OpenIdConnect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenIdConnect")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl OpenIdConnect {
    pub(super) fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        self.issuer.as_ref()?;
        if self.client_id.is_empty() {
            return Some((
                "openid_connect.client_id",
                "the client's name at the provider, since openid_connect.issuer is set",
            ));
        }
        // Else everybody who can make an account at the provider could make one here.
        let open_to_all = self.create && self.allowed_domains.is_empty();
        open_to_all.then_some((
            "openid_connect.create",
            "false while openid_connect.allowed_domains is empty: name the domains whose people become members",
        ))
    }
}

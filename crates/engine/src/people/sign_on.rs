//! People who sign in at an identity provider (OpenID Connect): who of ours they are, and whether they may come in.

use model::{Role, Timestamp, WorkspaceId};
use storage::{NewSignedOn, User};

use super::{Peer, SignedIn, email};
use crate::{Engine, Error};

/// Characters of a subject identifier (OpenID Connect Core §2).
const SUBJECT_CHARS: usize = 255;

/// Whom an identity provider has proven somebody to be.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Its name for the person, which never means another one.
    pub subject: String,
    /// The person's e-mail address.
    pub email: Option<String>,
    /// Whether the provider has verified that.
    pub email_verified: bool,
}

/// Who may come in.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// Domains of e-mail addresses; empty: any.
    pub domains: Vec<String>,
    /// Where, and as what, people become members who are not known; none: they do not.
    pub members: Option<(WorkspaceId, Role)>,
}

/// Why somebody did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOnRefusal {
    /// The provider gave no e-mail address, or has not verified it.
    NoEmail,
    /// The address is in none of the domains that may come in.
    Domain,
    /// No account has this address, and none is made; or the account is another person's at this provider.
    NoAccount,
}

impl Engine {
    /// Signs somebody in whom an identity provider knows: as the user who came with this identity before, else as the one with
    /// the same e-mail address, else as a new one where that is allowed. A second step of their own is still asked for.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn sign_on(
        &self,
        identity: &Identity,
        admission: &Admission,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<SignedIn, SignOnRefusal>, Error> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        let address = identity.email.as_deref().filter(|_| identity.email_verified).and_then(email::normalise);
        let Some(address) = address.filter(|_| subject.chars().count() <= SUBJECT_CHARS) else {
            return Ok(Err(SignOnRefusal::NoEmail));
        };
        // Also of who came before: somebody who has left the domain stays out.
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        if !admission.domains.is_empty() && !admission.domains.iter().any(|allowed| Some(allowed.as_str()) == domain) {
            return Ok(Err(SignOnRefusal::Domain));
        }
        let mut known = self.storage.signed_on(issuer, subject).await?;
        if known.is_none() {
            let person = NewSignedOn { issuer, subject, email: &address, member_of: admission.members, now };
            known = self.storage.link_identity(person).await?;
        }
        let Some(user) = known else { return Ok(Err(SignOnRefusal::NoAccount)) };
        let Some(User { email, .. }) = self.storage.user(user).await? else { return Ok(Err(SignOnRefusal::NoAccount)) };
        let account = self.storage.account(&email).await?;
        // Who is shut out, or belongs to no workspace any more, has no account to come into.
        if account.is_none_or(|account| account.disabled || account.workspace.is_none()) {
            return Ok(Err(SignOnRefusal::NoAccount));
        }
        Ok(Ok(self.let_in(user, &email, peer, now).await?))
    }
}

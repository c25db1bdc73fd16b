//! Share links: with one, whoever has it sees one domain's summary, without an account, until its time is over.
//!
//! What makes a link good is shown once, when it is made; the database holds its hash. A link ends with its domain, with the
//! report address it was made under, and with its maker's right to edit.

use std::fmt;

use model::{
    DomainName, ShareLinkId, ShareLinkRow, Timestamp, UserId, WorkspaceId,
    text::acts,
    view::{DomainPage, DomainQuery},
};
use storage::{NewShareLink, NotShared};

use crate::{Engine, Error, people::hash, secret_form::SecretForm};

const FORM: SecretForm = SecretForm::SHARE_LINK;

/// The longest life of a share link: a year and a day.
pub const MOST_DAYS: u16 = 366;
/// Share links of one domain.
const MOST: u64 = 20;
/// Characters of a name.
const NAME_CHARS: usize = 80;
/// That it was opened is written down at most so often: looking costs no write.
const OPENED_SECONDS: i64 = 5 * 60;

/// The last part of a share link. It is told to whoever made it and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareSecret(pub String);

/// Never shows it.
impl fmt::Debug for ShareSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShareSecret(…)")
    }
}

/// A share link to be made.
#[derive(Clone, Copy, Debug)]
pub struct ShareLinkRequest<'a> {
    /// Whom it is for: 1 to 80 characters.
    pub name: &'a str,
    /// For how many days it shows something, at most [`MOST_DAYS`].
    pub days: u16,
}

/// A share link that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedShareLink {
    /// Its last part, told this once.
    pub secret: ShareSecret,
    /// Its id.
    pub id: ShareLinkId,
    /// The instant from which it shows nothing.
    pub expires: Timestamp,
}

/// Why no share link was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareLinkRefusal {
    /// The name is empty, too long, or holds characters that act on a terminal or a page.
    #[error("a name has 1 to {NAME_CHARS} characters, none of them a control character")]
    Name,
    /// It would live for no time, or for too long.
    #[error("a share link lives for 1 to {MOST_DAYS} days")]
    Days,
    /// The workspace has no such domain.
    #[error("no such domain is watched")]
    NoDomain,
    /// The domain has twenty.
    #[error("this domain has {MOST} share links already; revoke those that nobody needs")]
    TooMany,
}

/// What a share link shows: one domain of one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedDomain {
    workspace: WorkspaceId,
    /// The domain.
    pub name: DomainName,
    /// The instant from which the link shows nothing.
    pub expires: Timestamp,
}

impl Engine {
    /// Makes a share link for a domain, in the name of whoever edits it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_share_link(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
        request: ShareLinkRequest<'_>,
        by: UserId,
        now: Timestamp,
    ) -> Result<Result<CreatedShareLink, ShareLinkRefusal>, Error> {
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(acts) {
            return Ok(Err(ShareLinkRefusal::Name));
        }
        if !(1..=MOST_DAYS).contains(&request.days) {
            return Ok(Err(ShareLinkRefusal::Days));
        }
        let secret = ShareSecret(FORM.make(&self.chance));
        let expires = now.plus_seconds(i64::from(request.days) * 24 * 3600);
        let new = NewShareLink {
            name,
            hash: &hash(&secret.0),
            hint: SecretForm::hint(&secret.0),
            created: now,
            created_by: by,
            expires,
        };
        Ok(match self.storage.add_share_link(workspace, domain, new, MOST).await? {
            Ok(id) => Ok(CreatedShareLink { secret, id, expires }),
            Err(NotShared::NoDomain) => Err(ShareLinkRefusal::NoDomain),
            Err(NotShared::TooMany) => Err(ShareLinkRefusal::TooMany),
        })
    }

    /// The share links of a domain, latest first, those whose time is over among them. None when the workspace has no such
    /// domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn share_links(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
    ) -> Result<Option<Vec<ShareLinkRow>>, Error> {
        Ok(self.storage.share_links(workspace, domain).await?)
    }

    /// Ends a share link at once. False when the domain has no such link.
    ///
    /// # Errors
    /// The database cannot be used: the link goes on.
    pub async fn revoke_share_link(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
        id: ShareLinkId,
    ) -> Result<bool, Error> {
        Ok(self.storage.revoke_share_link(workspace, domain, id).await?)
    }

    /// The id of the share link with this last part, if it is one to this domain. That does not open it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn share_link_of(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
        secret: &str,
    ) -> Result<Option<ShareLinkId>, Error> {
        let Some(secret) = FORM.recognise(secret) else { return Ok(None) };
        let stored = self.storage.share_link(&hash(secret)).await?;
        let of_domain = stored.filter(|stored| stored.workspace == workspace && stored.domain == *domain);
        Ok(of_domain.map(|stored| stored.id))
    }

    /// The whole of a share link. Its host is configured, never that of a request.
    #[must_use]
    pub fn share_url(&self, secret: &str) -> String {
        format!("{}/shared/{secret}", self.base_url())
    }

    /// What the share link with this last part shows, while its time runs. To whoever has a link that is over, revoked or
    /// invented there is no such thing.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn open_share_link(&self, secret: &str, now: Timestamp) -> Result<Option<SharedDomain>, Error> {
        let Some(secret) = FORM.recognise(secret) else { return Ok(None) };
        let Some(stored) = self.storage.share_link(&hash(secret)).await? else { return Ok(None) };
        if stored.expires <= now {
            return Ok(None);
        }
        if stored.last_opened.is_none_or(|last| last <= now.plus_seconds(-OPENED_SECONDS))
            && let Err(error) = self.storage.touch_share_link(stored.id, now).await
        {
            // Whoever looks can do without: the list shows an earlier time.
            tracing::warn!(%error, "that a share link was opened was not written down");
        }
        Ok(Some(SharedDomain { workspace: stored.workspace, name: stored.domain, expires: stored.expires }))
    }

    /// The summary of a shared domain. It holds no report address. None when the domain went away meanwhile.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn shared_page(
        &self,
        shared: &SharedDomain,
        query: &DomainQuery,
        now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        Ok(self.storage.domain_page(shared.workspace, &shared.name, query, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_link_good_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", ShareSecret("wxl_a".to_owned())), "ShareSecret(…)");
    }
}

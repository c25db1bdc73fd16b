//! Invitations: links by which people come into a workspace. Each works once, for seven days, until it is revoked.
//!
//! Whoever has the link may use it, unless it names an e-mail address. That address is not proven by the link: whoever
//! hands it on vouches for it.

use model::{Role, Timestamp, WorkspaceId, people::Invitation};
use storage::{Acceptance, NewInvitation, NewUser};

use super::{
    PasswordProblem, Peer, Visitor, email, letters, password_rules,
    secret::{self, SessionToken, hash},
    tries::Network,
};
use crate::{Engine, Error};

/// How long an invitation can be used, in days.
pub const INVITATION_DAYS: u16 = 7;

/// Open invitations of one workspace: enough for anybody, and no way to fill a disk.
const MOST_OPEN: usize = 200;

/// Why no invitation was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteRefusal {
    /// Not an e-mail address.
    Email,
    /// Whoever has this address is a member already.
    MemberAlready,
    /// Two hundred are open: revoke some first.
    TooManyOpen,
}

/// Why somebody did not join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinRefusal {
    /// The invitation is used, revoked or too old, or never was.
    Invalid,
    /// It is for another e-mail address.
    ForAnother,
    /// They belong to this workspace already; the invitation was not used up.
    MemberAlready,
    /// Somebody has this e-mail address already, with another password: sign in and follow the link again.
    EmailTaken,
    /// Not an e-mail address.
    Email,
    /// The password may not be chosen.
    Password(PasswordProblem),
    /// Too many tries just now.
    TooMany,
}

/// Somebody joined who was not signed in.
#[derive(Debug)]
pub enum Arrived {
    /// As a new user, with this session.
    New(SessionToken),
    /// As a user who was there before. They sign in like everybody else, with whatever that asks for.
    Known,
}

impl Engine {
    /// Makes an invitation, and gives the code for [`Self::invitation_link`]; nobody can tell it again. Where it is for somebody and
    /// there is a mail server, the link is mailed to them as well.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn invite(
        &self,
        workspace: WorkspaceId,
        for_whom: Option<&str>,
        role: Role,
        now: Timestamp,
    ) -> Result<Result<String, InviteRefusal>, Error> {
        let email = match for_whom.map(email::normalise) {
            Some(None) => return Ok(Err(InviteRefusal::Email)),
            email => email.flatten(),
        };
        let members = self.storage.members(workspace).await?;
        if members.iter().any(|member| Some(&member.email) == email.as_ref()) {
            return Ok(Err(InviteRefusal::MemberAlready));
        }
        if self.storage.invitations(workspace, now).await?.len() >= MOST_OPEN {
            return Ok(Err(InviteRefusal::TooManyOpen));
        }
        let code = secret::code(&self.chance);
        let expires = now.plus_seconds(i64::from(INVITATION_DAYS) * 24 * 3600);
        let email = email.as_deref();
        let new = NewInvitation { token_hash: &hash(&code), workspace, email, role, created: now, expires };
        self.storage.add_invitation(new).await?;
        if let Some(to) = email
            && let Some(invitation) = self.invitation(&code, now).await?
        {
            let (name, link) = (&invitation.workspace_name, self.invitation_link(&code));
            self.post_later(letters::invitation(to, name, self.base_url(), &link), now);
        }
        Ok(Ok(code))
    }

    /// The link of an invitation: what is copied, and what a mail would hold. Its host is configured, never that of a
    /// request.
    #[must_use]
    pub fn invitation_link(&self, code: &str) -> String {
        format!("{}/join?code={code}", self.base_url())
    }

    /// The invitations of a workspace that can still be used, latest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn invitations(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Vec<Invitation>, Error> {
        Ok(self.storage.invitations(workspace, now).await?)
    }

    /// Where a code leads, while it can be used.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn invitation(&self, code: &str, now: Timestamp) -> Result<Option<Invitation>, Error> {
        Ok(self.storage.invitation(&hash(code.trim()), now).await?)
    }

    /// Makes an invitation invalid; false when the workspace has none of this number.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn revoke_invitation(&self, workspace: WorkspaceId, id: i64) -> Result<bool, Error> {
        Ok(self.storage.revoke_invitation(workspace, id).await?)
    }

    /// Lets somebody who is signed in join, and turns their session to the workspace.
    ///
    /// # Errors
    /// The database cannot be used. Should it have failed in the middle, they have joined, and can turn to it themselves.
    pub async fn join(
        &self,
        code: &str,
        visitor: &Visitor,
        session: &str,
        now: Timestamp,
    ) -> Result<Result<(), JoinRefusal>, Error> {
        let code = hash(code.trim());
        let accepted = self.storage.accept_invitation(&code, visitor.user, &visitor.email, now).await?;
        if let Acceptance::Joined(_, workspace) = accepted {
            self.enter_workspace(session, workspace).await?;
        }
        Ok(in_the_way(&accepted).map_or(Ok(()), Err))
    }

    /// Lets somebody join who is not signed in: as a new user with this password, or as the one who has this e-mail address
    /// and password already.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed.
    pub async fn join_as(
        &self,
        code: &str,
        email: &str,
        password: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<Arrived, JoinRefusal>, Error> {
        if !self.tries.admits_from(&Network::of(&peer.ip)) {
            return Ok(Err(JoinRefusal::TooMany));
        }
        // Without an invitation nobody learns who has an account, and no password is tried.
        let Some(invitation) = self.invitation(code, now).await? else { return Ok(Err(JoinRefusal::Invalid)) };
        let Some(email) = email::normalise(email) else { return Ok(Err(JoinRefusal::Email)) };
        if invitation.email.is_some_and(|for_whom| for_whom != email) {
            return Ok(Err(JoinRefusal::ForAnother));
        }
        if !self.tries.admits_to(&email) {
            return Ok(Err(JoinRefusal::TooMany));
        }
        let code = hash(code.trim());
        if let Some(account) = self.storage.account(&email).await? {
            let right = self.passwords.verify(password.to_owned(), Some(account.password_hash)).await?;
            if !right || account.disabled {
                return Ok(Err(JoinRefusal::EmailTaken));
            }
            let accepted = self.storage.accept_invitation(&code, account.user, &email, now).await?;
            return Ok(in_the_way(&accepted).map_or(Ok(Arrived::Known), Err));
        }
        if let Err(problem) = password_rules::judge(password, &email) {
            return Ok(Err(JoinRefusal::Password(problem)));
        }
        let password_hash = self.passwords.hash(password.to_owned(), &self.chance).await?;
        let new = NewUser { email: &email, password_hash: &password_hash, created: now };
        let accepted = self.storage.accept_as_new(&code, new).await?;
        if let Acceptance::Joined(user, _) = accepted {
            return Ok(Ok(Arrived::New(self.start_session(user, &email, peer, now).await?)));
        }
        Ok(Err(in_the_way(&accepted).unwrap_or(JoinRefusal::Invalid)))
    }
}

/// What stands in the way of joining; nothing, where somebody joined.
const fn in_the_way(acceptance: &Acceptance) -> Option<JoinRefusal> {
    match acceptance {
        Acceptance::Joined(..) => None,
        Acceptance::MemberAlready(_) => Some(JoinRefusal::MemberAlready),
        Acceptance::ForAnother => Some(JoinRefusal::ForAnother),
        Acceptance::EmailTaken => Some(JoinRefusal::EmailTaken),
        Acceptance::Invalid => Some(JoinRefusal::Invalid),
    }
}

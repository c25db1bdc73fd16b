//! People: the first user, signing in and out, and who a session belongs to.
//!
//! Nothing is preset. While no user exists, each start prints a fresh set-up code, and whoever brings one becomes the
//! first user, runs the installation and owns the workspace `default`.
//!
//! - `members`: who may do what in a workspace; `invitations`: how others come in; `users`: what the command line does
//! - [`sign_in`]: by password, then by code for who wants that; [`sign_on`]: by an identity provider
//! - [`account`]: one's own password, address and sessions; [`second_step`]: codes; [`reset`]: a forgotten password
//! - `password`, `password_rules`, `secret`, `tries`, `email`, `letters`: what these stand on

pub mod account;
mod email;
mod invitations;
pub(crate) mod letters;
mod members;
mod password;
mod password_rules;
pub mod reset;
pub mod second_step;
mod secret;
pub mod sign_in;
pub mod sign_on;
mod tries;
mod users;

use model::{Role, Timestamp, UserId, WorkspaceId, people::Membership};
use storage::{NewSession, NewUser};

use self::tries::Network;
pub use self::{
    account::{Account, AccountRefusal, EmailChange, SessionLine},
    invitations::{Arrived, INVITATION_DAYS, InviteRefusal, JoinRefusal},
    members::{MemberRefusal, WorkspaceRefusal},
    password_rules::PasswordProblem,
    reset::{ResetAnswer, ResetRefusal},
    second_step::SecondStepSetUp,
    secret::{SessionToken, StepToken},
    sign_in::{CodeRefusal, SignInRefusal, SignedIn},
    sign_on::{Admission, Identity, SignOnRefusal},
    users::UserRefusal,
};
pub(crate) use self::{
    letters::Written,
    password::Passwords,
    secret::{base32, hash},
    tries::Tries,
};
use crate::{Engine, Error};

/// A session ends when it was not used for so long: 12 hours.
const IDLE_SECONDS: i64 = 12 * 3600;

/// A session ends so long after signing in, used or not: 14 days.
const ABSOLUTE_SECONDS: i64 = 14 * 24 * 3600;

/// A session that was last used so long after now is over: the clock went back, so its age cannot be told. The clocks of
/// replicas may differ by less.
const CLOCK_SKEW_SECONDS: i64 = 5 * 60;

/// Use of a session is written down at most so often: a page view costs no write.
const SEEN_SECONDS: i64 = 5 * 60;

/// So much of a user agent is kept.
const AGENT_CHARS: usize = 256;

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// The workspace they see.
    pub workspace: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
    /// What they may do there.
    pub role: Role,
    /// All workspaces of theirs, the oldest first.
    pub memberships: Vec<Membership>,
    /// Whether they run the installation.
    pub administrator: bool,
}

/// Why the first user was not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// The code is none of those printed at the latest starts.
    WrongCode,
    /// A user exists already.
    AlreadyDone,
    /// Not an e-mail address.
    Email,
    /// The password may not be chosen.
    Password(PasswordProblem),
    /// Too many tries just now.
    TooMany,
}

/// Where a request came from, for the session list and limits.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// IP address as text.
    pub ip: String,
    /// User agent.
    pub agent: String,
}

/// The instants at which a session that is over now was begun, or last used, at the latest.
pub(crate) fn oldest_session(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_seconds(-ABSOLUTE_SECONDS), now.plus_seconds(-IDLE_SECONDS))
}

impl Engine {
    /// A new set-up code while no user exists; none once there is one. The codes of the latest starts stay valid, so
    /// that each of several replicas may print its own.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn setup_code(&self, now: Timestamp) -> Result<Option<String>, Error> {
        let code = secret::code(&self.chance);
        let stored = self.storage.add_setup_code(&hash(&code), now).await?;
        Ok(stored.then_some(code))
    }

    /// Creates the first user, who owns the workspace `default`, and signs them in.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed.
    pub async fn create_first_user(
        &self,
        code: &str,
        email: &str,
        password: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<SessionToken, SetupRefusal>, Error> {
        if !self.tries.admits_from(&Network::of(&peer.ip)) {
            return Ok(Err(SetupRefusal::TooMany));
        }
        let code = hash(code.trim());
        if self.storage.has_users().await? {
            return Ok(Err(SetupRefusal::AlreadyDone));
        }
        if !self.storage.knows_setup_code(&code).await? {
            return Ok(Err(SetupRefusal::WrongCode));
        }
        let Some(email) = email::normalise(email) else { return Ok(Err(SetupRefusal::Email)) };
        if let Err(problem) = password_rules::judge(password, &email) {
            return Ok(Err(SetupRefusal::Password(problem)));
        }
        let password_hash = self.passwords.hash(password.to_owned(), &self.chance).await?;
        let user = NewUser { email: &email, password_hash: &password_hash, created: now };
        // The code is tested again as it is used up: of two people who hold one, the first wins.
        match self.storage.create_first_user(&code, user).await? {
            Some(user) => Ok(Ok(self.start_session(user, &email, peer, now).await?)),
            None => Ok(Err(SetupRefusal::AlreadyDone)),
        }
    }

    /// Who holds this session, while it lives: idle for less than 12 hours, at most 14 days old, and not from the future.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn visitor(&self, token: &str, now: Timestamp) -> Result<Option<Visitor>, Error> {
        let token = hash(token);
        let Some(session) = self.storage.session(&token).await? else { return Ok(None) };
        let (created, seen) = oldest_session(now);
        let future = now.plus_seconds(CLOCK_SKEW_SECONDS);
        if session.created <= created || session.seen <= seen || future < session.seen {
            return Ok(None);
        }
        if session.seen <= now.plus_seconds(-SEEN_SECONDS)
            && let Err(error) = self.storage.touch_session(&token, now).await
        {
            // The visitor can do without: at worst the session ends a little early.
            tracing::warn!(%error, "the use of a session was not written down");
        }
        Ok(Some(Visitor {
            user: session.user,
            email: session.email,
            workspace: session.current.workspace,
            workspace_name: session.current.name,
            role: session.current.role,
            memberships: session.memberships,
            administrator: session.administrator,
        }))
    }

    /// Ends a session; the next request with its token has no visitor.
    ///
    /// # Errors
    /// The database cannot be used: the session goes on.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        Ok(self.storage.end_session(&hash(token)).await?)
    }

    /// A session with a token of its own: what a browser brought before signing in is never adopted.
    async fn start_session(
        &self,
        user: UserId,
        email: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<SessionToken, Error> {
        self.sweep_sessions(now).await?;
        let token = SessionToken::new(&self.chance);
        let agent: String = peer.agent.chars().take(AGENT_CHARS).collect();
        let session =
            NewSession { token_hash: &hash(&token.0), user, email, created: now, ip: &peer.ip, agent: &agent };
        self.storage.start_session(session).await?;
        Ok(token)
    }
}

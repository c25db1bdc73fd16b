//! A person's own account: its password, its e-mail address, its sessions. Whoever changes what proves who they are brings the
//! present password, so that an unwatched browser is not enough.

use model::{Timestamp, UserId};
use storage::{EmailOutcome, NewSession, NewTicket, TicketPurpose, User};

use super::{
    PasswordProblem, Peer, SessionToken, email, letters, oldest_session, password_rules,
    secret::{self, hash},
    tries::Network,
};
use crate::{Engine, Error};

/// How long the link to a new address is good.
const LINK_SECONDS: i64 = 24 * 3600;

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// E-mail address.
    pub email: String,
    /// Whether there is a password: who signs in elsewhere may have none.
    pub has_password: bool,
    /// Where signing in asks for a code: how many recovery codes are left.
    pub second_step: Option<u64>,
    /// Living sessions, the latest used first.
    pub sessions: Vec<SessionLine>,
}

/// One session of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// Tells sessions apart and opens none.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to within a few minutes.
    pub seen: Timestamp,
    /// From which address it began.
    pub ip: String,
    /// The browser, in its own words.
    pub agent: String,
}

/// Why an account was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// The present password is another.
    WrongPassword,
    /// The account has no password to ask for.
    NoPassword,
    /// Too many tries just now.
    TooMany,
    /// The new password may not be chosen.
    NewPassword(PasswordProblem),
    /// Not an e-mail address.
    Email,
    /// Another account has this address.
    EmailTaken,
    /// The code is wrong, or was used before.
    WrongCode,
    /// There is nothing to confirm, or nothing to end: somebody was faster.
    Outdated,
}

/// How far a change of address has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailChange {
    /// It is done.
    Done,
    /// A link was sent to the new address, which proves it.
    LinkSent,
}

impl Engine {
    /// The account of a user, whose session this is.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn account(&self, user: UserId, token: &str, now: Timestamp) -> Result<Option<Account>, Error> {
        let Some(User { email, password_hash }) = self.storage.user(user).await? else { return Ok(None) };
        let factor = self.storage.second_factor(user).await?.filter(|factor| factor.confirmed);
        let (created, seen) = oldest_session(now);
        let this = hash(token);
        let lines = self.storage.sessions_of(user, created, seen).await?.into_iter().map(|session| SessionLine {
            is_this: session.token_hash == this,
            id: data_encoding::HEXLOWER.encode(&session.token_hash),
            created: session.created,
            seen: session.seen,
            ip: session.ip,
            agent: session.agent,
        });
        Ok(Some(Account {
            email,
            has_password: !password_hash.is_empty(),
            second_step: factor.map(|factor| factor.recovery_codes),
            sessions: lines.collect(),
        }))
    }

    /// Sets a new password. All sessions end, and a new one begins for who brought the present password.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn change_password(
        &self,
        user: UserId,
        present: &str,
        new: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<SessionToken, AccountRefusal>, Error> {
        let known = match self.prove(user, present, peer).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(problem) = password_rules::judge(new, &known.email) {
            return Ok(Err(AccountRefusal::NewPassword(problem)));
        }
        let password_hash = self.passwords.hash(new.to_owned(), &self.chance).await?;
        let token = SessionToken::new(&self.chance);
        let token_hash = hash(&token.0);
        let (ip, agent) = (&peer.ip, &peer.agent);
        let session = NewSession { token_hash: &token_hash, user, email: &known.email, created: now, ip, agent };
        self.storage.change_password(&password_hash, session).await?;
        self.post_later(letters::password_changed(&known.email, self.base_url()), now);
        Ok(Ok(token))
    }

    /// Changes the e-mail address, at once or, where mails can be sent, when the link in one has been opened. Then nobody is told
    /// whether the address is another account's.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn change_email(
        &self,
        user: UserId,
        password: &str,
        email: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<EmailChange, AccountRefusal>, Error> {
        let Some(email) = email::normalise(email) else { return Ok(Err(AccountRefusal::Email)) };
        let known = match self.prove(user, password, peer).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if email == known.email {
            return Ok(Ok(EmailChange::Done));
        }
        if !self.post.is_configured() {
            return Ok(match self.storage.change_email(user, &email).await? {
                EmailOutcome::Changed { .. } => Ok(EmailChange::Done),
                EmailOutcome::Taken => Err(AccountRefusal::EmailTaken),
                EmailOutcome::NoTicket => Err(AccountRefusal::Outdated),
            });
        }
        if !self.tries.admits_mail(&known.email) || !self.tries.admits_mail(&email) {
            return Ok(Err(AccountRefusal::TooMany));
        }
        if self.storage.account(&email).await?.is_none() {
            let link = secret::link(&self.chance);
            let ticket = NewTicket {
                hash: &hash(&link),
                user,
                purpose: TicketPurpose::Email,
                detail: &email,
                created: now,
                expires: now.plus_seconds(LINK_SECONDS),
            };
            self.storage.add_ticket(ticket).await?;
            self.post_later(letters::confirm_email(&email, &known.email, self.base_url(), &link), now);
        }
        Ok(Ok(EmailChange::LinkSent))
    }

    /// Which address a link would prove, while it is good.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn email_to_confirm(&self, link: &str, now: Timestamp) -> Result<Option<String>, Error> {
        let ticket = self.storage.ticket(&hash(link), TicketPurpose::Email, now).await?;
        Ok(ticket.map(|ticket| ticket.detail))
    }

    /// Changes the e-mail address to the one that a link proves. False when the link is no longer good.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn confirm_email(&self, link: &str, now: Timestamp) -> Result<bool, Error> {
        let outcome = self.storage.confirm_email(&hash(link), now).await?;
        let EmailOutcome::Changed { old, new, .. } = outcome else { return Ok(false) };
        self.post_later(letters::email_changed(&old, &new, self.base_url()), now);
        Ok(true)
    }

    /// Ends one session of this user. False when they have none of this id.
    ///
    /// # Errors
    /// The database cannot be used: the session goes on.
    pub async fn end_session(&self, user: UserId, id: &str) -> Result<bool, Error> {
        let Ok(token_hash) = data_encoding::HEXLOWER.decode(id.as_bytes()) else { return Ok(false) };
        Ok(self.storage.end_session_of(user, &token_hash).await?)
    }

    /// Ends all sessions of this user but the one with this token; without a token, all of them: as when a role changes or an
    /// account is closed. Gives how many ended.
    ///
    /// # Errors
    /// The database cannot be used: the sessions go on.
    pub async fn end_sessions(&self, user: UserId, but: Option<&str>) -> Result<u64, Error> {
        Ok(self.storage.end_sessions_of(user, but.map(hash).as_deref()).await?)
    }

    /// The user, if this is their present password. Tries are counted by user and by network, apart from those of signing in.
    pub(super) async fn prove(
        &self,
        user: UserId,
        password: &str,
        peer: &Peer,
    ) -> Result<Result<User, AccountRefusal>, Error> {
        let Some(known) = self.storage.user(user).await? else { return Ok(Err(AccountRefusal::Outdated)) };
        if known.password_hash.is_empty() {
            return Ok(Err(AccountRefusal::NoPassword));
        }
        if !self.tries.admits_from(&Network::of(&peer.ip)) || !self.tries.admits_to(&format!("session of {}", user.0)) {
            return Ok(Err(AccountRefusal::TooMany));
        }
        let right = self.passwords.verify(password.to_owned(), Some(known.password_hash.clone())).await?;
        Ok(if right { Ok(known) } else { Err(AccountRefusal::WrongPassword) })
    }
}

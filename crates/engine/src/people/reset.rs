//! Setting a new password without the old one: by a link that is mailed, or that an administrator gets on the command line.

use model::Timestamp;
use storage::{NewTicket, TicketPurpose};

use super::{
    PasswordProblem, Peer, email, letters, password_rules,
    secret::{self, hash},
    tries::Network,
};
use crate::{Engine, Error};

/// How long a link is good: an hour.
const LINK_SECONDS: i64 = 3600;

/// What is answered to who has forgotten their password: the same whether or not the user exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetAnswer {
    /// If there is such a user, a link is on its way.
    Accepted,
    /// Not an e-mail address.
    Email,
    /// No mails can be sent: an administrator can make a link.
    NoMail,
    /// Too many tries just now.
    TooMany,
}

/// Why a new password was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetRefusal {
    /// The link was used, is older than an hour, or never was one.
    LinkOver,
    /// The new password may not be chosen.
    NewPassword(PasswordProblem),
    /// Too many tries just now.
    TooMany,
}

impl Engine {
    /// Mails a link to set a new password, if this is a user's address. That happens later: neither the answer nor its time tells.
    #[must_use]
    pub fn request_reset(&self, email: &str, peer: &Peer, now: Timestamp) -> ResetAnswer {
        if !self.post.is_configured() {
            return ResetAnswer::NoMail;
        }
        let Some(email) = email::normalise(email) else { return ResetAnswer::Email };
        if !self.tries.admits_from(&Network::of(&peer.ip)) {
            return ResetAnswer::TooMany;
        }
        // Whoever has asked three times just now has mails enough, and is told the same.
        if self.tries.admits_mail(&email) {
            let engine = self.clone();
            self.later(async move {
                match engine.reset_link(&email, now).await {
                    Ok(Some(link)) => engine.post_now(&letters::reset(&email, engine.base_url(), &link), now).await,
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "a link to set a new password could not be made"),
                }
            });
        }
        ResetAnswer::Accepted
    }

    /// A link with which this user can set a new password, once, within an hour. None when there is no such user, and of one who is
    /// shut out.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reset_link(&self, email: &str, now: Timestamp) -> Result<Option<String>, Error> {
        let Some(email) = email::normalise(email) else { return Ok(None) };
        let account = self.storage.account(&email).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(None) };
        let link = secret::link(&self.chance);
        let ticket = NewTicket {
            hash: &hash(&link),
            user: account.user,
            purpose: TicketPurpose::Password,
            detail: "",
            created: now,
            expires: now.plus_seconds(LINK_SECONDS),
        };
        self.storage.add_ticket(ticket).await?;
        Ok(Some(format!("{}/reset-password?link={link}", self.base_url())))
    }

    /// Switches a user's second step off, for who has lost both app and recovery codes. False when there is no such user, or nothing
    /// to switch off.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn remove_second_step(&self, email: &str) -> Result<bool, Error> {
        let Some(email) = email::normalise(email) else { return Ok(false) };
        match self.storage.account(&email).await? {
            Some(account) => Ok(self.storage.end_second_factor(account.user).await?),
            None => Ok(false),
        }
    }

    /// Whose password a link would set, while it is good.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn password_to_reset(&self, link: &str, now: Timestamp) -> Result<Option<String>, Error> {
        let ticket = self.storage.ticket(&hash(link), TicketPurpose::Password, now).await?;
        Ok(ticket.map(|ticket| ticket.email))
    }

    /// Sets a new password with a link: all sessions and other links of the user end. Nobody is signed in by that, so that the second
    /// step is still asked for.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed: nothing has changed.
    pub async fn reset_password(
        &self,
        link: &str,
        new: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<(), ResetRefusal>, Error> {
        if !self.tries.admits_from(&Network::of(&peer.ip)) {
            return Ok(Err(ResetRefusal::TooMany));
        }
        let Some(email) = self.password_to_reset(link, now).await? else { return Ok(Err(ResetRefusal::LinkOver)) };
        if let Err(problem) = password_rules::judge(new, &email) {
            return Ok(Err(ResetRefusal::NewPassword(problem)));
        }
        let password_hash = self.passwords.hash(new.to_owned(), &self.chance).await?;
        if self.storage.reset_password(&hash(link), &password_hash, now).await?.is_none() {
            return Ok(Err(ResetRefusal::LinkOver));
        }
        self.post_later(letters::password_changed(&email, self.base_url()), now);
        Ok(Ok(()))
    }
}

//! Signing in: by password or by an identity provider, and then, for who has switched that on, by a code.

use model::{Timestamp, UserId};
use storage::{NewTicket, TicketPurpose};

use super::{Peer, SessionToken, StepToken, email, secret::hash, tries::Network};
use crate::{Engine, Error};

/// How long the code of the second step may take to come.
const STEP_SECONDS: i64 = 10 * 60;

/// Wrong codes after which signing in begins anew.
const STEP_TRIES: u32 = 5;

/// How far somebody has come who has proven who they are.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// They are in.
    Session(SessionToken),
    /// They have switched the second step on: ask for a code.
    CodeAsked(StepToken),
}

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// The same answer whether or not the user exists.
    WrongCredentials,
    /// The password is right, and the user belongs to no workspace (any more).
    NoWorkspace,
    /// Too many tries just now.
    TooMany,
}

/// Why a code did not sign anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// It is wrong, or was used before.
    WrongCode,
    /// The first step is too long ago, or too many codes were wrong: begin anew.
    Over,
    /// Too many tries just now.
    TooMany,
}

impl Engine {
    /// Signs somebody in. A wrong password and an unknown user get the same answer in the same time.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<SignedIn, SignInRefusal>, Error> {
        let network = Network::of(&peer.ip);
        if !self.tries.admits_from(&network) {
            return Ok(Err(SignInRefusal::TooMany));
        }
        let Some(email) = email::normalise(email) else { return Ok(Err(SignInRefusal::WrongCredentials)) };
        let account = self.storage.account(&email).await?;
        let stranger = !account.iter().flat_map(|account| &account.session_ips).any(|ip| Network::of(ip) == network);
        if stranger && !self.tries.admits_to(&email) {
            return Ok(Err(SignInRefusal::TooMany));
        }
        let password_hash = account.as_ref().map(|account| account.password_hash.clone());
        let right = self.passwords.verify(password.to_owned(), password_hash).await?;
        // Who is shut out is told nothing else than who is not there.
        let Some(account) = account.as_ref().filter(|account| right && !account.disabled) else {
            self.storage.note_failed_sign_in(&email, account.as_ref()).await?;
            return Ok(Err(SignInRefusal::WrongCredentials));
        };
        if account.workspace.is_none() {
            return Ok(Err(SignInRefusal::NoWorkspace));
        }
        Ok(Ok(self.let_in(account.user, &email, peer, now).await?))
    }

    /// Signs somebody in who has proven who they are, or asks for a code where they want that.
    pub(super) async fn let_in(
        &self,
        user: UserId,
        email: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<SignedIn, Error> {
        if !self.storage.second_factor(user).await?.is_some_and(|factor| factor.confirmed) {
            return Ok(SignedIn::Session(self.start_session(user, email, peer, now).await?));
        }
        let token = StepToken::new(&self.chance);
        let ticket = NewTicket {
            hash: &hash(&token.0),
            user,
            purpose: TicketPurpose::SecondStep,
            detail: "",
            created: now,
            expires: now.plus_seconds(STEP_SECONDS),
        };
        self.storage.add_ticket(ticket).await?;
        Ok(SignedIn::CodeAsked(token))
    }

    /// Whether the first step of signing in is done with this token, and a code is awaited.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn awaits_code(&self, step: &str, now: Timestamp) -> Result<bool, Error> {
        let ticket = self.storage.ticket(&hash(step), TicketPurpose::SecondStep, now).await?;
        Ok(ticket.is_some_and(|ticket| ticket.tries < STEP_TRIES))
    }

    /// The second step of signing in: a code of the authenticator app, or a recovery code.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn sign_in_with_code(
        &self,
        step: &str,
        code: &str,
        peer: &Peer,
        now: Timestamp,
    ) -> Result<Result<SessionToken, CodeRefusal>, Error> {
        let network = Network::of(&peer.ip);
        if !self.tries.admits_from(&network) {
            return Ok(Err(CodeRefusal::TooMany));
        }
        let step = hash(step);
        let ticket = self.storage.ticket(&step, TicketPurpose::SecondStep, now).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.tries < STEP_TRIES) else {
            return Ok(Err(CodeRefusal::Over));
        };
        let account = self.storage.account(&ticket.email).await?;
        let known = account.iter().flat_map(|account| &account.session_ips).any(|ip| Network::of(ip) == network);
        if !self.tries.admits_code(ticket.user, Some(&network).filter(|_| known)) {
            return Ok(Err(CodeRefusal::TooMany));
        }
        let is_out = account.as_ref().is_none_or(|account| account.disabled);
        if is_out || !self.takes_code(ticket.user, code, now).await? {
            self.storage.count_try(&step).await?;
            self.storage.note_failed_sign_in(&ticket.email, account.as_ref()).await?;
            return Ok(Err(CodeRefusal::WrongCode));
        }
        // Of two who bring right codes for one first step, one signs in.
        if !self.storage.use_up(&step).await? {
            return Ok(Err(CodeRefusal::Over));
        }
        Ok(Ok(self.start_session(ticket.user, &ticket.email, peer, now).await?))
    }
}

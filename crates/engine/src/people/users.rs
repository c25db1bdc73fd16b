//! Users as whoever runs the installation deals with them, from a shell.

use model::{Role, Timestamp, UserId, WorkspaceId, people::User};
use storage::NewUser;

use super::{PasswordProblem, email, password_rules};
use crate::{Engine, Error};

/// Why no user was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRefusal {
    /// Not an e-mail address.
    Email,
    /// The password may not be chosen.
    Password(PasswordProblem),
    /// Somebody has this e-mail address already.
    EmailTaken,
}

impl Engine {
    /// Makes a user who belongs to a workspace. The first of all runs the installation, and others where that is wished.
    ///
    /// # Errors
    /// The database cannot be used, or too many passwords are being hashed.
    pub async fn create_user(
        &self,
        email: &str,
        password: &str,
        workspace: WorkspaceId,
        role: Role,
        administrator: bool,
        now: Timestamp,
    ) -> Result<Result<UserId, UserRefusal>, Error> {
        let Some(email) = email::normalise(email) else { return Ok(Err(UserRefusal::Email)) };
        if let Err(problem) = password_rules::judge(password, &email) {
            return Ok(Err(UserRefusal::Password(problem)));
        }
        let password_hash = self.passwords.hash(password.to_owned(), &self.chance).await?;
        let user = NewUser { email: &email, password_hash: &password_hash, created: now };
        let made = self.storage.create_user(user, workspace, role, administrator).await?;
        Ok(made.ok_or(UserRefusal::EmailTaken))
    }

    /// All users by e-mail address.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        Ok(self.storage.users().await?)
    }

    /// The user with this e-mail address.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn user(&self, email: &str) -> Result<Option<UserId>, Error> {
        let Some(email) = email::normalise(email) else { return Ok(None) };
        Ok(self.storage.account(&email).await?.map(|account| account.user))
    }

    /// Shuts a user out and ends all their sessions; false when there is no such user.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn disable_user(&self, email: &str, now: Timestamp) -> Result<bool, Error> {
        let Some(email) = email::normalise(email) else { return Ok(false) };
        Ok(self.storage.disable_user(&email, now).await?)
    }

    /// Lets a user in again; false when there is no such user.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn enable_user(&self, email: &str) -> Result<bool, Error> {
        let Some(email) = email::normalise(email) else { return Ok(false) };
        Ok(self.storage.enable_user(&email).await?)
    }
}

//! API tokens: with which programs act in one workspace.
//!
//! A token is shown once, when it is made; `secret_form` tells what it looks like.

use std::fmt;

use model::{Timestamp, TokenId, TokenRow, TokenScope, UserId, WorkspaceId, text::acts};

use crate::{Engine, Error, people::hash, secret_form::SecretForm};

const FORM: SecretForm = SecretForm::API_TOKEN;

/// The longest life of a token: a year and a day.
pub const MOST_DAYS: u16 = 366;
/// Tokens of one workspace.
const MOST: u64 = 100;
/// Characters of a name.
const NAME_CHARS: usize = 80;
/// Use is written down at most so often: a request costs no write.
const USED_SECONDS: i64 = 5 * 60;

/// A token in full. It is told to whoever made it and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(pub String);

/// Never shows the token.
impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest<'a> {
    /// What to call it: 1 to 80 characters.
    pub name: &'a str,
    /// What it allows.
    pub scope: TokenScope,
    /// For how many days it is worth something, at most [`MOST_DAYS`].
    pub days: u16,
}

/// A token that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedToken {
    /// The token, told this once.
    pub token: ApiToken,
    /// Its id.
    pub id: TokenId,
    /// The instant from which it is worth nothing.
    pub expires: Timestamp,
}

/// Why no token was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The name is empty, too long, or holds characters that act on a terminal or a page.
    #[error("a name has 1 to {NAME_CHARS} characters, none of them a control character")]
    Name,
    /// It would live for no time, or for too long.
    #[error("a token lives for 1 to {MOST_DAYS} days")]
    Days,
    /// The workspace has a hundred.
    #[error("this workspace has {MOST} tokens already; revoke those that nobody uses")]
    TooMany,
}

/// Who brings a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The token.
    pub token: TokenId,
    /// What people call it.
    pub name: String,
    /// In whose name it acts.
    pub workspace: WorkspaceId,
    /// What it allows.
    pub scope: TokenScope,
}

impl Engine {
    /// Makes a token for a workspace, in the name of a user or of the command line.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_token(
        &self,
        workspace: WorkspaceId,
        request: TokenRequest<'_>,
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Result<CreatedToken, TokenRefusal>, Error> {
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(acts) {
            return Ok(Err(TokenRefusal::Name));
        }
        if !(1..=MOST_DAYS).contains(&request.days) {
            return Ok(Err(TokenRefusal::Days));
        }
        let token = ApiToken(FORM.make(&self.chance));
        let expires = now.plus_seconds(i64::from(request.days) * 24 * 3600);
        let new = storage::NewToken {
            name,
            hash: &hash(&token.0),
            hint: SecretForm::hint(&token.0),
            scope: request.scope,
            created: now,
            created_by: by,
            expires,
        };
        let id = self.storage.add_token(workspace, new, MOST).await?;
        Ok(id.map(|id| CreatedToken { token, id, expires }).ok_or(TokenRefusal::TooMany))
    }

    /// The tokens of a workspace, latest first, those whose time is over among them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn tokens(&self, workspace: WorkspaceId) -> Result<Vec<TokenRow>, Error> {
        Ok(self.storage.tokens(workspace).await?)
    }

    /// Ends a token at once. False when the workspace has no such token.
    ///
    /// # Errors
    /// The database cannot be used: the token goes on.
    pub async fn revoke_token(&self, workspace: WorkspaceId, id: TokenId) -> Result<bool, Error> {
        Ok(self.storage.revoke_token(workspace, id).await?)
    }

    /// The id of a token in full, if it is one of this workspace. That is no use of it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn token_of(&self, workspace: WorkspaceId, token: &str) -> Result<Option<TokenId>, Error> {
        let Some(token) = FORM.recognise(token) else { return Ok(None) };
        let stored = self.storage.token(&hash(token)).await?;
        Ok(stored.filter(|stored| stored.workspace == workspace).map(|stored| stored.id))
    }

    /// Who brings this token, while it is worth something.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn bearer(&self, token: &str, now: Timestamp) -> Result<Option<Bearer>, Error> {
        let Some(token) = FORM.recognise(token) else { return Ok(None) };
        let Some(stored) = self.storage.token(&hash(token)).await? else { return Ok(None) };
        if stored.expires <= now {
            return Ok(None);
        }
        if stored.last_used.is_none_or(|last| last <= now.plus_seconds(-USED_SECONDS))
            && let Err(error) = self.storage.touch_token(stored.id, now).await
        {
            // The request can do without: the list shows an earlier use.
            tracing::warn!(%error, "the use of a token was not written down");
        }
        Ok(Some(Bearer { token: stored.id, name: stored.name, workspace: stored.workspace, scope: stored.scope }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", ApiToken("wxs_a".to_owned())), "ApiToken(…)");
    }
}

//! API tokens: with which programs act in one workspace.
//!
//! A token looks like `wxs_` and forty characters, so that scanners for leaked secrets recognise it. The last eight are a
//! check sum: what was mistyped or invented is refused before the database is asked. It is shown once, when it is made.

use std::fmt;

use model::{Timestamp, TokenId, TokenRow, TokenScope, UserId, WorkspaceId, text::acts};
use sha2::{Digest as _, Sha256};

use crate::{
    Chance, Engine, Error,
    people::{base32, hash},
};

/// How every token begins.
const PREFIX: &str = "wxs_";
/// Random bytes of a token: 160 bits, in 32 characters.
const RANDOM: usize = 20;
/// Bytes of its check sum, in 8 characters.
const CHECK: usize = 5;
/// How much of a token its list shows: the prefix and 20 of 160 bits.
const HINT: usize = PREFIX.len() + 4;

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

impl ApiToken {
    fn new(chance: &Chance) -> Self {
        let random = chance.bytes::<RANDOM>();
        let bytes = [&random[..], &check_sum(&random)].concat();
        Self(format!("{PREFIX}{}", base32().encode(&bytes)))
    }

    /// What was sent as a token, if it can be one.
    fn parse(text: &str) -> Option<&str> {
        let bytes = base32().decode(text.strip_prefix(PREFIX)?.as_bytes()).ok()?;
        let (random, check) = bytes.split_first_chunk::<RANDOM>()?;
        (check == check_sum(random)).then_some(text)
    }
}

fn check_sum(random: &[u8; RANDOM]) -> [u8; CHECK] {
    let sum = Sha256::new().chain_update(PREFIX).chain_update(random).finalize();
    sum.first_chunk().copied().unwrap_or_default()
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
        let token = ApiToken::new(&self.chance);
        let expires = now.plus_seconds(i64::from(request.days) * 24 * 3600);
        let new = storage::NewToken {
            name,
            hash: &hash(&token.0),
            hint: &token.0[..HINT],
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
        let Some(token) = ApiToken::parse(token) else { return Ok(None) };
        let stored = self.storage.token(&hash(token)).await?;
        Ok(stored.filter(|stored| stored.workspace == workspace).map(|stored| stored.id))
    }

    /// Who brings this token, while it is worth something.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn bearer(&self, token: &str, now: Timestamp) -> Result<Option<Bearer>, Error> {
        let Some(token) = ApiToken::parse(token) else { return Ok(None) };
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

    fn token() -> String {
        ApiToken::new(&Chance::from_fn(|bytes| bytes.fill(0xfb))).0
    }

    #[test]
    fn a_token_is_recognised_by_its_form() {
        let token = token();
        assert_eq!(token.len(), 44);
        assert!(token.starts_with("wxs_7p57x6737p57x6737p57x6737p57x673"), "{token}");
        assert_eq!(ApiToken::parse(&token), Some(token.as_str()));
    }

    #[test]
    fn what_was_mistyped_or_invented_is_no_token() {
        let token = token();
        for at in PREFIX.len()..token.len() {
            let other = if &token[at..=at] == "a" { "b" } else { "a" };
            let mistyped = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(ApiToken::parse(&mistyped), None, "{mistyped}");
        }
        for text in ["", "wxs_", "wxs_é", &token[4..], &token[..43], &token.to_uppercase(), &format!("{token}a")] {
            assert_eq!(ApiToken::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", ApiToken(token())), "ApiToken(…)");
    }
}

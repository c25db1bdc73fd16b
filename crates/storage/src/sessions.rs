//! Sessions of people who signed in. Only the hash of a session's token is stored.

use model::{Role, Timestamp, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};

use crate::{
    Error, Storage,
    codes::Code as _,
    database::promptly,
    entity::{members, sessions, users, workspaces},
};

/// A session to be started.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// Hash of its token.
    pub token_hash: &'a [u8],
    /// Whose it is.
    pub user: UserId,
    /// When.
    pub created: Timestamp,
    /// From which address.
    pub ip: &'a str,
    /// With which user agent.
    pub agent: &'a str,
}

/// A stored session with what every page needs to know of its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// The workspace they see.
    pub workspace: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
    /// What they may do there.
    pub role: Role,
    /// When it was started.
    pub created: Timestamp,
    /// When it was last used, to within a few minutes.
    pub seen: Timestamp,
}

impl Storage {
    /// Stores a new session.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn start_session(&self, session: NewSession<'_>) -> Result<(), Error> {
        let row = sessions::ActiveModel {
            id_hash: Set(session.token_hash.to_vec()),
            user_id: Set(session.user.0),
            created: Set(session.created.0),
            seen: Set(session.created.0),
            ip: Set(session.ip.to_owned()),
            agent: Set(session.agent.to_owned()),
        };
        let transaction = self.database.begin().await?;
        sessions::Entity::insert(row).exec_without_returning(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// The session whose token has this hash, whether or not it has expired. Its holder sees the first workspace of theirs.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, Error> {
        promptly(self.look_up_session(token_hash)).await
    }

    async fn look_up_session(&self, token_hash: &[u8]) -> Result<Option<Session>, Error> {
        let read = self.database.prompt();
        let Some(session) = sessions::Entity::find_by_id(token_hash.to_vec()).one(read).await? else {
            return Ok(None);
        };
        let Some(user) = users::Entity::find_by_id(session.user_id).one(read).await? else { return Ok(None) };
        let membership = members::Entity::find()
            .filter(members::Column::UserId.eq(user.id))
            .order_by_asc(members::Column::WorkspaceId)
            .one(read)
            .await?;
        let Some(membership) = membership else { return Ok(None) };
        let Some(workspace) = workspaces::Entity::find_by_id(membership.workspace_id).one(read).await? else {
            return Ok(None);
        };
        Ok(Some(Session {
            user: UserId(user.id),
            email: user.email,
            workspace: WorkspaceId(workspace.id),
            workspace_name: workspace.name,
            role: Role::from_code(membership.role)?,
            created: Timestamp(session.created),
            seen: Timestamp(session.seen),
        }))
    }

    /// Writes down that a session was used.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn touch_session(&self, token_hash: &[u8], now: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        sessions::Entity::update_many()
            .col_expr(sessions::Column::Seen, Expr::value(now.0))
            .filter(sessions::Column::IdHash.eq(token_hash))
            .filter(sessions::Column::Seen.lt(now.0))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Ends a session. One that does not exist is ended already.
    ///
    /// # Errors
    /// The database cannot be used; the session goes on.
    pub async fn end_session(&self, token_hash: &[u8]) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        sessions::Entity::delete_by_id(token_hash.to_vec()).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes sessions started, or last used, at these instants or before.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn sweep_sessions(&self, created: Timestamp, seen: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let expired = sessions::Column::Created.lte(created.0).or(sessions::Column::Seen.lte(seen.0));
        sessions::Entity::delete_many().filter(expired).exec(&transaction).await?;
        Ok(transaction.commit().await?)
    }
}

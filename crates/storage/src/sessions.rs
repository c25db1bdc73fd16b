//! Sessions of people who signed in. Only the hash of a session's token is stored.

use model::{Role, Timestamp, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use crate::{
    Error, Storage,
    codes::Code as _,
    database::promptly,
    entity::{members, sessions, users, workspaces},
};

/// So many of a user's sessions are listed; nobody has as many.
const SESSIONS_LISTED: u64 = 200;

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

/// A session as its holder sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionListing {
    /// Hash of its token: tells sessions apart and opens none.
    pub token_hash: Vec<u8>,
    /// When it was started.
    pub created: Timestamp,
    /// When it was last used, to within a few minutes.
    pub seen: Timestamp,
    /// From which address it was started.
    pub ip: String,
    /// With which user agent.
    pub agent: String,
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
        let transaction = self.database.begin().await?;
        insert_session(&transaction, session).await?;
        Ok(transaction.commit().await?)
    }

    /// A user's sessions that were started and used after these instants, the latest used first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn sessions_of(
        &self,
        user: UserId,
        created: Timestamp,
        seen: Timestamp,
    ) -> Result<Vec<SessionListing>, Error> {
        let rows = sessions::Entity::find()
            .filter(sessions::Column::UserId.eq(user.0))
            .filter(sessions::Column::Created.gt(created.0))
            .filter(sessions::Column::Seen.gt(seen.0))
            .order_by_desc(sessions::Column::Seen)
            .order_by_asc(sessions::Column::IdHash)
            .limit(SESSIONS_LISTED)
            .all(self.database.read())
            .await?;
        let listing = |row: sessions::Model| SessionListing {
            token_hash: row.id_hash,
            created: Timestamp(row.created),
            seen: Timestamp(row.seen),
            ip: row.ip,
            agent: row.agent,
        };
        Ok(rows.into_iter().map(listing).collect())
    }

    /// Ends one session of this user. False when they have none whose token has this hash.
    ///
    /// # Errors
    /// The database cannot be used; the session goes on.
    pub async fn end_session_of(&self, user: UserId, token_hash: &[u8]) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let ended = sessions::Entity::delete_by_id(token_hash.to_vec())
            .filter(sessions::Column::UserId.eq(user.0))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(ended.rows_affected == 1)
    }

    /// Ends all sessions of this user but the one whose token has this hash. Gives how many ended.
    ///
    /// # Errors
    /// The database cannot be used; the sessions go on.
    pub async fn end_sessions_of(&self, user: UserId, but: Option<&[u8]>) -> Result<u64, Error> {
        let transaction = self.database.begin().await?;
        let mut ending = sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(user.0));
        if let Some(but) = but {
            ending = ending.filter(sessions::Column::IdHash.ne(but));
        }
        let ended = ending.exec(&transaction).await?.rows_affected;
        transaction.commit().await?;
        Ok(ended)
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

/// Stores a session as part of a transaction.
pub(crate) async fn insert_session(connection: &impl ConnectionTrait, session: NewSession<'_>) -> Result<(), DbErr> {
    let row = sessions::ActiveModel {
        id_hash: Set(session.token_hash.to_vec()),
        user_id: Set(session.user.0),
        created: Set(session.created.0),
        seen: Set(session.created.0),
        ip: Set(session.ip.to_owned()),
        agent: Set(session.agent.to_owned()),
    };
    sessions::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

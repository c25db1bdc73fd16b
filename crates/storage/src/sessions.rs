//! Sessions of people who signed in. Only the hash of a session's token is stored.

use model::{Act, Timestamp, UserId, WorkspaceId, people::Membership};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, FromQueryResult,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use crate::{Error, Storage, entity::sessions, members, sql};

/// So many of a user's sessions are listed; nobody has as many.
const SESSIONS_LISTED: u64 = 200;

/// A session to be started.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// Hash of its token.
    pub token_hash: &'a [u8],
    /// Whose it is.
    pub user: UserId,
    /// Their e-mail address, for the audit log.
    pub email: &'a str,
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
    /// Whether they run the installation.
    pub administrator: bool,
    /// The workspace that the session sees.
    pub current: Membership,
    /// All workspaces of theirs, the oldest first.
    pub memberships: Vec<Membership>,
    /// When it was started.
    pub created: Timestamp,
    /// When it was last used, to within a few minutes.
    pub seen: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    user_id: i64,
    email: String,
    administrator: bool,
    workspace_id: Option<i64>,
    created: i64,
    seen: i64,
    member_of: i64,
    name: String,
    role: i16,
}

impl Storage {
    /// Stores a new session. It sees the first workspace of its holder.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn start_session(&self, session: NewSession<'_>) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        insert_session(&transaction, session).await?;
        let workspace = members::first_workspace(&transaction, session.user).await?;
        let them = self.acting_as(session.user, session.email);
        them.note(&transaction, workspace, Act::SignedIn, "", session.agent).await?;
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
        if ended.rows_affected == 1 {
            self.note_of(&transaction, user, Act::SessionsEnded).await?;
        }
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
        if ended > 0 {
            self.note_of(&transaction, user, Act::SessionsEnded).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }

    /// The session whose token has this hash, whether or not it has expired. None when its holder is shut out, or belongs to
    /// no workspace. What the holder may do is read anew each time.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, Error> {
        // One query, since it comes before every page; a row for each workspace, the oldest first.
        let select = "SELECT s.user_id, u.email, u.administrator, s.workspace_id, s.created, s.seen, \
                      m.workspace_id AS member_of, w.name, m.role \
                      FROM sessions s JOIN users u ON u.id = s.user_id JOIN members m ON m.user_id = s.user_id \
                      JOIN workspaces w ON w.id = m.workspace_id \
                      WHERE s.id_hash = $1 AND u.disabled IS NULL ORDER BY m.workspace_id";
        let mut session: Option<Session> = None;
        for row in self.prompt_rows::<Row>(select, [token_hash.to_vec().into()]).await? {
            let membership = members::membership(row.member_of, row.name, row.role)?;
            let session = session.get_or_insert_with(|| Session {
                user: UserId(row.user_id),
                email: row.email,
                administrator: row.administrator,
                current: membership.clone(),
                memberships: vec![],
                created: Timestamp(row.created),
                seen: Timestamp(row.seen),
            });
            if row.workspace_id == Some(row.member_of) {
                session.current = membership.clone();
            }
            session.memberships.push(membership);
        }
        Ok(session)
    }

    /// Turns a session to another workspace of its holder. False when they do not belong to it, or there is no such session.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn enter_workspace(&self, token_hash: &[u8], workspace: WorkspaceId) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE sessions SET workspace_id = $1 WHERE id_hash = $2 AND EXISTS \
                      (SELECT 1 FROM members m WHERE m.workspace_id = $1 AND m.user_id = sessions.user_id)";
        let values = [workspace.0.into(), token_hash.to_vec().into()];
        if sql::execute(&transaction, update, values).await? == 0 {
            return Ok(false);
        }
        self.note(&transaction, workspace, Act::WorkspaceEntered, "", "").await?;
        transaction.commit().await?;
        Ok(true)
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
        let Some(session) = sessions::Entity::find_by_id(token_hash.to_vec()).one(&transaction).await? else {
            return Ok(());
        };
        sessions::Entity::delete_by_id(token_hash.to_vec()).exec(&transaction).await?;
        let workspace = match session.workspace_id {
            Some(workspace) => Some(WorkspaceId(workspace)),
            None => members::first_workspace(&transaction, UserId(session.user_id)).await?,
        };
        self.note(&transaction, workspace, Act::SignedOut, "", "").await?;
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
        workspace_id: Set(None),
    };
    sessions::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

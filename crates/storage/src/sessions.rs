//! Sessions of people who signed in. Only the hash of a session's token is stored.

use model::{Act, Timestamp, UserId, WorkspaceId, people::Membership};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _, FromQueryResult, QueryFilter as _,
    sea_query::Expr,
};

use crate::{Error, Storage, entity::sessions, members, sql};

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
}

impl Storage {
    /// Stores a new session. It sees the first workspace of its holder.
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
            workspace_id: Set(None),
        };
        let transaction = self.database.begin().await?;
        sessions::Entity::insert(row).exec_without_returning(&transaction).await?;
        let workspace = members::first_workspace(&transaction, session.user).await?;
        let them = self.acting_as(session.user, session.email);
        them.note(&transaction, workspace, Act::SignedIn, "", session.agent).await?;
        Ok(transaction.commit().await?)
    }

    /// The session whose token has this hash, whether or not it has expired. None when its holder is shut out, or belongs to
    /// no workspace. What the holder may do is read anew each time.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, Error> {
        let select = "SELECT s.user_id, u.email, u.administrator, s.workspace_id, s.created, s.seen \
                      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id_hash = $1 AND u.disabled IS NULL";
        let found: Vec<Row> = self.prompt_rows(select, [token_hash.to_vec().into()]).await?;
        let Some(row) = found.into_iter().next() else { return Ok(None) };
        let user = UserId(row.user_id);
        let memberships = self.prompt_memberships(user).await?;
        let chosen = memberships.iter().find(|membership| Some(membership.workspace.0) == row.workspace_id);
        let Some(current) = chosen.or(memberships.first()).cloned() else { return Ok(None) };
        Ok(Some(Session {
            user,
            email: row.email,
            administrator: row.administrator,
            current,
            memberships,
            created: Timestamp(row.created),
            seen: Timestamp(row.seen),
        }))
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

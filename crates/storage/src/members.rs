//! Who belongs to a workspace, and what they may do there.

use model::{
    Act, Role, Timestamp, UserId, WorkspaceId,
    people::{Member, Membership},
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, Statement,
};

use crate::{Error, Storage, codes::Code as _, entity::members, sql};

/// What became of a change to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It is done, and the member's sessions in this workspace have ended.
    Done,
    /// The workspace would have no owner left who can sign in.
    LastOwner,
}

#[derive(FromQueryResult)]
struct Row {
    user_id: i64,
    email: String,
    role: i16,
    created: i64,
    disabled: Option<i64>,
}

#[derive(FromQueryResult)]
struct MembershipRow {
    workspace_id: i64,
    name: String,
    role: i16,
}

/// Where a user belongs, the oldest workspace first.
const MEMBERSHIPS: &str = "SELECT m.workspace_id, w.name, m.role FROM members m JOIN workspaces w ON w.id = m.workspace_id \
                           WHERE m.user_id = $1 ORDER BY m.workspace_id";

impl Storage {
    /// The members of a workspace by e-mail address.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn members(&self, workspace: WorkspaceId) -> Result<Vec<Member>, Error> {
        let select = "SELECT m.user_id, u.email, m.role, m.created, u.disabled \
                      FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 ORDER BY u.email";
        let rows: Vec<Row> = self.rows(select, [workspace.0.into()]).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Member {
                    user: UserId(row.user_id),
                    email: row.email,
                    role: Role::from_code(row.role)?,
                    since: Timestamp(row.created),
                    disabled: row.disabled.is_some(),
                })
            })
            .collect()
    }

    /// Where a user belongs, the oldest workspace first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let rows: Vec<MembershipRow> = self.rows(MEMBERSHIPS, [user.0.into()]).await?;
        rows.into_iter().map(|row| membership(row.workspace_id, row.name, row.role)).collect()
    }

    /// Gives a member another role. Who is no longer an owner loses the API tokens that they made, and who can
    /// only look the share links. None when the user is no member.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn change_role(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
    ) -> Result<Option<MemberChange>, Error> {
        let transaction = self.database.begin().await?;
        let Some(member) = locked(&transaction, workspace, user).await? else { return Ok(None) };
        let old = Role::from_code(member.role)?;
        if old == role {
            return Ok(Some(MemberChange::Done));
        }
        if old == Role::Owner && is_last_owner(&transaction, workspace, user).await? {
            return Ok(Some(MemberChange::LastOwner));
        }
        let update = "UPDATE members SET role = $1 WHERE workspace_id = $2 AND user_id = $3";
        sql::execute(&transaction, update, [role.code().into(), workspace.0.into(), user.0.into()]).await?;
        end_sessions_in(&transaction, workspace, user).await?;
        let detail = format!("{old} to {role}");
        if old == Role::Owner {
            // Only owners make tokens.
            self.end_tokens_of(&transaction, user, Some(workspace)).await?;
        }
        if role < Role::Editor {
            self.end_share_links_of(&transaction, user, Some(workspace)).await?;
        }
        self.note(&transaction, workspace, Act::RoleChanged, &member.email, &detail).await?;
        transaction.commit().await?;
        Ok(Some(MemberChange::Done))
    }

    /// Removes a member, and the API tokens and share links that they made. None when the user is none.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn remove_member(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<MemberChange>, Error> {
        let transaction = self.database.begin().await?;
        let Some(member) = locked(&transaction, workspace, user).await? else { return Ok(None) };
        let role = Role::from_code(member.role)?;
        if role == Role::Owner && is_last_owner(&transaction, workspace, user).await? {
            return Ok(Some(MemberChange::LastOwner));
        }
        members::Entity::delete_by_id((workspace.0, user.0)).exec(&transaction).await?;
        end_sessions_in(&transaction, workspace, user).await?;
        self.end_tokens_of(&transaction, user, Some(workspace)).await?;
        self.end_share_links_of(&transaction, user, Some(workspace)).await?;
        self.note(&transaction, workspace, Act::MemberRemoved, &member.email, role.word()).await?;
        transaction.commit().await?;
        Ok(Some(MemberChange::Done))
    }
}

/// A membership as it is stored.
pub(crate) fn membership(workspace: i64, name: String, role: i16) -> Result<Membership, Error> {
    Ok(Membership { workspace: WorkspaceId(workspace), name, role: Role::from_code(role)? })
}

/// Makes a user a member; false when they are one already.
pub(crate) async fn add(
    transaction: &DatabaseTransaction,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let member = members::ActiveModel {
        workspace_id: Set(workspace.0),
        user_id: Set(user.0),
        role: Set(role.code()),
        created: Set(now.0),
    };
    let once = sea_orm::sea_query::OnConflict::columns([members::Column::WorkspaceId, members::Column::UserId])
        .do_nothing()
        .to_owned();
    Ok(members::Entity::insert(member).on_conflict(once).exec_without_returning(transaction).await? > 0)
}

/// The oldest workspace of a user: the one that their sessions see first.
pub(crate) async fn first_workspace(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<WorkspaceId>, DbErr> {
    #[derive(FromQueryResult)]
    struct First {
        id: Option<i64>,
    }
    let select = "SELECT MIN(workspace_id) AS id FROM members WHERE user_id = $1";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), select, [user.0.into()]);
    let first = First::find_by_statement(statement).one(connection).await?;
    Ok(first.and_then(|first| first.id).map(WorkspaceId))
}

/// A member, while the transaction holds the workspace: two owners who remove each other at once do so one after the other.
async fn locked(transaction: &DatabaseTransaction, workspace: WorkspaceId, user: UserId) -> Result<Option<Row>, DbErr> {
    // On SQLite the transaction holds the whole database.
    sql::execute(transaction, "UPDATE workspaces SET created = created WHERE id = $1", [workspace.0.into()]).await?;
    let select = "SELECT m.user_id, u.email, m.role, m.created, u.disabled \
                  FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2";
    let backend = transaction.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, select, [workspace.0.into(), user.0.into()]);
    Row::find_by_statement(statement).one(transaction).await
}

/// Whether nobody else who can sign in owns the workspace.
async fn is_last_owner(transaction: &DatabaseTransaction, workspace: WorkspaceId, user: UserId) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Others {
        count: i64,
    }
    let select = "SELECT COUNT(*) AS count FROM members m JOIN users u ON u.id = m.user_id \
                  WHERE m.workspace_id = $1 AND m.user_id <> $2 AND m.role = $3 AND u.disabled IS NULL";
    let values = [workspace.0.into(), user.0.into(), Role::Owner.code().into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), select, values);
    Ok(Others::find_by_statement(statement).one(transaction).await?.is_none_or(|others| others.count == 0))
}

/// Ends the sessions of a user that see this workspace, or would.
async fn end_sessions_in(transaction: &DatabaseTransaction, workspace: WorkspaceId, user: UserId) -> Result<(), DbErr> {
    let delete = "DELETE FROM sessions WHERE user_id = $1 AND (workspace_id = $2 OR workspace_id IS NULL)";
    sql::execute(transaction, delete, [user.0.into(), workspace.0.into()]).await?;
    Ok(())
}

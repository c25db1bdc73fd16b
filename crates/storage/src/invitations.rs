//! Invitations to a workspace: links that work once. Only the hash of a link's token is stored.

use model::{Act, Role, Timestamp, UserId, WorkspaceId, people::Invitation};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr, FromQueryResult, Statement, Value};

use crate::{Error, NewUser, Storage, codes::Code as _, members, people, sql};

/// An invitation to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// Hash of its token.
    pub token_hash: &'a [u8],
    /// Where it leads.
    pub workspace: WorkspaceId,
    /// For whom alone it is.
    pub email: Option<&'a str>,
    /// What they will be allowed to do.
    pub role: Role,
    /// When it is made.
    pub created: Timestamp,
    /// From when on it lets nobody in.
    pub expires: Timestamp,
}

/// What became of an invitation that somebody wants to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// They are a member now, and the invitation is used up.
    Joined(UserId, WorkspaceId),
    /// They were a member before; the invitation is as it was.
    MemberAlready(WorkspaceId),
    /// It is used, revoked, too old, or never was.
    Invalid,
    /// It is for another e-mail address.
    ForAnother,
    /// Somebody has this e-mail address already, so no new user was made.
    EmailTaken,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    workspace_id: i64,
    name: String,
    email: Option<String>,
    role: i16,
    created: i64,
    expires: i64,
}

const SELECT: &str = "SELECT i.id, i.workspace_id, w.name, i.email, i.role, i.created, i.expires \
                      FROM invitations i JOIN workspaces w ON w.id = i.workspace_id";

impl Storage {
    /// Stores an invitation. Those that are over are deleted.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_invitation(&self, new: NewInvitation<'_>) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        sql::execute(&transaction, "DELETE FROM invitations WHERE expires <= $1", [new.created.0.into()]).await?;
        let insert = "INSERT INTO invitations (workspace_id, token_hash, email, role, created, expires) \
                      VALUES ($1, $2, $3, $4, $5, $6)";
        let values: [Value; 6] = [
            new.workspace.0.into(),
            new.token_hash.to_vec().into(),
            new.email.map(str::to_owned).into(),
            new.role.code().into(),
            new.created.0.into(),
            new.expires.0.into(),
        ];
        sql::execute(&transaction, insert, values).await?;
        let subject = new.email.unwrap_or_default();
        self.note(&transaction, new.workspace, Act::Invited, subject, new.role.word()).await?;
        Ok(transaction.commit().await?)
    }

    /// The invitations of a workspace that can still be used, latest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn invitations(&self, workspace: WorkspaceId, now: Timestamp) -> Result<Vec<Invitation>, Error> {
        let select = format!("{SELECT} WHERE i.workspace_id = $1 AND i.expires > $2 ORDER BY i.id DESC");
        let rows: Vec<Row> = self.rows(&select, [workspace.0.into(), now.0.into()]).await?;
        rows.into_iter().map(Row::invitation).collect()
    }

    /// The invitation whose token has this hash, while it can be used.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn invitation(&self, token_hash: &[u8], now: Timestamp) -> Result<Option<Invitation>, Error> {
        let select = format!("{SELECT} WHERE i.token_hash = $1 AND i.expires > $2");
        let rows: Vec<Row> = self.rows(&select, [token_hash.to_vec().into(), now.0.into()]).await?;
        rows.into_iter().next().map(Row::invitation).transpose()
    }

    /// Makes an invitation invalid. False when the workspace has none of this number.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn revoke_invitation(&self, workspace: WorkspaceId, id: i64) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let delete = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2 \
                      RETURNING id, workspace_id, '' AS name, email, role, created, expires";
        let Some(row) = taken(&transaction, delete, [workspace.0.into(), id.into()]).await? else { return Ok(false) };
        let subject = row.email.unwrap_or_default();
        let role = Role::from_code(row.role)?;
        self.note(&transaction, workspace, Act::InvitationRevoked, &subject, role.word()).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Lets a user who is there already join.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn accept_invitation(
        &self,
        token_hash: &[u8],
        user: UserId,
        email: &str,
        now: Timestamp,
    ) -> Result<Acceptance, Error> {
        let transaction = self.database.begin().await?;
        let Some(row) = used_up(&transaction, token_hash, now).await? else { return Ok(Acceptance::Invalid) };
        // What is refused from here on is not committed, and the invitation stays.
        if row.email.as_deref().is_some_and(|for_whom| for_whom != email) {
            return Ok(Acceptance::ForAnother);
        }
        let (workspace, role) = (WorkspaceId(row.workspace_id), Role::from_code(row.role)?);
        if !members::add(&transaction, workspace, user, role, now).await? {
            return Ok(Acceptance::MemberAlready(workspace));
        }
        self.acting_as(user, email).note(&transaction, workspace, Act::Joined, "", role.word()).await?;
        transaction.commit().await?;
        Ok(Acceptance::Joined(user, workspace))
    }

    /// Makes a new user who joins.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn accept_as_new(&self, token_hash: &[u8], new: NewUser<'_>) -> Result<Acceptance, Error> {
        let transaction = self.database.begin().await?;
        let Some(row) = used_up(&transaction, token_hash, new.created).await? else { return Ok(Acceptance::Invalid) };
        if row.email.as_deref().is_some_and(|for_whom| for_whom != new.email) {
            return Ok(Acceptance::ForAnother);
        }
        let Some(user) = people::insert(&transaction, new, false).await? else { return Ok(Acceptance::EmailTaken) };
        let (workspace, role) = (WorkspaceId(row.workspace_id), Role::from_code(row.role)?);
        members::add(&transaction, workspace, user, role, new.created).await?;
        let as_them = self.acting_as(user, new.email);
        as_them.note(&transaction, workspace, Act::Joined, "", role.word()).await?;
        transaction.commit().await?;
        Ok(Acceptance::Joined(user, workspace))
    }
}

impl Row {
    fn invitation(self) -> Result<Invitation, Error> {
        Ok(Invitation {
            id: self.id,
            workspace: WorkspaceId(self.workspace_id),
            workspace_name: self.name,
            email: self.email,
            role: Role::from_code(self.role)?,
            created: Timestamp(self.created),
            expires: Timestamp(self.expires),
        })
    }
}

/// Takes the invitation out: of two who use it at once, the second finds none.
async fn used_up(transaction: &DatabaseTransaction, token_hash: &[u8], now: Timestamp) -> Result<Option<Row>, DbErr> {
    let delete = "DELETE FROM invitations WHERE token_hash = $1 AND expires > $2 \
                  RETURNING id, workspace_id, '' AS name, email, role, created, expires";
    taken(transaction, delete, [token_hash.to_vec().into(), now.0.into()]).await
}

async fn taken<const N: usize>(
    transaction: &DatabaseTransaction,
    delete: &str,
    values: [Value; N],
) -> Result<Option<Row>, DbErr> {
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), delete, values);
    Ok(Row::find_by_statement(statement).all(transaction).await?.pop())
}

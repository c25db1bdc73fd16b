//! Users as those who run the installation deal with them: made, listed, shut out and let in again.

use std::collections::HashMap;

use model::{
    Act, Role, Timestamp, UserId, WorkspaceId,
    people::{Membership, User},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _};

use crate::{Error, NewUser, Storage, codes::Code as _, entity::users, members, people, sql};

#[derive(FromQueryResult)]
struct MembershipRow {
    user_id: i64,
    workspace_id: i64,
    name: String,
    role: i16,
}

impl Storage {
    /// Makes a user who belongs to a workspace. The first one of all runs the installation, and others where that is wished.
    /// None when the e-mail address is taken.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_user(
        &self,
        user: NewUser<'_>,
        workspace: WorkspaceId,
        role: Role,
        administrator: bool,
    ) -> Result<Option<UserId>, Error> {
        let transaction = self.database.begin().await?;
        let administrator = administrator || !people::has_users(&transaction).await?;
        let Some(id) = people::insert(&transaction, user, administrator).await? else { return Ok(None) };
        members::add(&transaction, workspace, id, role, user.created).await?;
        self.note(&transaction, workspace, Act::UserCreated, user.email, role.word()).await?;
        transaction.commit().await?;
        Ok(Some(id))
    }

    /// All users of the installation by e-mail address, with where they belong.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        let select = "SELECT m.user_id, m.workspace_id, w.name, m.role \
                      FROM members m JOIN workspaces w ON w.id = m.workspace_id ORDER BY m.workspace_id";
        let mut memberships = HashMap::<i64, Vec<Membership>>::new();
        for row in self.rows::<MembershipRow>(select, []).await? {
            let membership = Membership {
                workspace: WorkspaceId(row.workspace_id),
                name: row.name,
                role: Role::from_code(row.role)?,
            };
            memberships.entry(row.user_id).or_default().push(membership);
        }
        let users = users::Entity::find().order_by_asc(users::Column::Email).all(self.database.read()).await?;
        Ok(users
            .into_iter()
            .map(|user| User {
                user: UserId(user.id),
                memberships: memberships.remove(&user.id).unwrap_or_default(),
                email: user.email,
                administrator: user.administrator,
                disabled: user.disabled.map(Timestamp),
                created: Timestamp(user.created),
            })
            .collect())
    }

    /// Shuts a user out, and ends all their sessions and the API tokens and share links that they made. False when there is no such user.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn disable_user(&self, email: &str, now: Timestamp) -> Result<bool, Error> {
        self.set_disabled(email, Some(now)).await
    }

    /// Lets a user in again. False when there is no such user.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn enable_user(&self, email: &str) -> Result<bool, Error> {
        self.set_disabled(email, None).await
    }

    async fn set_disabled(&self, email: &str, disabled: Option<Timestamp>) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let found = users::Entity::find().filter(users::Column::Email.eq(email)).one(&transaction).await?;
        let Some(user) = found else { return Ok(false) };
        if user.disabled.is_some() == disabled.is_some() {
            return Ok(true);
        }
        let update = "UPDATE users SET disabled = $1 WHERE id = $2";
        sql::execute(&transaction, update, [disabled.map(|at| at.0).into(), user.id.into()]).await?;
        if disabled.is_some() {
            sql::execute(&transaction, "DELETE FROM sessions WHERE user_id = $1", [user.id.into()]).await?;
            self.end_tokens_of(&transaction, UserId(user.id), None).await?;
            self.end_share_links_of(&transaction, UserId(user.id), None).await?;
        }
        let act = if disabled.is_some() { Act::UserDisabled } else { Act::UserEnabled };
        let workspace = members::first_workspace(&transaction, UserId(user.id)).await?;
        self.note(&transaction, workspace, act, email, "").await?;
        transaction.commit().await?;
        Ok(true)
    }
}

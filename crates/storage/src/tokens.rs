//! API tokens. Only the hash of a token is stored, and how it begins.

use model::{Act, Timestamp, TokenId, TokenRow, TokenScope, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, FromQueryResult, PaginatorTrait as _,
    QueryFilter as _,
    sea_query::Expr,
};

use crate::{Error, Storage, codes::Code as _, database::promptly, entity::tokens};

/// A token to be stored.
#[derive(Clone, Copy)]
pub struct NewToken<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its hash.
    pub hash: &'a [u8],
    /// How it begins.
    pub hint: &'a str,
    /// What it allows.
    pub scope: TokenScope,
    /// When.
    pub created: Timestamp,
    /// By whom; none for the command line.
    pub created_by: Option<UserId>,
    /// The instant from which it is worth nothing.
    pub expires: Timestamp,
}

/// What a request must know of the token it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What it allows.
    pub scope: TokenScope,
    /// The instant from which it is worth nothing.
    pub expires: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

const LIST: &str = "
    SELECT t.id, t.name, t.hint, t.scope, t.created, u.email AS created_by, t.expires, t.last_used
    FROM tokens t
    LEFT JOIN users u ON u.id = t.created_by
    WHERE t.workspace_id = $1
    ORDER BY t.id DESC";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    hint: String,
    scope: i16,
    created: i64,
    created_by: Option<String>,
    expires: i64,
    last_used: Option<i64>,
}

impl Storage {
    /// Stores a token. None, and nothing is stored, when the workspace has `most` already.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_token(
        &self,
        workspace: WorkspaceId,
        token: NewToken<'_>,
        most: u64,
    ) -> Result<Option<TokenId>, Error> {
        let transaction = self.database.begin().await?;
        let of_workspace = tokens::Entity::find().filter(tokens::Column::WorkspaceId.eq(workspace.0));
        if of_workspace.count(&transaction).await? >= most {
            return Ok(None);
        }
        let row = tokens::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.0),
            name: Set(token.name.to_owned()),
            hash: Set(token.hash.to_vec()),
            hint: Set(token.hint.to_owned()),
            scope: Set(token.scope.code()),
            created: Set(token.created.0),
            created_by: Set(token.created_by.map(|user| user.0)),
            expires: Set(token.expires.0),
            last_used: Set(None),
        };
        let id = tokens::Entity::insert(row).exec(&transaction).await?.last_insert_id;
        self.note(&transaction, workspace, Act::TokenCreated, token.name, token.scope.word()).await?;
        transaction.commit().await?;
        Ok(Some(TokenId(id)))
    }

    /// The tokens of a workspace, latest first, those whose time is over among them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn tokens(&self, workspace: WorkspaceId) -> Result<Vec<TokenRow>, Error> {
        let rows: Vec<Row> = self.rows(LIST, [workspace.0.into()]).await?;
        let row = |row: Row| {
            Ok(TokenRow {
                id: TokenId(row.id),
                name: row.name,
                hint: row.hint,
                scope: TokenScope::from_code(row.scope)?,
                created: Timestamp(row.created),
                created_by: row.created_by,
                expires: Timestamp(row.expires),
                last_used: row.last_used.map(Timestamp),
            })
        };
        rows.into_iter().map(row).collect()
    }

    /// The token with this hash, whether or not its time is over.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn token(&self, hash: &[u8]) -> Result<Option<StoredToken>, Error> {
        let look_up = async {
            let found = tokens::Entity::find().filter(tokens::Column::Hash.eq(hash));
            let Some(token) = found.one(self.database.prompt()).await? else { return Ok(None) };
            Ok(Some(StoredToken {
                id: TokenId(token.id),
                name: token.name,
                workspace: WorkspaceId(token.workspace_id),
                scope: TokenScope::from_code(token.scope)?,
                expires: Timestamp(token.expires),
                last_used: token.last_used.map(Timestamp),
            }))
        };
        promptly(look_up).await
    }

    /// Writes down that a token was used.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn touch_token(&self, id: TokenId, now: Timestamp) -> Result<(), Error> {
        let earlier = tokens::Column::LastUsed.is_null().or(tokens::Column::LastUsed.lt(now.0));
        let transaction = self.database.begin().await?;
        tokens::Entity::update_many()
            .col_expr(tokens::Column::LastUsed, Expr::value(now.0))
            .filter(tokens::Column::Id.eq(id.0))
            .filter(earlier)
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a token: the next request that brings it is refused. False when the workspace has no such token.
    ///
    /// # Errors
    /// The database cannot be used; the token goes on.
    pub async fn revoke_token(&self, workspace: WorkspaceId, id: TokenId) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let of_workspace = tokens::Entity::find_by_id(id.0).filter(tokens::Column::WorkspaceId.eq(workspace.0));
        let Some(token) = of_workspace.one(&transaction).await? else { return Ok(false) };
        tokens::Entity::delete_by_id(token.id).exec(&transaction).await?;
        let scope = TokenScope::from_code(token.scope)?;
        self.note(&transaction, workspace, Act::TokenRevoked, &token.name, scope.word()).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Deletes the tokens that a user made, in one workspace or everywhere: who may not act here any more does not go on by a
    /// program.
    pub(crate) async fn end_tokens_of(
        &self,
        transaction: &DatabaseTransaction,
        user: UserId,
        only_in: Option<WorkspaceId>,
    ) -> Result<(), Error> {
        let mut made = tokens::Entity::find().filter(tokens::Column::CreatedBy.eq(user.0));
        if let Some(workspace) = only_in {
            made = made.filter(tokens::Column::WorkspaceId.eq(workspace.0));
        }
        for token in made.all(transaction).await? {
            tokens::Entity::delete_by_id(token.id).exec(transaction).await?;
            let (workspace, scope) = (WorkspaceId(token.workspace_id), TokenScope::from_code(token.scope)?);
            self.note(transaction, workspace, Act::TokenRevoked, &token.name, scope.word()).await?;
        }
        Ok(())
    }
}

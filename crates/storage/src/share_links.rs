//! Share links. Only the hash of what makes one good is stored, and how it begins.

use model::{Act, DomainId, DomainName, ShareLinkId, ShareLinkRow, Timestamp, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, FromQueryResult, PaginatorTrait as _,
    QueryFilter as _, Value,
    sea_query::Expr,
};

use crate::{
    Error, Storage, domains,
    entity::share_links::{self, Column, Entity},
    read,
};

/// A share link to be stored.
#[derive(Clone, Copy)]
pub struct NewShareLink<'a> {
    /// Whom it is for.
    pub name: &'a str,
    /// The hash of what makes it good.
    pub hash: &'a [u8],
    /// How that begins.
    pub hint: &'a str,
    /// When.
    pub created: Timestamp,
    /// By whom.
    pub created_by: UserId,
    /// The instant from which it shows nothing.
    pub expires: Timestamp,
}

/// Why no share link was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShared {
    /// The workspace has no such domain.
    NoDomain,
    /// The domain has enough of them.
    TooMany,
}

/// What a request must know of the share link it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredShareLink {
    /// Its id.
    pub id: ShareLinkId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The one domain that it shows.
    pub domain: DomainName,
    /// The instant from which it shows nothing.
    pub expires: Timestamp,
    /// When it was last opened.
    pub last_opened: Option<Timestamp>,
}

const LIST: &str = "
    SELECT s.id, s.name, s.hint, s.created, u.email AS created_by, s.expires, s.last_opened
    FROM share_links s
    LEFT JOIN users u ON u.id = s.created_by
    WHERE s.workspace_id = $1 AND s.domain_id = $2
    ORDER BY s.id DESC";

const BY_HASH: &str = "
    SELECT s.id, s.workspace_id, d.name AS domain, s.expires, s.last_opened
    FROM share_links s
    JOIN domains d ON d.id = s.domain_id AND d.workspace_id = s.workspace_id
    WHERE s.hash = $1";

const ENDING: &str = "
    SELECT s.id, s.workspace_id, d.name AS domain, s.name
    FROM share_links s
    JOIN domains d ON d.id = s.domain_id";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    hint: String,
    created: i64,
    created_by: Option<String>,
    expires: i64,
    last_opened: Option<i64>,
}

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    workspace_id: i64,
    domain: String,
    expires: i64,
    last_opened: Option<i64>,
}

#[derive(FromQueryResult)]
struct Ending {
    id: i64,
    workspace_id: i64,
    domain: String,
    name: String,
}

impl Storage {
    /// Stores a share link for a domain, unless the domain has `most` already.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_share_link(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
        link: NewShareLink<'_>,
        most: u64,
    ) -> Result<Result<ShareLinkId, NotShared>, Error> {
        let transaction = self.database.begin().await?;
        let Some(shared) = domains::by_name(&transaction, workspace, domain).await? else {
            return Ok(Err(NotShared::NoDomain));
        };
        let of_domain = Entity::find().filter(Column::DomainId.eq(shared.id));
        if of_domain.count(&transaction).await? >= most {
            return Ok(Err(NotShared::TooMany));
        }
        let row = share_links::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.0),
            domain_id: Set(shared.id),
            name: Set(link.name.to_owned()),
            hash: Set(link.hash.to_vec()),
            hint: Set(link.hint.to_owned()),
            created: Set(link.created.0),
            created_by: Set(link.created_by.0),
            expires: Set(link.expires.0),
            last_opened: Set(None),
        };
        let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
        self.note(&transaction, workspace, Act::ShareLinkMade, domain.as_str(), link.name).await?;
        transaction.commit().await?;
        Ok(Ok(ShareLinkId(id)))
    }

    /// The share links of a domain, latest first, those whose time is over among them. None when the workspace has no such
    /// domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn share_links(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
    ) -> Result<Option<Vec<ShareLinkRow>>, Error> {
        let Some(domain) = self.domain(workspace, domain).await? else { return Ok(None) };
        let rows: Vec<Row> = self.rows(LIST, [workspace.0.into(), domain.id.0.into()]).await?;
        let row = |row: Row| ShareLinkRow {
            id: ShareLinkId(row.id),
            name: row.name,
            hint: row.hint,
            created: Timestamp(row.created),
            created_by: row.created_by,
            expires: Timestamp(row.expires),
            last_opened: row.last_opened.map(Timestamp),
        };
        Ok(Some(rows.into_iter().map(row).collect()))
    }

    /// The share link with this hash, whether or not its time is over.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn share_link(&self, hash: &[u8]) -> Result<Option<StoredShareLink>, Error> {
        let Some(found) = self.prompt_rows::<Found>(BY_HASH, [hash.into()]).await?.pop() else { return Ok(None) };
        Ok(Some(StoredShareLink {
            id: ShareLinkId(found.id),
            workspace: WorkspaceId(found.workspace_id),
            domain: read::name(&found.domain)?,
            expires: Timestamp(found.expires),
            last_opened: found.last_opened.map(Timestamp),
        }))
    }

    /// Writes down that a share link was opened.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn touch_share_link(&self, id: ShareLinkId, now: Timestamp) -> Result<(), Error> {
        let earlier = Column::LastOpened.is_null().or(Column::LastOpened.lt(now.0));
        let transaction = self.database.begin().await?;
        Entity::update_many()
            .col_expr(Column::LastOpened, Expr::value(now.0))
            .filter(Column::Id.eq(id.0))
            .filter(earlier)
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a share link of a domain: whoever opens it next sees nothing. False when the domain has no such link.
    ///
    /// # Errors
    /// The database cannot be used; the link goes on.
    pub async fn revoke_share_link(
        &self,
        workspace: WorkspaceId,
        domain: &DomainName,
        id: ShareLinkId,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let this = "s.id = $1 AND s.workspace_id = $2 AND d.name = $3";
        let revoked =
            self.end(&transaction, this, vec![id.0.into(), workspace.0.into(), domain.as_str().into()]).await?;
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Deletes all share links of a domain.
    pub(crate) async fn end_share_links_to(
        &self,
        transaction: &DatabaseTransaction,
        domain: DomainId,
    ) -> Result<(), Error> {
        self.end(transaction, "s.domain_id = $1", vec![domain.0.into()]).await.map(drop)
    }

    /// Deletes the share links that a user made, in one workspace or everywhere: who may not share any more has not shared.
    pub(crate) async fn end_share_links_of(
        &self,
        transaction: &DatabaseTransaction,
        user: UserId,
        only_in: Option<WorkspaceId>,
    ) -> Result<(), Error> {
        let ended = match only_in {
            Some(workspace) => {
                let made = "s.created_by = $1 AND s.workspace_id = $2";
                self.end(transaction, made, vec![user.0.into(), workspace.0.into()]).await
            }
            None => self.end(transaction, "s.created_by = $1", vec![user.0.into()]).await,
        };
        ended.map(drop)
    }

    /// Deletes the share links of this condition, and notes each; false when there is none.
    async fn end(&self, transaction: &DatabaseTransaction, condition: &str, values: Vec<Value>) -> Result<bool, Error> {
        let select = format!("{ENDING} WHERE {condition} ORDER BY s.id");
        let links: Vec<Ending> = read::rows_of(transaction, &select, values).await?;
        for link in &links {
            Entity::delete_by_id(link.id).exec(transaction).await?;
            let workspace = WorkspaceId(link.workspace_id);
            self.note(transaction, workspace, Act::ShareLinkRevoked, &link.domain, &link.name).await?;
        }
        Ok(!links.is_empty())
    }
}

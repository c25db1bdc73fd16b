//! Report addresses: whose each is, and how one takes the place of another.

use model::{Act, DomainId, DomainName, Timestamp, WorkspaceId};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
};

use crate::{Error, Storage, domains::by_name, entity::addresses, read, sql};

/// Whose report address it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressOwner {
    /// The workspace of the domain.
    pub workspace: WorkspaceId,
    /// The domain.
    pub domain: DomainId,
    /// The domain's name.
    pub name: DomainName,
}

/// A report address of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAddress {
    /// The address.
    pub address: String,
    /// Since when it is valid.
    pub created: Timestamp,
    /// From when it no longer is, where another has taken its place.
    pub retired: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Owner {
    id: i64,
    workspace_id: i64,
    name: String,
}

impl Storage {
    /// Whose report address this is, while it is valid: the database's clock decides, which all replicas share. Nobody
    /// remembers the answer: a domain added by another process works at the next delivery.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn address_owner(&self, address: &str) -> Result<Option<AddressOwner>, Error> {
        let now = sql::clock(self.database.backend());
        let select = format!(
            "SELECT d.id, d.workspace_id, d.name FROM addresses a JOIN domains d ON d.id = a.domain_id \
             WHERE a.address = $1 AND (a.retired IS NULL OR a.retired > {now})"
        );
        let owners: Vec<Owner> = self.prompt_rows(&select, [address.into()]).await?;
        owners
            .into_iter()
            .next()
            .map(|owner| {
                Ok(AddressOwner {
                    workspace: WorkspaceId(owner.workspace_id),
                    domain: DomainId(owner.id),
                    name: read::name(&owner.name)?,
                })
            })
            .transpose()
    }

    /// All addresses a domain has or had, its own first, then the latest.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn report_addresses(&self, domain: DomainId) -> Result<Vec<ReportAddress>, Error> {
        let mut rows = addresses::Entity::find()
            .filter(addresses::Column::DomainId.eq(domain.0))
            .order_by_desc(addresses::Column::Created)
            .all(self.database.read())
            .await?;
        rows.sort_by_key(|row| row.retired.is_some());
        let address = |row: addresses::Model| ReportAddress {
            address: row.address,
            created: Timestamp(row.created),
            retired: row.retired.map(Timestamp),
        };
        Ok(rows.into_iter().map(address).collect())
    }

    /// Gives a domain a new address; the one it has stays valid until `retired`. The record that names it is to be changed by
    /// then, so the domain is looked at again at once. Its share links end. False when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn rotate_address(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        address: &str,
        retired: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let Some(domain) = by_name(&transaction, workspace, name).await? else { return Ok(false) };
        let retire = "UPDATE addresses SET retired = $1 WHERE domain_id = $2 AND retired IS NULL";
        // Without an address it is being removed.
        if sql::execute(&transaction, retire, [retired.0.into(), domain.id.into()]).await? == 0 {
            return Ok(false);
        }
        let row = addresses::Model { address: address.to_owned(), domain_id: domain.id, created: now.0, retired: None };
        sql::insert(&transaction, vec![row]).await?;
        // Whatever is published does not name the new one yet (1: another record).
        let unsee = "UPDATE domains SET publication = 1 WHERE id = $1 AND publication = 2";
        sql::execute(&transaction, unsee, [domain.id.into()]).await?;
        let look = "UPDATE checks SET due = $1 WHERE domain_id = $2 AND due > $1";
        sql::execute(&transaction, look, [now.0.into(), domain.id.into()]).await?;
        // Who rotates an address shuts strangers out: all of them.
        self.end_share_links_to(&transaction, DomainId(domain.id)).await?;
        self.note(&transaction, workspace, Act::AddressRotated, name.as_str(), "").await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Ends the grace time of an address that another has taken the place of. False when the domain has no such address, or it
    /// is the domain's own.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn retire_address(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        address: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let Some(domain) = by_name(&transaction, workspace, name).await? else { return Ok(false) };
        let retire = "UPDATE addresses SET retired = $1 WHERE domain_id = $2 AND address = $3 AND retired > $1";
        let values = [now.0.into(), domain.id.into(), address.into()];
        let retired = sql::execute(&transaction, retire, values).await?;
        if retired > 0 {
            self.note(&transaction, workspace, Act::AddressRetired, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        Ok(retired > 0)
    }
}

/// The domain's own address: the newest that none has taken the place of.
pub(crate) async fn own(connection: &impl ConnectionTrait, domain: i64) -> Result<Option<String>, DbErr> {
    let newest = addresses::Entity::find()
        .filter(addresses::Column::DomainId.eq(domain))
        .filter(addresses::Column::Retired.is_null())
        .order_by_desc(addresses::Column::Created)
        .one(connection)
        .await?;
    Ok(newest.map(|address| address.address))
}

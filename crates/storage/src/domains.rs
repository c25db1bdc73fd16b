//! Domains and their report addresses.

use model::{Act, DomainId, DomainName, Timestamp, WorkspaceId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _,
};

use crate::{
    Error, Storage, checks,
    entity::{addresses, domain_mx, domains},
    read, sql,
};

/// A watched domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// Its name.
    pub name: DomainName,
    /// Its report address.
    pub address: String,
    /// When it was added.
    pub created: Timestamp,
}

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

#[derive(FromQueryResult)]
struct Owner {
    id: i64,
    workspace_id: i64,
    name: String,
}

impl Storage {
    /// Adds a domain with this report address, or finds the domain and the address it has: adding twice is no error. Reports
    /// that were quarantined because nobody watched it are released either way.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        address: &str,
        now: Timestamp,
    ) -> Result<Domain, Error> {
        let transaction = self.database.begin().await?;
        let new = domains::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.0),
            name: Set(name.to_string()),
            created: Set(now.0),
        };
        // Two that add it at once meet here: the second waits for the first and then finds its domain.
        let first_stays =
            sea_orm::sea_query::OnConflict::columns([domains::Column::WorkspaceId, domains::Column::Name])
                .do_nothing()
                .to_owned();
        let added = domains::Entity::insert(new).on_conflict(first_stays).exec_without_returning(&transaction).await?;
        let domain = by_name(&transaction, workspace, name)
            .await?
            .ok_or_else(|| Error::Inconsistent(format!("{name} is not there after it was added")))?;
        let address = if let Some(address) = address_of(&transaction, domain.id).await? {
            address
        } else {
            let address = address.to_owned();
            let row =
                addresses::Model { address: address.clone(), domain_id: domain.id, created: now.0, retired: None };
            sql::insert(&transaction, vec![row]).await?;
            address
        };
        checks::plan(&transaction, domain.id, now).await?;
        if added > 0 {
            self.note(&transaction, workspace, Act::DomainAdded, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        self.release(workspace, name).await?;
        Ok(Domain { id: DomainId(domain.id), name: name.clone(), address, created: Timestamp(domain.created) })
    }

    /// The domain of this name in a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<Domain>, Error> {
        let read = self.database.read();
        let Some(domain) = by_name(read, workspace, name).await? else { return Ok(None) };
        // Without an address it is being deleted.
        let Some(address) = address_of(read, domain.id).await? else { return Ok(None) };
        Ok(Some(Domain { id: DomainId(domain.id), name: name.clone(), address, created: Timestamp(domain.created) }))
    }

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

    /// Notes that these were MX hosts of a domain at some time; attribution takes them for such for 90 days.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_mx_hosts(&self, domain: DomainId, hosts: &[DomainName], seen: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        note_mx_hosts(&transaction, domain, hosts, seen).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a domain with all that was stored for it, roll-ups included. False when there is none of this name.
    ///
    /// Its address is dead at once; the rest goes in batches, so that deliveries to others never wait long. Interrupted, it
    /// goes on when it is called again with the same id.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delete_domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let Some(domain) = by_name(&transaction, workspace, name).await? else { return Ok(false) };
        // The row of the domain goes last: it is what a second attempt finds.
        addresses::Entity::delete_many().filter(addresses::Column::DomainId.eq(domain.id)).exec(&transaction).await?;
        transaction.commit().await?;
        while self.delete_reports(domain.id).await? {}
        while self.delete_deliveries(domain.id).await? {}
        let tables = [
            "daily_domain",
            "daily_reporter",
            "daily_policy",
            "daily_failure",
            "domain_summary",
            "daily_intake",
            "labels",
            "domain_mx",
            "checks",
            "snapshots",
        ];
        for table in tables {
            let transaction = self.database.begin().await?;
            sql::execute(&transaction, &format!("DELETE FROM {table} WHERE domain_id = $1"), [domain.id.into()])
                .await?;
            transaction.commit().await?;
        }
        let transaction = self.database.begin().await?;
        domains::Entity::delete_by_id(domain.id).exec(&transaction).await?;
        self.note(&transaction, workspace, Act::DomainDeleted, name.as_str(), "").await?;
        transaction.commit().await?;
        // What a delivery that was under way stored meanwhile.
        while self.delete_reports(domain.id).await? {}
        while self.delete_deliveries(domain.id).await? {}
        Ok(true)
    }

    /// Deletes some reports of a domain with their details; false when none is left.
    async fn delete_reports(&self, domain: i64) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let some = "SELECT id FROM reports WHERE domain_id = $1 ORDER BY day, id LIMIT 500";
        for (table, column) in [("failures", "report_id"), ("policies", "report_id")] {
            let delete = format!("DELETE FROM {table} WHERE domain_id = $1 AND {column} IN ({some})");
            sql::execute(&transaction, &delete, [domain.into()]).await?;
        }
        let delete = format!("DELETE FROM reports WHERE domain_id = $1 AND id IN ({some})");
        let deleted = sql::execute(&transaction, &delete, [domain.into()]).await?;
        transaction.commit().await?;
        Ok(deleted > 0)
    }

    /// Deletes some deliveries to a domain with their bodies; false when none is left.
    async fn delete_deliveries(&self, domain: i64) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let some = "SELECT id FROM deliveries WHERE domain_id = $1 ORDER BY id LIMIT 500";
        for (table, column) in [("bodies", "id"), ("delivery_reports", "delivery_id")] {
            let delete = format!("DELETE FROM {table} WHERE domain_id = $1 AND {column} IN ({some})");
            sql::execute(&transaction, &delete, [domain.into()]).await?;
        }
        let delete = format!("DELETE FROM deliveries WHERE domain_id = $1 AND id IN ({some})");
        let deleted = sql::execute(&transaction, &delete, [domain.into()]).await?;
        transaction.commit().await?;
        Ok(deleted > 0)
    }
}

/// The same within a transaction.
pub(crate) async fn note_mx_hosts(
    transaction: &DatabaseTransaction,
    domain: DomainId,
    hosts: &[DomainName],
    seen: Timestamp,
) -> Result<(), DbErr> {
    let mut hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let rows = hosts.into_iter().map(|mx_host| domain_mx::Model { domain_id: domain.0, mx_host, seen: seen.0 });
    let last_seen = sea_orm::sea_query::OnConflict::columns([domain_mx::Column::DomainId, domain_mx::Column::MxHost])
        .update_column(domain_mx::Column::Seen)
        .to_owned();
    sql::insert_with(transaction, rows.collect(), Some(last_seen)).await
}

pub(crate) async fn by_name(
    connection: &impl ConnectionTrait,
    workspace: WorkspaceId,
    name: &DomainName,
) -> Result<Option<domains::Model>, DbErr> {
    domains::Entity::find()
        .filter(domains::Column::WorkspaceId.eq(workspace.0))
        .filter(domains::Column::Name.eq(name.as_str()))
        .one(connection)
        .await
}

/// The newest valid address of a domain.
async fn address_of(connection: &impl ConnectionTrait, domain: i64) -> Result<Option<String>, DbErr> {
    let newest = addresses::Entity::find()
        .filter(addresses::Column::DomainId.eq(domain))
        .filter(addresses::Column::Retired.is_null())
        .order_by_desc(addresses::Column::Created)
        .one(connection)
        .await?;
    Ok(newest.map(|address| address.address))
}

//! Domains: adding, finding and removing them.

use model::{Act, DomainId, DomainName, Proof, Timestamp, WorkspaceId, names::Particulars};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
};

use crate::{
    Error, Storage, addresses as report_addresses, checks,
    entity::{addresses, domain_mx, domains},
    sql,
};

/// The domain `$2` of the workspace `$1` as `d`, with its own address as `a`: one that is being removed has none any more.
pub(crate) const NAMED: &str = "domains d JOIN addresses a ON a.domain_id = d.id AND a.retired IS NULL \
     AND d.workspace_id = $1 AND d.name = $2";

/// What a [`Row`] has of it.
pub(crate) const COLUMNS: &str = "d.id, d.created, d.trusted, d.proven, d.archived, a.address";

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
    /// Whether the workspace has shown that it is its own.
    pub proof: Proof,
    /// When it was archived, where it is.
    pub archived: Option<Timestamp>,
}

/// See [`COLUMNS`].
#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: i64,
    created: i64,
    trusted: bool,
    proven: Option<i64>,
    archived: Option<i64>,
    address: String,
}

impl Row {
    pub(crate) fn domain(self, name: &DomainName) -> Domain {
        Domain {
            id: DomainId(self.id),
            name: name.clone(),
            address: self.address,
            created: Timestamp(self.created),
            proof: Proof::of(self.trusted, self.proven.map(Timestamp)),
            archived: self.archived.map(Timestamp),
        }
    }
}

impl Storage {
    /// Adds a domain with this report address, or finds the domain and the address it has: adding twice is no error. Reports
    /// that were quarantined because nobody watched it are released either way, unless it still waits for its proof.
    ///
    /// # Errors
    /// It is being removed, or the database cannot be used.
    pub async fn add_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        address: &str,
        now: Timestamp,
    ) -> Result<Domain, Error> {
        let transaction = self.database.begin().await?;
        let (domain, is_new) = add(&transaction, workspace, name, address, &Particulars::default(), now).await?;
        if is_new {
            self.note(&transaction, workspace, Act::DomainAdded, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        self.release(workspace, name).await?;
        Ok(domain)
    }

    /// The domain of this name in a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<Domain>, Error> {
        let select = format!("SELECT {COLUMNS} FROM {NAMED}");
        let row = self.rows::<Row>(&select, [workspace.0.into(), name.as_str().into()]).await?.pop();
        Ok(row.map(|row| row.domain(name)))
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

    /// Removes a domain with all that was stored for it, roll-ups included. False when there is none of this name.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn delete_domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<bool, Error> {
        let Some(domain) = self.begin_removal(workspace, name).await? else { return Ok(false) };
        self.finish_removal(domain).await?;
        Ok(true)
    }

    /// Begins to remove a domain: its addresses are dead at once, and no page shows it any more. None when there is none of
    /// this name. [`Storage::finish_removal`] does the rest.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_removal(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<DomainId>, Error> {
        let transaction = self.database.begin().await?;
        let Some(domain) = by_name(&transaction, workspace, name).await? else { return Ok(None) };
        let live = addresses::Column::DomainId.eq(domain.id);
        if addresses::Entity::delete_many().filter(live).exec(&transaction).await?.rows_affected > 0 {
            self.end_share_links_to(&transaction, DomainId(domain.id)).await?;
            self.note(&transaction, workspace, Act::DomainDeleted, name.as_str(), "").await?;
        }
        transaction.commit().await?;
        Ok(Some(DomainId(domain.id)))
    }

    /// Domains whose removal has begun and not come to its end.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn removals(&self) -> Result<Vec<DomainId>, Error> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            id: i64,
        }
        let select = "SELECT id FROM domains d WHERE NOT EXISTS \
                      (SELECT 1 FROM addresses a WHERE a.domain_id = d.id) ORDER BY id";
        Ok(self.rows::<Row>(select, []).await?.into_iter().map(|row| DomainId(row.id)).collect())
    }

    /// Deletes all of a domain whose removal has begun, in batches, so that deliveries to others never wait long. Interrupted,
    /// it goes on when it is called again.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn finish_removal(&self, domain: DomainId) -> Result<(), Error> {
        while self.delete_reports(domain.0).await? {}
        while self.delete_deliveries(domain.0).await? {}
        let tables = [
            "daily_domain",
            "daily_reporter",
            "daily_policy",
            "daily_failure",
            "daily_address",
            "domain_summary",
            "daily_intake",
            "labels",
            "domain_mx",
            "checks",
            "snapshots",
            "sightings",
            "test_reports",
            "share_links",
        ];
        for table in tables {
            let transaction = self.database.begin().await?;
            sql::execute(&transaction, &format!("DELETE FROM {table} WHERE domain_id = $1"), [domain.0.into()]).await?;
            transaction.commit().await?;
        }
        // The row of the domain goes last: it is what another attempt finds.
        let transaction = self.database.begin().await?;
        domains::Entity::delete_by_id(domain.0).exec(&transaction).await?;
        transaction.commit().await?;
        // What a delivery that was under way stored meanwhile.
        while self.delete_reports(domain.0).await? {}
        while self.delete_deliveries(domain.0).await? {}
        Ok(())
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

/// Adds a domain within a transaction, or finds it; also says whether it is new. A new one is trusted where its workspace is.
pub(crate) async fn add(
    transaction: &DatabaseTransaction,
    workspace: WorkspaceId,
    name: &DomainName,
    address: &str,
    particulars: &Particulars,
    now: Timestamp,
) -> Result<(Domain, bool), Error> {
    // Two that add it at once meet here: the second waits for the first and then finds its domain.
    let insert = "INSERT INTO domains (workspace_id, name, created, trusted, tags, customer, notes) \
                  SELECT w.id, $2, $3, w.trusted, $4, $5, $6 FROM workspaces w WHERE w.id = $1 \
                  ON CONFLICT (workspace_id, name) DO NOTHING";
    let tags = serde_json::to_string(&particulars.tags).unwrap_or_default();
    let values = [
        workspace.0.into(),
        name.as_str().into(),
        now.0.into(),
        tags.into(),
        particulars.customer.as_str().into(),
        particulars.notes.as_str().into(),
    ];
    let new = sql::execute(transaction, insert, values).await? > 0;
    let row = by_name(transaction, workspace, name)
        .await?
        .ok_or_else(|| Error::Inconsistent(format!("{name} is not there after it was added")))?;
    let address = match report_addresses::own(transaction, row.id).await? {
        Some(address) => address,
        // What is being removed would take with it what is added to it now.
        None if !new => return Err(Error::BeingRemoved),
        None => {
            let address = address.to_owned();
            let row = addresses::Model { address: address.clone(), domain_id: row.id, created: now.0, retired: None };
            sql::insert(transaction, vec![row]).await?;
            address
        }
    };
    checks::plan(transaction, row.id, now).await?;
    let domains::Model { id, created, trusted, proven, archived, .. } = row;
    Ok((Row { id, created, trusted, proven, archived, address }.domain(name), new))
}

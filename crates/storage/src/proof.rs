//! Proof of control: which domains a workspace need not prove, and which it has proven.
//!
//! A proof is stored with the check that saw it (`checks::finish_check`); here is what follows from it.

use model::{DomainName, WorkspaceId};
use sea_orm::FromQueryResult;

use crate::{Error, Storage, read, sql};

#[derive(FromQueryResult)]
struct Trusted {
    trusted: bool,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

impl Storage {
    /// Whether domains that are added to a workspace need no proof.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn is_trusted(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        let rows: Vec<Trusted> =
            self.rows("SELECT trusted FROM workspaces WHERE id = $1", [workspace.0.into()]).await?;
        Ok(rows.first().is_some_and(|row| row.trusted))
    }

    /// Says whether domains that are added to a workspace need a proof. Trusted, it need not prove those either that it has by
    /// now; what reports said of them is counted. No longer trusted, it keeps what it has.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn trust_workspace(&self, workspace: WorkspaceId, trusted: bool) -> Result<(), Error> {
        let waiting: Vec<Named> = if trusted {
            let select =
                "SELECT name FROM domains WHERE workspace_id = $1 AND NOT trusted AND proven IS NULL ORDER BY name";
            self.rows(select, [workspace.0.into()]).await?
        } else {
            vec![]
        };
        let transaction = self.database.begin().await?;
        let update = "UPDATE workspaces SET trusted = $1 WHERE id = $2";
        sql::execute(&transaction, update, [trusted.into(), workspace.0.into()]).await?;
        if trusted {
            let update = "UPDATE domains SET trusted = TRUE WHERE workspace_id = $1";
            sql::execute(&transaction, update, [workspace.0.into()]).await?;
        }
        transaction.commit().await?;
        for row in waiting {
            self.release(workspace, &read::name(&row.name)?).await?;
        }
        Ok(())
    }

    /// Says that a domain needs no proof; what reports said of it is counted. Nothing happens to a domain that is not there.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn trust_domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let update = "UPDATE domains SET trusted = TRUE WHERE workspace_id = $1 AND name = $2 AND NOT trusted";
        let changed = sql::execute(&transaction, update, [workspace.0.into(), name.as_str().into()]).await?;
        transaction.commit().await?;
        if changed > 0 {
            self.release(workspace, name).await?;
        }
        Ok(())
    }

    /// Whether another workspace has proven this domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn is_proven_elsewhere(&self, workspace: WorkspaceId, name: &DomainName) -> Result<bool, Error> {
        let select = "SELECT name FROM domains WHERE name = $1 AND workspace_id <> $2 AND proven IS NOT NULL LIMIT 1";
        let rows: Vec<Named> = self.rows(select, [name.as_str().into(), workspace.0.into()]).await?;
        Ok(!rows.is_empty())
    }

    /// Domains of an addition that another workspace has proven; at most fifty.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn proven_elsewhere(&self, workspace: WorkspaceId, addition: i64) -> Result<Vec<DomainName>, Error> {
        let select = "SELECT DISTINCT e.name FROM additions n JOIN addition_entries e ON e.addition_id = n.id \
                      JOIN domains d ON d.name = e.name AND d.workspace_id <> n.workspace_id AND d.proven IS NOT NULL \
                      WHERE n.id = $1 AND n.workspace_id = $2 ORDER BY e.name LIMIT 50";
        let rows: Vec<Named> = self.rows(select, [addition.into(), workspace.0.into()]).await?;
        rows.iter().map(|row| read::name(&row.name)).collect()
    }

    /// Counts what waits for a domain, where anything does. Reports that arrived while it was being proven may have been put
    /// aside just after the rest was counted.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn release_what_waits(&self, workspace: WorkspaceId, name: &DomainName) -> Result<(), Error> {
        let select = "SELECT claimed_name AS name FROM reports WHERE workspace_id = $1 AND state = 3 \
                      AND (claimed_name = $2 OR claimed_name LIKE $3) LIMIT 1";
        let values = [workspace.0.into(), name.as_str().into(), format!("%.{name}").into()];
        if !self.rows::<Named>(select, values).await?.is_empty() {
            self.release(workspace, name).await?;
        }
        Ok(())
    }
}

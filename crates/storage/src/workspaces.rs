//! Workspaces: which one a command means, which there are, new ones.

use model::{
    Act, Role, Timestamp, UserId, WorkspaceId,
    people::{Workspace, WorkspaceName},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
    sea_query::OnConflict,
};

use crate::{Error, Storage, entity::workspaces, members, read};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    created: i64,
    members: i64,
    domains: i64,
}

impl Storage {
    /// The workspace of this name; without a name, the only one. None when there is no such workspace, or when there are
    /// several and no name was given.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspace(&self, name: Option<&str>) -> Result<Option<WorkspaceId>, Error> {
        let mut query = workspaces::Entity::find().select_only().column(workspaces::Column::Id).limit(2);
        if let Some(name) = name {
            query = query.filter(workspaces::Column::Name.eq(name));
        }
        let found: Vec<i64> = query.into_tuple().all(self.database.read()).await?;
        Ok(match found[..] {
            [only] => Some(WorkspaceId(only)),
            _ => None,
        })
    }

    /// All workspaces of the installation by name, and how much is in each.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        let select = "SELECT w.id, w.name, w.created, \
                        (SELECT COUNT(*) FROM members m WHERE m.workspace_id = w.id) AS members, \
                        (SELECT COUNT(*) FROM domains d WHERE d.workspace_id = w.id) AS domains \
                      FROM workspaces w";
        let rows: Vec<Row> = self.rows(select, []).await?;
        let workspace = |row: Row| Workspace {
            workspace: WorkspaceId(row.id),
            name: row.name,
            created: Timestamp(row.created),
            members: read::count(row.members),
            domains: read::count(row.domains),
        };
        let mut workspaces: Vec<_> = rows.into_iter().map(workspace).collect();
        // Each engine, and each locale, would sort in a way of its own.
        workspaces.sort_by_cached_key(|workspace| workspace.name.to_lowercase());
        Ok(workspaces)
    }

    /// Makes a workspace, with this user as its owner where one is named. None when the name is taken.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_workspace(
        &self,
        name: &WorkspaceName,
        owner: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<WorkspaceId>, Error> {
        let transaction = self.database.begin().await?;
        let row = workspaces::ActiveModel { id: NotSet, name: Set(name.to_string()), created: Set(now.0) };
        let once = OnConflict::column(workspaces::Column::Name).do_nothing().to_owned();
        if workspaces::Entity::insert(row).on_conflict(once).exec_without_returning(&transaction).await? == 0 {
            return Ok(None);
        }
        let made = workspaces::Entity::find().filter(workspaces::Column::Name.eq(name.as_str())).one(&transaction);
        let made = made.await?.ok_or_else(|| Error::Inconsistent(format!("the workspace {name} is not there")))?;
        let workspace = WorkspaceId(made.id);
        if let Some(owner) = owner {
            members::add(&transaction, workspace, owner, Role::Owner, now).await?;
        }
        self.note(&transaction, workspace, Act::WorkspaceCreated, name.as_str(), "").await?;
        transaction.commit().await?;
        Ok(Some(workspace))
    }
}

//! Workspaces: which one a command means.

use model::WorkspaceId;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::{Error, Storage, entity::workspaces};

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
}

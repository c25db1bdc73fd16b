//! Members of a workspace and their roles; which workspaces there are, and which one a session sees.

use model::{
    Role, Timestamp, UserId, WorkspaceId,
    people::{Member, Workspace, WorkspaceName},
};
use storage::MemberChange;

use super::secret::hash;
use crate::{Engine, Error};

/// Why a member was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRefusal {
    /// The user is no member of this workspace.
    NoMember,
    /// The workspace would have no owner left.
    LastOwner,
}

/// Why no workspace was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceRefusal {
    /// Not a name: see [`WorkspaceName`].
    Name,
    /// Another workspace has this name.
    NameTaken,
}

impl Engine {
    /// The members of a workspace by e-mail address.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn members(&self, workspace: WorkspaceId) -> Result<Vec<Member>, Error> {
        Ok(self.storage.members(workspace).await?)
    }

    /// Gives a member another role, and ends their sessions in this workspace. There is always an owner.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn change_role(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
    ) -> Result<Result<(), MemberRefusal>, Error> {
        Ok(outcome(self.storage.change_role(workspace, user, role).await?))
    }

    /// Removes a member, and ends their sessions in this workspace. There is always an owner.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn remove_member(
        &self,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Result<(), MemberRefusal>, Error> {
        Ok(outcome(self.storage.remove_member(workspace, user).await?))
    }

    /// Turns a session to another workspace of its holder; false when they do not belong to it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn enter_workspace(&self, token: &str, workspace: WorkspaceId) -> Result<bool, Error> {
        Ok(self.storage.enter_workspace(&hash(token), workspace).await?)
    }

    /// All workspaces of the installation by name, for those who run it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        Ok(self.storage.workspaces().await?)
    }

    /// Makes a workspace, with this user as its owner where one is named.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_workspace(
        &self,
        name: &str,
        owner: Option<UserId>,
        now: Timestamp,
    ) -> Result<Result<WorkspaceId, WorkspaceRefusal>, Error> {
        let Ok(name) = WorkspaceName::parse(name) else { return Ok(Err(WorkspaceRefusal::Name)) };
        let made = self.storage.create_workspace(&name, owner, now).await?;
        Ok(made.ok_or(WorkspaceRefusal::NameTaken))
    }
}

fn outcome(change: Option<MemberChange>) -> Result<(), MemberRefusal> {
    match change {
        Some(MemberChange::Done) => Ok(()),
        Some(MemberChange::LastOwner) => Err(MemberRefusal::LastOwner),
        None => Err(MemberRefusal::NoMember),
    }
}

//! Who may see a workspace, and who is asked to join it.

use std::fmt;

use crate::{Role, Timestamp, UserId, WorkspaceId};

/// A workspace that a person belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// What they may do there.
    pub role: Role,
}

/// A person in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when they are in.
    pub since: Timestamp,
    /// Whether they were shut out of the whole installation.
    pub disabled: bool,
}

/// A link that lets somebody join, as long as it is neither used, revoked nor too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// The workspace it leads to.
    pub workspace: WorkspaceId,
    /// The name of that.
    pub workspace_name: String,
    /// For whom alone it is; for anybody who has the link where there is none.
    pub email: Option<String>,
    /// What they will be allowed to do.
    pub role: Role,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it lets nobody in.
    pub expires: Timestamp,
}

/// A person who can sign in, as the command line lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// Whether they run the installation.
    pub administrator: bool,
    /// Since when they are shut out.
    pub disabled: Option<Timestamp>,
    /// Since when they are here.
    pub created: Timestamp,
    /// Where they belong.
    pub memberships: Vec<Membership>,
}

/// A workspace, as those who run the installation see it: never what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Which.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// How many people belong to it.
    pub members: u64,
    /// How many domains it watches.
    pub domains: u64,
}

/// The name of a workspace: 1 to 60 characters that can be seen, without blanks at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceName(String);

/// The text is no name for a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a workspace has 1 to 60 characters, all of which can be seen")]
pub struct NoWorkspaceName;

impl WorkspaceName {
    /// Most characters.
    pub const MAX_CHARS: usize = 60;

    /// Reads a name as it was typed.
    ///
    /// # Errors
    /// It is empty, too long, or holds a character that acts instead of being seen.
    pub fn parse(text: &str) -> Result<Self, NoWorkspaceName> {
        let text = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        if fits && !text.contains(crate::text::acts) { Ok(Self(text.to_owned())) } else { Err(NoWorkspaceName) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkspaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen() {
        assert_eq!(WorkspaceName::parse("  Müller & Söhne ").unwrap().as_str(), "Müller & Söhne");
        for bad in ["", "   ", "a\nb", "gpj\u{202e}exe", &"x".repeat(61)] {
            assert_eq!(WorkspaceName::parse(bad), Err(NoWorkspaceName), "{bad:?}");
        }
        assert!(WorkspaceName::parse(&"ů".repeat(60)).is_ok());
    }
}

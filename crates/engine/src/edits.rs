//! Editing many domains at once: tags, customer, whether they receive mail, the archive, a look at them.

use model::{
    DomainName, Page, Timestamp, WorkspaceId,
    names::{Limits, Particulars},
};
use storage::Edit;
pub use storage::{EditFilter, EditRow};

use crate::{Engine, Error};

/// What can be done to many domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditAct {
    /// Give them tags.
    AddTags,
    /// Take tags from them.
    RemoveTags,
    /// Say whose they are.
    Customer,
    /// They receive no mail.
    NoMail,
    /// They receive mail.
    Mail,
    /// Keep them out of the way.
    Archive,
    /// Take them out of the archive.
    Unarchive,
    /// Look at them now.
    Check,
}

impl EditAct {
    /// All of them, as a form offers them.
    pub const ALL: [Self; 8] = [
        Self::AddTags,
        Self::RemoveTags,
        Self::Customer,
        Self::NoMail,
        Self::Mail,
        Self::Archive,
        Self::Unarchive,
        Self::Check,
    ];

    /// Its word in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AddTags => "add-tags",
            Self::RemoveTags => "remove-tags",
            Self::Customer => "customer",
            Self::NoMail => "no-mail",
            Self::Mail => "mail",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Check => "check",
        }
    }

    /// The act of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// Which domains are edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditScope {
    /// These.
    These(Vec<DomainName>),
    /// All that a filter lists.
    Listed(EditFilter),
}

/// Why nothing was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditRefused {
    /// No domain was chosen.
    NoDomain,
    /// No tag was typed.
    NoTag,
    /// Tags or customer are too long, or cannot be seen.
    Particulars(String),
}

/// One page of domains to be chosen from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditPage {
    /// How many there are.
    pub matching: u64,
    /// This page, from 1; [`Page::ROWS`] rows each.
    pub page: u32,
    /// Its rows.
    pub rows: Vec<EditRow>,
}

impl Engine {
    /// One page of the domains that can be edited together.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn editable(&self, workspace: WorkspaceId, filter: &EditFilter, page: u32) -> Result<EditPage, Error> {
        let matching = self.storage.count_editable(workspace, filter).await?;
        let page = Page::of(page, matching);
        let rows = self.storage.editable(workspace, filter, page).await?;
        Ok(EditPage { matching, page: page.number, rows })
    }

    /// Edits domains; `typed` are the tags or the customer. Says how many are another way now, or are looked at.
    ///
    /// # Errors
    /// The database cannot be used; then nothing was edited.
    pub async fn edit_domains(
        &self,
        workspace: WorkspaceId,
        scope: EditScope,
        act: EditAct,
        typed: &str,
        now: Timestamp,
    ) -> Result<Result<u64, EditRefused>, Error> {
        let edit = match edit(act, typed) {
            Ok(edit) => edit,
            Err(refused) => return Ok(Err(refused)),
        };
        let names = match scope {
            EditScope::These(names) => names,
            EditScope::Listed(filter) => self.storage.editable_names(workspace, &filter).await?,
        };
        if names.is_empty() {
            return Ok(Err(EditRefused::NoDomain));
        }
        let changed = match &edit {
            Some(edit) => self.storage.edit_domains(workspace, &names, edit, now).await?,
            None => self.storage.ask_checks(workspace, &names, now).await?,
        };
        // What was looked at no more is looked at again.
        if matches!(edit, None | Some(Edit::Archive(false))) {
            self.checks.want();
        }
        Ok(Ok(changed))
    }
}

/// What an act does; nothing to the domains themselves where they are looked at.
fn edit(act: EditAct, typed: &str) -> Result<Option<Edit>, EditRefused> {
    let limits = Limits::default();
    let read = |tags, customer| Particulars::new(tags, customer, "", &limits).map_err(EditRefused::Particulars);
    let tags = || {
        let tags = read(typed, "")?.tags;
        if tags.is_empty() { Err(EditRefused::NoTag) } else { Ok(tags) }
    };
    Ok(Some(match act {
        EditAct::AddTags => Edit::AddTags(tags()?, limits.tags),
        EditAct::RemoveTags => Edit::RemoveTags(tags()?),
        EditAct::Customer => Edit::Customer(read("", typed)?.customer),
        EditAct::NoMail => Edit::NoMail(true),
        EditAct::Mail => Edit::NoMail(false),
        EditAct::Archive => Edit::Archive(true),
        EditAct::Unarchive => Edit::Archive(false),
        EditAct::Check => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_as_on_a_domains_own_page() {
        let tags = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(edit(EditAct::AddTags, "Web, shop"), Ok(Some(Edit::AddTags(tags(&["web", "shop"]), 20))));
        assert_eq!(edit(EditAct::RemoveTags, " web "), Ok(Some(Edit::RemoveTags(tags(&["web"])))));
        assert_eq!(edit(EditAct::AddTags, " , "), Err(EditRefused::NoTag));
        assert_eq!(edit(EditAct::Customer, ""), Ok(Some(Edit::Customer(String::new()))));
        assert!(matches!(edit(EditAct::Customer, &"x".repeat(61)), Err(EditRefused::Particulars(_))));
        assert_eq!(edit(EditAct::Check, "x"), Ok(None));
    }

    #[test]
    fn words_are_read_back() {
        for act in EditAct::ALL {
            assert_eq!(EditAct::from_word(act.word()), Some(act));
        }
        assert_eq!(EditAct::from_word("drop"), None);
    }
}

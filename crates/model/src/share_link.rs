//! Share links: what a list shows of each.

use serde::{Deserialize, Serialize};

use crate::{ShareLinkId, Timestamp};

/// One share link of a domain. What makes it good was shown once and is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLinkRow {
    /// Its id.
    pub id: ShareLinkId,
    /// Whom it is for, as its maker wrote it.
    pub name: String,
    /// How its last part begins, so that it can be told from others.
    pub hint: String,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it; none for a person who is gone.
    pub created_by: Option<String>,
    /// The instant from which it shows nothing.
    pub expires: Timestamp,
    /// When it was last opened, to within a few minutes.
    pub last_opened: Option<Timestamp>,
}

impl ShareLinkRow {
    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now
    }
}

//! A domain's settings: its addresses, what its owner notes about it, and removing it.

use model::{
    DomainName, Proof, Timestamp, WorkspaceId,
    lint::{self, Kind},
    names::{Limits, Particulars},
    publish,
};
pub use storage::{DomainNotes, Holdings, ReportAddress};

use crate::{Engine, Error};

/// The longest grace time of an address: a year.
const MOST_GRACE_DAYS: u16 = 365;
/// Additional recipients of one domain.
const MOST_RECIPIENTS: usize = 10;

/// The settings of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSettings {
    /// Its addresses: its own first, then those that others took the place of.
    pub addresses: Vec<ReportAddress>,
    /// What is noted about it.
    pub notes: DomainNotes,
    /// Whether the workspace has shown that it is its own.
    pub proof: Proof,
    /// Whether another workspace has proven it.
    pub proven_elsewhere: bool,
    /// When it was added.
    pub added: Timestamp,
    /// When it was archived, where it is.
    pub archived: Option<Timestamp>,
}

/// Why what was typed about a domain is not noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotesRefused {
    /// The workspace has no such domain.
    NoDomain,
    /// Tags, customer or notes are too long, or cannot be seen.
    Particulars(String),
    /// A recipient cannot stand in the record: which, and why.
    Recipient(String, String),
    /// There are more recipients than this.
    TooManyRecipients(usize),
}

impl Engine {
    /// The settings of a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_settings(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
    ) -> Result<Option<DomainSettings>, Error> {
        let Some(domain) = self.storage.domain(workspace, name).await? else { return Ok(None) };
        let (addresses, notes, proven_elsewhere) = tokio::try_join!(
            self.storage.report_addresses(domain.id),
            self.storage.domain_notes(workspace, name),
            self.storage.is_proven_elsewhere(workspace, name),
        )?;
        let notes = notes.unwrap_or_default();
        Ok(Some(DomainSettings {
            addresses,
            notes,
            proof: domain.proof,
            proven_elsewhere,
            added: domain.created,
            archived: domain.archived,
        }))
    }

    /// Gives a domain a new address. The one it has stays valid for so many days; with none it is dead at once. False when the
    /// workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn rotate_address(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        grace_days: u16,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let retired = now.plus_seconds(i64::from(grace_days.min(MOST_GRACE_DAYS)) * 24 * 3600);
        let rotated = self.storage.rotate_address(workspace, name, &self.new_address(), retired, now).await?;
        self.checks.want();
        Ok(rotated)
    }

    /// Ends the grace time of an address at once. False when there is none such.
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
        Ok(self.storage.retire_address(workspace, name, address, now).await?)
    }

    /// Notes what its owner typed about a domain, in place of what was noted.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_domain(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        typed: TypedNotes<'_>,
    ) -> Result<Result<(), NotesRefused>, Error> {
        let notes = match typed.read(name) {
            Ok(notes) => notes,
            Err(refused) => return Ok(Err(refused)),
        };
        let found = self.storage.note_domain(workspace, name, &notes).await?;
        Ok(if found { Ok(()) } else { Err(NotesRefused::NoDomain) })
    }

    /// What would go with a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn holdings(&self, workspace: WorkspaceId, name: &DomainName) -> Result<Option<Holdings>, Error> {
        if self.storage.domain(workspace, name).await?.is_none() {
            return Ok(None);
        }
        Ok(self.storage.holdings(workspace, name).await?)
    }

    /// Removes a domain: no page shows it from now on, and its addresses are dead. What was stored for it is deleted beside
    /// the answers. False when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn remove_domain(&self, workspace: WorkspaceId, name: &DomainName) -> Result<bool, Error> {
        let removed = self.storage.begin_removal(workspace, name).await?.is_some();
        self.want_chore();
        Ok(removed)
    }

    /// Whether domains that are added to a workspace need no proof of control.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn is_trusted(&self, workspace: WorkspaceId) -> Result<bool, Error> {
        Ok(self.storage.is_trusted(workspace).await?)
    }

    /// Says whether domains that are added to a workspace need no proof of control; for the installation's administrator.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn trust_workspace(&self, workspace: WorkspaceId, trusted: bool) -> Result<(), Error> {
        Ok(self.storage.trust_workspace(workspace, trusted).await?)
    }
}

/// What was typed about a domain.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypedNotes<'a> {
    /// Words, apart by commas or blanks.
    pub tags: &'a str,
    /// Whose it is.
    pub customer: &'a str,
    /// Anything else.
    pub notes: &'a str,
    /// Mail addresses and URLs, apart by white space or commas.
    pub recipients: &'a str,
    /// Whether nothing is expected of it.
    pub no_mail: bool,
}

impl TypedNotes<'_> {
    /// What is to be noted.
    ///
    /// # Errors
    /// Says what cannot be noted, and why.
    pub fn read(self, domain: &DomainName) -> Result<DomainNotes, NotesRefused> {
        let particulars = Particulars::new(self.tags, self.customer, self.notes, &Limits::default())
            .map_err(NotesRefused::Particulars)?;
        let mut recipients: Vec<String> = vec![];
        let typed = self.recipients.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        for word in typed {
            // A bare address is what people have; the record wants a URI.
            let uri =
                if word.contains('@') && !word.contains(':') { format!("mailto:{word}") } else { word.to_owned() };
            let Some(record) = publish::tls_rpt(domain, &[], &[&uri]) else {
                return Err(NotesRefused::Recipient(word.to_owned(), why_not(&uri)));
            };
            // As the record has it, with what must be encoded encoded.
            let uri = record.value.split_once("rua=").map_or(uri.clone(), |(_, uri)| uri.to_owned());
            if !recipients.contains(&uri) {
                recipients.push(uri);
            }
        }
        if recipients.len() > MOST_RECIPIENTS {
            return Err(NotesRefused::TooManyRecipients(MOST_RECIPIENTS));
        }
        Ok(DomainNotes { particulars, recipients, no_mail: self.no_mail })
    }
}

/// What the linter says of a destination that cannot be published.
fn why_not(uri: &str) -> String {
    let findings = lint::record(Kind::TlsRpt, &format!("v=TLSRPTv1; rua={uri}")).findings;
    findings.first().map_or_else(
        || "senders cannot deliver there".to_owned(),
        |finding| format!("{}. {}", finding.title, finding.consequence),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(recipients: &str) -> Result<Vec<String>, NotesRefused> {
        let domain = DomainName::parse("example.com").unwrap();
        TypedNotes { recipients, ..TypedNotes::default() }.read(&domain).map(|notes| notes.recipients)
    }

    #[test]
    fn recipients_are_what_a_record_may_name() {
        let typed = "tls@example.com, mailto:tls@example.com\r\nhttps://r.example/x";
        assert_eq!(read(typed).unwrap(), ["mailto:tls@example.com", "https://r.example/x"]);
        assert_eq!(read("").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_recipient_that_cannot_be_published_says_why() {
        for word in ["ftp://r.example/", "nonsense", "http://r.example/"] {
            let refused = read(&format!("a@b.example {word}")).unwrap_err();
            assert!(
                matches!(&refused, NotesRefused::Recipient(which, why) if which == word && !why.is_empty()),
                "{refused:?}"
            );
        }
        let many = (0..11).map(|i| format!("a{i}@b.example ")).collect::<Vec<_>>().concat();
        assert_eq!(read(&many).unwrap_err(), NotesRefused::TooManyRecipients(10));
    }
}

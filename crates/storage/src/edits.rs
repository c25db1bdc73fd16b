//! Editing many domains at once, and the list that one chooses them from.

use model::{Act, DomainName, Page, Timestamp, WorkspaceId, format};
use sea_orm::{DatabaseTransaction, DbErr, FromQueryResult, Value};

use crate::{Error, Storage, particulars::words, read, sql};

/// Ids in one statement.
const AT_ONCE: usize = 1_000;
/// Domains that the audit log names.
const NAMED: usize = 20;

/// What is done to many domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// They get these tags besides those that they have, as long as they have no more than so many.
    AddTags(Vec<String>, usize),
    /// They lose these tags.
    RemoveTags(Vec<String>),
    /// They are this customer's; nobody's when it is empty.
    Customer(String),
    /// Whether they receive no mail, so that nothing is expected of them.
    NoMail(bool),
    /// Whether they are archived: kept with all that was counted, neither looked at nor on Overview.
    Archive(bool),
}

/// Which domains are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditFilter {
    /// Part of a name, a tag or a customer; empty for all.
    pub search: String,
    /// Those that are archived, or those that are not.
    pub archived: bool,
}

/// A domain to be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditRow {
    /// Its name.
    pub name: DomainName,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whose it is.
    pub customer: String,
    /// Whether it receives no mail.
    pub no_mail: bool,
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    tags: String,
    customer: String,
    no_mail: bool,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

#[derive(FromQueryResult)]
struct Count {
    domains: i64,
}

impl EditFilter {
    // Without an address a domain is being removed.
    const CONDITION: &str = "d.workspace_id = $1 AND (d.archived IS NOT NULL) = $2 \
         AND (d.name LIKE $3 ESCAPE '\\' OR d.name LIKE $4 ESCAPE '\\' OR d.tags LIKE $3 ESCAPE '\\' \
              OR lower(d.customer) LIKE $3 ESCAPE '\\') \
         AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id)";

    fn values(&self, workspace: WorkspaceId) -> [Value; 4] {
        let search = self.search.trim();
        // What was typed in Unicode is stored in A-labels.
        let ascii = DomainName::parse_lenient(search).map_or_else(|| search.to_owned(), |name| name.to_string());
        [workspace.0.into(), self.archived.into(), sql::containing(search).into(), sql::containing(&ascii).into()]
    }
}

impl Storage {
    /// A page of domains, by name.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn editable(
        &self,
        workspace: WorkspaceId,
        filter: &EditFilter,
        page: Page,
    ) -> Result<Vec<EditRow>, Error> {
        let select = format!(
            "SELECT d.name, d.tags, d.customer, d.no_mail FROM domains d WHERE {} ORDER BY d.name LIMIT {} OFFSET {}",
            EditFilter::CONDITION,
            Page::ROWS,
            page.skip()
        );
        let rows: Vec<Row> = self.rows(&select, filter.values(workspace)).await?;
        let row = |row: Row| {
            let (name, tags) = (read::name(&row.name)?, words(&row.tags)?);
            Ok(EditRow { name, tags, customer: row.customer, no_mail: row.no_mail })
        };
        rows.into_iter().map(row).collect()
    }

    /// How many domains that are.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn count_editable(&self, workspace: WorkspaceId, filter: &EditFilter) -> Result<u64, Error> {
        let select = format!("SELECT COUNT(*) AS domains FROM domains d WHERE {}", EditFilter::CONDITION);
        let rows: Vec<Count> = self.rows(&select, filter.values(workspace)).await?;
        Ok(rows.first().map_or(0, |row| read::count(row.domains)))
    }

    /// Their names, all of them.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn editable_names(&self, workspace: WorkspaceId, filter: &EditFilter) -> Result<Vec<DomainName>, Error> {
        let select = format!("SELECT d.name FROM domains d WHERE {} ORDER BY d.name", EditFilter::CONDITION);
        let rows: Vec<Named> = self.rows(&select, filter.values(workspace)).await?;
        rows.iter().map(|row| read::name(&row.name)).collect()
    }

    /// Edits domains of a workspace; names of others are passed over. Says how many are another way now.
    ///
    /// # Errors
    /// The database cannot be used; then nothing was edited.
    pub async fn edit_domains(
        &self,
        workspace: WorkspaceId,
        names: &[DomainName],
        edit: &Edit,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let transaction = self.database.begin().await?;
        let keys: Vec<[Value; 1]> = names.iter().map(|name| [name.as_str().into()]).collect();
        let select = format!(
            "SELECT d.id, d.name, d.tags FROM keys CROSS JOIN domains d WHERE d.workspace_id = {} AND d.name = a",
            workspace.0
        );
        let mut found: Vec<Found> = sql::query_by_keys(&transaction, &select, &keys)
            .await?
            .iter()
            .map(|row| Found::from_query_result(row, ""))
            .collect::<Result<_, _>>()?;
        // Always in one order, so that two that edit at once never wait for each other.
        found.sort_unstable_by_key(|domain| domain.id);
        let changed = match edit {
            Edit::AddTags(tags, most) => {
                self.tag(&transaction, &found, |own| {
                    own.extend(tags.iter().filter(|tag| !own.contains(tag)).cloned().collect::<Vec<_>>());
                    own.len() <= *most
                })
                .await?
            }
            Edit::RemoveTags(tags) => {
                self.tag(&transaction, &found, |own| {
                    own.retain(|tag| !tags.contains(tag));
                    true
                })
                .await?
            }
            Edit::Customer(customer) => {
                set(&transaction, &found, "customer = $1", "customer <> $1", customer.as_str().into()).await?
            }
            Edit::NoMail(no_mail) => {
                set(&transaction, &found, "no_mail = $1", "no_mail <> $1", (*no_mail).into()).await?
            }
            Edit::Archive(true) => set(&transaction, &found, "archived = $1", "archived IS NULL", now.0.into()).await?,
            Edit::Archive(false) => {
                let none = Value::BigInt(None);
                set(&transaction, &found, "archived = $1", "archived IS NOT NULL", none).await?
            }
        };
        if changed > 0 {
            let detail = format!("{}: {}", edit.words(), named(&found));
            self.note(&transaction, workspace, Act::DomainsEdited, "", &detail).await?;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Gives domains other tags, each its own; those are left as they are of which `change` says that it will not do.
    async fn tag(
        &self,
        transaction: &DatabaseTransaction,
        domains: &[Found],
        change: impl Fn(&mut Vec<String>) -> bool,
    ) -> Result<u64, Error> {
        let mut changed = 0;
        for domain in domains {
            let before = words(&domain.tags)?;
            let mut tags = before.clone();
            if change(&mut tags) && tags != before {
                let tags = serde_json::to_string(&tags).unwrap_or_default();
                let update = "UPDATE domains SET tags = $1 WHERE id = $2";
                changed += sql::execute(transaction, update, [tags.into(), domain.id.into()]).await?;
            }
        }
        Ok(changed)
    }
}

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    name: String,
    tags: String,
}

/// Sets a column of domains where it is not so already.
async fn set(
    transaction: &DatabaseTransaction,
    domains: &[Found],
    assignment: &str,
    condition: &str,
    value: Value,
) -> Result<u64, DbErr> {
    let mut changed = 0;
    for some in domains.chunks(AT_ONCE) {
        let ids = some.iter().map(|domain| domain.id.to_string()).collect::<Vec<_>>().join(", ");
        let update = format!("UPDATE domains SET {assignment} WHERE id IN ({ids}) AND {condition}");
        changed += sql::execute(transaction, &update, [value.clone()]).await?;
    }
    Ok(changed)
}

impl Edit {
    /// For the audit log.
    fn words(&self) -> String {
        match self {
            Self::AddTags(tags, _) => format!("tags {} added", tags.join(", ")),
            Self::RemoveTags(tags) => format!("tags {} removed", tags.join(", ")),
            Self::Customer(customer) if customer.is_empty() => "no customer".to_owned(),
            Self::Customer(customer) => format!("customer {customer}"),
            Self::NoMail(true) => "receives no mail".to_owned(),
            Self::NoMail(false) => "receives mail".to_owned(),
            Self::Archive(true) => "archived".to_owned(),
            Self::Archive(false) => "taken out of the archive".to_owned(),
        }
    }
}

/// `3 domains: a.example, b.example, c.example`; of many the first few.
fn named(domains: &[Found]) -> String {
    let first = domains.iter().take(NAMED).map(|domain| domain.name.as_str()).collect::<Vec<_>>().join(", ");
    let more = domains.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {} more", format::thousands(more as u64)) } else { String::new() };
    format!("{}: {first}{more}", format::counted(domains.len() as u64, "domain"))
}

//! The records that domains are to publish: whose, at which address, and what stands there now.

use model::{DomainId, DomainName, Proof, Timestamp, WorkspaceId, check::Check, record_list::Publication};
use sea_orm::FromQueryResult;
use serde::Deserialize;

use crate::{Error, Storage, checks, codes::Code as _, particulars::words, read, sql};

/// Which domains of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordScope {
    /// All of them.
    All,
    /// Those whose record was not seen to name our address, and which receive mail.
    Waiting,
    /// Those of one addition.
    Addition(i64),
}

/// What stands at the name of a domain's TLS-RPT record, and what should besides our address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// How it was last seen.
    pub publication: Publication,
    /// The record.
    pub record: Option<String>,
    /// Its destinations.
    pub destinations: Vec<String>,
    /// Every address that the domain has or had.
    pub addresses: Vec<String>,
    /// Where its owner wants reports as well.
    pub recipients: Vec<String>,
}

/// What else was seen of a domain that matters for what it is to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// When it was last looked at.
    pub checked: Option<Timestamp>,
    /// When it is looked at next.
    pub due: Option<Timestamp>,
    /// The zone that it is in.
    pub zone: Option<DomainName>,
    /// Until when resolvers may go on with the record that stood there before.
    pub stale_until: Option<Timestamp>,
    /// Whether it was seen to announce no MTA-STS.
    pub without_mta_sts: bool,
    /// Its MX hosts; none where it takes no mail.
    pub mx_hosts: Vec<String>,
}

/// One domain with its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicationRow {
    /// The domain.
    pub domain: DomainId,
    /// Its name.
    pub name: DomainName,
    /// Its report address.
    pub address: String,
    /// Whether it has shown that it is the workspace's own.
    pub proof: Proof,
    /// What is known of its record.
    pub known: Published,
    /// What is known of what is around it.
    pub around: Surroundings,
}

/// What a [`RecordRow`] has of a domain `d`.
pub(crate) const COLUMNS: &str = "d.publication, d.recipients, \
     (SELECT string_agg(x.address, ',') FROM addresses x WHERE x.domain_id = d.id) AS addresses";

/// See [`COLUMNS`].
#[derive(FromQueryResult)]
pub(crate) struct RecordRow {
    publication: Option<i16>,
    recipients: String,
    /// All it has or had, with commas between.
    addresses: String,
}

impl RecordRow {
    /// With the record that was last seen, and its destinations.
    pub(crate) fn published(self, record: Option<String>, destinations: Vec<String>) -> Result<Published, Error> {
        Ok(Published {
            publication: self.publication.map_or(Ok(Publication::NotSeen), Publication::from_code)?,
            record,
            destinations,
            addresses: self.addresses.split(',').map(str::to_owned).collect(),
            recipients: words(&self.recipients)?,
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    trusted: bool,
    proven: Option<i64>,
    address: String,
    #[sea_orm(nested)]
    record: RecordRow,
    no_mail: bool,
    checked: Option<i64>,
    due: Option<i64>,
    facts: Option<String>,
}

#[derive(FromQueryResult)]
struct Count {
    domains: i64,
}

/// The few facts that matter here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    tls_rpt: Option<String>,
    destinations: Vec<String>,
    zone: Option<DomainName>,
    stale_until: Option<Timestamp>,
    mta_sts: Option<String>,
    mx: Vec<SeenMx>,
    unseen: Vec<Check>,
}

#[derive(Deserialize)]
struct SeenMx {
    host: String,
}

/// The condition on a domain `d` whose record is waited for.
pub(crate) const WAITS: &str = "d.archived IS NULL AND NOT d.no_mail AND coalesce(d.publication, 3) <> 2";

impl RecordScope {
    /// The condition on a domain `d` of the workspace `$1`. Ids are numbers, so they may stand in the text.
    fn condition(self) -> String {
        match self {
            Self::All => "AND d.archived IS NULL".to_owned(),
            Self::Waiting => format!("AND {WAITS}"),
            Self::Addition(id) => format!(
                "AND d.name IN (SELECT e.name FROM additions n JOIN addition_entries e ON e.addition_id = n.id \
                 WHERE n.id = {id} AND n.workspace_id = $1 AND e.outcome IN (1, 2))"
            ),
        }
    }
}

impl Storage {
    /// The records of some domains by name, after the first `skip` and at most `most`.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn publications(
        &self,
        workspace: WorkspaceId,
        scope: RecordScope,
        skip: usize,
        most: usize,
    ) -> Result<Vec<PublicationRow>, Error> {
        let select = format!(
            "SELECT d.id, d.name, d.trusted, d.proven, a.address, {COLUMNS}, d.no_mail, c.checked, c.due, c.facts \
             FROM domains d \
             JOIN addresses a ON a.domain_id = d.id AND a.retired IS NULL \
             LEFT JOIN checks c ON c.domain_id = d.id WHERE d.workspace_id = $1 {} ORDER BY d.name LIMIT $2 OFFSET $3",
            scope.condition()
        );
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let rows: Vec<Row> = self.rows(&select, [workspace.0.into(), number(most).into(), number(skip).into()]).await?;
        rows.into_iter().map(Row::publication).collect()
    }

    /// How many domains that are.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn count_publications(&self, workspace: WorkspaceId, scope: RecordScope) -> Result<u64, Error> {
        let select =
            format!("SELECT COUNT(*) AS domains FROM domains d WHERE d.workspace_id = $1 {}", scope.condition());
        let rows: Vec<Count> = self.rows(&select, [workspace.0.into()]).await?;
        Ok(rows.first().map_or(0, |row| read::count(row.domains)))
    }

    /// Makes the checks of these domains due at once. The caller has the ids from a query of its workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn hasten_checks(&self, domains: &[DomainId], now: Timestamp) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        checks::make_due(&transaction, domains.iter().map(|domain| domain.0), now, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes the checks of all domains whose record is waited for due at once; says how many these are.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn hasten_waiting(&self, workspace: WorkspaceId, now: Timestamp) -> Result<u64, Error> {
        let transaction = self.database.begin().await?;
        let update = format!(
            "UPDATE checks SET due = $1 WHERE due > $1 AND domain_id IN \
             (SELECT d.id FROM domains d WHERE d.workspace_id = $2 AND {WAITS})"
        );
        let changed = sql::execute(&transaction, &update, [now.0.into(), workspace.0.into()]).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

impl Row {
    fn publication(self) -> Result<PublicationRow, Error> {
        let seen: Seen = match self.facts.as_deref() {
            None => Seen::default(),
            Some(json) => serde_json::from_str(json)
                .map_err(|error| Error::Inconsistent(format!("a check is stored as no JSON of ours: {error}")))?,
        };
        let around = Surroundings {
            checked: self.checked.map(Timestamp),
            due: self.due.map(Timestamp),
            zone: seen.zone,
            stale_until: seen.stale_until,
            without_mta_sts: self.checked.is_some() && seen.mta_sts.is_none() && !seen.unseen.contains(&Check::MtaSts),
            mx_hosts: if self.no_mail { vec![] } else { seen.mx.into_iter().map(|mx| mx.host).collect() },
        };
        Ok(PublicationRow {
            around,
            domain: DomainId(self.id),
            name: read::name(&self.name)?,
            address: self.address,
            proof: Proof::of(self.trusted, self.proven.map(Timestamp)),
            known: self.record.published(seen.tls_rpt, seen.destinations)?,
        })
    }
}

//! The page of one report: what it says, what became of it, and the bytes that brought it.

use model::{
    Channel, Day, DeliveryId, DomainName, Impact, ReportId, ReportState, Timestamp, Trust, WorkspaceId,
    check::Check,
    policy_seen::PublishedPolicy,
    view::{ReportPage, ReportPolicy},
};
use sea_orm::FromQueryResult;
use tlsrpt::{Failure, Note, Policy};

use crate::{
    Error, Storage,
    codes::{self, Code as _},
    entity::{failures, policies, reports},
    read, settle,
};

/// A report's page, and what is needed to show its JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// The page; `raw` is not filled.
    pub page: ReportPage,
    /// SHA-256 of the unpacked document.
    pub document_hash: Vec<u8>,
    /// The bytes that brought it, while they are kept.
    pub body: Option<Vec<u8>>,
}

// The report with what one row of each other table says of it.
const HEAD: &str = "
    SELECT r.*, p.name AS reporter, d.name AS domain, y.channel, y.remote, b.bytes AS body
    FROM reports r
    LEFT JOIN reporters p ON p.id = r.reporter_id
    LEFT JOIN domains d ON d.id = r.domain_id
    LEFT JOIN deliveries y ON y.id = r.delivery_id AND y.workspace_id = r.workspace_id
    LEFT JOIN bodies b ON b.id = y.body_id
    WHERE r.id = $1 AND r.workspace_id = $2";

// A domain's policy seldom changes: what is older than so many changes was seen by nobody who still reports it.
const PUBLISHED: &str = "
    SELECT taken, facts FROM snapshots
    WHERE domain_id = $1 AND taken < $2
    ORDER BY taken DESC LIMIT 60";

/// See [`HEAD`].
#[derive(FromQueryResult)]
struct Head {
    #[sea_orm(nested)]
    report: reports::Model,
    reporter: Option<String>,
    domain: Option<String>,
    channel: Option<i16>,
    remote: Option<String>,
    body: Option<Vec<u8>>,
}

/// See [`PUBLISHED`].
#[derive(FromQueryResult)]
struct Snapshot {
    taken: i64,
    facts: String,
}

/// Of all that a look saw, the policy.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct OfFacts {
    policy: Option<Body>,
    unseen: Vec<Check>,
}

#[derive(serde::Deserialize)]
struct Body {
    body: String,
}

impl Storage {
    /// A report; none when the workspace has no such report.
    ///
    /// # Errors
    /// The database cannot be used, or what is stored cannot be read back.
    pub async fn report(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        today: Day,
    ) -> Result<Option<StoredReport>, Error> {
        let Some(head) = self.rows::<Head>(HEAD, [id.0.into(), workspace.0.into()]).await?.pop() else {
            return Ok(None);
        };
        let Head { report, reporter, domain, channel, remote, body } = head;
        let details = async { Ok::<_, Error>(settle::details(self.database.read(), &report).await?) };
        let (kin, published, details) = tokio::try_join!(self.kin(&report), self.published(&report), details)?;
        let Some(channel) = channel else {
            return Err(Error::Inconsistent(format!("the delivery of report {id} is not there")));
        };
        let page = ReportPage {
            id,
            domain: domain.as_deref().map(read::name).transpose()?,
            reporter: reporter.unwrap_or_default(),
            organization_name: report.organization_name,
            contact_info: report.contact_info,
            report_id: report.report_id,
            start: report.start_at.map(Timestamp),
            end: report.end_at.map(Timestamp),
            today,
            received: Timestamp(report.received),
            channel: Channel::from_code(channel)?,
            remote,
            arrivals: report.arrivals.try_into().unwrap_or(u32::MAX),
            trust: Trust::from_code(report.trust)?,
            signer: report.signer.as_deref().and_then(DomainName::parse_lenient),
            state: ReportState::from_code(report.state)?,
            totals: read::totals(report.sessions, report.failed),
            policies: told(details.policies, details.failures)?,
            published,
            notes: report.notes.as_deref().map(json::<Vec<Note>>).transpose()?.unwrap_or_default(),
            conflicts: kin.conflicts,
            siblings: kin.siblings,
            raw: None,
            previous: kin.previous,
            next: kin.next,
            delivery: DeliveryId(report.delivery_id),
            came: kin.came,
        };
        Ok(Some(StoredReport { page, document_hash: report.document_hash, body }))
    }

    /// What looks at its domain saw of the policy up to the end of its days, oldest first; the same in a row only once.
    async fn published(&self, report: &reports::Model) -> Result<Vec<PublishedPolicy>, Error> {
        let end = Day(report.last_day).plus(1).start();
        let rows = self.rows::<Snapshot>(PUBLISHED, [report.domain_id.into(), end.0.into()]).await?;
        let mut published: Vec<PublishedPolicy> = vec![];
        for row in rows.into_iter().rev() {
            let facts: OfFacts = json(&row.facts)?;
            let body = facts.policy.map(|policy| policy.body);
            let known = published.last().is_some_and(|last| last.body == body);
            if !known && !facts.unseen.contains(&Check::Policy) {
                published.push(PublishedPolicy { from: Timestamp(row.taken), body });
            }
        }
        Ok(published)
    }
}

/// Stored policies with their failures, as they were reported.
pub(crate) fn told(policies: Vec<policies::Model>, failures: Vec<failures::Model>) -> Result<Vec<ReportPolicy>, Error> {
    let mut failures = failures.into_iter().peekable();
    policies
        .into_iter()
        .map(|row| {
            let mut told = ReportPolicy {
                policy: Policy {
                    policy_type: codes::to_policy_type(row.policy_type, row.policy_type_text)?,
                    policy_string: json(&row.policy_string)?,
                    policy_domain: row.policy_domain,
                    mx_host: json(&row.mx_host)?,
                    mode: codes::to_mode(row.mode)?,
                    successful: read::count(row.successful),
                    failed: read::count(row.failed),
                    failures: Vec::new(),
                },
                mx_entry: row.mx_entry,
                impacts: Vec::new(),
            };
            while let Some(failure) = failures.next_if(|failure| failure.policy == row.position) {
                told.impacts.push(Impact::from_code(failure.impact)?);
                told.policy.failures.push(Failure {
                    result_type: codes::to_result_type(failure.result_type, failure.result_type_text)?,
                    sending_mta_ip: failure.sending_mta_ip,
                    receiving_mx_hostname: failure.receiving_mx_hostname,
                    receiving_mx_helo: failure.receiving_mx_helo,
                    receiving_ip: failure.receiving_ip,
                    failed: read::count(failure.failed),
                    additional_information: failure.additional_information,
                    failure_reason_code: failure.failure_reason_code,
                });
            }
            Ok(told)
        })
        .collect()
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Inconsistent(format!("a stored list: {error}")))
}

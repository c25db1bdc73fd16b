//! The page of one report: what it says, what became of it, and the bytes that brought it.

use model::{
    Channel, Day, DeliveryId, DomainName, Impact, ReportId, ReportState, Timestamp, Trust, WorkspaceId,
    check::Check,
    policy_seen::PublishedPolicy,
    view::{CameBy, ReportPage, ReportPolicy, ReportRow},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, Value};
use tlsrpt::{Failure, Note, Policy};

use crate::{
    Error, Storage,
    codes::{self, Code as _},
    entity::{failures, policies, reporters, reports},
    read, report_list, settle,
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

const ORIGIN: &str = "
    SELECT y.channel, y.remote, b.bytes
    FROM deliveries y
    LEFT JOIN bodies b ON b.id = y.body_id
    WHERE y.id = $1 AND y.workspace_id = $2";

// Parts of one document come by one delivery, whose links are few.
const SIBLINGS: &str = "
    SELECT r.id, d.name
    FROM deliveries y
    JOIN delivery_reports l ON l.domain_id = y.domain_id AND l.delivery_id = y.id
    JOIN reports r ON r.id = l.report_id
    JOIN domains d ON d.id = r.domain_id
    WHERE y.id = $1 AND r.workspace_id = $2 AND r.document_hash = $3 AND r.id <> $4
    ORDER BY d.name, r.id";

// Later arrivals are links to the same row.
const CAME: &str = "
    SELECT y.id, y.received, y.channel, y.remote
    FROM delivery_reports l
    JOIN deliveries y ON y.domain_id = l.domain_id AND y.id = l.delivery_id
    WHERE l.report_id = $1 AND y.workspace_id = $2
    ORDER BY y.id LIMIT 100";

// A domain's policy seldom changes: what is older than so many changes was seen by nobody who still reports it.
const PUBLISHED: &str = "
    SELECT taken, facts FROM snapshots
    WHERE domain_id = $1 AND taken < $2
    ORDER BY taken DESC LIMIT 60";

/// How many reports of the same identity are told.
const CONFLICTS: usize = 50;

#[derive(FromQueryResult)]
struct Origin {
    channel: i16,
    remote: Option<String>,
    bytes: Option<Vec<u8>>,
}

/// See [`CAME`].
#[derive(FromQueryResult)]
struct Came {
    id: i64,
    received: i64,
    channel: i16,
    remote: Option<String>,
}

#[derive(FromQueryResult)]
struct Sibling {
    id: i64,
    name: String,
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

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

/// How many of a domain's reports, on either side, are searched for one of the same reporter.
const NEIGHBOURS: u32 = 2_000;

#[derive(FromQueryResult)]
struct Neighbour {
    id: i64,
    day: i32,
    earlier: bool,
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
        let read = self.database.read();
        let found = reports::Entity::find()
            .filter(reports::Column::Id.eq(id.0))
            .filter(reports::Column::WorkspaceId.eq(workspace.0))
            .one(read)
            .await?;
        let Some(report) = found else { return Ok(None) };
        let reporter = async { Ok::<_, Error>(reporters::Entity::find_by_id(report.reporter_id).one(read).await?) };
        let details = async { Ok::<_, Error>(settle::details(read, &report).await?) };
        let (origin, domain, conflicts, siblings, came, published, neighbours, reporter, details) = tokio::try_join!(
            self.rows::<Origin>(ORIGIN, [report.delivery_id.into(), workspace.0.into()]),
            self.rows::<Name>("SELECT name FROM domains WHERE id = $1", [report.domain_id.into()]),
            self.same_identity(&report),
            self.siblings(&report),
            self.came(&report),
            self.published(&report),
            self.neighbours(&report),
            reporter,
            details,
        )?;
        let origin = origin.into_iter().next();
        let (channel, remote, body) = match origin {
            Some(origin) => (Channel::from_code(origin.channel)?, origin.remote, origin.bytes),
            None => return Err(Error::Inconsistent(format!("the delivery of report {id} is not there"))),
        };
        let neighbour = |earlier| {
            let found = neighbours.iter().find(|row| row.earlier == earlier);
            found.map(|row| (ReportId(row.id), Day(row.day)))
        };
        let page = ReportPage {
            id,
            domain: domain.first().map(|row| read::name(&row.name)).transpose()?,
            reporter: reporter.map(|reporter| reporter.name).unwrap_or_default(),
            organization_name: report.organization_name,
            contact_info: report.contact_info,
            report_id: report.report_id,
            start: report.start_at.map(Timestamp),
            end: report.end_at.map(Timestamp),
            today,
            received: Timestamp(report.received),
            channel,
            remote,
            arrivals: report.arrivals.try_into().unwrap_or(u32::MAX),
            trust: Trust::from_code(report.trust)?,
            signer: report.signer.as_deref().and_then(DomainName::parse_lenient),
            state: ReportState::from_code(report.state)?,
            totals: read::totals(report.sessions, report.failed),
            policies: told(details.policies, details.failures)?,
            published,
            notes: report.notes.as_deref().map(json::<Vec<Note>>).transpose()?.unwrap_or_default(),
            conflicts,
            siblings,
            raw: None,
            previous: neighbour(true),
            next: neighbour(false),
            delivery: DeliveryId(report.delivery_id),
            came,
        };
        Ok(Some(StoredReport { page, document_hash: report.document_hash, body }))
    }

    /// Other reports of the same reporter with the same report-id and period.
    async fn same_identity(&self, report: &reports::Model) -> Result<Vec<ReportRow>, Error> {
        // Each half says which of the two indexes finds it.
        let half = |state: &str| {
            format!(
                "SELECT * FROM reports WHERE domain_id = $1 AND identity_hash = $2 AND workspace_id = $3 AND id <> $4 AND {state}"
            )
        };
        let select = format!(
            "SELECT {} FROM ({} UNION ALL {}) r {} ORDER BY r.id LIMIT {CONFLICTS}",
            report_list::COLUMNS,
            half("state = 0"),
            half("state <> 0"),
            report_list::NAMES,
        );
        let values = [
            report.domain_id.into(),
            report.identity_hash.clone().into(),
            report.workspace_id.into(),
            report.id.into(),
        ];
        let rows = self.rows(&select, values).await?;
        self.report_rows(rows).await
    }

    /// The last report before it and the first after it of the same reporter to the same domain.
    async fn neighbours(&self, report: &reports::Model) -> Result<Vec<Neighbour>, Error> {
        let side = |earlier: bool| {
            let (compared, order) = if earlier { ("<", "DESC") } else { (">", "ASC") };
            format!(
                "SELECT * FROM (
                    SELECT n.id, n.day, {} AS earlier FROM (
                        SELECT id, day, reporter_id FROM reports
                        WHERE domain_id = $1 AND workspace_id = $2 AND (day, id) {compared} ($3, $4)
                        ORDER BY day {order}, id {order} LIMIT {NEIGHBOURS}
                    ) n
                    WHERE n.reporter_id = $5 ORDER BY n.day {order}, n.id {order} LIMIT 1
                ) side{}",
                if earlier { "TRUE" } else { "FALSE" },
                u8::from(earlier),
            )
        };
        let values: [Value; 5] = [
            report.domain_id.into(),
            report.workspace_id.into(),
            report.day.into(),
            report.id.into(),
            report.reporter_id.into(),
        ];
        self.rows(&format!("{} UNION ALL {}", side(true), side(false)), values).await
    }

    /// Its arrivals, the first one in front.
    async fn came(&self, report: &reports::Model) -> Result<Vec<CameBy>, Error> {
        let rows = self.rows::<Came>(CAME, [report.id.into(), report.workspace_id.into()]).await?;
        rows.into_iter()
            .map(|row| {
                Ok(CameBy {
                    delivery: DeliveryId(row.id),
                    received: Timestamp(row.received),
                    channel: Channel::from_code(row.channel)?,
                    remote: row.remote,
                })
            })
            .collect()
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

    /// Parts of the same document that speak of other domains.
    async fn siblings(&self, report: &reports::Model) -> Result<Vec<(ReportId, DomainName)>, Error> {
        let values = [
            report.delivery_id.into(),
            report.workspace_id.into(),
            report.document_hash.clone().into(),
            report.id.into(),
        ];
        let rows = self.rows::<Sibling>(SIBLINGS, values).await?;
        rows.into_iter().map(|row| Ok((ReportId(row.id), read::name(&row.name)?))).collect()
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

//! The page of one report: what it says, what became of it, and the bytes that brought it.

use model::{
    Channel, Day, DeliveryId, DomainName, Impact, ReportId, ReportState, Timestamp, Trust, WorkspaceId,
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
        let (kin, details) = tokio::try_join!(self.kin(&report), details)?;
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
            published: kin.published,
            notes: report.notes.as_deref().map(read::json::<Vec<Note>>).transpose()?.unwrap_or_default(),
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
                    policy_string: read::json(&row.policy_string)?,
                    policy_domain: row.policy_domain,
                    mx_host: read::json(&row.mx_host)?,
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

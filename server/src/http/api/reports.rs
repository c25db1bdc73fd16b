//! Reports: a domain's list, one with all it says, and the bytes that brought it.

use axum::{Extension, extract::State, http::Uri, response::Response};
use engine::{Bearer, ReportFilter, ReportPlace};
use model::{
    DomainName, ReportId,
    report_list::Failed,
    view::{ReportPage, ReportPolicy, ReportRow},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, Page, json},
    asked::{Asked, Id, Named, Nothing},
    between::between,
    cursor, deliveries,
    problem::{Problem, Trouble},
    words::{Channel, Impact, Instant, Mode, State as ReportState, Totals, Trust},
};
use crate::http::Shared;

/// A report in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportSummary {
    /// Its id, opaque.
    id: String,
    /// The reporter's name.
    reporter: String,
    /// Start of its period, where that can be read.
    start: Option<Instant>,
    /// End of its period, where that can be read.
    end: Option<Instant>,
    /// When it arrived.
    received: Instant,
    /// Its sessions for this domain.
    totals: Totals,
    /// How far its origin can be trusted.
    trust: Trust,
    /// What became of it.
    state: ReportState,
    /// How many deviations from the RFC were tolerated.
    notes: u32,
    /// Whose DKIM signature it bears; null where it is not signed.
    signer: Option<String>,
}

impl From<ReportRow> for ReportSummary {
    fn from(row: ReportRow) -> Self {
        Self {
            id: row.id.to_string(),
            reporter: row.reporter,
            start: row.start.and_then(Instant::believable),
            end: row.end.and_then(Instant::believable),
            received: row.received.into(),
            totals: row.totals.into(),
            trust: row.trust.into(),
            state: row.state.into(),
            notes: row.notes,
            signer: row.signer.as_ref().map(DomainName::to_string),
        }
    }
}

/// A report with all it says about one domain.
#[derive(Serialize, ToSchema)]
pub(super) struct Report {
    /// Its id, opaque.
    id: String,
    /// The domain it counts for; null while quarantined.
    domain: Option<String>,
    /// The reporter's name.
    reporter: String,
    /// organization-name as written.
    organization_name: Option<String>,
    /// contact-info as written.
    contact_info: Option<String>,
    /// report-id as written.
    report_id: Option<String>,
    /// Start of its period, where that can be read.
    start: Option<Instant>,
    /// End of its period, where that can be read.
    end: Option<Instant>,
    /// When it first arrived.
    received: Instant,
    /// How it first arrived.
    channel: Channel,
    /// From which address or file.
    remote: Option<String>,
    /// How often the same bytes arrived.
    arrivals: u32,
    /// How far its origin can be trusted.
    trust: Trust,
    /// What became of it.
    state: ReportState,
    /// Sessions counted for the domain.
    totals: Totals,
    /// The policies that speak of this domain.
    policies: Vec<Policy>,
    /// Deviations from the RFC that were tolerated.
    notes: Vec<Note>,
    /// Reports with the same identity and other content.
    conflicts: Vec<String>,
    /// Parts of the same document that speak of other domains of this workspace.
    siblings: Vec<String>,
    /// The delivery that brought it.
    delivery: String,
    /// Whose DKIM signature it bears; null where it is not signed.
    signer: Option<String>,
}

/// One policy of a report (RFC 8460 §4.4).
#[derive(Serialize, ToSchema)]
pub(super) struct Policy {
    /// policy-type.
    #[schema(example = "sts")]
    policy_type: String,
    /// The MTA-STS mode, read from policy-string.
    mode: Option<Mode>,
    /// policy-domain as written.
    policy_domain: Option<String>,
    /// Whether it names an MX host of the domain rather than the domain.
    mx_entry: bool,
    /// policy-string: lines of the MTA-STS policy, or TLSA records.
    policy_string: Vec<String>,
    /// mx-host: the patterns of the policy.
    mx_host: Vec<String>,
    /// total-successful-session-count.
    successful: u64,
    /// total-failure-session-count.
    failed: u64,
    /// failure-details. Types overlap, so their counts need not add up to `failed`.
    failures: Vec<FailureDetail>,
}

/// One failure of a policy.
#[derive(Serialize, ToSchema)]
pub(super) struct FailureDetail {
    /// What went wrong.
    #[schema(example = "certificate-expired")]
    result_type: String,
    /// What it did to mail.
    impact: Impact,
    /// Failed sessions.
    failed: u64,
    /// sending-mta-ip as written.
    sending_mta_ip: Option<String>,
    /// receiving-mx-hostname as written.
    receiving_mx_hostname: Option<String>,
    /// receiving-mx-helo as written.
    receiving_mx_helo: Option<String>,
    /// receiving-ip as written.
    receiving_ip: Option<String>,
    /// additional-information as written. It may be a link of a stranger.
    additional_information: Option<String>,
    /// failure-reason-code as written.
    failure_reason_code: Option<String>,
}

/// One deviation that was tolerated.
#[derive(Serialize, ToSchema)]
pub(super) struct Note {
    /// Stable, for programs.
    #[schema(example = "date-without-zone")]
    code: String,
    /// What was found and what was made of it.
    text: String,
}

impl From<ReportPage> for Report {
    fn from(page: ReportPage) -> Self {
        Self {
            id: page.id.to_string(),
            domain: page.domain.as_ref().map(DomainName::to_string),
            reporter: page.reporter,
            organization_name: page.organization_name,
            contact_info: page.contact_info,
            report_id: page.report_id,
            start: page.start.and_then(Instant::believable),
            end: page.end.and_then(Instant::believable),
            received: page.received.into(),
            channel: page.channel.into(),
            remote: page.remote,
            arrivals: page.arrivals,
            trust: page.trust.into(),
            state: page.state.into(),
            totals: page.totals.into(),
            policies: page.policies.into_iter().map(Into::into).collect(),
            notes: page.notes.into_iter().map(|note| Note { code: note.code.into_owned(), text: note.text }).collect(),
            conflicts: page.conflicts.iter().map(|other| other.id.to_string()).collect(),
            siblings: page.siblings.iter().map(|(id, _)| id.to_string()).collect(),
            delivery: page.delivery.to_string(),
            signer: page.signer.as_ref().map(DomainName::to_string),
        }
    }
}

impl From<ReportPolicy> for Policy {
    fn from(ReportPolicy { policy, mx_entry, impacts }: ReportPolicy) -> Self {
        let failures = policy.failures.into_iter().zip(impacts).map(|(failure, impact)| FailureDetail {
            result_type: failure.result_type.as_str().to_owned(),
            impact: impact.into(),
            failed: failure.failed,
            sending_mta_ip: failure.sending_mta_ip,
            receiving_mx_hostname: failure.receiving_mx_hostname,
            receiving_mx_helo: failure.receiving_mx_helo,
            receiving_ip: failure.receiving_ip,
            additional_information: failure.additional_information,
            failure_reason_code: failure.failure_reason_code,
        });
        Self {
            policy_type: policy.policy_type.as_str().to_owned(),
            mode: policy.mode.map(Into::into),
            policy_domain: policy.policy_domain,
            mx_entry,
            policy_string: policy.policy_string,
            mx_host: policy.mx_host,
            successful: policy.successful,
            failed: policy.failed,
            failures: failures.collect(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// Only reports with failures.
    failing: Option<bool>,
    /// Only reports of this trust.
    #[param(inline)]
    trust: Option<Trust>,
    /// Only reports that count on this day or later.
    #[param(format = Date)]
    first: Option<String>,
    /// Only reports that count on this day or earlier.
    #[param(format = Date)]
    last: Option<String>,
    /// How many rows: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// List the reports of a domain
///
/// Latest period first, in every state.
#[utoipa::path(get, path = "/domains/{name}/reports", tag = "Reports",
    params(("name" = String, Path, description = "The domain", example = "example.com"), Listed),
    responses((status = 200, description = "A page of reports", body = Page<ReportSummary>)))]
pub(super) async fn list_reports(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    uri: Uri,
    Named(name): Named,
    Asked(asked): Asked<Listed>,
) -> Result<Response, Problem> {
    let most = answer::rows(asked.limit)?;
    let range = between(asked.first.as_deref(), asked.last.as_deref())?;
    let after = cursor::decode::<ReportPlace>(asked.cursor.as_deref())?;
    let failed = asked.failing.unwrap_or(false).then_some(Failed::Some);
    let filter = ReportFilter { range, failed, trust: asked.trust.map(Into::into), ..ReportFilter::default() };
    let rows = shared.engine.reports_after(bearer.workspace, &name, &filter, after, most + 1).await?;
    let rows = rows.ok_or_else(Problem::no_domain)?;
    Ok(answer::page(&uri, most, rows, |(place, _)| *place, |(_, row)| ReportSummary::from(row)))
}

/// Look at a report
#[utoipa::path(get, path = "/reports/{id}", tag = "Reports",
    params(("id" = String, Path, description = "The report's id")),
    responses((status = 200, description = "The report", body = Report)))]
pub(super) async fn get_report(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Id(id): Id<ReportId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let page = shared.engine.report_details(bearer.workspace, id, (shared.clock.0)()).await?;
    let page = page.ok_or_else(|| Problem::plain(Trouble::NotFound))?;
    Ok(json(&Report::from(page)))
}

/// Read the bytes that brought a report
///
/// The same as the bytes of its delivery.
#[utoipa::path(get, path = "/reports/{id}/raw", tag = "Reports",
    params(("id" = String, Path, description = "The report's id")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
pub(super) async fn get_report_raw(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    Id(id): Id<ReportId>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let delivery = shared.engine.delivery_of(bearer.workspace, id).await?;
    deliveries::bytes(&shared, &bearer, delivery.ok_or_else(|| Problem::plain(Trouble::NotFound))?).await
}

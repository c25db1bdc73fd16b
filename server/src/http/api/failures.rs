//! The single failures of a domain's counted reports.

use axum::{Extension, extract::State, http::Uri, response::Response};
use engine::{Bearer, FailurePlace};
use model::{failing::FailureFilter, view::FailureRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{self, Page},
    asked::{Asked, Named},
    between::between,
    cursor,
    problem::Problem,
    words::{Day, Impact, Mode},
};
use crate::http::Shared;

/// One failure, as a report tells of it (RFC 8460 §4.4).
#[derive(Serialize, ToSchema)]
pub(super) struct Failure {
    /// The report.
    report: String,
    /// The day on which that report counts.
    day: Day,
    /// The reporter's name.
    reporter: String,
    /// The type of the policy that was applied.
    #[schema(example = "sts")]
    policy_type: String,
    /// Its mode, for `sts`.
    mode: Option<Mode>,
    /// policy-domain as written.
    policy_domain: Option<String>,
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

impl From<FailureRow> for Failure {
    fn from(row: FailureRow) -> Self {
        Self {
            report: row.report.to_string(),
            day: row.day.into(),
            reporter: row.reporter,
            policy_type: row.policy_type.as_str().to_owned(),
            mode: row.mode.map(Into::into),
            policy_domain: row.policy_domain,
            result_type: row.result_type.as_str().to_owned(),
            impact: row.impact.into(),
            failed: row.failed,
            sending_mta_ip: row.at.sending_mta_ip,
            receiving_mx_hostname: row.at.receiving_mx_hostname,
            receiving_mx_helo: row.at.receiving_mx_helo,
            receiving_ip: row.at.receiving_ip,
            additional_information: row.additional_information,
            failure_reason_code: row.failure_reason_code,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// Only failures on this day or later.
    #[param(format = Date)]
    first: Option<String>,
    /// Only failures on this day or earlier.
    #[param(format = Date)]
    last: Option<String>,
    /// How many rows: 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// List the failures of a domain
///
/// Of counted reports, latest period first. Reports that lost their details to retention have none.
#[utoipa::path(get, path = "/domains/{name}/failures", tag = "Figures",
    params(("name" = String, Path, description = "The domain", example = "example.com"), Listed),
    responses((status = 200, description = "A page of failures", body = Page<Failure>)))]
pub(super) async fn list_failures(
    State(shared): State<Shared>,
    Extension(bearer): Extension<Bearer>,
    uri: Uri,
    Named(name): Named,
    Asked(asked): Asked<Listed>,
) -> Result<Response, Problem> {
    let most = answer::rows(asked.limit)?;
    let range = between(asked.first.as_deref(), asked.last.as_deref())?;
    let after = cursor::decode::<FailurePlace>(asked.cursor.as_deref())?;
    let all = FailureFilter::default();
    let rows = shared.engine.failures_after(bearer.workspace, &name, range, &all, after, most + 1).await?;
    let rows = rows.ok_or_else(Problem::no_domain)?;
    Ok(answer::page(&uri, most, rows, |(place, _)| *place, |(_, row)| Failure::from(row)))
}

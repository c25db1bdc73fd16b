//! A report as it is written (RFC 8460 §4.4), for those who write: keys in the RFC's order, absent where a sender has none.

#![expect(clippy::struct_field_names, reason = "the names are the RFC's")]

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Report {
    pub(super) organization_name: String,
    pub(super) date_range: DateRange,
    pub(super) contact_info: Option<String>,
    pub(super) report_id: String,
    pub(super) policies: Vec<PolicyEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct DateRange {
    pub(super) start_datetime: String,
    pub(super) end_datetime: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PolicyEntry {
    pub(super) policy: Policy,
    pub(super) summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure_details: Option<Vec<FailureDetail>>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Policy {
    pub(super) policy_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) policy_string: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy_domain: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) mx_host: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Summary {
    pub(super) total_successful_session_count: u64,
    pub(super) total_failure_session_count: u64,
}

#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct FailureDetail {
    pub(super) result_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sending_mta_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receiving_mx_hostname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receiving_ip: Option<String>,
    pub(super) failed_session_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failure_reason_code: Option<&'static str>,
}

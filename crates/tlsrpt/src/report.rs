//! A report in our words (RFC 8460 §4): clean types, with everything a sender wrote kept as text.

use chrono::{DateTime, Utc};
use mtasts::Mode;
use serde::{Deserialize, Serialize};

use crate::{Note, PolicyType, ResultType};

/// One TLS report (RFC 8460 §4.4). What a sender left out is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// organization-name.
    pub organization_name: Option<String>,
    /// contact-info.
    pub contact_info: Option<String>,
    /// report-id: nothing makes it unique among senders.
    pub report_id: Option<String>,
    /// Start of the period, where it can be read.
    pub start: Option<DateTime<Utc>>,
    /// End of the period, where it can be read.
    pub end: Option<DateTime<Utc>>,
    /// One entry for each policy that was applied.
    pub policies: Vec<Policy>,
    /// Deviations that were tolerated.
    pub notes: Vec<Note>,
}

/// One policy and how sessions under it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// policy-type.
    pub policy_type: PolicyType,
    /// policy-string: lines of the MTA-STS policy, or TLSA records.
    pub policy_string: Vec<String>,
    /// policy-domain as written: the recipient domain, or for DANE an MX host (RFC 8460 §1.1).
    pub policy_domain: Option<String>,
    /// mx-host: the patterns of the policy.
    pub mx_host: Vec<String>,
    /// The MTA-STS mode, read from `policy_string`.
    pub mode: Option<Mode>,
    /// total-successful-session-count.
    pub successful: u64,
    /// total-failure-session-count.
    pub failed: u64,
    /// failure-details. Types overlap, so their counts need not add up to `failed` (RFC 8460 §4.4).
    pub failures: Vec<Failure>,
}

/// One kind of failure at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// result-type.
    pub result_type: ResultType,
    /// sending-mta-ip, as written.
    pub sending_mta_ip: Option<String>,
    /// receiving-mx-hostname.
    pub receiving_mx_hostname: Option<String>,
    /// receiving-mx-helo.
    pub receiving_mx_helo: Option<String>,
    /// receiving-ip, as written.
    pub receiving_ip: Option<String>,
    /// failed-session-count.
    pub failed: u64,
    /// additional-information: said to be a URI, never followed.
    pub additional_information: Option<String>,
    /// failure-reason-code: free text.
    pub failure_reason_code: Option<String>,
}

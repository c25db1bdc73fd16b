//! The names of all metrics, so that the dashboards, the documentation and the code agree.

/// Gauge: connections now open.
pub const CONNECTIONS_OPEN: &str = "waxseal_http_connections_open";
/// Counter by `cause`: connections turned away (`full`, `full_for_address`) or closed (`silent`, `slow_head`, `idle`,
/// `slow_reader`).
pub const CONNECTIONS_CLOSED: &str = "waxseal_http_connections_closed_total";
/// Counter by `status`: answers to requests of all kinds.
pub const RESPONSES: &str = "waxseal_http_responses_total";
/// Counter by `outcome`: reports taken in by POST or mail.
pub const DELIVERIES: &str = "waxseal_deliveries_total";
/// Counter by `cause`: POSTs to a report address that were not taken in.
pub const REFUSALS: &str = "waxseal_delivery_refusals_total";
/// Gauge: mail sessions now open, by SMTP or LMTP.
pub const MAIL_SESSIONS_OPEN: &str = "waxseal_smtp_sessions_open";
/// Counter by `cause`: mail sessions turned away (`full_for_address`, `no_proxy_header`) or ended (`slow_command`,
/// `slow_message`, `session_over`, `displaced`, `stopping`, `tls_failed`).
pub const MAIL_SESSIONS_CLOSED: &str = "waxseal_smtp_sessions_closed_total";
/// Counter by `cause`: recipients and messages that were not taken in.
pub const MAIL_REFUSALS: &str = "waxseal_smtp_refusals_total";
/// Histogram: seconds from the complete body to the commit.
pub const COMMIT_SECONDS: &str = "waxseal_delivery_commit_seconds";
/// Counter: statements run in the database.
pub const STATEMENTS: &str = "waxseal_database_statements_total";

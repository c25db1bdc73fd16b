//! Where counters and gauges are kept until someone asks for them.

use std::sync::{Mutex, PoisonError};

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::names;

static INSTALLED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// The recorder of this process; made at the first call.
///
/// # Errors
/// When another library has installed one of its own.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let buckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(names::COMMIT_SECONDS.to_owned()), &buckets)?
        .install_recorder()?;
    describe_gauge!(names::CONNECTIONS_OPEN, "Connections now open.");
    describe_counter!(
        names::CONNECTIONS_CLOSED,
        "Connections turned away or closed because a client used up its time."
    );
    describe_counter!(names::RESPONSES, "Answers to requests of all kinds, by status.");
    describe_counter!(names::DELIVERIES, "Reports taken in by POST or mail, by outcome.");
    describe_counter!(names::REFUSALS, "POSTs to a report address that were not taken in, by cause.");
    describe_gauge!(names::MAIL_SESSIONS_OPEN, "Mail sessions now open, by SMTP or LMTP.");
    describe_counter!(names::MAIL_SESSIONS_CLOSED, "Mail sessions turned away or ended by a limit, by cause.");
    describe_counter!(names::MAIL_REFUSALS, "Recipients and messages that were not taken in by mail, by cause.");
    describe_histogram!(names::COMMIT_SECONDS, "Seconds from the complete body of a report to its commit.");
    *installed = Some(handle.clone());
    Ok(handle)
}

//! How values look in JSON, where they look otherwise than in Rust.

use std::time::Duration;

use model::Timestamp;
use serde::Serializer;

/// An instant by RFC 3339, in UTC.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn instant<S: Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(instant)
}

/// A span of time in milliseconds.
pub(crate) fn milliseconds<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

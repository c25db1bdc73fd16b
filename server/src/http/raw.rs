//! Bytes as they were received.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use engine::RawBody;
use http::{HeaderValue, header};
use model::{DeliveryId, WorkspaceId};

use super::Shared;

/// Bytes sent at once.
const CHUNK: usize = 64 << 10;

/// The body of a delivery; none when the workspace has no such delivery, or its bytes are no longer kept. It never changes, so
/// its tag is its id.
pub(super) async fn body(
    shared: &Shared,
    workspace: WorkspaceId,
    delivery: DeliveryId,
) -> Result<Option<Response>, engine::Error> {
    let Some(RawBody { bytes, held }) = shared.engine.raw_body(workspace, delivery).await? else { return Ok(None) };
    let length = bytes.len();
    let bytes = bytes::Bytes::from(bytes);
    let chunks = (0..length).step_by(CHUNK).map(move |from| {
        // The memory is held for as long as bytes are left to be sent.
        let _ = &held;
        Ok::<_, std::convert::Infallible>(bytes.slice(from..length.min(from + CHUNK)))
    });
    let mut response = Body::from_stream(futures::stream::iter(chunks)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    for (name, value) in [
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"delivery-{delivery}\"")),
        (header::ETAG, format!("\"{delivery}\"")),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    Ok(Some(response))
}

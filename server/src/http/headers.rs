//! What every answer carries, whatever answered: pages, files, errors, the unknown.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use metrics::counter;

use crate::telemetry::names;

/// Middleware, outermost: headers that keep browsers from helping an attacker. What an answer has set itself stays.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    counter!(names::RESPONSES, "status" => response.status().as_u16().to_string()).increment(1);
    let headers = response.headers_mut();
    // A page's own policy names the nonce of its scripts; anything else has no script at all.
    if let Ok(policy) = HeaderValue::from_str(&app::content_security_policy(None)) {
        set(headers, header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Forms without a script find their way back by Referer; other sites learn nothing.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        // Pages hold one visitor's data. Files that never change say so themselves.
        (header::CACHE_CONTROL, "no-store"),
    ] {
        set(headers, name, HeaderValue::from_static(value));
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

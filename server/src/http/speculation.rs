//! Pages tell browsers which links to draw ahead when a pointer rests on them, so that the next page is there at once.
//!
//! The rules name what only shows something: no tool that asks others, no file, nothing that a link shows once.
//! <https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Speculation-Rules>

use axum::{extract::Request, middleware::Next, response::Response};
use engine::Visitor;
use http::{HeaderName, HeaderValue, header};

/// Where the rules are, a file of the site.
pub(super) const RULES: &str = "/speculation-rules.json";

/// As the header names it: a list of strings (RFC 9651 §3.1).
const QUOTED: &str = "\"/speculation-rules.json\"";

/// The media type that browsers demand of them.
pub(super) const MEDIA_TYPE: &str = "application/speculationrules+json";

/// Middleware: names the rules on pages of who is signed in. Strangers have nothing to go through fast.
pub(super) async fn tell(request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<Visitor>().is_some();
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if signed_in && is_page {
        response.headers_mut().insert(HeaderName::from_static("speculation-rules"), HeaderValue::from_static(QUOTED));
    }
    response
}

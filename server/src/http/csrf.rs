//! Refuses requests that another site makes a visitor's browser send (cross-site request forgery).
//!
//! Browsers say where a request comes from and pages cannot change it: `Sec-Fetch-Site` where they send it, else
//! `Origin`. A request that says neither is no form of ours and is refused, too.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri, header};

use super::{Shared, plain};
use crate::config::BaseUrl;

/// Middleware for pages and their forms.
pub(super) async fn refuse_forgery(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let host = host(&request);
    let base_url = shared.config.http.base_url.as_ref();
    if is_safe(request.method()) || is_own(request.headers(), host, base_url) {
        return next.run(request).await;
    }
    tracing::warn!(
        origin = ?request.headers().get(header::ORIGIN),
        host = ?host,
        "a request from another site was refused"
    );
    plain(
        StatusCode::FORBIDDEN,
        "This request was refused because it seems to come from another site. If it came from a form of this \
         installation, its address differs from the configured one: set http.base_url (WAXSEAL_HTTP__BASE_URL) to the \
         address in the browser, such as https://tlsrpt.example.com.",
    )
    .into_response()
}

/// Methods that change nothing (RFC 9110 §9.2.1).
fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(method)
}

/// The name under which this request reached us.
fn host(request: &Request) -> Option<&str> {
    let header = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().authority().map(http::uri::Authority::as_str))
}

fn is_own(headers: &HeaderMap, host: Option<&str>, base_url: Option<&BaseUrl>) -> bool {
    let text = |name| headers.get(name).map(|value: &http::HeaderValue| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        // "none" is the visitor's own act: an address typed, a bookmark.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_same(origin, host, base_url),
        (None, None) => false,
    }
}

/// Whether an origin is ours: the configured base URL, or else the host that was asked.
fn is_same(origin: &str, host: Option<&str>, base_url: Option<&BaseUrl>) -> bool {
    if let Some(base_url) = base_url {
        return normal(origin).is_some_and(|origin| Some(origin) == normal(base_url.as_str()));
    }
    // Behind a proxy that ends TLS, the scheme seen here is not the browser's: the host and its port alone decide.
    let Some((scheme, authority)) = normal(origin) else { return false };
    host.is_some_and(|host| normal(&format!("{scheme}://{host}")).is_some_and(|(_, own)| own == authority))
}

/// Scheme and authority in lower case, without a port that goes without saying.
fn normal(origin: &str) -> Option<(String, String)> {
    let uri: Uri = origin.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?.as_str().to_ascii_lowercase());
    let usual = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let authority = authority.strip_suffix(usual).unwrap_or(&authority).to_owned();
    Some((scheme, authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lines: &[(&'static str, &'static str)], base_url: Option<&str>) -> bool {
        let headers = lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let base_url = base_url.map(|url| url.parse().unwrap());
        is_own(&headers, Some("waxseal.example:3000"), base_url.as_ref())
    }

    #[test]
    fn the_browser_says_where_it_comes_from() {
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "https://whatever.example")], None));
        assert!(own(&[("sec-fetch-site", "none")], None));
        assert!(!own(&[("sec-fetch-site", "same-site"), ("origin", "http://waxseal.example:3000")], None));
        assert!(!own(&[("sec-fetch-site", "cross-site")], None));
    }

    #[test]
    fn without_a_base_url_the_host_decides() {
        for own_origin in ["http://waxseal.example:3000", "https://WAXSEAL.example:3000"] {
            assert!(own(&[("origin", own_origin)], None), "{own_origin}");
        }
        for foreign in [
            "null",
            "",
            "http://evil.example",
            "http://waxseal.example",
            "file://waxseal.example:3000",
            "waxseal.example:3000",
        ] {
            assert!(!own(&[("origin", foreign)], None), "{foreign}");
        }
    }

    #[test]
    fn with_a_base_url_it_decides_alone() {
        let base = Some("https://tlsrpt.example.com");
        assert!(own(&[("origin", "https://tlsrpt.example.com")], base));
        assert!(own(&[("origin", "https://tlsrpt.example.com:443")], base));
        assert!(!own(&[("origin", "http://tlsrpt.example.com")], base));
        assert!(!own(&[("origin", "http://waxseal.example:3000")], base));
    }

    #[test]
    fn who_says_nothing_is_refused() {
        assert!(!own(&[], None));
    }
}

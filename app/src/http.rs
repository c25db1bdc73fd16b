//! What pages say in HTTP headers, and what they believe of a URL.

use axum::{
    extract::Query,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
};
use engine::SessionToken;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;

/// How long a session cookie is kept: as long as a session can live at most.
const SESSION_SECONDS: u32 = 14 * 24 * 60 * 60;

/// Cookies that live for minutes, each between one page and the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brief {
    /// The first step of signing in is done; the code of the second is awaited.
    Step,
    /// Recovery codes on their way to the page that shows them, once: they are stored nowhere.
    RecoveryCodes,
    /// What the answer of an identity provider must fit.
    OpenIdConnect,
    /// The names of uploaded files that were not taken in.
    NotTaken,
    /// What makes a share link good on its way to the page that shows it, once.
    ShareLink,
}

impl Brief {
    const SECONDS: u32 = 10 * 60;

    /// Its name, over HTTPS with the prefix that makes browsers insist on `Secure`, `Path=/` and no `Domain`.
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Step, true) => "__Host-waxseal-step",
            (Self::Step, false) => "waxseal-step",
            (Self::RecoveryCodes, true) => "__Host-waxseal-codes",
            (Self::RecoveryCodes, false) => "waxseal-codes",
            (Self::OpenIdConnect, true) => "__Host-waxseal-openid",
            (Self::OpenIdConnect, false) => "waxseal-openid",
            (Self::NotTaken, true) => "__Host-waxseal-upload",
            (Self::NotTaken, false) => "waxseal-upload",
            (Self::ShareLink, true) => "__Host-waxseal-share",
            (Self::ShareLink, false) => "waxseal-share",
        }
    }

    /// The `Set-Cookie` that hands a value on; none where it is no plain text.
    #[must_use]
    pub fn with(self, value: &str, secure: bool) -> Option<HeaderValue> {
        cookie(self.name(secure), value, Self::SECONDS, secure)
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn gone(self, secure: bool) -> Option<HeaderValue> {
        cookie(self.name(secure), "", 0, secure)
    }

    /// What a request brings.
    #[must_use]
    pub fn of(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        cookie_value(headers, self.name(secure))
    }
}

/// The Content-Security-Policy of a response. Only a page has a nonce, for the scripts in its head.
#[must_use]
pub fn content_security_policy(nonce: Option<&str>) -> String {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The name of the session cookie. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
#[must_use]
pub const fn session_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-waxseal" } else { "waxseal" }
}

/// The token in a request's session cookie.
#[must_use]
pub fn session_token(headers: &HeaderMap, secure: bool) -> Option<&str> {
    cookie_value(headers, session_cookie_name(secure))
}

fn cookie_value<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The `Set-Cookie` that begins a session.
///
/// # Panics
/// Never for a token of the engine, which is plain ASCII.
#[must_use]
pub fn session_cookie(token: &SessionToken, secure: bool) -> HeaderValue {
    cookie(session_cookie_name(secure), &token.0, SESSION_SECONDS, secure).expect("a token is plain ASCII")
}

/// The `Set-Cookie` that ends a session in the browser.
///
/// # Panics
/// Never: nothing in it is from outside.
#[must_use]
pub fn no_session_cookie(secure: bool) -> HeaderValue {
    cookie(session_cookie_name(secure), "", 0, secure).expect("it is plain ASCII")
}

fn cookie(name: &str, value: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// Where to go after signing in: a path of this installation and nothing else.
#[must_use]
pub fn safe_next(next: &str) -> &str {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain && next.starts_with('/') && !next.starts_with("//") { next } else { "/" }
}

/// What the query of this request asks for; nothing where it says that in no form we know.
///
/// Not by way of the router: it decodes values twice, so that of `%2C` in a record no more than a comma would be left.
pub(crate) fn asked<T: DeserializeOwned + Default>() -> T {
    let head = use_context::<Parts>();
    head.and_then(|head| Query::try_from_uri(&head.uri).ok()).map(|Query(asked)| asked).unwrap_or_default()
}

/// The host under which this request was made, as the browser says it; empty where it does not.
pub(crate) fn asked_host() -> String {
    let Some(head) = use_context::<Parts>() else { return String::new() };
    let header = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| head.uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or_default().to_owned()
}

pub(crate) fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

pub(crate) fn set_header(name: HeaderName, value: HeaderValue) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(name, value);
    }
}

/// Answers with "see other": what a form's POST leads to.
pub(crate) fn see_other(location: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(location)) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let token = SessionToken("abc".to_owned());
        assert_eq!(
            session_cookie(&token, true),
            "__Host-waxseal=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600; Secure"
        );
        assert_eq!(session_cookie(&token, false), "waxseal=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600");
        assert_eq!(no_session_cookie(false), "waxseal=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; waxseal=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-waxseal=def"));
        assert_eq!(session_token(&headers, false), Some("abc"));
        assert_eq!(session_token(&headers, true), Some("def"));
        assert_eq!(session_token(&HeaderMap::new(), true), None);
    }

    #[test]
    fn what_is_handed_on_is_as_well_kept_and_does_not_stay() {
        let set = Brief::Step.with("abc", true).unwrap();
        assert_eq!(set, "__Host-waxseal-step=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure");
        assert_eq!(Brief::Step.with("a\r\nb", true), None);
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("waxseal=x; waxseal-codes=a.b"))]);
        assert_eq!(Brief::RecoveryCodes.of(&headers, false), Some("a.b"));
        assert_eq!(Brief::RecoveryCodes.of(&headers, true), None);
        assert_eq!(
            Brief::RecoveryCodes.gone(false).unwrap(),
            "waxseal-codes=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn after_signing_in_nobody_is_led_elsewhere() {
        assert_eq!(safe_next("/domains/example.com?days=7"), "/domains/example.com?days=7");
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "javascript:alert(1)"]
        {
            assert_eq!(safe_next(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn a_policy_allows_scripts_by_nonce_and_no_inline_style() {
        let policy = content_security_policy(Some("n1"));
        assert!(policy.contains("script-src 'self' 'nonce-n1' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline"));
        assert!(!content_security_policy(None).contains("nonce"));
    }
}

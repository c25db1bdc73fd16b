//! How a new token gets from the form's answer to the page: in a cookie for this page alone, for a minute at most.
//!
//! The form's POST is answered with a redirect, and neither a URL nor a server that is one of several can carry a secret. The
//! page that shows the token ends the cookie with the same answer.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use engine::ApiToken;
use leptos::prelude::{expect_context, use_context};

use super::PAGE;
use crate::{context::SecureCookies, http};

/// How long the redirect may take.
const SECONDS: u32 = 60;

/// The cookie's name. The prefix makes browsers insist on `Secure`.
const fn name(secure: bool) -> &'static str {
    if secure { "__Secure-waxseal-token" } else { "waxseal-token" }
}

fn cookie(value: &str, seconds: u32, secure: bool) -> HeaderValue {
    let name = name(secure);
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={PAGE}; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).expect("a token is plain ASCII")
}

/// Sends a new token along.
pub(super) fn send(token: &ApiToken) {
    let SecureCookies(secure) = expect_context();
    http::set_header(header::SET_COOKIE, cookie(&token.0, SECONDS, secure));
}

/// Takes the token that came along, and ends the cookie.
pub(super) fn take() -> Option<ApiToken> {
    let SecureCookies(secure) = expect_context();
    let head = use_context::<Parts>()?;
    let token = read(&head.headers, secure)?;
    http::set_header(header::SET_COOKIE, cookie("", 0, secure));
    Some(token)
}

fn read(headers: &HeaderMap, secure: bool) -> Option<ApiToken> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name(secure)).then(|| ApiToken(value.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_to_this_page_alone_and_not_for_long() {
        assert_eq!(
            cookie("wxs_abc", SECONDS, true),
            "__Secure-waxseal-token=wxs_abc; Path=/settings/tokens; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("waxseal=session; waxseal-token=wxs_abc"));
        assert_eq!(read(&headers, false), Some(ApiToken("wxs_abc".to_owned())));
        assert_eq!(read(&headers, true), None);
    }
}

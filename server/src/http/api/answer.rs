//! What programs are answered: JSON with a tag of its content, pages of lists, bytes.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{
    PREFIX,
    cursor::{self, Cursor},
    problem::{Problem, Trouble},
};

/// Rows of a page when the request does not say.
const ROWS: u32 = 50;
/// The most rows of a page.
const MOST_ROWS: u32 = 100;

/// The rows that a page may have, as a request asks for them.
pub(super) fn rows(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(ROWS) {
        rows @ 1..=MOST_ROWS => Ok(rows),
        rows => Err(Problem::new(Trouble::Query, format!("limit: {rows} is not from 1 to {MOST_ROWS}"))),
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The rows of this page.
    items: Vec<T>,
    /// The cursor with which the list goes on; null on the last page.
    next: Option<String>,
}

/// A page made of one row more than it may have: the one too many tells that the list goes on.
pub(super) fn page<R, C: Cursor, T: Serialize>(
    uri: &Uri,
    most: u32,
    mut rows: Vec<R>,
    cursor: impl Fn(&R) -> C,
    view: impl Fn(R) -> T,
) -> Response {
    let most = most as usize;
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| cursor::encode(&cursor(last)));
    let link =
        next.as_deref().and_then(|next| HeaderValue::try_from(format!("<{}>; rel=\"next\"", onward(uri, next))).ok());
    let mut response = json(&Page { items: rows.into_iter().map(view).collect(), next });
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The same request with another cursor (RFC 8288). Routes below the prefix see the rest of the path alone.
fn onward(uri: &Uri, next: &str) -> String {
    let others =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query = others.chain([format!("cursor={next}").as_str()]).collect::<Vec<_>>().join("&");
    format!("{PREFIX}{}?{query}", uri.path())
}

/// JSON with a tag that changes when it does. Weak, since the same content may travel compressed (RFC 9110 §8.8.1).
pub(super) fn json<T: Serialize>(value: &T) -> Response {
    let Ok(body) = serde_json::to_vec(value) else { return Problem::plain(Trouble::Defect).into_response() };
    let digest = HEXLOWER.encode(Sha256::digest(&body).get(..16).unwrap_or_default());
    let content_type = HeaderValue::from_static("application/json");
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    if let Ok(tag) = HeaderValue::try_from(format!("W/\"{digest}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Middleware: who has the content already is told so instead (RFC 9110 §13.1.2). Answers may be kept but are asked for anew.
pub(super) async fn tell_whether_changed(request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let known = request.headers().clone();
    let mut response = next.run(request).await;
    let Some(tag) = response.headers().get(header::ETAG).filter(|_| reads).cloned() else { return response };
    if response.status() != StatusCode::OK {
        return response;
    }
    if is_known(&known, &tag) {
        let mut unchanged = StatusCode::NOT_MODIFIED.into_response();
        unchanged.headers_mut().insert(header::ETAG, tag);
        response = unchanged;
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("authorization"));
    response
}

/// Whether `If-None-Match` names this tag, weak and strong alike.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(opaque) else { return false };
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| one.trim() == "*" || opaque(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_in_any_list_and_spelling() {
        let tag = HeaderValue::from_static("W/\"abc\"");
        let known = |line: &'static str| {
            is_known(&[(header::IF_NONE_MATCH, HeaderValue::from_static(line))].into_iter().collect(), &tag)
        };
        assert!(known("W/\"abc\"") && known("\"abc\"") && known("\"x\", W/\"abc\"") && known("*"));
        assert!(!known("\"abcd\"") && !known("abc") && !known(""));
    }

    #[test]
    fn the_way_onward_keeps_what_was_asked() {
        let next = |uri: &'static str| onward(&Uri::from_static(uri), "NEXT");
        assert_eq!(next("/domains"), "/api/v1/domains?cursor=NEXT");
        assert_eq!(next("/a?limit=2&cursor=old&failing=true"), "/api/v1/a?limit=2&failing=true&cursor=NEXT");
    }

    #[test]
    fn the_same_content_has_the_same_tag() {
        let tag = |value: &str| json(&value).headers()[header::ETAG].clone();
        assert_eq!(tag("a"), tag("a"));
        assert_ne!(tag("a"), tag("b"));
    }
}

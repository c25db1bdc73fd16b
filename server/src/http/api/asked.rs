//! What a request asks for: query, path and body, each taken strictly, each refused with what was wrong.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
};
use futures::StreamExt as _;
use http::{HeaderMap, header, request::Parts};
use model::{DeliveryId, DomainName, ReportId};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::error::Category;

use super::problem::{Problem, Trouble};
use crate::http::{Shared, paced::BodyError};

/// The largest body.
const MOST_BYTES: usize = 64 << 10;

/// The query, whose type must refuse what it does not know.
pub(super) struct Asked<T>(pub(super) T);

/// The query of what takes none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        match Query::try_from_uri(&head.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => {
                let mut cause: &dyn std::error::Error = &rejection;
                while let Some(deeper) = cause.source() {
                    cause = deeper;
                }
                Err(Problem::new(Trouble::Query, cause.to_string()))
            }
        }
    }
}

/// The domain that the path names. What is no domain name is no domain here.
pub(super) struct Named(pub(super) DomainName);

impl FromRequestParts<Shared> for Named {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let name = in_path(head, shared).await.and_then(|name| DomainName::parse(&name).ok());
        name.map(Self).ok_or_else(Problem::no_domain)
    }
}

/// The thing whose id stands in the path. Ids are opaque: what is no id of ours is nothing here.
pub(super) struct Id<T>(pub(super) T);

macro_rules! ids {
    ($($id:ident),+) => {$(
        impl FromRequestParts<Shared> for Id<$id> {
            type Rejection = Problem;

            async fn from_request_parts(head: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
                let id = in_path(head, shared).await.and_then(|id| id.parse().ok());
                id.map(|id| Self($id(id))).ok_or_else(|| Problem::plain(Trouble::NotFound))
            }
        }
    )+};
}

ids!(ReportId, DeliveryId);

async fn in_path(head: &mut Parts, shared: &Shared) -> Option<String> {
    Path::<String>::from_request_parts(head, shared).await.ok().map(|Path(text)| text)
}

/// The body as JSON, whose type must refuse what it does not know.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        if !is_json(&head.headers) {
            return Err(Problem::plain(Trouble::MediaType));
        }
        let bytes = read(body).await?;
        parse(&bytes).map(Self)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let told = |error: serde_json::Error| {
        let trouble = if error.classify() == Category::Data { Trouble::Invalid } else { Trouble::Json };
        Problem::new(trouble, error.to_string())
    };
    // A struct would also be read from an array of its fields, which is described nowhere.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(told)?;
        return Err(Problem::new(Trouble::Invalid, "the body is no JSON object"));
    }
    serde_json::from_slice(bytes).map_err(told)
}

/// `application/json`, with parameters or without, once.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let essence = only.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

async fn read(body: Body) -> Result<Vec<u8>, Problem> {
    let (mut stream, mut bytes) = (body.into_data_stream(), Vec::new());
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Err(Problem::plain(Trouble::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken(error: &axum::Error) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(BodyError::TooSlow) = error.downcast_ref() {
            return Problem::plain(Trouble::Slow);
        }
        cause = error.source();
    }
    Problem::new(Trouble::Json, "The body broke off. Nothing was changed; send it again.")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_json_is_json() {
        let of = |value: &'static str| {
            is_json(&[(header::CONTENT_TYPE, HeaderValue::from_static(value))].into_iter().collect())
        };
        assert!(of("application/json") && of("Application/JSON; charset=utf-8"));
        assert!(!of("text/plain") && !of("application/jsonp") && !of("") && !is_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_has_an_end() {
        assert_eq!(read(Body::from(vec![b' '; MOST_BYTES])).await.unwrap().len(), MOST_BYTES);
        assert!(read(Body::from(vec![b' '; MOST_BYTES + 1])).await.is_err());
    }
}

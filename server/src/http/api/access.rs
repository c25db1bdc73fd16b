//! Who may ask: a bearer token, and nothing else. No cookie is looked at, so no other site can make a browser ask.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use engine::{Bearer, Engine};
use http::{HeaderMap, Method, header, request::Parts};
use model::{Actor, TokenScope};

use super::{
    problem::{Problem, Trouble},
    rates::Left,
};
use crate::http::{Client, Shared};

/// Middleware: lets requests through that bring a token which allows them, as often as they may come. Puts the [`Bearer`] into
/// them, and the [`Engine`] that knows who acts.
pub(super) async fn admit(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let (left, admitted) = judge(&shared, &head).await;
    let mut response = match admitted {
        Ok(bearer) => {
            let ip = head.extensions.get::<Client>().map(|client| client.ip.to_string()).unwrap_or_default();
            let actor = Actor::token(&bearer.name, &ip, (shared.clock.0)());
            head.extensions.insert::<Engine>(shared.engine.acting(actor));
            head.extensions.insert::<Bearer>(bearer);
            next.run(Request::from_parts(head, body)).await
        }
        Err(problem) => problem.into_response(),
    };
    if let Some(left) = left {
        left.tell(response.headers_mut());
    }
    response
}

async fn judge(shared: &Shared, head: &Parts) -> (Option<Left>, Result<Bearer, Problem>) {
    let bearer = match token(&head.headers) {
        Some(token) => shared.engine.bearer(token, (shared.clock.0)()).await,
        None => Ok(None),
    };
    let bearer = match bearer {
        Ok(bearer) => bearer,
        Err(error) => return (None, Err(error.into())),
    };
    let Some(client) = head.extensions.get::<Client>() else {
        return (None, Err(Problem::plain(Trouble::Unauthorized)));
    };
    let (left, admitted) = match &bearer {
        Some(bearer) => shared.api_rates.with_token(bearer.token),
        None => shared.api_rates.without_token(client.ip),
    };
    let judged = match (bearer, admitted) {
        (_, Err(wait)) => Err(Problem::plain(Trouble::TooMany).after(wait)),
        (None, Ok(())) => Err(Problem::plain(Trouble::Unauthorized)),
        (Some(bearer), Ok(())) if bearer.scope < needed(&head.method) => Err(Problem::plain(Trouble::Forbidden)),
        (Some(bearer), Ok(())) => Ok(bearer),
    };
    (Some(left), judged)
}

/// The scope that a method needs: whatever may change something needs the greater one.
fn needed(method: &Method) -> TokenScope {
    if [Method::GET, Method::HEAD].contains(method) { TokenScope::Read } else { TokenScope::Write }
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1); none, too, where there are several such headers.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = only.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_token_is_that_of_one_header() {
        let of = |values: &[&'static str]| {
            let lines = values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value)));
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(name, value);
            }
            token(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["bearer  abc "]).as_deref(), Some("abc"));
        for none in [&[][..], &["abc"], &["Basic abc"], &["Bearer abc", "Bearer def"], &["Bearer"]] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }

    #[test]
    fn whatever_may_change_something_needs_the_greater_scope() {
        assert_eq!(needed(&Method::HEAD), TokenScope::Read);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(needed(&method), TokenScope::Write, "{method}");
        }
    }
}

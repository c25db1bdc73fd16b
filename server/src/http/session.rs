//! Who is signed in: the session cookie becomes a [`Visitor`], and pages without one lead to the sign-in page.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use engine::Visitor;
use http::{HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery};

use super::{Client, Shared, charts, plain, tools, unavailable};

/// What needs no session.
const OPEN: [&str; 19] = [
    "/sign-in",
    "/sign-in/code",
    "/forgot-password",
    "/reset-password",
    "/confirm-email",
    "/setup",
    "/join",
    "/help",
    "/help/api",
    "/help/standards",
    "/help/troubleshooting",
    "/help/components",
    "/do/sign_in",
    "/do/sign_in_code",
    "/do/request_reset",
    "/do/reset_password",
    "/do/confirm_email",
    "/do/create_first_user",
    "/do/join_as",
];

/// Middleware for pages and their forms.
pub(super) async fn identify(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    if charts::is_shared(request.uri().path()) {
        // The link alone opens what lies there: whoever is signed in is a stranger, too.
        let client = request.extensions().get::<Client>();
        return match client.map(|client| shared.strangers.admit(client.ip, request.uri())) {
            Some(Err(wait)) => tools::too_often(wait),
            _ => next.run(request).await,
        };
    }
    let visitor = match app::session_token(request.headers(), shared.secure_cookies()) {
        Some(token) => shared.engine.visitor(token, (shared.clock.0)()).await,
        None => Ok(None),
    };
    match visitor {
        Ok(Some(visitor)) => {
            request.extensions_mut().insert::<Visitor>(visitor);
        }
        Ok(None) if OPEN.contains(&request.uri().path()) => {}
        Ok(None) if shared.config.tools.public && tools::is_tool(request.uri().path()) => {
            let client = request.extensions().get::<Client>();
            if let Some(Err(wait)) = client.map(|client| shared.strangers.admit(client.ip, request.uri())) {
                return tools::too_often(wait);
            }
        }
        Ok(None) => return sign_in_first(&request),
        Err(error) => return unavailable(&error),
    }
    next.run(request).await
}

/// Leads a person to the sign-in page and back again; a program learns what is wrong.
fn sign_in_first(request: &Request) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !reads && !accepts.contains("text/html") {
        return plain(StatusCode::UNAUTHORIZED, "Sign in first: the session is over or was never begun.");
    }
    let location = if reads { sign_in_and_back(request.uri()) } else { HeaderValue::from_static("/sign-in") };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// `/sign-in?next=%2Fdomains%2Fexample.com%3Fdays%3D7`
fn sign_in_and_back(uri: &Uri) -> HeaderValue {
    let wanted = uri.path_and_query().map(PathAndQuery::as_str).filter(|wanted| *wanted != "/");
    let location = app::link("/sign-in", &[("next", wanted.unwrap_or_default())]);
    HeaderValue::try_from(location).unwrap_or_else(|_| HeaderValue::from_static("/sign-in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_one_query_value() {
        let way = |uri: &'static str| sign_in_and_back(&Uri::from_static(uri));
        assert_eq!(way("/"), "/sign-in");
        assert_eq!(
            way("/domains/a.example?days=7&x=%22"),
            "/sign-in?next=%2Fdomains%2Fa.example%3Fdays%3D7%26x%3D%2522"
        );
    }
}

//! What the server hands to every page and server function, as Leptos context.
//!
//! Always: [`Engine`] (it knows who acts through it), [`Clock`], [`SecureCookies`], [`PublicTools`], [`SignOn`], [`Peer`], and
//! the description of the API ([`ApiDescription`](crate::pages::help::api::ApiDescription)). [`Visitor`] only when someone is
//! signed in.

use axum::http::{header, request::Parts};
use engine::{Engine, Peer, SessionToken, Visitor};
use leptos::prelude::{expect_context, use_context};
use model::{Role, Timestamp};

use crate::{
    http::{self, Brief},
    problem::Problem,
};

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> Timestamp);

/// Whether cookies are marked `Secure`: true when the installation is reached by HTTPS.
#[derive(Clone, Copy, Debug)]
pub struct SecureCookies(pub bool);

/// Whether people without an account may use the tools.
#[derive(Clone, Copy, Debug)]
pub struct PublicTools(pub bool);

/// The identity provider where people may sign in, by the name that they know; none where there is none.
#[derive(Clone, Debug, Default)]
pub struct SignOn(pub Option<String>);

/// The use cases.
pub(crate) fn engine() -> Engine {
    expect_context()
}

/// This instant.
pub(crate) fn now() -> Timestamp {
    (expect_context::<Clock>().0)()
}

/// Where the request comes from.
pub(crate) fn peer() -> Peer {
    use_context().unwrap_or_default()
}

/// Who is signed in, or the [`Problem`] that sends them to sign in.
pub(crate) fn visitor() -> Result<Visitor, Problem> {
    use_context().ok_or(Problem::SignedOut)
}

/// Who is signed in, where their role is this one or allows more; or the [`Problem`] to answer with.
pub(crate) fn member(least: Role) -> Result<Visitor, Problem> {
    visitor().and_then(|visitor| if visitor.role >= least { Ok(visitor) } else { Err(Problem::NotAllowed) })
}

/// Who is signed in, where they run the installation; or the [`Problem`] to answer with.
pub(crate) fn administrator() -> Result<Visitor, Problem> {
    visitor().and_then(|visitor| if visitor.administrator { Ok(visitor) } else { Err(Problem::NotAllowed) })
}

/// Whoever may send a form. None after others were led away: to sign in and then to the page `next`, or to the page that says
/// that their role does not allow it.
pub(crate) fn admitted(judged: Result<Visitor, Problem>, next: &str) -> Option<Visitor> {
    judged.inspect_err(|problem| problem.send_away(next)).ok()
}

/// The token of the visitor's session; empty without one.
pub(crate) fn session_token() -> String {
    let SecureCookies(secure) = expect_context();
    let head = use_context::<Parts>();
    head.and_then(|head| http::session_token(&head.headers, secure).map(str::to_owned)).unwrap_or_default()
}

/// What the request brings from the page before.
pub(crate) fn brief(brief: Brief) -> Option<String> {
    let SecureCookies(secure) = expect_context();
    brief.of(&use_context::<Parts>()?.headers, secure).map(str::to_owned)
}

/// Hands something on to the next page; nothing takes it away.
pub(crate) fn hand_on(brief: Brief, value: Option<&str>) {
    let SecureCookies(secure) = expect_context();
    if let Some(cookie) = value.map_or_else(|| brief.gone(secure), |value| brief.with(value, secure)) {
        http::set_header(header::SET_COOKIE, cookie);
    }
}

/// Begins a session in the browser. One that it had before ends.
pub(crate) async fn begin_session(token: &SessionToken) {
    let SecureCookies(secure) = expect_context();
    let before = session_token();
    if !before.is_empty()
        && let Err(error) = engine().sign_out(&before).await
    {
        tracing::warn!(%error, "the session before this one was not ended");
    }
    http::set_header(header::SET_COOKIE, http::session_cookie(token, secure));
}

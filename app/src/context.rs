//! What the server hands to every page and server function, as Leptos context.
//!
//! Always: [`Engine`] (it knows who acts through it), [`Clock`], [`SecureCookies`], [`PublicTools`], [`Peer`], and the
//! description of the API ([`ApiDescription`](crate::pages::help::api::ApiDescription)). [`Visitor`] only when someone is signed
//! in.

use axum::http::request::Parts;
use engine::{Engine, Peer, Visitor};
use leptos::prelude::{expect_context, use_context};
use model::{Role, Timestamp};

use crate::{http, problem::Problem};

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> Timestamp);

/// Whether cookies are marked `Secure`: true when the installation is reached by HTTPS.
#[derive(Clone, Copy, Debug)]
pub struct SecureCookies(pub bool);

/// Whether people without an account may use the tools.
#[derive(Clone, Copy, Debug)]
pub struct PublicTools(pub bool);

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

/// The token of the visitor's session; empty without one.
pub(crate) fn session_token() -> String {
    let SecureCookies(secure) = expect_context();
    let head = use_context::<Parts>();
    head.and_then(|head| http::session_token(&head.headers, secure).map(str::to_owned)).unwrap_or_default()
}

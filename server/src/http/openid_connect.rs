//! The two ways of signing in at an identity provider: there, and back. They stand outside of the pages, whose redirects never leave
//! this installation.

use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use engine::{Admission, Chance, SignOnRefusal, SignedIn};
use http::{HeaderValue, header, request::Parts};
use model::Actor;
use serde::Deserialize;

use super::{Client, Shared, pages, tools};
use crate::openid_connect::{Answer, CALLBACK, Flow, Provider, SignOnError};

/// Where somebody asks to be sent to the provider.
const THERE: &str = "/sign-in/openid-connect";

/// Their paths.
pub(super) const PATHS: [&str; 2] = [THERE, CALLBACK];

/// The routes, where there is a provider.
pub(super) fn routes(shared: &Shared) -> Router<Shared> {
    let routes = Router::new();
    if shared.sign_on.is_none() {
        return routes;
    }
    routes.route(THERE, get(there)).route(CALLBACK, get(back))
}

#[derive(Default, Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

/// Sends somebody to the provider.
async fn there(State(shared): State<Shared>, head: Parts) -> Response {
    let Some(provider) = &shared.sign_on else { return super::not_found() };
    if let Some(refusal) = too_often(&shared, &head) {
        return refusal;
    }
    let wanted: Wanted = Query::try_from_uri(&head.uri).map(|Query(wanted)| wanted).unwrap_or_default();
    let flow = Flow::new(&Chance::system(), app::safe_next(&wanted.next));
    match provider.begin(&flow, (shared.clock.0)()).await {
        Ok(url) => {
            let mut response = Redirect::to(&url).into_response();
            set(&mut response, app::Brief::OpenIdConnect.with(&flow.to_cookie(), shared.secure_cookies()));
            response
        }
        Err(error) => failed(&error),
    }
}

/// Lets somebody in who comes back.
async fn back(State(shared): State<Shared>, head: Parts) -> Response {
    let Some(provider) = &shared.sign_on else { return super::not_found() };
    if let Some(refusal) = too_often(&shared, &head) {
        return refusal;
    }
    let mut response = match let_in(&shared, provider, &head).await {
        Ok(response) => response,
        Err(error) => failed(&error),
    };
    // It was good for this one answer.
    set(&mut response, app::Brief::OpenIdConnect.gone(shared.secure_cookies()));
    response
}

async fn let_in(shared: &Shared, provider: &Provider, head: &Parts) -> Result<Response, SignOnError> {
    let (secure, now) = (shared.secure_cookies(), (shared.clock.0)());
    let flow = app::Brief::OpenIdConnect.of(&head.headers, secure).and_then(Flow::from_cookie);
    let flow = flow.ok_or(SignOnError::Unasked("this browser has not asked, or that was long ago"))?;
    let answer: Answer = Query::try_from_uri(&head.uri).map(|Query(answer)| answer).unwrap_or_default();
    let identity = provider.finish(&flow, answer, now).await?;
    let admission = match admission(shared).await {
        Ok(admission) => admission,
        Err(error) => return Ok(super::unavailable(&error)),
    };
    let peer = pages::peer(&head.extensions, &head.headers);
    let next = app::safe_next(&flow.next);
    let engine = shared.engine.acting(Actor::stranger(&peer.ip, now));
    Ok(match engine.sign_on(&identity, &admission, &peer, now).await {
        Ok(Ok(SignedIn::Session(token))) => {
            if let Some(old) = app::session_token(&head.headers, secure)
                && let Err(error) = engine.sign_out(old).await
            {
                tracing::warn!(%error, "the session before this one was not ended");
            }
            let mut response = Redirect::to(next).into_response();
            set(&mut response, Some(app::session_cookie(&token, secure)));
            response
        }
        Ok(Ok(SignedIn::CodeAsked(step))) => {
            let mut response = Redirect::to(&app::link("/sign-in/code", &[("next", next)])).into_response();
            set(&mut response, app::Brief::Step.with(&step.0, secure));
            response
        }
        Ok(Err(refusal)) => {
            tracing::info!(?refusal, "somebody whom the identity provider knows may not come in");
            refused(match refusal {
                SignOnRefusal::NoEmail => "provider-email",
                SignOnRefusal::Domain => "provider-domain",
                SignOnRefusal::NoAccount => "provider-account",
            })
        }
        Err(error) => super::unavailable(&error),
    })
}

/// Who may come in, by the configuration.
async fn admission(shared: &Shared) -> Result<Admission, engine::Error> {
    let config = &shared.config.openid_connect;
    let members = if config.create {
        let workspace = shared.engine.workspace(Some(&config.workspace)).await?;
        if workspace.is_none() {
            tracing::error!(
                workspace = config.workspace,
                "openid_connect.workspace does not exist: nobody becomes a member"
            );
        }
        workspace.map(|workspace| (workspace, config.role))
    } else {
        None
    };
    Ok(Admission { domains: config.allowed_domains.iter().map(ToString::to_string).collect(), members })
}

/// Nobody makes us ask the provider without end.
fn too_often(shared: &Shared, head: &Parts) -> Option<Response> {
    let client = head.extensions.get::<Client>()?;
    shared.strangers.admit(client.ip, &head.uri).err().map(tools::too_often)
}

fn failed(error: &SignOnError) -> Response {
    tracing::warn!(%error, "somebody could not sign in at the identity provider");
    refused("provider")
}

fn refused(code: &str) -> Response {
    Redirect::to(&format!("/sign-in?error={code}")).into_response()
}

fn set(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

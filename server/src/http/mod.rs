//! The web server: connections, the router, and what stands between them.
//!
//! `accept` → `connection` (with `slots`, `pulse`, `paced`: caps and time limits) → `client` (whose request is it) →
//! `receive` for reports, `pages` behind `turns`, `session` and `csrf` for people, `openid_connect` for those who sign in
//! elsewhere, `health` for machines, `api` for programs, `export` for whole lists, `charts` for pictures, `log` for what
//! comes in and goes out by hand, `assets` for files.

mod accept;
mod api;
mod asked;
mod assets;
mod charts;
mod client;
mod connection;
mod csrf;
mod domains;
mod export;
mod headers;
mod health;
mod log;
mod openid_connect;
mod paced;
mod pages;
mod pulse;
mod raw;
mod receive;
mod session;
mod slots;
mod speculation;
mod tools;
mod turns;

use std::{any::Any, ops::Deref, sync::Arc};

use axum::{
    Router,
    extract::FromRef,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, any, get},
};
use engine::Engine;
use http::{HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

pub(crate) use self::accept::{bind, serve};
pub(crate) use self::client::network;
pub use self::pulse::{Pace, Patience};
use self::{
    api::ApiRates,
    client::{Client, Proxies},
    receive::Rates,
    tools::Strangers,
    turns::Turns,
};
use crate::{
    config::Config,
    openid_connect::Provider,
    picture::{Painter, PictureLimits},
};

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Shared(Arc<Parts>);

/// The parts of [`Shared`].
pub struct Parts {
    /// The use cases.
    pub engine: Engine,
    /// What the operator set.
    pub config: Config,
    /// Where the time comes from.
    pub clock: app::Clock,
    /// What Leptos must know to name the site's files.
    pub leptos: LeptosOptions,
    /// Counters and gauges.
    pub metrics: PrometheusHandle,
    /// Whose forwarded addresses are believed.
    pub(crate) proxies: Proxies,
    /// How often reports may come.
    pub(crate) rates: Rates,
    /// How much strangers may ask of the tools, and of the identity provider.
    pub(crate) strangers: Strangers,
    /// How often programs may ask.
    pub(crate) api_rates: ApiRates,
    /// What paints pictures.
    pub(crate) painter: Painter,
    /// How many pages are drawn at once.
    turns: Turns,
    /// Where people sign in who have no password; none where that is nowhere.
    pub(crate) sign_on: Option<Provider>,
}

impl Shared {
    /// Joins what handlers need.
    #[must_use]
    pub fn new(
        engine: Engine,
        config: Config,
        clock: app::Clock,
        metrics: PrometheusHandle,
        sign_on: Option<Provider>,
    ) -> Self {
        Self(Arc::new(Parts {
            sign_on,
            proxies: Proxies::new(config.http.trusted_proxies.clone(), config.http.forwarded_header),
            rates: Rates::new(&config.receiving),
            strangers: Strangers::new(),
            painter: Painter::new(PictureLimits::default()),
            turns: Turns::new(),
            api_rates: ApiRates::new(config.api),
            leptos: assets::leptos_options(),
            engine,
            config,
            clock,
            metrics,
        }))
    }

    /// How long clients may take for what.
    #[must_use]
    pub fn patience(&self) -> Patience {
        let http = &self.config.http;
        Patience {
            head: http.header_timeout.0,
            idle: http.idle_timeout.0,
            transfer: Pace { grace: http.transfer_grace.0, rate: http.min_rate.0 },
        }
    }

    /// Whether browsers reach this installation over TLS, so that cookies can insist on it.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.config.http.base_url.as_ref().is_some_and(crate::config::BaseUrl::is_https)
    }
}

impl Deref for Shared {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<Shared> for LeptosOptions {
    fn from_ref(shared: &Shared) -> Self {
        shared.leptos.clone()
    }
}

/// A path and what answers there.
type Machine = (&'static str, fn() -> MethodRouter<Shared>);

/// What programs ask for: no cookie says anything here.
const MACHINES: [Machine; 6] = [
    ("/r", || any(receive::receive)),
    ("/r/", || any(receive::receive)),
    ("/r/{*address}", || any(receive::receive)),
    ("/healthz", || get(health::alive)),
    ("/readyz", || get(health::ready)),
    ("/metrics", || get(health::metrics)),
];

/// The path of every route of the program, as its router spells it.
#[must_use]
pub fn paths() -> Vec<String> {
    let machines = MACHINES.iter().map(|(path, _)| *path);
    let files = assets::PATHS
        .into_iter()
        .chain(export::PATHS)
        .chain(domains::PATHS)
        .chain(charts::PATHS)
        .chain(log::PATHS)
        .chain(tools::PATHS)
        .chain(openid_connect::PATHS);
    pages::paths().into_iter().chain(api::paths()).chain(machines.chain(files).map(str::to_owned)).collect()
}

/// Every route of the program.
pub fn router(shared: &Shared) -> Router {
    MACHINES
        .iter()
        .fold(Router::new(), |router, (path, handler)| router.route(path, handler()))
        .merge(pages::routes(shared))
        .merge(openid_connect::routes(shared))
        .merge(assets::routes())
        .merge(api::routes(shared))
        .fallback(pages::unknown)
        .layer(from_fn_with_state(shared.clone(), client::identify))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::secure))
        .with_state(shared.clone())
}

/// One sentence of plain text.
fn plain(status: StatusCode, text: &str) -> Response {
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    (status, [(header::CONTENT_TYPE, content_type)], format!("{text}\n")).into_response()
}

/// The one answer for everything that does not exist.
fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "There is nothing here.")
}

/// The database does not answer. Nothing of the cause is told to strangers; the log has it.
fn unavailable(error: &engine::Error) -> Response {
    tracing::error!(%error, "a request could not be answered");
    let mut response =
        plain(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be used just now. Try again in a minute.");
    response.headers_mut().insert(header::RETRY_AFTER, 60.into());
    response
}

/// A handler panicked: a defect of this program. The other requests go on.
#[expect(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer asks for")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    tell_of_panic(&*panic);
    plain(StatusCode::INTERNAL_SERVER_ERROR, "This is a defect of Waxseal. It is in the log; please report it.")
}

/// Writes it into the log, and nowhere else.
fn tell_of_panic(panic: &(dyn Any + Send)) {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of another type"), "a request made the program panic; please report this");
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_ends_one_request_and_tells_nothing() {
        // A handler that panics with something nobody else should read.
        let broken = || async { "x".parse::<u32>().expect("the secret is hunter2").to_string() };
        let app: Router = Router::new()
            .route("/", get(broken))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn(headers::secure));
        let response = app.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
    }
}

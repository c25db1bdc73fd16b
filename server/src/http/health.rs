//! What machines ask: is it alive, is it ready, how is it doing.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::{Client, Shared, not_found, plain, unavailable};
use crate::telemetry::{domains, names};

/// `GET /healthz`: the process answers. Restart it when it does not.
pub(super) async fn alive() -> Response {
    plain(StatusCode::OK, "ok")
}

/// `GET /readyz`: the database answers, too. Send no traffic while it does not.
pub(super) async fn ready(State(shared): State<Shared>) -> Response {
    match shared.engine.ready().await {
        Ok(()) => plain(StatusCode::OK, "ready"),
        Err(error) => unavailable(&error),
    }
}

/// `GET /metrics` in the Prometheus text format, for whoever holds the token, or for this machine alone.
pub(super) async fn metrics(
    State(shared): State<Shared>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let settings = &shared.config.metrics;
    if !settings.enabled {
        return not_found();
    }
    if !may_read(&settings.token, client, &headers) {
        return plain(
            StatusCode::FORBIDDEN,
            "Metrics are for this machine itself. To read them from elsewhere or through a proxy, set metrics.token \
             (WAXSEAL_METRICS__TOKEN) and send it as bearer token.",
        );
    }
    metrics::counter!(names::STATEMENTS).absolute(shared.engine.statements());
    let mut text = shared.metrics.render();
    if settings.domains {
        match shared.engine.all_domains().await {
            Ok(domains) => domains::render(&domains, &mut text),
            Err(error) => return unavailable(&error),
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn may_read(token: &str, client: Client, headers: &HeaderMap) -> bool {
    if token.is_empty() {
        return client.is_this_machine();
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bearer ")).is_some_and(|given| same(given.as_bytes(), token.as_bytes()))
}

/// Compares in a time that depends on the lengths alone.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_for_this_machine_or_the_token() {
        let client = |ip: &str, forwarded| Client { ip: ip.parse().unwrap(), forwarded };
        let bearer = |text: &'static str| [(header::AUTHORIZATION, text.parse().unwrap())].into_iter().collect();
        let none = HeaderMap::new();
        assert!(may_read("", client("127.0.0.1", false), &none));
        assert!(may_read("", client("::1", false), &none));
        assert!(!may_read("", client("127.0.0.1", true), &none), "a proxy on this machine speaks for anyone");
        assert!(!may_read("", client("192.0.2.1", false), &none));
        assert!(!may_read("t0ken", client("127.0.0.1", false), &none));
        assert!(may_read("t0ken", client("192.0.2.1", true), &bearer("Bearer t0ken")));
        for wrong in ["Bearer t0kem", "Bearer t0ke", "t0ken", "Bearer ", "Basic t0ken"] {
            assert!(!may_read("t0ken", client("127.0.0.1", false), &bearer(wrong)), "{wrong}");
        }
    }
}

//! The pages of `app`: their routes, their forms, and what they are told of each request.

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler as _,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use engine::{Peer, Visitor};
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use leptos::{
    prelude::{provide_context, use_context},
    server_fn::axum::server_fn_paths,
};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use model::Actor;

use super::{Client, Shared, api, charts, csrf, domains, export, log, receive, session, speculation, tools, turns};

/// The pages and their forms, behind session and forgery checks.
pub(super) fn routes(shared: &Shared) -> Router<Shared> {
    let options = shared.leptos.clone();
    // Adds the forms' server functions, too.
    Router::new()
        .merge(export::routes())
        .leptos_routes_with_context(shared, generate_route_list(app::App), context(shared), move || {
            app::shell(options.clone())
        })
        .merge(domains::routes())
        .merge(charts::routes())
        .merge(log::routes())
        .merge(tools::routes())
        .route_layer(from_fn(speculation::tell))
        .route_layer(from_fn_with_state(shared.clone(), session::identify))
        .route_layer(from_fn_with_state(shared.clone(), turns::wait))
        .route_layer(from_fn_with_state(shared.clone(), csrf::refuse_forgery))
        .layer(from_fn_with_state(shared.clone(), stay_here))
}

/// The paths of the pages and of their forms.
pub(super) fn paths() -> Vec<String> {
    let pages = generate_route_list(app::App).into_iter().map(|page| page.path().to_owned());
    pages.chain(server_fn_paths().map(|(path, _)| path.to_owned())).collect()
}

/// Any other path: a page that says so for people, one plain line for programs.
pub(super) async fn unknown(State(shared): State<Shared>, request: Request) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !reads || !accepts.contains("text/html") {
        return receive::unknown(request).await;
    }
    let options = shared.leptos.clone();
    let page = leptos_axum::render_app_async_with_context(context(&shared), move || app::shell(options.clone()));
    page.call(request, shared).await
}

/// The page that a request asks for, which is told something besides.
pub(super) async fn with<T: Clone + Send + Sync + 'static>(shared: Shared, request: Request, told: T) -> Response {
    let (options, usual) = (shared.leptos.clone(), context(&shared));
    let context = move || {
        usual();
        provide_context(told.clone());
    };
    let page = leptos_axum::render_app_async_with_context(context, move || app::shell(options.clone()));
    page.call(request, shared).await
}

/// What pages and forms may ask for, see `app::context`.
fn context(shared: &Shared) -> impl Fn() + Clone + Send + Sync + 'static {
    let shared = shared.clone();
    move || {
        provide_context(shared.clock);
        provide_context(app::SecureCookies(shared.secure_cookies()));
        provide_context(app::PublicTools(shared.config.tools.public));
        provide_context(api::for_people());
        provide_context(app::SignOn(shared.sign_on.as_ref().map(|provider| provider.name().to_owned())));
        let Some(head) = use_context::<Parts>() else { return provide_context(shared.engine.clone()) };
        let peer = peer(&head.extensions, &head.headers);
        let now = (shared.clock.0)();
        let actor = match head.extensions.get::<Visitor>() {
            Some(visitor) => {
                provide_context(visitor.clone());
                Actor::person(visitor.user, &visitor.email, &peer.ip, now)
            }
            None => Actor::stranger(&peer.ip, now),
        };
        provide_context(shared.engine.acting(actor));
        provide_context(peer);
    }
}

/// Where a request comes from.
pub(super) fn peer(extensions: &Extensions, headers: &HeaderMap) -> Peer {
    Peer {
        ip: extensions.get::<Client>().map(|client| client.ip.to_string()).unwrap_or_default(),
        agent: headers
            .get(header::USER_AGENT)
            .map(|agent| agent.as_bytes().escape_ascii().to_string().chars().take(200).collect())
            .unwrap_or_default(),
    }
}

/// Middleware: a redirect never leads to another site, whatever a link or a Referer says.
async fn stay_here(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).cloned();
    let mut response = next.run(request).await;
    let Some(location) = response.headers().get(header::LOCATION) else { return response };
    let base = shared.config.http.base_url.as_ref().map(crate::config::BaseUrl::authority);
    let own = [base, host.as_ref().and_then(|host| host.to_str().ok())];
    if !location.to_str().is_ok_and(|location| is_local(location, &own)) {
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    }
    // 302 lets a browser repeat the POST; 303 never does.
    if response.status() == StatusCode::FOUND {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response.into_response()
}

/// A path of this installation, or its full URL.
fn is_local(location: &str, own: &[Option<&str>]) -> bool {
    if location.starts_with('/') {
        return !location.starts_with("//") && !location.contains('\\');
    }
    location.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri
                .authority()
                .is_some_and(|there| own.iter().flatten().any(|own| own.eq_ignore_ascii_case(there.as_str())))
    })
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn redirects_stay_here() {
        let own = [Some("tlsrpt.example.com"), Some("127.0.0.1:3000")];
        for local in ["/", "/domains/a.example?days=7", "https://tlsrpt.example.com/log", "http://127.0.0.1:3000/"] {
            assert!(is_local(local, &own), "{local}");
        }
        for foreign in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "",
            "evil",
            "http://127.0.0.1:3000@evil.example/",
        ] {
            assert!(!is_local(foreign, &own), "{foreign}");
        }
    }
}

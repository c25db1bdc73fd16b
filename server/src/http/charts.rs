//! The day chart as a picture, SVG or PNG: `/domains/{name}/chart.svg` for members, `/shared/{token}/chart.svg` for whoever has
//! the link. Which days stands in the query: `?days=30`, or `?from=2026-10-28&to=2026-11-26`; and which failures, as in the
//! links of the page.

use app::chart::picture::{Subject, WIDTH};
use axum::{
    Extension, Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use engine::Visitor;
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use model::{
    Day, DomainName,
    failing::FailureFilter,
    view::{DomainPage, DomainQuery},
};

use super::{Shared, asked::Asked, not_found, plain, unavailable};
use crate::picture::NotPainted;

const OF_DOMAIN: [&str; 2] = ["/domains/{name}/chart.svg", "/domains/{name}/chart.png"];
const OF_LINK: [&str; 2] = ["/shared/{token}/chart.svg", "/shared/{token}/chart.png"];

/// The pictures, behind the same checks as pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(OF_DOMAIN[0], get(|shared, visitor, name, uri| of_domain(Format::Svg, shared, visitor, name, uri)))
        .route(OF_DOMAIN[1], get(|shared, visitor, name, uri| of_domain(Format::Png, shared, visitor, name, uri)))
        .route(OF_LINK[0], get(|shared, token, uri| of_link(Format::Svg, shared, token, uri)))
        .route(OF_LINK[1], get(|shared, token, uri| of_link(Format::Png, shared, token, uri)))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 4] = [OF_DOMAIN[0], OF_DOMAIN[1], OF_LINK[0], OF_LINK[1]];

/// Whether what lies at a path is opened by a share link, and by nothing else.
pub(super) fn is_shared(path: &str) -> bool {
    path.starts_with(app::pages::domain::shared::PATH)
}

/// What a picture is written in.
#[derive(Clone, Copy)]
enum Format {
    Svg,
    Png,
}

async fn of_domain(
    format: Format,
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
    uri: Uri,
) -> Response {
    let now = (shared.clock.0)();
    let query = match query(&uri, now.day()) {
        Ok(query) => query,
        Err(why) => return plain(StatusCode::BAD_REQUEST, &why),
    };
    let Ok(name) = DomainName::parse(&name) else { return not_found() };
    match shared.engine.domain_page(visitor.workspace, &name, &query, now).await {
        Ok(Some(page)) => picture(format, &shared, &page).await,
        Ok(None) => not_found(),
        Err(error) => unavailable(&error),
    }
}

async fn of_link(format: Format, State(shared): State<Shared>, Path(token): Path<String>, uri: Uri) -> Response {
    let now = (shared.clock.0)();
    let opened = match shared.engine.open_share_link(&token, now).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return not_found(),
        Err(error) => return unavailable(&error),
    };
    let query = match query(&uri, now.day()) {
        Ok(query) => query,
        Err(why) => return plain(StatusCode::BAD_REQUEST, &why),
    };
    let mut response = match shared.engine.shared_page(&opened, &query, now).await {
        Ok(Some(page)) => picture(format, &shared, &page).await,
        Ok(None) => not_found(),
        Err(error) => unavailable(&error),
    };
    // As the page: its address is the key to it.
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    response
}

/// The days and failures that a query asks for.
fn query(uri: &Uri, today: Day) -> Result<DomainQuery, String> {
    let asked = Asked::read(uri, &[&["days", "from", "to"][..], &FailureFilter::KEYS].concat())?;
    Ok(DomainQuery::filtered(asked.within(today)?, asked.failures()?))
}

async fn picture(format: Format, shared: &Shared, page: &DomainPage) -> Response {
    let drawing = Subject { page, named: true, width: WIDTH }.draw();
    let (ending, kind, bytes) = match format {
        Format::Svg => ("svg", "image/svg+xml", drawing.svg().into_bytes()),
        Format::Png => match shared.painter.png(drawing).await {
            Ok(png) => ("png", "image/png", png),
            Err(NotPainted::Busy) => return busy(),
            Err(error) => {
                tracing::error!(%error, domain = %page.name, "a defect: please report it");
                return plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The picture could not be painted. The log says more.",
                );
            }
        },
    };
    let filename = format!("inline; filename=\"waxseal-{}-{}.{ending}\"", page.name, page.range.last);
    let disposition = HeaderValue::try_from(filename).unwrap_or(HeaderValue::from_static("inline"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

fn busy() -> Response {
    let mut response =
        plain(StatusCode::SERVICE_UNAVAILABLE, "Many pictures are asked for just now. Try again in a few seconds.");
    response.headers_mut().insert(header::RETRY_AFTER, 5.into());
    response
}

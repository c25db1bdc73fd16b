//! `/export/{list}.{csv|json}`: whole lists as files, for who is signed in.
//!
//! `lists` reads them some rows at a time (`audit` has a filter of its own), `format` writes the rows; nothing more is held in memory, however long a list is.
//! Should the database fail in the middle, the transfer breaks off: a file that came to its end is whole.

mod audit;
mod format;
mod incidents;
mod lists;

use app::pages::settings::audit::EXPORT as AUDIT_LOG;
use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use engine::Visitor;
use futures::{StreamExt as _, stream};
use http::{HeaderValue, StatusCode, Uri, header};

use self::{
    format::Format,
    lists::{List, Row},
};
use super::{Shared, not_found, plain, unavailable};

/// Where lists lie.
const LISTS: &str = "/export/{file}";

/// The exports, behind the same checks as pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route(LISTS, get(export)).route(AUDIT_LOG, get(audit::export))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 2] = [LISTS, AUDIT_LOG];

async fn export(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(file): Path<String>,
    uri: Uri,
) -> Response {
    let Some((name, format)) = file.rsplit_once('.').and_then(|(name, ending)| Some((name, Format::of(ending)?)))
    else {
        return not_found();
    };
    let now = (shared.clock.0)();
    let list = match List::named(name, &uri, now.day()) {
        Ok(Some(list)) => list,
        Ok(None) => return not_found(),
        Err(why) => return plain(StatusCode::BAD_REQUEST, &why),
    };
    let filename = list.filename();
    let mut reading = Reading { shared, visitor, now, list: Some(list), format, begun: false };
    // The first rows come before the head of the answer: what fails here is still told by its status.
    let first = match reading.next().await {
        Ok(Some(first)) => first,
        Ok(None) => return not_found(),
        Err(error) => return unavailable(&error),
    };
    let rest = stream::unfold(reading, |mut reading| async move {
        match reading.next().await {
            Ok(Some(text)) => Some((Ok(text), reading)),
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "an export broke off");
                reading.list = None;
                Some((Err(std::io::Error::other("the rest cannot be read")), reading))
            }
        }
    });
    // Fused: what compresses the answer asks once more after the end.
    let rows = stream::iter([Ok(first)]).chain(rest).fuse();
    let mut response = Body::from_stream(rows).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let disposition = format!("attachment; filename=\"waxseal-{filename}-{}.{}\"", now.day(), format.ending());
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// How far an export has come.
struct Reading {
    shared: Shared,
    visitor: Visitor,
    now: model::Timestamp,
    /// None once all of it was read.
    list: Option<List>,
    format: Format,
    begun: bool,
}

impl Reading {
    /// The next piece of the file; none after its end, and at once when there is no such thing.
    async fn next(&mut self) -> Result<Option<String>, engine::Error> {
        let Some(list) = &mut self.list else { return Ok(None) };
        let rows = list.next(&self.shared.engine, self.visitor.workspace, self.now).await?;
        let rows = match rows {
            Some(rows) => rows,
            // It was removed while it was read: a file that ends here would seem whole.
            None if self.begun => return Err(engine::Error::DomainGone),
            None => return Ok(None),
        };
        let (columns, begins) = (list.columns(), !self.begun);
        self.begun = true;
        let mut text = if begins { self.format.head(columns) } else { String::new() };
        self.format.rows(columns, &rows, begins, &mut text);
        if rows.is_empty() {
            self.list = None;
            text.push_str(self.format.foot(begins));
        }
        Ok(Some(text))
    }
}

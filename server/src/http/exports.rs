//! Lists as files: CSV that is read from the database while it is sent, so that any length costs the same memory.

use app::pages::settings::audit::{Asked, EXPORT};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse as _, Response},
    routing::get,
};
use engine::{AuditOf, Engine, Visitor};
use futures::{Stream, stream};
use http::{HeaderValue, StatusCode, header};
use model::{
    Role,
    audit::{AuditEntry, AuditQuery},
    csv,
};

use super::{Shared, plain, unavailable};

/// The exports, behind the same checks as pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route(EXPORT, get(audit))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 1] = [EXPORT];

/// The audit log, latest first, as the page's filter shows it.
async fn audit(
    State(shared): State<Shared>,
    visitor: Option<axum::Extension<Visitor>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let of = match visitor {
        Some(visitor) if asked.of_installation() && visitor.administrator => AuditOf::Installation,
        Some(visitor) if !asked.of_installation() && visitor.role == Role::Owner => {
            AuditOf::Workspace(visitor.workspace)
        }
        _ => return plain(StatusCode::FORBIDDEN, "An owner of the workspace can export its audit log."),
    };
    let query = asked.query(1);
    // What comes first decides the answer; should the database fail later, the file breaks off and the download fails.
    let first = match shared.engine.audit_export(of, &query, None).await {
        Ok(first) => first,
        Err(error) => return unavailable(&error),
    };
    let head = csv::line(&["at", "who", "act", "subject", "detail", "from"]) + &lines(&first);
    let body = Body::from_stream(chunks(shared.engine.clone(), of, query, head, last(&first)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\"")),
    ];
    (headers, body).into_response()
}

/// The text that is there already, then what follows the entry `after`, as it is read.
fn chunks(
    engine: Engine,
    of: AuditOf,
    query: AuditQuery,
    head: String,
    after: Option<i64>,
) -> impl Stream<Item = Result<Bytes, engine::Error>> {
    stream::try_unfold((Some(head), after), move |(head, after)| {
        let (engine, query) = (engine.clone(), query.clone());
        async move {
            if let Some(head) = head {
                return Ok(Some((Bytes::from(head), (None, after))));
            }
            let Some(before) = after else { return Ok(None) };
            let entries = engine.audit_export(of, &query, Some(before)).await?;
            Ok(last(&entries).map(|last| (Bytes::from(lines(&entries)), (None, Some(last)))))
        }
    })
}

fn last(entries: &[AuditEntry]) -> Option<i64> {
    entries.last().map(|entry| entry.id)
}

fn lines(entries: &[AuditEntry]) -> String {
    let line = |entry: &AuditEntry| {
        let at = entry.at.to_string();
        let act = entry.act.word();
        csv::line(&[at.as_str(), &entry.who, act, &entry.subject, &entry.detail, &entry.from])
    };
    entries.iter().map(line).collect()
}

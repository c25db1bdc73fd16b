//! The audit log as CSV, for owners.

use app::pages::settings::audit;
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse as _, Response},
};
use engine::{AuditOf, Engine, Visitor};
use futures::{Stream, stream};
use http::{HeaderValue, StatusCode, Uri, header};
use model::{
    Role,
    audit::{Act, AuditEntry, AuditQuery},
    csv,
};

use crate::http::{Shared, asked::Asked, plain, unavailable};

/// The audit log, latest first, as the page's filter shows it.
pub(super) async fn export(
    State(shared): State<Shared>,
    visitor: Option<axum::Extension<Visitor>>,
    uri: Uri,
) -> Response {
    let asked = match read(&uri) {
        Ok(asked) => asked,
        Err(why) => return plain(StatusCode::BAD_REQUEST, &why),
    };
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

/// What the log is asked for, as on its page.
fn read(uri: &Uri) -> Result<audit::Asked, String> {
    let asked = Asked::read(uri, &audit::Asked::KEYS)?;
    asked.choice("act", Act::ALL, |act| act.word())?;
    asked.choice("of", &[audit::INSTALLATION], |of| of)?;
    asked.between()?;
    Ok(audit::Asked::read(|key| asked.get(key).to_owned()))
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

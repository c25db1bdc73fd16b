//! What forms and links of the domain pages need besides pages: a file with names coming in, lists of records going out.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use engine::{RecordScope, Visitor};
use http::{HeaderValue, StatusCode, header};
use model::{Actor, Role, names, record_list};
use serde::Deserialize;

use super::{Client, Shared, not_found, unavailable};

/// The largest file with names: ten thousand of the longest, and what stands beside them.
const MOST_BYTES: usize = 8 << 20;

/// Routes that stand behind session and forgery checks, as the pages do.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route(ADD_FILE, post(add_file).layer(DefaultBodyLimit::max(MOST_BYTES))).route(RECORDS, get(records))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 2] = [ADD_FILE, RECORDS];

const ADD_FILE: &str = "/do/add_domains_file";
const RECORDS: &str = "/records/{file}";

/// Reads names out of an uploaded file and leads to what became of them.
async fn add_file(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Extension(client): Extension<Client>,
    form: Multipart,
) -> Response {
    let Some(Extension(visitor)) = visitor else {
        return Redirect::to("/sign-in?next=%2Fdomains%2Fadd").into_response();
    };
    if visitor.role < Role::Editor {
        return Redirect::to("/not-allowed").into_response();
    }
    let (name, bytes) = match file(form).await {
        Ok(file) => file,
        Err(refused) => return Redirect::to(&format!("/domains/add?error={refused}")).into_response(),
    };
    let Ok(text) = names::decode(&bytes) else {
        return Redirect::to("/domains/add?error=no-text").into_response();
    };
    let now = (shared.clock.0)();
    let actor = Actor::person(visitor.user, &visitor.email, &client.ip.to_string(), now);
    match shared.engine.acting(actor).add_text(visitor.workspace, visitor.user, &name, &text, now).await {
        Ok(id) => Redirect::to(&format!("/additions/{id}")).into_response(),
        Err(error) => {
            tracing::error!(%error, "domains cannot be added");
            Redirect::to("/domains/add?error=unavailable").into_response()
        }
    }
}

/// The name and the bytes of the file in a form; or why there is none, as the page knows it.
async fn file(mut form: Multipart) -> Result<(String, Vec<u8>), &'static str> {
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return Err("too-large"),
            Ok(None) | Err(_) => return Err("no-file"),
        };
        if field.name() != Some("file") {
            continue;
        }
        let name = model::text::visible_short(field.file_name().unwrap_or("a file"), 100).into_owned();
        return match field.bytes().await {
            Ok(bytes) if !bytes.is_empty() => Ok((name, bytes.to_vec())),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err("too-large"),
            Ok(_) | Err(_) => Err("no-file"),
        };
    }
}

/// Which records a list has.
#[derive(Deserialize)]
struct Asked {
    addition: Option<i64>,
    show: Option<String>,
}

/// The records of many domains as a file: `records.zone`, `records.csv`, `records.json`.
async fn records(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let Some(Extension(visitor)) = visitor else { return not_found() };
    let scope = match (asked.addition, asked.show.as_deref()) {
        (Some(id), _) => RecordScope::Addition(id),
        (None, Some("waiting")) => RecordScope::Waiting,
        (None, _) => RecordScope::All,
    };
    let rows = match shared.engine.all_records(visitor.workspace, scope, (shared.clock.0)()).await {
        Ok(rows) => rows,
        Err(error) => return unavailable(&error),
    };
    let (kind, text) = match file.as_str() {
        "records.zone" => ("text/plain; charset=utf-8", record_list::zone_file(&rows)),
        "records.csv" => ("text/csv; charset=utf-8", record_list::csv(&rows)),
        "records.json" => match serde_json::to_string_pretty(&rows) {
            Ok(json) => ("application/json", json),
            Err(_) => return not_found(),
        },
        _ => return not_found(),
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], text)
        .into_response()
}

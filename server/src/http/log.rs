//! What the pages of the ingest log need besides pages: files coming in, and bytes going out as they came.

use std::io::Cursor;

use app::{
    Brief,
    pages::upload::{ACTION as UPLOAD, MOST_SHOWN, NotTaken, PATH as PAGE, Told},
};
use axum::{
    Extension, Router,
    extract::{
        DefaultBodyLimit, Multipart, Path, State,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use engine::{Arrival, Destination, Visitor, intake::Held};
use http::{HeaderValue, StatusCode, header};
use model::{Actor, Channel, DeliveryId, ReportId, Role, text::visible_short};

use super::{Client, Shared, not_found, raw, unavailable};

/// All files of one upload together, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// Files and messages of one upload; more is for `waxseal import`.
const MOST_ITEMS: u32 = 500;
/// How an mbox file begins (RFC 4155).
const MBOX: &[u8] = b"From ";

const RAW: &str = "/log/{id}/raw";
const JSON: &str = "/reports/{id}/json";

/// Routes that stand behind session and forgery checks, as the pages do.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(UPLOAD, post(upload).layer(DefaultBodyLimit::max(MOST_BYTES)))
        .route(RAW, get(as_it_came))
        .route(JSON, get(as_json))
}

/// The paths of [`routes`].
pub(super) const PATHS: [&str; 3] = [UPLOAD, RAW, JSON];

/// The bytes of a delivery as they were received.
async fn as_it_came(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<DeliveryId>() else { return not_found() };
    match raw::body(&shared, visitor.workspace, id).await {
        Ok(Some(response)) => response,
        Ok(None) => not_found(),
        Err(error) => unavailable(&error),
    }
}

/// The JSON of a report, unpacked from the bytes that brought it.
async fn as_json(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<ReportId>() else { return not_found() };
    let json = match shared.engine.report_json(visitor.workspace, id, (shared.clock.0)()).await {
        Ok(Some(json)) => json,
        Ok(None) => return not_found(),
        Err(error) => return unavailable(&error),
    };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"report-{id}.json\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], json).into_response()
}

/// Takes in every file of a form, and leads to what became of each.
async fn upload(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Extension(client): Extension<Client>,
    mut form: Multipart,
) -> Response {
    let Some(Extension(visitor)) = visitor else {
        return Redirect::to(&app::link("/sign-in", &[("next", PAGE)])).into_response();
    };
    if visitor.role < Role::Editor {
        return Redirect::to("/not-allowed").into_response();
    }
    let mut uploading = Uploading { shared: &shared, visitor: &visitor, told: Told::default(), items: 0 };
    let error = loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("file") => {
                if let Err(error) = uploading.file(field).await {
                    break broken(&error);
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => break "",
            Err(error) => break broken(&error),
        }
    };
    let Uploading { mut told, items, .. } = uploading;
    if items > 0 {
        let now = (shared.clock.0)();
        let actor = Actor::person(visitor.user, &visitor.email, &client.ip.to_string(), now);
        if let Err(error) = shared.engine.acting(actor).note_upload(visitor.workspace, items).await {
            tracing::error!(%error, "an upload is not in the audit log");
        }
    }
    let nothing = items == 0 && told.left.is_empty();
    told.error = if error.is_empty() && nothing { "no-file" } else { error }.to_owned();
    let mut response = Redirect::to(&told.link()).into_response();
    let names = Brief::NotTaken.with(&told.names(), shared.secure_cookies()).filter(|_| !told.left.is_empty());
    if let Some(cookie) = names {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Why a form did not come to its end, as the page knows it.
fn broken(error: &MultipartError) -> &'static str {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "broken" }
}

/// An upload while it is read.
struct Uploading<'a> {
    shared: &'a Shared,
    visitor: &'a Visitor,
    told: Told,
    /// What was stored or met.
    items: u32,
}

impl Uploading<'_> {
    /// Reads a file within the memory for bodies, and takes in what it holds.
    async fn file(&mut self, mut field: Field<'_>) -> Result<(), MultipartError> {
        let name = visible_short(field.file_name().unwrap_or("a file"), 100).into_owned();
        let largest = self.shared.engine.largest_body();
        let (mut bytes, mut held) = (Vec::new(), Some(self.shared.engine.budget().hold()));
        let mut fits = true;
        loop {
            let chunk = match field.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => {
                    self.told.leave(&name, NotTaken::CutOff);
                    return Err(error);
                }
            };
            let Some(memory) = held.as_mut() else { continue };
            let length = bytes.len() + chunk.len();
            // An mbox file is no body: its messages are.
            let is_mailbox = bytes.starts_with(MBOX) || (bytes.is_empty() && chunk.starts_with(MBOX));
            fits = is_mailbox || length as u64 <= largest;
            if !fits || memory.grow_to(length).is_err() {
                // The rest is read and forgotten, so that the files after it are not lost.
                bytes = Vec::new();
                held = None;
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        match held {
            Some(held) if !bytes.is_empty() => self.take_in(&name, bytes, held).await,
            // A field without a name is what a form without a file sends.
            Some(_) if name.is_empty() => {}
            Some(_) => self.told.leave(&name, NotTaken::Empty),
            None if fits => self.told.leave(&name, NotTaken::NotNow),
            None => self.told.leave(&name, NotTaken::TooLarge),
        }
        Ok(())
    }

    async fn take_in(&mut self, name: &str, bytes: Vec<u8>, held: Held) {
        if !bytes.starts_with(MBOX) {
            // From here on the engine holds the memory, together with what it unpacks.
            drop(held);
            return self.item(name.to_owned(), bytes).await;
        }
        let largest = usize::try_from(self.shared.engine.largest_body()).unwrap_or(usize::MAX);
        for (message, number) in ingest::mbox::messages(Cursor::new(bytes), largest).zip(1_u32..) {
            let name = format!("{name}, message {number}");
            match message {
                Ok(message) => self.item(name, message).await,
                Err(_) => self.told.leave(&name, NotTaken::TooLarge),
            }
        }
        drop(held);
    }

    async fn item(&mut self, name: String, body: Vec<u8>) {
        if self.items >= MOST_ITEMS {
            return self.told.leave(&name, NotTaken::TooMany);
        }
        let arrival = Arrival {
            to: Destination::Workspace(self.visitor.workspace),
            channel: Channel::Upload,
            remote: Some(name.clone()),
            body,
            received: (self.shared.clock.0)(),
            in_mailbox: None,
        };
        match self.shared.engine.receive(arrival).await {
            Ok(receipt) => {
                self.items += 1;
                if self.told.done.len() < MOST_SHOWN {
                    self.told.done.push(receipt.delivery);
                } else {
                    self.told.more += 1;
                }
            }
            Err(error) => {
                tracing::error!(%error, "an uploaded file could not be stored");
                self.told.leave(&name, NotTaken::NotNow);
            }
        }
    }
}

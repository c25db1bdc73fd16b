//! What goes wrong, as programs are told it: `application/problem+json` (RFC 9457).
//!
//! [`Trouble`] is the whole list. The description of the API and the help page are made from it, too.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of every error.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// The page that explains each problem.
pub(super) const HELP: &str = "/help/api";

macro_rules! troubles {
    ($($(#[doc = $meaning:literal])+ $trouble:ident = $slug:literal, $status:ident, $title:literal;)+) => {
        /// Everything that can go wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Trouble {
            $($(#[doc = $meaning])+ $trouble,)+
        }

        impl Trouble {
            /// All of them, by status.
            pub(super) const ALL: &[Self] = &[$(Self::$trouble),+];

            /// What stands for it in URLs.
            pub(super) const fn slug(self) -> &'static str {
                match self { $(Self::$trouble => $slug),+ }
            }

            /// Its HTTP status.
            pub(super) const fn status(self) -> StatusCode {
                match self { $(Self::$trouble => StatusCode::$status),+ }
            }

            /// In a few words, the same each time.
            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$trouble => $title),+ }
            }

            /// What it means and what to do.
            pub(super) const fn meaning(self) -> &'static str {
                match self { $(Self::$trouble => concat!($($meaning),+).trim_ascii()),+ }
            }
        }
    };
}

troubles! {
    /// A query parameter is unknown, appears twice, or has a value that is not allowed. `detail` names it.
    Query = "invalid-query", BAD_REQUEST, "The query is not as described";
    /// The cursor is none that this list gave. Begin without one.
    Cursor = "invalid-cursor", BAD_REQUEST, "This is no cursor of this list";
    /// The body is no JSON, or it broke off. `detail` says where.
    Json = "invalid-json", BAD_REQUEST, "The body is no JSON";
    /// There is no token, or it is unknown, expired or revoked. Send `Authorization: Bearer wxs_…`.
    Unauthorized = "unauthorized", UNAUTHORIZED, "A valid token is needed";
    /// The token only allows to read. Make one that allows to write.
    Forbidden = "forbidden", FORBIDDEN, "The token does not allow this";
    /// It does not exist in this workspace, or it does no longer.
    NotFound = "not-found", NOT_FOUND, "There is no such thing";
    /// The path exists and knows other methods: see the header Allow.
    Method = "method-not-allowed", METHOD_NOT_ALLOWED, "This path does not know that method";
    /// A domain of this name is still being removed. Try again after Retry-After.
    BeingRemoved = "being-removed", CONFLICT, "It is still being removed";
    /// The body came too slowly. Nothing was changed.
    Slow = "too-slow", REQUEST_TIMEOUT, "The body came too slowly";
    /// The body is larger than 64 KiB. Nothing was changed.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body must be JSON and say so: `Content-Type: application/json`.
    MediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON";
    /// The body is JSON but not what is described. `detail` says what is wrong.
    Invalid = "invalid-body", UNPROCESSABLE_ENTITY, "The body is not as described";
    /// Too many requests. Wait as long as Retry-After says.
    TooMany = "too-many-requests", TOO_MANY_REQUESTS, "Too many requests";
    /// A defect of Waxseal. It is in the server's log; please report it.
    Defect = "defect", INTERNAL_SERVER_ERROR, "This is a defect of Waxseal";
    /// The database does not answer, or too much is going on. Try again after Retry-After.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Waxseal cannot answer just now";
}

/// An error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Told {
    /// What kind of problem it is: a link to where that is explained.
    #[serde(rename = "type")]
    #[schema(example = "/help/api#not-found")]
    kind: String,
    /// The same in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong this time.
    detail: String,
}

/// A request that is not done.
#[derive(Debug)]
pub(super) struct Problem {
    trouble: Trouble,
    detail: String,
    wait: Option<Duration>,
}

impl Problem {
    /// With what was wrong this time.
    pub(super) fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
        Self { trouble, detail: detail.into(), wait: None }
    }

    /// With nothing to add to what it means.
    pub(super) fn plain(trouble: Trouble) -> Self {
        Self::new(trouble, trouble.meaning())
    }

    /// There is no domain of this name in the workspace.
    pub(super) fn no_domain() -> Self {
        Self::new(Trouble::NotFound, "No domain of this name is watched in this workspace.")
    }

    /// It may be asked again after this time.
    pub(super) fn after(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        let (trouble, seconds) = match error {
            engine::Error::Defect(_) => {
                tracing::error!(%error, "a request of the API met a defect; please report this");
                return Self::plain(Trouble::Defect);
            }
            engine::Error::DomainGone => return Self::no_domain(),
            engine::Error::BeingRemoved => (Trouble::BeingRemoved, 60),
            engine::Error::Busy => (Trouble::Unavailable, 5),
            error => {
                tracing::error!(%error, "a request of the API could not be answered");
                (Trouble::Unavailable, 60)
            }
        };
        Self::plain(trouble).after(Duration::from_secs(seconds))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { trouble, detail, wait } = self;
        let (status, kind) = (trouble.status(), format!("{HELP}#{}", trouble.slug()));
        let body = Told { kind, title: trouble.title(), status: status.as_u16(), detail };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(wait) = wait {
            // A part of a second is a whole one: who comes too early is turned away again.
            headers.insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
        }
        let challenge = match trouble {
            Trouble::Unauthorized => "Bearer realm=\"waxseal\"",
            Trouble::Forbidden => "Bearer realm=\"waxseal\", error=\"insufficient_scope\"",
            _ => return response,
        };
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        response
    }
}

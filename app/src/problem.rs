//! Why a page cannot be drawn, and what it says instead: what happened, and where to go from here.

use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{components::link, http};

/// Why a page cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nobody is signed in: show the way to the sign-in page.
    #[error("nobody is signed in")]
    SignedOut,
    /// The visitor's role does not allow this: answer 403.
    #[error("the role does not allow this")]
    NotAllowed,
    /// There is no such page: answer 404.
    #[error("there is no such page")]
    NoPage,
    /// No such domain is watched in this workspace: answer 404 and offer to add it.
    #[error("no such domain is watched")]
    NoDomain(String),
    /// There is no such report in this workspace: answer 404.
    #[error("there is no such report")]
    NoReport,
    /// There is no such delivery in this workspace: answer 404.
    #[error("there is no such delivery")]
    NoDelivery,
    /// A link that was mailed is used up, too old, or was copied only in part: answer 410.
    #[error("the link is no longer good")]
    LinkOver,
    /// A share link is over, was revoked, or never was: answer 404, the same for each.
    #[error("the share link shows nothing")]
    NothingShared,
    /// There is no such go of adding domains in this workspace: answer 404.
    #[error("there is no such addition")]
    NoAddition,
    /// Too much is going on: answer 503 with Retry-After.
    #[error("too much is going on")]
    Busy,
    /// The engine cannot answer now: answer 503 with Retry-After. The cause is in the log, not on the page.
    #[error("the engine cannot answer now")]
    Unavailable,
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        if matches!(error, engine::Error::Busy) {
            return Self::Busy;
        }
        tracing::error!(%error, "a page could not be drawn");
        Self::Unavailable
    }
}

impl Problem {
    /// Leads a form's POST that is refused to where the reason is told: to sign in and then to the page `next`, or to the
    /// page that answers 403.
    pub(crate) fn send_away(&self, next: &str) {
        match self {
            Self::SignedOut => http::see_other(&link("/sign-in", &[("next", next)])),
            Self::NotAllowed => http::see_other("/not-allowed"),
            _ => http::see_other("/"),
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::LinkOver => StatusCode::GONE,
            Self::NoPage
            | Self::NoDomain(_)
            | Self::NoReport
            | Self::NoDelivery
            | Self::NothingShared
            | Self::NoAddition => StatusCode::NOT_FOUND,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::SignedOut => "Please sign in".to_owned(),
            Self::NotAllowed => "Your role does not allow this".to_owned(),
            Self::NoPage => "There is no such page".to_owned(),
            Self::NoDomain(name) => format!("{name} is not watched here"),
            Self::NoReport => "There is no such report".to_owned(),
            Self::NoDelivery => "There is no such delivery".to_owned(),
            Self::LinkOver => "This link is no longer good".to_owned(),
            Self::NothingShared => "This link shows nothing".to_owned(),
            Self::NoAddition => "These additions are not here".to_owned(),
            Self::Busy => "Too much is going on just now".to_owned(),
            Self::Unavailable => "Waxseal cannot answer just now".to_owned(),
        }
    }

    const fn text(&self) -> &'static str {
        match self {
            Self::SignedOut => "This page is for people who have signed in.",
            Self::NotAllowed => "Nothing was changed. An owner of this workspace can do it, or give you another role.",
            Self::NoPage => "The address may be misspelt, or the page has moved.",
            Self::NoDomain(_) => "Add it to get its report address and the records to publish.",
            Self::NoReport | Self::NoDelivery => "It may belong to another workspace, or its domain was removed.",
            Self::LinkOver => "It was used before, is too old, or was copied only in part. Ask for a new one.",
            Self::NothingShared => {
                "Its time may be over, it may have been revoked, or it was copied only in part. Ask whoever sent it for a new one."
            }
            Self::NoAddition => {
                "They may belong to another workspace, or be older than 90 days. The domains themselves are on the overview."
            }
            Self::Busy => "There is room for more in a few seconds: try again then.",
            Self::Unavailable => {
                "The database did not answer. Reports that were acknowledged are safe, and senders repeat the others for a \
                 day. Try again in a moment; the cause is in the server's log."
            }
        }
    }

    const fn way_onward(&self) -> (&'static str, &'static str) {
        match self {
            Self::SignedOut => ("/sign-in", "Sign in"),
            Self::NoDomain(_) | Self::NoAddition => ("/domains/add", "Add domains"),
            Self::NoDelivery => ("/log", "To the ingest log"),
            Self::LinkOver | Self::NothingShared => ("/sign-in", "To the sign-in page"),
            Self::Busy => ("/tools/look-up", "To the tools"),
            Self::NoReport => ("/reports", "To the reports"),
            Self::NotAllowed | Self::NoPage | Self::Unavailable => ("/", "To the overview"),
        }
    }
}

/// The code by which a form's POST says in a URL that the engine could not do it; the cause is in the log.
pub(crate) fn code_of(error: engine::Error) -> &'static str {
    match Problem::from(error) {
        Problem::Busy => "busy",
        _ => "unavailable",
    }
}

/// The page that says what the problem is, with its HTTP status.
#[component]
pub fn ProblemPage(
    /// What happened.
    problem: Problem,
) -> impl IntoView {
    http::set_status(problem.status());
    if problem.status() == StatusCode::SERVICE_UNAVAILABLE {
        http::set_header(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    let (href, label) = problem.way_onward();
    view! {
        <Title text=problem.title()/>
        <section class="notice">
            <h1>{problem.title()}</h1>
            <p>{problem.text()}</p>
            <p><a class="button" href=href>{label}</a></p>
        </section>
    }
    .into_any()
}

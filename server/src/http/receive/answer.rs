//! What the sender of a report is told, always in a sentence of plain text.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use engine::Receipt;
use http::{HeaderValue, StatusCode, header};
use model::DeliveryOutcome;

use super::body::Patience;
use crate::{config::Size, http::plain};

/// A report that is durable.
pub(super) struct Accepted(pub Receipt);

impl IntoResponse for Accepted {
    /// RFC 8460 §5.4 asks for success. A repeated report is one, too: else its sender would try for a day.
    fn into_response(self) -> Response {
        let Receipt { outcome, reason, .. } = self.0;
        let (status, what) = match outcome {
            DeliveryOutcome::Counted => (StatusCode::CREATED, "The report is stored and counted."),
            DeliveryOutcome::InPart => (StatusCode::CREATED, "The report is stored; some of it is counted."),
            DeliveryOutcome::Waiting => (StatusCode::CREATED, "The report is stored and waits to be counted."),
            DeliveryOutcome::Conflict => {
                (StatusCode::CREATED, "The report is stored. It contradicts one that came before it.")
            }
            DeliveryOutcome::Quarantined => (StatusCode::CREATED, "The report is stored, and is not counted."),
            DeliveryOutcome::Duplicate | DeliveryOutcome::Discarded => {
                (StatusCode::OK, "This report had come before; nothing was counted twice.")
            }
            DeliveryOutcome::Unreadable => {
                (StatusCode::BAD_REQUEST, "The body is kept for the owner of this address, but it is no report.")
            }
            DeliveryOutcome::Test => (StatusCode::CREATED, "The test report is stored; it is counted nowhere."),
            DeliveryOutcome::Refused => (StatusCode::PAYLOAD_TOO_LARGE, "The report was not taken in."),
        };
        let text = if reason.is_empty() { what.to_owned() } else { format!("{what} {reason}") };
        plain(status, &text)
    }
}

/// Why a POST was not taken in. Each variant is one answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// 404, the same as for any path that does not exist.
    Unknown,
    /// 405 with `Allow: POST`.
    Method,
    /// 408: the body came slower than `http.min_rate`.
    TooSlow,
    /// 400: the body broke off; as a rule nobody hears this.
    Broken,
    /// 413: larger than `limits.body`.
    TooLarge(Size),
    /// 429 with `Retry-After`: more than `[receiving]` allows.
    TooOften(Duration),
    /// 429 with `Retry-After` until the next day: the domain has taken in `receiving.domain_per_day`, or the bytes of a day.
    OverQuota(Duration),
    /// 503 with `Retry-After`: `limits.memory` is used up.
    Busy,
    /// 503 with `Retry-After`: it could not be made durable.
    NotStored(engine::Error),
}

impl From<engine::Error> for Refusal {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Busy => Self::Busy,
            engine::Error::DomainGone => Self::Unknown,
            engine::Error::OverQuota(rest_of_day) => Self::OverQuota(rest_of_day),
            other => Self::NotStored(other),
        }
    }
}

impl Refusal {
    /// As metrics name it.
    pub(super) const fn label(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_address",
            Self::Method => "method",
            Self::TooSlow => "too_slow",
            Self::Broken => "broken",
            Self::TooLarge(_) => "too_large",
            Self::TooOften(_) => "too_often",
            Self::OverQuota(_) => "over_quota",
            Self::Busy => "busy",
            Self::NotStored(_) => "not_stored",
        }
    }

    /// How much of an unwanted body is read so that its sender gets to see the answer.
    pub(super) const fn patience(&self, limit: Size) -> Patience {
        match self {
            Self::Unknown => Patience { bytes: 64 << 10, time: Duration::from_millis(20) },
            _ => Patience { bytes: limit.0.saturating_mul(4), time: Duration::from_secs(5) },
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let later = |status, after: Duration, text: &str| {
            let mut response = plain(status, text);
            response.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
            response
        };
        match self {
            Self::Unknown => crate::http::not_found(),
            Self::Method => {
                let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Reports are sent here by POST.");
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
                response
            }
            Self::TooSlow => {
                plain(StatusCode::REQUEST_TIMEOUT, "The body came too slowly. Nothing is stored; send it again.")
            }
            Self::Broken => plain(StatusCode::BAD_REQUEST, "The body broke off. Nothing is stored; send it again."),
            Self::TooLarge(limit) => plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                &format!(
                    "The body is larger than {limit}. Nothing is stored; compress the report with gzip or split it."
                ),
            ),
            Self::TooOften(wait) => later(
                StatusCode::TOO_MANY_REQUESTS,
                wait + Duration::from_secs(1),
                "Too many reports in a short time. Nothing is stored; send it again later.",
            ),
            Self::OverQuota(rest_of_day) => later(
                StatusCode::TOO_MANY_REQUESTS,
                rest_of_day + Duration::from_secs(1),
                "This address has taken in what one day may bring. Nothing is stored; send it again tomorrow (UTC).",
            ),
            Self::Busy => later(
                StatusCode::SERVICE_UNAVAILABLE,
                Duration::from_secs(30),
                "Too much is being read just now. Nothing is stored; send it again later.",
            ),
            Self::NotStored(error) => {
                tracing::error!(%error, "a report could not be stored; its sender was asked to try again");
                later(
                    StatusCode::SERVICE_UNAVAILABLE,
                    Duration::from_mins(1),
                    "The report could not be stored just now. Send it again later.",
                )
            }
        }
    }
}

//! `POST /r/{address}`: a report arrives (RFC 8460 §5.4).
//!
//! In this order: is the address ours, may this sender post now, does the body fit, is it durable. Only then is the
//! sender told that it is. No cookie, no redirect, no trust in what the headers call the body.

mod answer;
mod body;
mod rates;

use std::time::Instant;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use engine::{Arrival, Destination, Receipt, Receiver};
use http::{Method, header, request::Parts};
use metrics::{counter, histogram};
use model::Channel;

use self::answer::{Accepted, Refusal};
pub(super) use self::rates::Rates;
use super::{Client, Shared};
use crate::{config::Size, telemetry::names};

/// Everything below `/r`. Other methods than POST get the same answer whether or not the address is known.
pub(super) async fn receive(
    State(shared): State<Shared>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    if request.method() != Method::POST {
        return Refusal::Method.into_response();
    }
    match take_in(&shared, client, request).await {
        Ok(receipt) => {
            counter!(names::DELIVERIES, "outcome" => receipt.outcome.word()).increment(1);
            Accepted(receipt).into_response()
        }
        Err(refusal) => {
            counter!(names::REFUSALS, "cause" => refusal.label()).increment(1);
            refusal.into_response()
        }
    }
}

/// Whatever is sent to a path that does not exist: the answer of an unknown address.
pub(super) async fn unknown(request: Request) -> Response {
    let (head, body) = request.into_parts();
    refuse(&head, body, Refusal::Unknown, Size(0)).await.into_response()
}

async fn take_in(shared: &Shared, client: Client, request: Request) -> Result<Receipt, Refusal> {
    let (head, body) = request.into_parts();
    let limit = shared.config.limits.body;
    let receiver = match admit(shared, client, &head, limit).await {
        Ok(receiver) => receiver,
        Err(refusal) => return Err(refuse(&head, body, refusal, limit).await),
    };
    let read = body::read(body, limit, shared.engine.budget()).await?;
    // From here on the engine holds the memory, together with what it unpacks.
    drop(read.held);

    let started = Instant::now();
    let arrival = Arrival {
        to: Destination::Address(receiver),
        channel: Channel::Https,
        remote: Some(client.ip.to_string()),
        // Neither Content-Type nor Content-Encoding is believed: senders use both in every way, and the bytes tell.
        body: read.bytes,
        received: (shared.clock.0)(),
        in_mailbox: None,
    };
    let receipt = shared.engine.receive(arrival).await?;
    histogram!(names::COMMIT_SECONDS).record(started.elapsed());
    Ok(receipt)
}

/// Whose report it will be, judged by the head of the request alone.
async fn admit(shared: &Shared, client: Client, head: &Parts, limit: Size) -> Result<Receiver, Refusal> {
    let address = address(head.uri.path()).ok_or(Refusal::Unknown)?;
    let receiver = shared.engine.receiver(address).await?.ok_or(Refusal::Unknown)?;
    shared.rates.check(Some(client.ip), receiver.domain).map_err(Refusal::TooOften)?;
    let declared =
        head.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match declared {
        Some(length) if limit.0 < length => Err(Refusal::TooLarge(limit)),
        _ => Ok(receiver),
    }
}

/// Reads some of a body that is not wanted, so that its sender gets to see why.
async fn refuse(head: &Parts, body: Body, refusal: Refusal, limit: Size) -> Refusal {
    // A client that waits for leave to send has nothing under way.
    if !head.headers.contains_key(header::EXPECT) {
        body::discard(body, refusal.patience(limit)).await;
    }
    refusal
}

/// The report address in a path: `/r/<address>`. A final slash is forgiven, since a redirect would lose the report.
fn address(path: &str) -> Option<&str> {
    let address = path.strip_prefix("/r/")?;
    let address = address.strip_suffix('/').unwrap_or(address);
    (!address.is_empty() && address.len() <= 64 && address.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then_some(address)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_one_plain_segment() {
        assert_eq!(address("/r/abc234"), Some("abc234"));
        assert_eq!(address("/r/abc234/"), Some("abc234"));
        for path in ["/r", "/r/", "/r//", "/r/a/b", "/r/a%20b", "/r/../etc", "/x/abc"] {
            assert_eq!(address(path), None, "{path}");
        }
    }
}

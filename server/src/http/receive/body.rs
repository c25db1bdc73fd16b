//! Reading a body within its limit and within the memory that all bodies share.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use engine::{Budget, intake::Held};
use futures::StreamExt as _;
use tokio::time::timeout;

use super::answer::Refusal;
use crate::{config::Size, http::paced::BodyError};

/// A complete body and the memory it holds.
#[derive(Debug)]
pub(super) struct Read {
    /// The body.
    pub(super) bytes: Vec<u8>,
    /// Its share of the memory.
    pub(super) held: Held,
}

/// Reads a body of at most `limit` bytes; its pace is watched by the connection.
pub(super) async fn read(body: Body, limit: Size, budget: &Budget) -> Result<Read, Refusal> {
    let mut stream = body.into_data_stream();
    let mut read = Read { bytes: Vec::new(), held: budget.hold() };
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        let length = read.bytes.len() + chunk.len();
        if length as u64 > limit.0 {
            let refusal = Refusal::TooLarge(limit);
            drop(read);
            discard_rest(stream, refusal.patience(limit)).await;
            return Err(refusal);
        }
        if read.held.grow_to(length).is_err() {
            drop(read);
            discard_rest(stream, Refusal::Busy.patience(limit)).await;
            return Err(Refusal::Busy);
        }
        read.bytes.extend_from_slice(&chunk);
    }
    Ok(read)
}

/// How much of an unwanted body is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) bytes: u64,
    pub(super) time: Duration,
}

/// Reads and forgets. A client that is still sending when the connection closes may never see the answer.
pub(super) async fn discard(body: Body, patience: Patience) {
    discard_rest(body.into_data_stream(), patience).await;
}

async fn discard_rest(mut stream: BodyDataStream, patience: Patience) {
    let reading = async {
        let mut left = patience.bytes;
        while let Some(Ok(chunk)) = stream.next().await {
            let Some(rest) = left.checked_sub(chunk.len() as u64) else { break };
            left = rest;
        }
    };
    let _ = timeout(patience.time, reading).await;
}

/// Why a body did not come to its end.
fn broken(error: &axum::Error) -> Refusal {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(BodyError::TooSlow) = error.downcast_ref() {
            return Refusal::TooSlow;
        }
        cause = error.source();
    }
    Refusal::Broken
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Size = Size(1 << 20);

    fn body(chunks: usize) -> Body {
        Body::from_stream(futures::stream::iter((0..chunks).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 32 << 10]))))
    }

    #[tokio::test]
    async fn small_bodies_need_no_share() {
        let none = Budget::new(0);
        assert_eq!(read(body(2), LIMIT, &none).await.unwrap().bytes.len(), 64 << 10);
        assert!(matches!(read(body(3), LIMIT, &none).await, Err(Refusal::Busy)));
    }

    #[tokio::test]
    async fn memory_comes_back_with_the_body() {
        let budget = Budget::new(100 << 10);
        let held = read(body(5), LIMIT, &budget).await.unwrap();
        assert_eq!(budget.held(), 96 << 10, "160 KiB are read, 64 of them free");
        assert!(matches!(read(body(3), LIMIT, &budget).await, Err(Refusal::Busy)));
        drop(held);
        assert_eq!(budget.held(), 0);
    }

    #[tokio::test]
    async fn the_limit_holds_while_streaming() {
        let budget = Budget::new(100 << 20);
        assert!(read(body(32), LIMIT, &budget).await.is_ok());
        assert!(matches!(read(body(33), LIMIT, &budget).await, Err(Refusal::TooLarge(LIMIT))));
        assert_eq!(budget.held(), 0);
    }
}

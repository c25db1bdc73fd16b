//! A request body that must come at a minimum rate.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use super::pulse::Pace;

/// Why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// It came slower than `http.min_rate`: answer 408.
    #[error("the body came too slowly")]
    TooSlow,
    /// The client went away or broke the protocol: nobody hears the answer.
    #[error("the body broke off: {0}")]
    Broken(#[from] hyper::Error),
}

/// A body that ends with [`BodyError::TooSlow`] when it falls behind its pace.
pub(super) struct Paced {
    body: Incoming,
    pace: Pace,
    received: u64,
    started: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    /// The time runs from the first read, so that a client that waits for `100 Continue` is not charged.
    pub(super) const fn new(body: Incoming, pace: Pace) -> Self {
        Self { body, pace, received: 0, started: None, alarm: None }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let started = *this.started.get_or_insert_with(Instant::now);
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some(Ok(data)) = frame.as_ref().map(|frame| frame.as_ref().map(Frame::data_ref)) {
                this.received += data.map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::from)));
        }
        let due = started + this.pace.allows(this.received);
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyError::TooSlow)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

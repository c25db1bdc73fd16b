//! TLS as a sender would speak it, with eyes open: what the peer shows is recorded first and judged after, so that a refused
//! certificate can be named instead of merely refused.

mod certificate;
mod handshake;
mod judge;
mod recorder;

pub(crate) use handshake::shake_hands;
pub(crate) use judge::Roots;

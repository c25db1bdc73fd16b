//! How a mail host takes mail: greeting, EHLO, STARTTLS, handshake, goodbye. No mail is sent, no sender or recipient named.

mod probe;
mod talk;

pub(crate) use probe::{Manner, Obstacle, Seen, probe};
